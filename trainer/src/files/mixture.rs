//! Gaussian mixtures in TOML files, and the maps between them that are known exactly.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use nalgebra::{DMatrix, SymmetricEigen};
use serde::Deserialize;
use shared::flow;
use shared::mixture::{Component, Mixture};
use shared::solver::Solver;
use shared::time::TimeGrid;

use crate::files;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    component: Vec<Described>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    weight: f64,
    mean: Vec<f64>,
    deviation: Option<Vec<f64>>,
    covariance: Option<Vec<Vec<f64>>>,
}

/// Reads a mixture: tables `[[component]]` with `weight`, `mean`, and either `deviation` or `covariance`.
///
/// # Errors
/// If the file is none, or a component is no Gaussian; the error names the file and the component.
pub fn read(path: &Path) -> Result<Mixture> {
    let text = String::from_utf8(files::read(path)?).context("a mixture is UTF-8 text")?;
    parse(&text).with_context(|| format!("{} is not a mixture", path.display()))
}

fn parse(text: &str) -> Result<Mixture> {
    let Description { component } = toml::from_str(text)?;
    let components: Result<Vec<Component>> = component.into_iter().enumerate().map(|(i, c)| described(i, c)).collect();
    Ok(Mixture::new(components?)?)
}

fn described(number: usize, described: Described) -> Result<Component> {
    let Described { weight, mean, deviation, covariance } = described;
    let (axes, deviations) = match (deviation, covariance) {
        (Some(deviations), None) => (None, deviations),
        (None, Some(rows)) => {
            let (axes, deviations) = principal_axes(&rows).with_context(|| format!("component {number}"))?;
            (Some(axes), deviations)
        }
        _ => anyhow::bail!("component {number} must have either deviation or covariance"),
    };
    Ok(Component { weight, mean, axes, deviations })
}

/// The eigenvectors of a covariance, and the square roots of its eigenvalues.
fn principal_axes(rows: &[Vec<f64>]) -> Result<(Vec<Vec<f64>>, Vec<f64>)> {
    let n = rows.len();
    ensure!(n > 0 && rows.iter().all(|row| row.len() == n), "the covariance is not square");
    ensure!(rows.iter().flatten().all(|x| x.is_finite()), "the covariance is not finite");
    let matrix = DMatrix::from_fn(n, n, |i, j| rows[i][j]);
    let uneven = (&matrix - matrix.transpose()).amax();
    ensure!(uneven <= 1e-12 * matrix.amax(), "the covariance is not symmetric");
    let eigen = SymmetricEigen::new(matrix);
    ensure!(eigen.eigenvalues.iter().all(|value| *value > 0.0), "the covariance is not positive definite");
    let axes = eigen.eigenvectors.column_iter().map(|axis| axis.iter().copied().collect()).collect();
    Ok((axes, eigen.eigenvalues.iter().map(|value| value.sqrt()).collect()))
}

/// How well the exact end of a trajectory is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knowledge {
    /// By a formula.
    Closed,
    /// By integrating in steps so small that rounding is what is left.
    Fine,
}

impl Knowledge {
    /// For people and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Knowledge::Closed => "closed form",
            Knowledge::Fine => "rk4, 4096 intervals",
        }
    }
}

/// The exact map from noise to the mixture, and back.
#[derive(Debug)]
pub struct Exact<'a>(pub &'a Mixture);

impl Exact<'_> {
    /// In one dimension the distribution function of the state never changes along a trajectory; one Gaussian is moved by
    /// its square root; for all else there is no formula.
    pub fn knowledge(&self) -> Knowledge {
        let closed = self.0.dimensions() == 1 || self.0.components().len() == 1;
        if closed { Knowledge::Closed } else { Knowledge::Fine }
    }

    /// Noise to image.
    pub fn decode(&self, noise: &[f64]) -> Vec<f64> {
        match self.0.components() {
            [only] => along_axes(only, noise, |mean, deviation, z| mean + deviation * z),
            _ if self.0.dimensions() == 1 => vec![self.quantile(normal_distribution(noise[0]), -noise[0])],
            _ => flow::decode(self.0, Solver::Rk4, &fine(), noise.to_vec()).finish().state,
        }
    }

    /// Image to noise.
    pub fn encode(&self, image: &[f64]) -> Vec<f64> {
        match self.0.components() {
            [only] => {
                let centred: Vec<f64> = image.iter().zip(&only.mean).map(|(x, mean)| x - mean).collect();
                let still = Component { mean: vec![0.0; centred.len()], ..only.clone() };
                along_axes(&still, &centred, |_, deviation, y| y / deviation)
            }
            _ if self.0.dimensions() == 1 => vec![self.noise_of(image[0])],
            _ => flow::encode(self.0, Solver::Rk4, &fine(), image.to_vec()).finish().state,
        }
    }

    /// F(x), the share of a one-dimensional mixture below x.
    pub fn distribution(&self, x: f64) -> f64 {
        self.0.components().iter().map(|c| c.weight * normal_distribution((x - c.mean[0]) / c.deviations[0])).sum()
    }

    /// 1 − F(x), without loss far to the right.
    fn exceedance(&self, x: f64) -> f64 {
        self.0.components().iter().map(|c| c.weight * normal_distribution((c.mean[0] - x) / c.deviations[0])).sum()
    }

    /// F⁻¹ at `below` = Φ(z), by bisection; the smaller tail decides, `minus_z` giving the other one.
    fn quantile(&self, below: f64, minus_z: f64) -> f64 {
        let above = normal_distribution(minus_z);
        let right = |x: f64| if below < 0.5 { self.distribution(x) > below } else { self.exceedance(x) < above };
        let reach = |c: &Component| (c.mean[0] - 40.0 * c.deviations[0], c.mean[0] + 40.0 * c.deviations[0]);
        let low = self.0.components().iter().map(|c| reach(c).0).fold(f64::INFINITY, f64::min);
        let high = self.0.components().iter().map(|c| reach(c).1).fold(f64::NEG_INFINITY, f64::max);
        bisect(low, high, right)
    }

    /// Φ⁻¹(F(x)), by bisection in the smaller tail.
    fn noise_of(&self, x: f64) -> f64 {
        let (below, above) = (self.distribution(x), self.exceedance(x));
        bisect(
            -40.0,
            40.0,
            |z| if below < 0.5 { normal_distribution(z) > below } else { normal_distribution(-z) < above },
        )
    }
}

/// The place where `right` begins to hold.
fn bisect(mut low: f64, mut high: f64, right: impl Fn(f64) -> bool) -> f64 {
    // 200 halvings end at neighbouring numbers, whatever the interval.
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if right(middle) { high = middle } else { low = middle }
    }
    0.5 * (low + high)
}

fn fine() -> TimeGrid {
    TimeGrid::uniform(std::num::NonZeroU32::new(4096).expect("4096 is not 0"))
}

/// mean + axesᵀ·f(axes·vector): a function of each principal coordinate.
fn along_axes(component: &Component, vector: &[f64], f: impl Fn(f64, f64, f64) -> f64) -> Vec<f64> {
    let Component { mean, axes, deviations, .. } = component;
    match axes {
        None => (0..mean.len()).map(|i| f(mean[i], deviations[i], vector[i])).collect(),
        Some(axes) => (0..mean.len())
            .map(|i| {
                let of = |(axis, deviation): (&Vec<f64>, &f64)| {
                    axis[i] * f(0.0, *deviation, axis.iter().zip(vector).map(|(a, v)| a * v).sum())
                };
                mean[i] + axes.iter().zip(deviations).map(of).sum::<f64>()
            })
            .collect(),
    }
}

/// Φ
fn normal_distribution(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

/// Nodes and weights of Gauss–Hermite quadrature for N(0, 1) (Golub and Welsch, 1969).
pub fn normal_quadrature(nodes: usize) -> Vec<(f64, f64)> {
    let jacobi = DMatrix::from_fn(nodes, nodes, |i, j| if i.abs_diff(j) == 1 { (i.max(j) as f64).sqrt() } else { 0.0 });
    let eigen = SymmetricEigen::new(jacobi);
    let weight = |i: usize| eigen.eigenvectors[(0, i)].powi(2);
    (0..nodes).map(|i| (weight(i), eigen.eigenvalues[i])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixtures_are_read_and_refused_by_their_component() {
        let plane = "[[component]]\nweight = 2\nmean = [1, -1]\ncovariance = [[1.0, 0.6], [0.6, 0.8]]\n";
        let mixture = parse(plane).expect("a Gaussian");
        let image = Exact(&mixture).decode(&[0.7, -1.3]);
        let noise = Exact(&mixture).encode(&image);
        assert!((noise[0] - 0.7).abs() < 1e-14 && (noise[1] + 1.3).abs() < 1e-14, "{noise:?}");
        let said = |text: &str| format!("{:#}", parse(text).expect_err("not a mixture"));
        assert!(said("[[component]]\nweight = 1\nmean = [0]\n").contains("either deviation or covariance"));
        assert!(said(&plane.replace("0.8", "0.1")).contains("positive definite"));
        assert!(said(&plane.replace("[0.6, 0.8]", "[0.5, 0.8]")).contains("symmetric"));
        assert!(said(&plane.replace("weight = 2", "weight = -2")).contains("weight"));
        assert!(said(&plane.replace("[1, -1]", "[1]")).contains("dimensions"));
        assert!(said(&plane.replace("1, -1", "nan, -1")).contains("mean that is not finite"));
        assert!(said(&plane.replace("0.8", "inf")).contains("covariance is not finite"));
        assert!(said("component = []").contains("at least one"));
    }

    #[test]
    fn quadrature_integrates_polynomials() {
        let moment = |power: i32| normal_quadrature(12).iter().map(|(weight, x)| weight * x.powi(power)).sum::<f64>();
        for (power, expected) in [(0, 1.0), (1, 0.0), (2, 1.0), (4, 3.0), (8, 105.0)] {
            assert!((moment(power) - expected).abs() < 1e-10, "moment {power}");
        }
    }
}

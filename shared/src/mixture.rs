//! Gaussian mixtures: the one kind of data whose velocity field, likelihood and translations are known exactly.

use crate::likelihood::Divergence;
use crate::time::Time;
use crate::velocity::VelocityField;

/// One Gaussian of a mixture.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// Its share, positive.
    pub weight: f64,
    /// Its mean.
    pub mean: Vec<f64>,
    /// Its principal axes: orthonormal, as many as there are dimensions. None stands for the coordinate axes.
    pub axes: Option<Vec<Vec<f64>>>,
    /// Its standard deviation along each axis, positive.
    pub deviations: Vec<f64>,
}

/// A Gaussian mixture as the image end of the straight path from N(0, I), and the exact field between them.
///
/// With Σ_k the covariance of component k and C_k = t²Σ_k + (1−t)²I, the density at time t is Σ w_k·N(tμ_k, C_k), and
/// v(x, t) = Σ r_k·v_k with v_k = μ_k + (tΣ_k − (1−t)I)·C_k⁻¹·(x − tμ_k), where r_k is the probability that x belongs to
/// component k. Along the principal axes every matrix here is diagonal.
///
/// A state is a vector of as many numbers as each mean has, and so is its velocity. At the noise end the velocity of
/// every mixture is the mean of x₁ less x; at the image end it is x less the mean of x₀, which is x.
///
/// ```
/// use shared::mixture::{Component, Mixture};
/// use shared::time::Time;
/// use shared::velocity::VelocityField;
///
/// let at = |mean: f64| Component { weight: 1.0, mean: vec![mean], axes: None, deviations: vec![0.5] };
/// let mixture = Mixture::new(vec![at(-1.0), at(2.0)]).expect("two Gaussians");
/// // Both components have half of the weight, so the mean of x₁ is 0.5.
/// let state = vec![0.2];
/// assert!((mixture.velocity(&state, Time::NOISE)[0] - 0.3).abs() < 1e-12);
/// assert!((mixture.velocity(&state, Time::IMAGE)[0] - 0.2).abs() < 1e-12);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    components: Vec<Component>,
}

/// Why numbers are no mixture.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MixtureError {
    /// Nothing to mix.
    #[error("a mixture has at least one component")]
    Empty,
    /// A share that is none.
    #[error("component {0} has weight {1}; weights are positive")]
    Weight(usize, f64),
    /// A Gaussian without extent.
    #[error("component {0} has a deviation that is not positive")]
    Deviation(usize),
    /// A place that is none.
    #[error("component {0} has a mean that is not finite")]
    Mean(usize),
    /// Vectors of different lengths.
    #[error("component {0} does not have {1} dimensions throughout")]
    Dimensions(usize, usize),
}

/// What one component says of a state.
struct Part {
    /// r_k
    share: f64,
    velocity: Vec<f64>,
    /// g_k = −C_k⁻¹(x − tμ_k)
    score: Vec<f64>,
    /// tr[(tΣ_k − (1−t)I)·C_k⁻¹]
    divergence: f64,
}

impl Mixture {
    /// A mixture of these components; their weights are scaled to add up to 1.
    ///
    /// # Errors
    /// [`MixtureError`] names the first component that is not a Gaussian of the first one's dimensions.
    pub fn new(mut components: Vec<Component>) -> Result<Self, MixtureError> {
        let dimensions = components.first().ok_or(MixtureError::Empty)?.mean.len();
        for (number, Component { weight, mean, axes, deviations }) in components.iter().enumerate() {
            if !(*weight > 0.0 && weight.is_finite()) {
                return Err(MixtureError::Weight(number, *weight));
            }
            let straight =
                |axes: &Vec<Vec<f64>>| axes.len() == dimensions && axes.iter().all(|axis| axis.len() == dimensions);
            let fits = mean.len() == dimensions && deviations.len() == dimensions && axes.as_ref().is_none_or(straight);
            if dimensions == 0 || !fits {
                return Err(MixtureError::Dimensions(number, dimensions));
            }
            if mean.iter().any(|x| !x.is_finite()) {
                return Err(MixtureError::Mean(number));
            }
            if !deviations.iter().all(|deviation| *deviation > 0.0 && deviation.is_finite()) {
                return Err(MixtureError::Deviation(number));
            }
        }
        let total: f64 = components.iter().map(|component| component.weight).sum();
        components.iter_mut().for_each(|component| component.weight /= total);
        Ok(Mixture { components })
    }

    /// N(0, I), the noise itself.
    pub fn standard_normal(dimensions: usize) -> Self {
        let (mean, deviations) = (vec![0.0; dimensions], vec![1.0; dimensions]);
        Mixture { components: vec![Component { weight: 1.0, mean, axes: None, deviations }] }
    }

    /// The components, their weights adding up to 1.
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// Numbers in a state.
    pub fn dimensions(&self) -> usize {
        self.components[0].mean.len()
    }

    /// log p_t(x), the natural logarithm of the density at time t.
    pub fn log_density(&self, state: &[f64], time: Time) -> f64 {
        let logs: Vec<f64> = self.components.iter().map(|component| component.log_density(state, time.get())).collect();
        log_sum(&logs)
    }

    fn parts(&self, state: &[f64], t: f64) -> Vec<Part> {
        let logs: Vec<f64> = self.components.iter().map(|component| component.log_density(state, t)).collect();
        let total = log_sum(&logs);
        self.components
            .iter()
            .zip(&logs)
            .map(|(component, log)| component.part(state, t, (log - total).exp()))
            .collect()
    }
}

impl Component {
    /// x − tμ along the principal axes.
    fn centred(&self, state: &[f64], t: f64) -> Vec<f64> {
        let difference: Vec<f64> = state.iter().zip(&self.mean).map(|(x, mean)| x - t * mean).collect();
        match &self.axes {
            None => difference,
            Some(axes) => axes.iter().map(|axis| axis.iter().zip(&difference).map(|(a, d)| a * d).sum()).collect(),
        }
    }

    /// A vector along the principal axes in the coordinates of states.
    fn restored(&self, along: Vec<f64>) -> Vec<f64> {
        let Some(axes) = &self.axes else { return along };
        (0..along.len()).map(|i| axes.iter().zip(&along).map(|(axis, value)| axis[i] * value).sum()).collect()
    }

    /// The eigenvalues of C at time t.
    fn variances(&self, t: f64) -> impl Iterator<Item = f64> {
        self.deviations.iter().map(move |deviation| (t * deviation).powi(2) + (1.0 - t).powi(2))
    }

    /// log(w·N(x; tμ, C))
    fn log_density(&self, state: &[f64], t: f64) -> f64 {
        let of = |(y, variance): (f64, f64)| -0.5 * (y * y / variance + (2.0 * std::f64::consts::PI * variance).ln());
        self.weight.ln() + self.centred(state, t).into_iter().zip(self.variances(t)).map(of).sum::<f64>()
    }

    fn part(&self, state: &[f64], t: f64, share: f64) -> Part {
        let centred = self.centred(state, t);
        let slopes: Vec<f64> = self
            .deviations
            .iter()
            .zip(self.variances(t))
            .map(|(deviation, variance)| (t * deviation * deviation - (1.0 - t)) / variance)
            .collect();
        let pushed = self.restored(centred.iter().zip(&slopes).map(|(y, slope)| slope * y).collect());
        let score = self.restored(centred.iter().zip(self.variances(t)).map(|(y, variance)| -y / variance).collect());
        let velocity = self.mean.iter().zip(pushed).map(|(mean, push)| mean + push).collect();
        Part { share, velocity, score, divergence: slopes.iter().sum() }
    }
}

/// log Σ exp, without overflow.
fn log_sum(logs: &[f64]) -> f64 {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    most + logs.iter().map(|log| (log - most).exp()).sum::<f64>().ln()
}

/// Σ share·vector
fn mean(parts: &[Part], of: impl Fn(&Part) -> &Vec<f64>) -> Vec<f64> {
    let zero = vec![0.0; of(&parts[0]).len()];
    parts.iter().fold(zero, |mut sum, part| {
        sum.iter_mut().zip(of(part)).for_each(|(sum, x)| *sum += part.share * x);
        sum
    })
}

impl VelocityField<Vec<f64>> for Mixture {
    fn velocity(&self, state: &Vec<f64>, time: Time) -> Vec<f64> {
        mean(&self.parts(state, time.get()), |part| &part.velocity)
    }
}

impl Divergence<Vec<f64>> for Mixture {
    type Volume = f64;

    /// ∇·v = Σ r_k·tr[…] + Σ r_k·v_k·(g_k − Σ_j r_j·g_j)
    fn velocity_and_divergence(&self, state: &Vec<f64>, time: Time) -> (Vec<f64>, f64) {
        let parts = self.parts(state, time.get());
        let score = mean(&parts, |part| &part.score);
        let of = |part: &Part| {
            let scores = part.score.iter().zip(&score).map(|(own, all)| own - all);
            let moved: f64 = part.velocity.iter().zip(scores).map(|(velocity, score)| velocity * score).sum();
            part.share * (part.divergence + moved)
        };
        (mean(&parts, |part| &part.velocity), parts.iter().map(of).sum())
    }
}

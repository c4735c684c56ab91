//! Charts of lines, as SVG.

use std::error::Error;
use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::prelude::*;

use crate::files;

/// Panels side by side that share their axes, and the meaning of their colours.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The axis to the right.
    pub x: Axis,
    /// The axis upwards.
    pub y: Axis,
    /// What the lines mean, in every panel.
    pub names: Vec<String>,
    /// Titles, and the points of every line from left to right.
    pub panels: Vec<(String, Vec<Line>)>,
}

/// The points of a line from left to right.
pub type Line = Vec<(f64, f64)>;

/// What an axis means, and how numbers lie along it.
#[derive(Clone, Copy, Debug)]
pub enum Axis {
    /// Equal differences are equally far apart.
    Linear(&'static str),
    /// Equal ratios are equally far apart.
    Logarithmic(&'static str),
}

impl Axis {
    fn words(self) -> &'static str {
        match self {
            Axis::Linear(words) | Axis::Logarithmic(words) => words,
        }
    }

    /// Where a number lies.
    fn place(self, number: f64) -> f64 {
        match self {
            Axis::Linear(_) => number,
            Axis::Logarithmic(_) => number.log10(),
        }
    }

    /// The number at a place, as text.
    fn label(self, place: f64) -> String {
        let number = match self {
            Axis::Linear(_) => place,
            Axis::Logarithmic(_) => 10_f64.powf(place),
        };
        match number.abs() {
            size if size >= 10.0 => format!("{number:.0}"),
            size if size >= 1.0 || size == 0.0 => format!("{number:.1}"),
            size if size >= 0.1 => format!("{number:.2}"),
            _ => format!("{number:.3}"),
        }
    }
}

const PANEL: (u32, u32) = (460, 380);
const LEGEND: u32 = 280;
const ROW: i32 = 22;

impl Chart {
    /// Writes the chart to a file.
    ///
    /// # Errors
    /// If there is no point to draw, or the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let svg = self.svg().map_err(|error| anyhow!("{} cannot be drawn: {error}", path.display()))?;
        files::write_atomically(path, svg.as_bytes())
    }

    fn svg(&self) -> Result<String, Box<dyn Error>> {
        let mut svg = String::new();
        let width = PANEL.0 * self.panels.len() as u32;
        let root = SVGBackend::with_string(&mut svg, (width + LEGEND, PANEL.1)).into_drawing_area();
        root.fill(&WHITE)?;
        let (charts, legend) = root.split_horizontally(width);
        let points = || self.panels.iter().flat_map(|(_, lines)| lines.iter().flatten());
        let (across, up) = (range(points().map(|p| self.x.place(p.0)))?, range(points().map(|p| self.y.place(p.1)))?);
        for (area, (title, lines)) in charts.split_evenly((1, self.panels.len())).iter().zip(&self.panels) {
            let mut chart = ChartBuilder::on(area)
                .caption(title, ("sans-serif", 18))
                .margin(12)
                .x_label_area_size(40)
                .y_label_area_size(60)
                .build_cartesian_2d(across.clone(), up.clone())?;
            let (x_label, y_label) = (|place: &f64| self.x.label(*place), |place: &f64| self.y.label(*place));
            let mesh = &mut chart.configure_mesh();
            mesh.x_desc(self.x.words()).y_desc(self.y.words());
            mesh.x_label_formatter(&x_label).y_label_formatter(&y_label);
            mesh.x_labels(6).y_labels(6).light_line_style(WHITE).draw()?;
            for (number, line) in lines.iter().enumerate() {
                let line = line.iter().map(|(x, y)| (self.x.place(*x), self.y.place(*y)));
                chart.draw_series(LineSeries::new(line, style(number)).point_size(2))?;
            }
        }
        for (number, name) in self.names.iter().enumerate() {
            let y = ROW * (number as i32 + 2);
            legend.draw(&PathElement::new([(10, y), (34, y)], style(number)))?;
            legend.draw(&Text::new(name.as_str(), (42, y - 6), ("sans-serif", 13)))?;
        }
        root.present()?;
        drop((root, charts, legend));
        Ok(svg)
    }
}

/// From the least to the greatest of the places, and some room about a single one.
fn range(places: impl Iterator<Item = f64>) -> Result<std::ops::Range<f64>, Box<dyn Error>> {
    let (least, most) = places.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
    match most - least {
        length if length.is_nan() || length.is_infinite() => Err("there is no point to draw".into()),
        0.0 => Ok(least - 0.5..most + 0.5),
        _ => Ok(least..most),
    }
}

/// The look of line number `number`.
fn style(number: usize) -> ShapeStyle {
    Palette99::pick(number).stroke_width(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_names_its_axes_panels_and_lines() {
        let line = vec![(1.0, 100.0), (10.0, 1.0)];
        let chart = Chart {
            x: Axis::Linear("evaluations"),
            y: Axis::Logarithmic("distance"),
            names: vec!["euler".to_owned(), "heun".to_owned()],
            panels: vec![("early".to_owned(), vec![line.clone(), line])],
        };
        let svg = chart.svg().expect("a chart");
        assert!(["evaluations", "distance", "euler", "heun", "early"].iter().all(|word| svg.contains(word)), "{svg}");
        assert!(Chart { panels: Vec::new(), ..chart }.svg().is_err());
    }
}

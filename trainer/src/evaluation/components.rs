//! The principal components of images: features that no training has shaped.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// The directions along which images differ most, and their mean.
#[derive(Clone, Debug)]
pub struct Components {
    mean: DVector<f64>,
    /// One orthonormal direction a column.
    directions: DMatrix<f64>,
}

impl Components {
    /// The first `count` principal components of images, fewer if the images differ in fewer directions.
    ///
    /// # Panics
    /// If there is no image.
    pub fn of(images: &[Vec<f32>], count: usize) -> Self {
        let mut columns = columns(images);
        let mean = columns.column_mean();
        columns.column_iter_mut().for_each(|mut column| column -= &mean);
        // Images are fewer than their values: the small matrix of their products has the same directions.
        let eigen = SymmetricEigen::new(columns.tr_mul(&columns));
        let mut order: Vec<usize> = (0..images.len()).collect();
        order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
        let least = 1e-9 * eigen.eigenvalues.max();
        order.retain(|&at| eigen.eigenvalues[at] > least);
        order.truncate(count);
        let directions = order.iter().map(|&at| (&columns * eigen.eigenvectors.column(at)).normalize());
        let directions: Vec<DVector<f64>> = directions.collect();
        let directions =
            if directions.is_empty() { DMatrix::zeros(mean.len(), 0) } else { DMatrix::from_columns(&directions) };
        Components { mean, directions }
    }

    /// Where images lie along the directions, in the units of their values.
    pub fn of_images(&self, images: &[Vec<f32>]) -> Vec<Vec<f32>> {
        let mut columns = columns(images);
        columns.column_iter_mut().for_each(|mut column| column -= &self.mean);
        let along = self.directions.tr_mul(&columns);
        along.column_iter().map(|column| column.iter().map(|x| *x as f32).collect()).collect()
    }
}

/// One image a column.
fn columns(images: &[Vec<f32>]) -> DMatrix<f64> {
    DMatrix::from_fn(images[0].len(), images.len(), |row, column| f64::from(images[column][row]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::noise::Seed;

    #[test]
    fn directions_come_in_the_order_of_their_variance_and_leave_distances_alone() {
        // Two hidden coordinates with deviations 3 and 1, seen in five values.
        let image = |i| {
            let hidden = Seed(0).noise(i, 2);
            vec![3.0 * hidden[0] + 1.0, 0.6 * hidden[1], 0.8 * hidden[1] - 2.0, 0.0, 4.0]
        };
        let images: Vec<Vec<f32>> = (0..300).map(image).collect();
        let components = Components::of(&images, 5);
        let along = components.of_images(&images);
        assert_eq!(along[0].len(), 2, "images differ in two directions");
        let deviation = |axis: usize| {
            shared::measure::mean_and_deviation(&along.iter().map(|x| f64::from(x[axis])).collect::<Vec<_>>()).1
        };
        // 300 draws know a deviation to 4 %.
        assert!((deviation(0) / 3.0 - 1.0).abs() < 0.15 && (deviation(1) - 1.0).abs() < 0.15);
        let squared = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>();
        assert!((squared(&images[0], &images[1]) - squared(&along[0], &along[1])).abs() < 1e-3);
        assert_eq!(Components::of(&images, 1).of_images(&images)[7].len(), 1);
    }
}

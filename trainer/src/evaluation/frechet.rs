//! The Fréchet distance between two clouds of features (Heusel et al., 2017).

use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// ‖m₁ − m₂‖² + tr(S₁ + S₂ − 2·(S₁^{1/2}·S₂·S₁^{1/2})^{1/2}), with means m and covariances S.
///
/// It is biased upwards for few samples: compare distances of equal counts only.
///
/// # Panics
/// If a cloud has fewer than two points.
pub fn frechet_distance(a: &[Vec<f32>], b: &[Vec<f32>]) -> f64 {
    let ((mean_a, covariance_a), (mean_b, covariance_b)) = (moments(a), moments(b));
    let root = square_root(&covariance_a);
    let product = &root * &covariance_b * &root;
    let mixed: f64 = SymmetricEigen::new(product).eigenvalues.iter().map(|value| value.max(0.0).sqrt()).sum();
    (mean_a - mean_b).norm_squared() + covariance_a.trace() + covariance_b.trace() - 2.0 * mixed
}

fn moments(points: &[Vec<f32>]) -> (DVector<f64>, DMatrix<f64>) {
    assert!(points.len() > 1, "a covariance needs two points");
    let (count, length) = (points.len(), points[0].len());
    let mut matrix = DMatrix::from_fn(count, length, |row, column| f64::from(points[row][column]));
    let mean = matrix.row_mean();
    for mut row in matrix.row_iter_mut() {
        row -= &mean;
    }
    (mean.transpose(), matrix.tr_mul(&matrix) / (count - 1) as f64)
}

/// The square root of a symmetric matrix without negative eigenvalues.
fn square_root(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let eigen = SymmetricEigen::new(matrix.clone());
    // Rounding may leave an eigenvalue of a singular covariance just below 0.
    let roots = DMatrix::from_diagonal(&eigen.eigenvalues.map(|value| value.max(0.0).sqrt()));
    &eigen.eigenvectors * roots * eigen.eigenvectors.transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_of_known_clouds() {
        // The corners of a square have unit variances 4/3 and no correlation.
        let square: Vec<Vec<f32>> = [[1., 1.], [1., -1.], [-1., 1.], [-1., -1.]].map(|p| p.to_vec()).to_vec();
        let moved = |scale: [f32; 2], shift: [f32; 2]| -> Vec<Vec<f32>> {
            square.iter().map(|p| vec![p[0] * scale[0] + shift[0], p[1] * scale[1] + shift[1]]).collect()
        };
        assert!(frechet_distance(&square, &square).abs() < 1e-12);
        assert!((frechet_distance(&square, &moved([1., 1.], [3., 4.])) - 25.0).abs() < 1e-9);
        // Deviations s and 3s differ by 2s along one axis: 4·(4/3).
        assert!((frechet_distance(&square, &moved([3., 1.], [0., 0.])) - 16.0 / 3.0).abs() < 1e-9);
    }
}

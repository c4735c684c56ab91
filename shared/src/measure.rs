//! Numbers that we publish about pictures.

/// Root mean square difference of two pictures, in the units of their values.
///
/// For pictures within −1..=1 the largest possible value is 2. The round-trip error of an encoding is
/// `rmse(image, decoded(encoded(image)))`.
///
/// # Panics
/// If the lengths differ.
pub fn rmse(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len(), "two pictures of one size are compared");
    let sum: f64 = a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
    (sum / a.len() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    #[test]
    fn rmse_of_known_pictures() {
        assert_eq!(super::rmse(&[1.0, -1.0], &[1.0, -1.0]), 0.0);
        assert_eq!(super::rmse(&[1.0, 1.0], &[-1.0, -1.0]), 2.0);
        assert!((super::rmse(&[3.0, 0.0], &[0.0, 4.0]) - 12.5_f64.sqrt()).abs() < 1e-12);
    }
}

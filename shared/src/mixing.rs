//! Noises made of noises.

/// Interpolates two noises along the great circle between them: sin((1−s)θ)/sin θ · a + sin(sθ)/sin θ · b, where θ is
/// their angle. Its norm stays between theirs, which mixing in a straight line does not achieve.
pub fn slerp(a: &[f32], b: &[f32], share: f64) -> Vec<f32> {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    let angle = (dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()).clamp(-1.0, 1.0).acos();
    // Noises in one direction have no circle between them; a straight line then is the limit.
    let (of_a, of_b) = if angle.sin() < 1e-6 {
        (1.0 - share, share)
    } else {
        (((1.0 - share) * angle).sin() / angle.sin(), (share * angle).sin() / angle.sin())
    };
    mix(a, b, of_a, of_b)
}

/// √(1−s)·a + √s·b: of two independent noises, noise again, N(0, 1) in each value (rectified flow, Liu et al., 2023).
pub fn blend(a: &[f32], b: &[f32], share: f64) -> Vec<f32> {
    mix(a, b, (1.0 - share).sqrt(), share.sqrt())
}

/// Σ sᵢ·zᵢ / √(Σ sᵢ²): of independent noises, noise again, N(0, 1) in each value. A share of 1 gives that noise itself.
///
/// # Panics
/// Without noises, or if all shares are 0.
pub fn blend_all(noises: &[(f64, &[f32])]) -> Vec<f32> {
    let norm = noises.iter().map(|(share, _)| share * share).sum::<f64>().sqrt();
    assert!(norm > 0.0, "nothing to blend");
    let values = noises.iter().map(|(_, noise)| noise.len()).min().unwrap_or_default();
    let value = |at: usize| noises.iter().map(|(share, noise)| share * f64::from(noise[at])).sum::<f64>();
    (0..values).map(|at| (value(at) / norm) as f32).collect()
}

fn mix(a: &[f32], b: &[f32], of_a: f64, of_b: f64) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| (of_a * f64::from(*a) + of_b * f64::from(*b)) as f32).collect()
}

//! The straight path between a noise and an image.

#[cfg(feature = "network")]
use crate::time::CLOSE;
use crate::time::Time;
use crate::velocity::State;

/// Where a pair is at one moment, and where it is heading.
#[derive(Clone, Debug, PartialEq)]
pub struct PathSample<S> {
    /// x_t, the point between.
    pub state: S,
    /// dx_t/dt, what the network learns to predict.
    pub velocity: S,
}

/// The straight path of rectified flow: x_t = (1 − t)·x₀ + t·x₁, whose velocity x₁ − x₀ does not depend on t.
///
/// Noise x₀, image x₁, state x_t and velocity are of one shape: here two numbers.
///
/// ```
/// use shared::path::straight;
/// use shared::time::Time;
///
/// let (noise, image) = ([0.0, 2.0], [4.0, 0.0]);
/// let sample = straight(&noise, image, Time::new(0.25));
/// assert_eq!(sample.state, [1.0, 1.5]);
/// assert_eq!(sample.velocity, [4.0, -2.0]);
/// ```
pub fn straight<S: State>(noise: &S, image: S, time: Time) -> PathSample<S> {
    let velocity = image.plus_scaled(-1.0, noise);
    PathSample { state: noise.clone().plus_scaled(time.get(), &velocity), velocity }
}

/// The noise that a moving state comes from along a straight line, x − t·v, and the image that it heads for, x + (1 − t)·v. With
/// the field's velocity these are the means of noise and image, given the state.
///
/// ```
/// use shared::path::{ends, straight};
/// use shared::time::Time;
///
/// let time = Time::new(0.25);
/// let sample = straight(&[0.0, 2.0], [4.0, 0.0], time);
/// assert_eq!(ends(sample.state, &sample.velocity, time), ([0.0, 2.0], [4.0, 0.0]));
/// ```
pub fn ends<S: State>(state: S, velocity: &S, time: Time) -> (S, S) {
    (state.clone().plus_scaled(-time.get(), velocity), state.plus_scaled(1.0 - time.get(), velocity))
}

/// [`straight`] for a batch whose pairs are at different moments.
///
/// Shapes: `noise` and `image` are `[batch, channels, height, width]`; `times` is `[batch]` within `0..=1`.
#[cfg(feature = "network")]
pub fn straight_batch(
    noise: burn::tensor::Tensor<4>,
    image: burn::tensor::Tensor<4>,
    times: burn::tensor::Tensor<1>,
) -> PathSample<burn::tensor::Tensor<4>> {
    let [batch] = times.dims();
    let velocity = image - noise.clone();
    PathSample { state: noise + velocity.clone() * times.reshape([batch, 1, 1, 1]), velocity }
}

/// A Brownian bridge in the place of the straight path (BBDM; Li et al., 2023; DDBM; Zhou et al., 2024): noise is there on the
/// way, x_t + √(t(1 − t))·noise, and neither at its beginning nor at its end. The velocity is (x₁ − x_t)/(1 − t), bounded as
/// [`CLOSE`] says.
///
/// Shapes are those of [`straight_batch`]; the deviation of `noise` is that of the bridge.
#[cfg(feature = "network")]
pub fn bridge_batch(
    straight: PathSample<burn::tensor::Tensor<4>>,
    noise: burn::tensor::Tensor<4>,
    times: burn::tensor::Tensor<1>,
) -> PathSample<burn::tensor::Tensor<4>> {
    let [batch] = times.dims();
    let t = times.reshape([batch, 1, 1, 1]);
    let left = t.clone().neg() + 1.0;
    let added = noise * (t * left.clone()).sqrt();
    let onward = straight.velocity * left.clone() - added.clone();
    PathSample { state: straight.state + added, velocity: onward / left.clamp_min(CLOSE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On the bridge x + (1 − t)·v is the image, wherever the noise has taken the state.
    #[cfg(feature = "network")]
    #[test]
    fn a_bridge_heads_for_its_end() {
        use burn::tensor::{Device, Tensor, TensorData};
        let of =
            |values: [f32; 3]| Tensor::<4>::from_data(TensorData::new(values.to_vec(), [3, 1, 1, 1]), &Device::flex());
        let times = Tensor::<1>::from_data([0.0, 0.25, 0.9], &Device::flex());
        let (source, image, noise) = ([0.5, -1.0, 2.0], [1.0, 1.0, -1.0], [1.0, 1.0, -2.0]);
        let pair = bridge_batch(straight_batch(of(source), of(image), times.clone()), of(noise), times.clone());
        let states: Vec<f32> = pair.state.clone().into_data().iter().collect();
        let expected = [0.5, -0.5 + 0.1875_f32.sqrt(), -0.7 - 2.0 * 0.09_f32.sqrt()];
        assert!(states.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{states:?}");
        let ends = pair.state + pair.velocity * (times.neg() + 1.0).reshape([3, 1, 1, 1]);
        let ends: Vec<f32> = ends.into_data().iter().collect();
        assert!(ends.iter().zip(image).all(|(a, b)| (a - b).abs() < 1e-5), "{ends:?}");
    }

    #[test]
    fn the_path_ends_at_its_ends_and_moves_at_its_velocity() {
        let (noise, image) = ([0.3, -1.2], [2.0, 0.7]);
        assert_eq!(straight(&noise, image, Time::NOISE).state, noise);
        let end = straight(&noise, image, Time::IMAGE).state;
        assert!((0..2).all(|i| (end[i] - image[i]).abs() < 1e-15));
        let (before, after) = (straight(&noise, image, Time::new(0.4)), straight(&noise, image, Time::new(0.6)));
        for i in 0..2 {
            assert!(((after.state[i] - before.state[i]) / 0.2 - before.velocity[i]).abs() < 1e-12);
        }
    }
}

//! One step of Adam in one pass over memory.

use pulp::{Arch, Simd, WithSimd};

use super::threads;
use crate::kernels::AdamStep;

/// Numbers that a thread takes at a time.
const CHUNK: usize = 16_384;

/// What a step changes; all of one length.
#[derive(Debug)]
pub(in crate::kernels) struct Moving<'a> {
    pub(in crate::kernels) weight: &'a mut [f32],
    pub(in crate::kernels) mean: &'a mut [f32],
    pub(in crate::kernels) square: &'a mut [f32],
    pub(in crate::kernels) average: &'a mut [f32],
}

/// Moves everything by one step down the `gradient`, which is multiplied by `shorten` first.
pub(in crate::kernels) fn step(moving: Moving<'_>, gradient: &[f32], shorten: f32, step: AdamStep) {
    let Moving { weight, mean, square, average } = moving;
    let pieces: Vec<_> = weight
        .chunks_mut(CHUNK)
        .zip(mean.chunks_mut(CHUNK))
        .zip(square.chunks_mut(CHUNK))
        .zip(average.chunks_mut(CHUNK))
        .zip(gradient.chunks(CHUNK))
        .collect();
    let arch = Arch::new();
    threads::for_each(
        pieces,
        || (),
        |(), ((((weight, mean), square), average), gradient)| {
            arch.dispatch(Piece { moving: Moving { weight, mean, square, average }, gradient, shorten, step });
        },
    );
}

struct Piece<'a> {
    moving: Moving<'a>,
    gradient: &'a [f32],
    shorten: f32,
    step: AdamStep,
}

impl WithSimd for Piece<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Piece { moving: Moving { weight, mean, square, average }, gradient, shorten, step } = self;
        let [beta_1, beta_2] = step.betas.map(|beta| beta as f32);
        let [rate, deviation, epsilon] = [step.rate / step.corrections[0], step.corrections[1], step.epsilon];
        let (rate, deviation, epsilon) = (rate as f32, (1.0 / deviation) as f32, epsilon as f32);
        let renewal = step.renewal as f32;
        let length = weight.len();
        let (mean, square, average) = (&mut mean[..length], &mut square[..length], &mut average[..length]);
        let gradient = &gradient[..length];
        for i in 0..length {
            let gradient = gradient[i] * shorten;
            mean[i] = mean[i] * beta_1 + gradient * (1.0 - beta_1);
            square[i] = square[i] * beta_2 + gradient * gradient * (1.0 - beta_2);
            weight[i] -= mean[i] / ((square[i] * deviation).sqrt() + epsilon) * rate;
            average[i] += (weight[i] - average[i]) * renewal;
        }
    }
}

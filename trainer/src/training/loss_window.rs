//! The loss between two looks at it.

use std::time::{Duration, Instant};

use burn::tensor::Tensor;

/// The steps since the last look at the loss.
pub(super) struct LossWindow {
    loss: Option<Tensor<1>>,
    steps: usize,
    images: usize,
    began: Instant,
}

impl LossWindow {
    pub(super) fn new() -> Self {
        LossWindow { loss: None, steps: 0, images: 0, began: Instant::now() }
    }

    pub(super) fn add(&mut self, loss: Tensor<1>, images: usize) {
        self.loss = Some(match self.loss.take() {
            Some(sum) => sum + loss,
            None => loss,
        });
        self.steps += 1;
        self.images += images;
    }

    /// Whether the loss has been finite since the last look. Waits for the device.
    pub(super) fn is_finite(&self) -> bool {
        self.loss.as_ref().is_none_or(|sum| sum.clone().into_scalar::<f64>().is_finite())
    }

    /// Time that was not spent on steps.
    pub(super) fn leave_out(&mut self, time: Duration) {
        self.began += time;
    }

    /// Mean loss and images a second; begins anew.
    pub(super) fn take(&mut self) -> (f64, f64) {
        let sum = self.loss.take().map_or(f64::NAN, |loss| loss.into_scalar::<f64>());
        let result = (sum / self.steps as f64, self.images as f64 / self.began.elapsed().as_secs_f64());
        *self = LossWindow::new();
        result
    }
}

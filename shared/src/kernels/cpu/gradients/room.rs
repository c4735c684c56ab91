use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Room for what is made ready, kept from call to call.
pub(super) struct Room {
    numbers: [Vec<f32>; 2],
    /// How many of them this call needs.
    sizes: [usize; 2],
}

static KEPT: Mutex<[Vec<f32>; 2]> = Mutex::new([Vec::new(), Vec::new()]);

impl Room {
    /// Whatever an earlier call has left in it or, if need be, zeros.
    pub(super) fn take(sizes: [usize; 2], zeros: bool) -> Self {
        let mut numbers = mem::take(&mut *kept());
        for (numbers, size) in numbers.iter_mut().zip(sizes) {
            if zeros {
                numbers.clear();
            }
            numbers.resize(size.max(numbers.len()), 0.0);
        }
        Room { numbers, sizes }
    }

    pub(super) fn numbers(&mut self) -> [&mut [f32]; 2] {
        let [a, b] = &mut self.numbers;
        [&mut a[..self.sizes[0]], &mut b[..self.sizes[1]]]
    }

    pub(super) fn keep(self) {
        *kept() = self.numbers;
    }
}

fn kept() -> MutexGuard<'static, [Vec<f32>; 2]> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

//! Memory that is written before anyone reads it: for outputs of many megabytes it takes a while to write zeros first.

use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Numbers that are still to be written.
pub(super) struct Blank<'a> {
    numbers: &'a mut [MaybeUninit<f32>],
    /// How many of the whole have been written.
    written: &'a AtomicUsize,
}

impl<'a> Blank<'a> {
    /// In pieces of this `size`; the last one may be smaller.
    pub(super) fn chunks(self, size: usize) -> impl Iterator<Item = Blank<'a>> {
        let Blank { numbers, written } = self;
        numbers.chunks_mut(size).map(move |numbers| Blank { numbers, written })
    }

    /// Writes zeros, which are near at hand for whoever writes something else next.
    #[expect(unsafe_code, reason = "the safe way to fill such memory is not stable yet")]
    pub(super) fn zeros(self) -> &'a mut [f32] {
        self.written.fetch_add(self.numbers.len(), Ordering::Relaxed);
        self.numbers.fill(MaybeUninit::new(0.0));
        // SAFETY: all of them have just been written.
        unsafe { self.numbers.assume_init_mut() }
    }
}

/// So many numbers, all of which `write` writes.
///
/// # Panics
/// If it has not.
#[expect(unsafe_code, reason = "memory that has been written piece by piece becomes a vector in no other way")]
pub(super) fn numbers(count: usize, write: impl FnOnce(Blank<'_>)) -> Vec<f32> {
    let mut numbers = Vec::with_capacity(count);
    let written = AtomicUsize::new(0);
    write(Blank { numbers: &mut numbers.spare_capacity_mut()[..count], written: &written });
    assert_eq!(written.into_inner(), count, "numbers that nobody has written");
    // SAFETY: there is room for them, and each is written: a blank is used up by writing, so that none counts twice.
    unsafe { numbers.set_len(count) };
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_was_written() {
        let found = numbers(5, |blank| {
            for (number, blank) in blank.chunks(2).enumerate() {
                blank.zeros().fill(number as f32);
            }
        });
        assert_eq!(found, [0.0, 0.0, 1.0, 1.0, 2.0]);
    }

    #[test]
    #[should_panic(expected = "nobody has written")]
    fn nothing_is_read_that_was_not_written() {
        numbers(5, |blank| {
            blank.chunks(2).skip(1).for_each(|blank| {
                blank.zeros();
            });
        });
    }
}

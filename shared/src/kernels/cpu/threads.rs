//! Work shared among threads, where there are any.

#[cfg(feature = "threads")]
use std::sync::{Mutex, PoisonError};

#[cfg(feature = "threads")]
use rayon::prelude::*;

/// How many threads there are.
pub(super) fn count() -> usize {
    #[cfg(feature = "threads")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "threads"))]
    return 1;
}

/// Does all `work`, each piece with the scratch space of its thread.
///
/// No piece depends on what others leave in the scratch space, so that results are the same at any number of threads.
pub(super) fn for_each<W: Send, T: Send>(
    work: Vec<W>,
    scratch: impl Fn() -> T + Sync + Send,
    body: impl Fn(&mut T, W) + Sync + Send,
) {
    #[cfg(feature = "threads")]
    {
        // Rayon's own way to do this makes a new space whenever a thread takes work over from another one.
        let idle = Mutex::new(Vec::new());
        let spaces = || idle.lock().unwrap_or_else(PoisonError::into_inner);
        work.into_par_iter().for_each(|piece| {
            let taken = spaces().pop();
            let mut space = taken.unwrap_or_else(&scratch);
            body(&mut space, piece);
            spaces().push(space);
        });
    }
    #[cfg(not(feature = "threads"))]
    {
        let mut scratch = scratch();
        work.into_iter().for_each(|piece| body(&mut scratch, piece));
    }
}

//! The ends of a load or a job that are not its own.

use crate::protocol::Event;

/// Why a load or a job did not come to its end.
pub(crate) enum Unfinished {
    /// It was no longer wanted.
    Dropped,
    /// It could not go on: what, and what to do.
    Failed(String),
    /// There is nothing to compute with: why.
    NoDevice(String),
    /// What it was computed with is gone, and with it the engine.
    Lost,
}

impl Unfinished {
    /// What the page hears of it.
    pub(crate) fn event(self, id: u32) -> Event {
        match self {
            Unfinished::Dropped => Event::Dropped { id },
            Unfinished::Failed(message) => Event::Failed { id: Some(id), message },
            Unfinished::NoDevice(reason) => Event::NoDevice { reason },
            Unfinished::Lost => Event::Failed { id: None, message: "its graphics processor is lost".to_owned() },
        }
    }
}

impl<M: Into<String>> From<M> for Unfinished {
    fn from(message: M) -> Self {
        Unfinished::Failed(message.into())
    }
}

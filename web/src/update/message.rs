use crate::catalogue::Catalogue;
use crate::device::Choice;
use crate::protocol::Event;
use crate::view::Tab;

/// Everything that can happen to the page.
#[derive(Clone, Debug)]
pub enum Message {
    /// The page was opened.
    Start {
        /// What the address says after its `#`.
        fragment: String,
        /// What computes in this browser.
        choice: Choice,
    },
    /// A link was followed within the page.
    Link(String),
    /// The list of models has come, or not.
    Catalogue(Result<Catalogue, String>),
    /// The engine says something.
    Engine(Event),
    /// The engine on trial says something.
    Rival(Event),
    /// A control was changed, or the button pressed that starts a trajectory.
    Controls {
        /// What every control says, in the [words of a link](crate::link::set).
        words: Vec<(&'static str, String)>,
        /// Whether the trajectory is wanted now.
        run: bool,
    },
    /// A tab was chosen.
    Tab(Tab),
    /// A model was chosen, by its name.
    Model(String),
    /// A held-out image was chosen, by its number.
    Example(u32),
    /// The visitor has brought an image: its pixels in the model's shape, or why there are none.
    Own(Result<Vec<u8>, String>),
    /// The handle of the pad was moved to this place, from 0 (left, above) to 255.
    Handle([u8; 2]),
    /// A corner of the pad was chosen: the next held-out image or seed takes its place.
    Corner(usize),
    /// The chosen corner is to be this seed.
    CornerSeed(u64),
    /// The pad is to have so many corners.
    Corners(usize),
    /// The handle is to walk by itself, or to stand still.
    Walk,
    /// Nobody sees the page any more.
    Hidden,
    /// What is shown is to be saved.
    Save,
    /// The whole trajectory is to be saved.
    SaveFilm,
    /// A model of the visitor's own: its name, its address, and its size.
    OwnModel {
        /// What the file is called.
        name: String,
        /// Where it can be read.
        address: String,
        /// Its size.
        bytes: u64,
    },
    /// The scale of moments was moved to this one.
    Moment(usize),
    /// A place in the plane was marked, each coordinate from 0 (left, below) to 255.
    Place([u8; 2]),
    /// What is shown is to be drawn again.
    Look,
    /// The marks are to go.
    Clear,
    /// The trajectory is to be played, or to stand still.
    Play,
    /// The time of the [`Effect::Wait`](super::Effect::Wait) of this number is over.
    Tick(u32),
    /// What is under way is no longer wanted.
    Cancel,
    /// The address was copied, or not.
    Copied(bool),
}

use std::rc::Rc;

use shared::image::ImageShape;
use shared::method::Method;

use super::Sheet;
use crate::catalogue::Entry;
use crate::device::Backend;
use crate::laboratory::Scenery;
use crate::mix::Mix;
use crate::protocol::{LoadedModel, Request, Returned};
use crate::view::View;

/// Everything that the page must do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Fetch the list of models; the answer is [`Message::Catalogue`](super::Message::Catalogue).
    FetchCatalogue,
    /// Start the engine, in the place of any other.
    StartEngine {
        /// Its script.
        script: String,
        /// What it computes with.
        backend: Backend,
    },
    /// Ask the engine.
    Ask(Request),
    /// Start an engine for WebGPU beside it, on trial, from this script.
    StartRival(String),
    /// Ask the engine on trial.
    AskRival(Request),
    /// End the engine on trial.
    EndRival,
    /// Put the engine on trial, which has the same model, into the place of the other.
    AdoptRival,
    /// Say what the page is doing.
    Activity(Activity),
    /// Show this notice, or none.
    Notice(Option<String>),
    /// Write into the element of index.html with this id.
    Text(&'static str, String),
    /// Write the fragment of the address.
    Link(String),
    /// Offer these models.
    Models(Vec<Entry>),
    /// Let go of a file of the visitor's that is no longer called by this address.
    Forget(String),
    /// Show what there is of a model: classes, held-out images, card.
    Model(Rc<LoadedModel>),
    /// Offer what goes with the model.
    Companions {
        /// The names of other models of the same images, to compare with.
        models: Vec<String>,
        /// The methods that can translate.
        methods: Vec<Method>,
        /// Whether the model has learned to cross many intervals in one.
        few_steps: bool,
        /// The first of these models that has, if it has not, and the other way round.
        twin: Option<String>,
    },
    /// Make the controls say what the view says.
    View(Box<View>),
    /// Show how much of a model has come.
    Download {
        /// Bytes so far.
        bytes: u64,
        /// Bytes in all.
        of: u64,
    },
    /// Show how much of the job is done, from 0 to 1.
    Progress(f64),
    /// Make room for images with these captions.
    Gallery {
        /// The element of index.html that holds them.
        place: &'static str,
        /// What their canvases are called, before `-0`, `-1`, …
        canvas: &'static str,
        /// The captions.
        captions: Vec<String>,
    },
    /// Show the pad with its corners and its handle.
    Pad {
        /// What is mixed.
        mix: Box<Mix>,
        /// Whether the handle walks by itself.
        walking: bool,
    },
    /// Show how exactly the image came back, as a chart and as a table.
    Returns(Vec<Returned>),
    /// Save images as a PNG file.
    Save {
        /// The file's name.
        name: String,
        /// The images.
        sheet: Box<Sheet>,
    },
    /// Save a film as a GIF file.
    SaveFilm {
        /// The file's name.
        name: String,
        /// Its moments.
        sheets: Vec<Sheet>,
    },
    /// Save the plane of the laboratory as a PNG file.
    SavePlane,
    /// Draw on the canvas of this id.
    Draw {
        /// The id.
        canvas: String,
        /// The size of the image.
        shape: ImageShape,
        /// Its pixels, channels side by side.
        pixels: Vec<u8>,
    },
    /// Make the scale of moments so long, and let it stand at one of them.
    Moments {
        /// How many there are.
        count: usize,
        /// The number of the one.
        at: usize,
        /// What it is.
        title: String,
        /// Whether the visitor may move it: not while moments are still to come.
        free: bool,
    },
    /// Say whether the trajectory is being played.
    Playing(bool),
    /// Play the trajectory once, if the visitor does not mind motion.
    PlayUnasked,
    /// Let the handle walk, likewise.
    WalkUnasked,
    /// Show points and field of the plane.
    Scenery(Box<Scenery>),
    /// Let a graphics processor show very many points below it.
    Particles {
        /// The program that does.
        script: String,
        /// The experiment, as a link says it.
        link: String,
        /// The number of the moment.
        moment: usize,
    },
    /// Come back with [`Message::Tick`](super::Message::Tick).
    Wait {
        /// After so long.
        milliseconds: u32,
        /// With this number. Only the latest wait counts.
        number: u32,
    },
    /// Show the element of index.html with this id, or hide it.
    Shown(&'static str, bool),
    /// Empty the strip of frames.
    ClearStrip,
    /// Add a frame to the strip.
    Strip {
        /// What it is.
        title: String,
        /// The size of the image.
        shape: ImageShape,
        /// Its pixels, channels side by side.
        pixels: Vec<u8>,
    },
}

/// What the page is doing, for style sheets and tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Fetching the list of models, starting the engine.
    Starting,
    /// Loading a model.
    Loading,
    /// There is a model, and no trajectory yet.
    Ready,
    /// A trajectory is under way.
    Running,
    /// The trajectory is complete.
    Done,
    /// The visitor has stopped it, or the download.
    Stopped,
    /// Something went wrong; a notice says what.
    Failed,
}

impl Activity {
    /// The value of the body's `data-state`.
    pub fn name(self) -> &'static str {
        match self {
            Activity::Starting => "starting",
            Activity::Loading => "loading",
            Activity::Ready => "ready",
            Activity::Running => "running",
            Activity::Done => "done",
            Activity::Stopped => "stopped",
            Activity::Failed => "failed",
        }
    }

    /// Whether there is something to stop.
    pub fn can_be_stopped(self) -> bool {
        matches!(self, Activity::Loading | Activity::Running)
    }
}

//! Hears requests and starts what they ask for.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use burn::tensor::Device;
use sha2::{Digest, Sha256};
use shared::card::Direct;
use shared::checkpoint::Checkpoint;
use shared::method::Method;
use wasm_bindgen_futures::spawn_local;

use super::download::{Downloaded, download};
use super::job::{self, Model};
use super::port::{fail, listen, post, report_panics};
use super::search::Search;
use super::unfinished::Unfinished;
use crate::protocol::{Done, Event, Job, LoadedModel, Request, Task, Weights};

/// What the engine holds between requests.
#[derive(Clone)]
struct Worker {
    search: Search,
    model: Rc<RefCell<Option<Rc<Model>>>>,
    /// The model that jobs were last computed with in its place.
    other: Rc<RefCell<Option<Other>>>,
    /// The load or the job that is wanted; any other that is under way stops at its next moment.
    wanted: Rc<Cell<Option<u32>>>,
}

/// A model beside the loaded one.
struct Other {
    weights: Weights,
    model: Rc<Model>,
}

/// Begins to listen, and to `find` the device; an error says in words for the visitor why there is none.
pub fn start(find: impl Future<Output = Result<Device, String>> + 'static) {
    report_panics(fail);
    let worker =
        Worker { search: Search::begin(find), model: Rc::default(), other: Rc::default(), wanted: Rc::default() };
    listen(move |request| worker.hear(request));
    post(&Event::Awake);
}

impl Worker {
    /// Every load and every job is answered in the end, whatever becomes of it.
    fn hear(&self, request: Request) {
        let worker = self.clone();
        match request {
            Request::Cancel => self.wanted.set(None),
            Request::Load { id, weights } => {
                self.wanted.set(Some(id));
                self.model.replace(None);
                self.other.replace(None);
                spawn_local(async move {
                    let loaded = worker.load(id, &weights).await.map(Box::new);
                    post(&loaded.map_or_else(|end| end.event(id), |model| Event::Loaded { id, model }));
                });
            }
            Request::Run(job) => {
                self.wanted.set(Some(job.id));
                spawn_local(async move {
                    let done = worker.run(&job).await;
                    post(&done.map_or_else(|end| end.event(job.id), Event::Done));
                });
            }
        }
    }

    async fn load(&self, id: u32, weights: &Weights) -> Result<LoadedModel, Unfinished> {
        let (model, checkpoint, kept) = self.fetch(id, weights).await?;
        if let Some(Direct { from, to, .. }) = &checkpoint.card.direct {
            let message = format!("it leads from {from} to {to} without noise between them; choose another model");
            return Err(message.into());
        }
        self.model.replace(Some(Rc::new(model)));
        Ok(LoadedModel {
            card: checkpoint.card,
            shape: checkpoint.shape,
            kept,
            example_classes: checkpoint.examples.iter().map(|example| example.class).collect(),
            example_pixels: checkpoint.examples.into_iter().flat_map(|example| example.pixels).collect(),
        })
    }

    /// The model of a file, what the file says, and whether the browser had kept it.
    async fn fetch(&self, id: u32, weights: &Weights) -> Result<(Model, Checkpoint, bool), Unfinished> {
        let go_on = || if self.wanted.get() == Some(id) { Ok(()) } else { Err(Unfinished::Dropped) };
        // Before the download: without a device, another engine loads the model.
        let device = self.search.device().await;
        go_on()?;
        let device = device.map_err(Unfinished::NoDevice)?;
        let Downloaded { bytes, kept } = download(&weights.address, |bytes| {
            post(&Event::Loading { id, bytes });
            go_on().is_ok()
        })
        .await?;
        go_on()?;
        let found = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        if weights.hash.as_ref().is_some_and(|hash| !found.starts_with(hash)) {
            return Err("the file is damaged, or another than the page was built with; reload the page".into());
        }
        let checkpoint = Checkpoint::from_bytes(&bytes).map_err(|error| error.to_string())?;
        let net = checkpoint.network(&device).map_err(|error| error.to_string())?;
        let (classes, direct) = (checkpoint.card.classes.clone(), checkpoint.card.direct.clone());
        let model = Model { net, shape: checkpoint.shape, device, classes, direct, noises: RefCell::default() };
        Ok((model, checkpoint, kept))
    }

    /// The other model that a job wants, which has come before or comes now.
    async fn other(&self, id: u32, weights: &Weights) -> Result<Rc<Model>, Unfinished> {
        let there =
            self.other.borrow().as_ref().filter(|other| other.weights == *weights).map(|other| other.model.clone());
        if let Some(model) = there {
            return Ok(model);
        }
        let model = Rc::new(self.fetch(id, weights).await?.0);
        self.other.replace(Some(Other { weights: weights.clone(), model: model.clone() }));
        Ok(model)
    }

    async fn run(&self, job: &Job) -> Result<Done, Unfinished> {
        let own = self.model.borrow().clone().ok_or("there is no model yet")?;
        job.check(own.net.classes(), own.shape)?;
        let model = match &job.with {
            None => own,
            Some(weights) => {
                let other = self.other(job.id, weights).await?;
                if (&other.classes, other.shape) != (&own.classes, own.shape) {
                    return Err("the other model has other classes, or images of another size".into());
                }
                let directly =
                    matches!(&job.task, Task::Translate(translation) if translation.method == Method::Direct);
                if other.direct.is_some() != directly {
                    return Err("a direct flow translates between its two classes, and does nothing else".into());
                }
                other
            }
        };
        job::run(&model, job, || self.wanted.get() == Some(job.id)).await
    }
}

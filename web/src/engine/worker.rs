//! Hears requests and starts what they ask for.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use burn::tensor::Device;
use sha2::{Digest, Sha256};
use shared::card::Direct;
use shared::checkpoint::Checkpoint;
use wasm_bindgen_futures::spawn_local;

use super::download::download;
use super::job::{self, Model};
use super::port::{fail, listen, post};
use super::search::Search;
use super::unfinished::Unfinished;
use crate::protocol::{Done, Event, Job, LoadedModel, Request};

/// What the engine holds between requests.
#[derive(Clone)]
struct Worker {
    search: Search,
    model: Rc<RefCell<Option<Rc<Model>>>>,
    /// The load or the job that is wanted; any other that is under way stops at its next moment.
    wanted: Rc<Cell<Option<u32>>>,
}

/// Begins to listen, and to `find` the device; an error says in words for the visitor why there is none.
pub fn start(find: impl Future<Output = Result<Device, String>> + 'static) {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        fail(panic.to_string());
    }));
    let worker = Worker { search: Search::begin(find), model: Rc::default(), wanted: Rc::default() };
    listen(move |request| worker.hear(request));
    post(&Event::Awake);
}

impl Worker {
    /// Every load and every job is answered in the end, whatever becomes of it.
    fn hear(&self, request: Request) {
        let worker = self.clone();
        match request {
            Request::Cancel => self.wanted.set(None),
            Request::Load { id, address, hash } => {
                self.wanted.set(Some(id));
                // Two models do not fit on a small device.
                self.model.replace(None);
                spawn_local(async move {
                    let loaded = worker.load(id, &address, hash.as_deref()).await.map(Box::new);
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

    async fn load(&self, id: u32, address: &str, hash: Option<&str>) -> Result<LoadedModel, Unfinished> {
        let go_on = || if self.wanted.get() == Some(id) { Ok(()) } else { Err(Unfinished::Dropped) };
        // Before the download: without a device, another engine loads the model.
        let device = self.search.device().await;
        go_on()?;
        let device = device.map_err(Unfinished::NoDevice)?;
        let bytes = download(address, |bytes| {
            post(&Event::Loading { id, bytes });
            go_on().is_ok()
        })
        .await?;
        go_on()?;
        let found = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        if hash.is_some_and(|hash| !found.starts_with(hash)) {
            return Err("the file is damaged, or another than the page was built with; reload the page".into());
        }
        let checkpoint = Checkpoint::from_bytes(&bytes).map_err(|error| error.to_string())?;
        if let Some(Direct { from, to, .. }) = &checkpoint.card.direct {
            let message = format!("it leads from {from} to {to} without noise between them; choose another model");
            return Err(message.into());
        }
        let net = checkpoint.network(&device).map_err(|error| error.to_string())?;
        self.model.replace(Some(Rc::new(Model { net, shape: checkpoint.shape, device, noises: RefCell::default() })));
        Ok(LoadedModel {
            card: checkpoint.card,
            shape: checkpoint.shape,
            example_classes: checkpoint.examples.iter().map(|example| example.class).collect(),
            example_pixels: checkpoint.examples.into_iter().flat_map(|example| example.pixels).collect(),
        })
    }

    async fn run(&self, job: &Job) -> Result<Done, Unfinished> {
        let model = self.model.borrow().clone().ok_or("there is no model yet")?;
        job.check(model.net.classes(), model.shape)?;
        job::run(&model, job, || self.wanted.get() == Some(job.id)).await
    }
}

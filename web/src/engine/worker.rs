//! Hears requests and starts what they ask for.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use shared::card::Direct;
use shared::checkpoint::Checkpoint;
use wasm_bindgen_futures::spawn_local;
use web::protocol::{Event, Job, LoadedModel, Request};

use super::device;
use super::download::download;
use super::job::{self, Model};
use super::port::{listen, post};

/// What the engine holds between requests.
#[derive(Clone, Default)]
struct Worker {
    model: Rc<RefCell<Option<Rc<Model>>>>,
    /// The turn of the latest request; whatever was started in an earlier turn is no longer wanted.
    turn: Rc<Cell<u32>>,
}

/// Begins to listen.
pub(crate) fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        post(&Event::Failed { message: format!("the engine has stopped: {panic}. Reload the page to start it again") });
    }));
    let worker = Worker::default();
    listen(move |request| worker.hear(request));
    post(&Event::Awake);
}

impl Worker {
    fn hear(&self, request: Request) {
        let turn = self.turn.get() + 1;
        self.turn.set(turn);
        let worker = self.clone();
        match request {
            Request::Cancel => {}
            Request::Load { address, cpu, .. } => spawn_local(async move {
                match worker.load(&address, cpu, turn).await {
                    Ok(Some(ready)) => post(&Event::Loaded(Box::new(ready))),
                    Ok(None) => {}
                    Err(message) => post(&Event::Failed { message }),
                }
            }),
            Request::Run(job) => spawn_local(async move { worker.run(&job, turn).await }),
        }
    }

    /// None if another request came meanwhile.
    async fn load(&self, address: &str, cpu: bool, turn: u32) -> Result<Option<LoadedModel>, String> {
        self.model.replace(None);
        let bytes = download(address, |bytes| post(&Event::Loading { bytes })).await?;
        let checkpoint =
            Checkpoint::from_bytes(&bytes).map_err(|error| format!("{address} cannot be used: {error}"))?;
        if let Some(direct) = &checkpoint.card.direct {
            let Direct { from, to, .. } = direct;
            return Err(format!(
                "{address} leads from {from} to {to} without noise between them; choose another model"
            ));
        }
        let found = device::find(cpu).await;
        if self.turn.get() != turn {
            return Ok(None);
        }
        let net = checkpoint.network(&found.device).map_err(|error| format!("{address} cannot be used: {error}"))?;
        self.model.replace(Some(Rc::new(Model { net, shape: checkpoint.shape, device: found.device })));
        Ok(Some(LoadedModel {
            device: found.backend,
            reason: found.reason,
            card: checkpoint.card,
            shape: checkpoint.shape,
            example_classes: checkpoint.examples.iter().map(|example| example.class).collect(),
            example_pixels: checkpoint.examples.into_iter().flat_map(|example| example.pixels).collect(),
        }))
    }

    async fn run(&self, job: &Job, turn: u32) {
        let model = self.model.borrow().clone();
        let Some(model) = model else {
            return post(&Event::Failed { message: "there is no model yet".to_owned() });
        };
        // A dropped job needs no word: the page dropped it.
        job::run(&model, job, || self.turn.get() == turn).await.unwrap_or_default();
    }
}

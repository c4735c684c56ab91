//! Hears which moment is to be seen, and draws it.

use std::cell::RefCell;
use std::num::NonZeroU32;
use std::rc::Rc;
use std::sync::Arc;

use shared::solver::Solver;
use shared::time::Spacing;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::OffscreenCanvas;
use wgpu::CurrentSurfaceTexture::{Suboptimal, Success};

use super::cloud::Cloud;
use super::field::Field;
use super::gpu::Gpu;
use super::painter::Painter;
use crate::laboratory::{Laboratory, Pairs, particles, start as beginning, travel};
use crate::link::view_from_fragment;
use crate::port::{listen, post, report_panics};
use crate::protocol::{Show, Shown};
use crate::view::View;

/// Half the side of a point, where the plane is 2 wide: one pixel of the page.
const POINT: f32 = 0.0028;

/// What there is once a canvas has come.
struct Stage {
    gpu: Rc<Gpu>,
    surface: wgpu::Surface<'static>,
    painter: Painter,
    shown: Option<(Experiment, Vec<Cloud>)>,
}

/// What is moved, and how.
#[derive(PartialEq)]
struct Experiment {
    laboratory: Laboratory,
    solver: Solver,
    intervals: NonZeroU32,
    spacing: Spacing,
}

/// Begins to listen, and says so: first comes a canvas, then, when that is ready, one wish after the other.
pub fn start() {
    report_panics(fail);
    let stage: Rc<RefCell<Option<Stage>>> = Rc::default();
    listen(move |message| {
        let stage = Rc::clone(&stage);
        match message.dyn_into::<OffscreenCanvas>() {
            Ok(canvas) => spawn_local(async move {
                match Stage::on(canvas).await {
                    Ok(ready) => {
                        stage.replace(Some(ready));
                        post(&Shown::Ready);
                    }
                    Err(reason) => fail(reason),
                }
            }),
            Err(data) => match serde_wasm_bindgen::from_value::<Show>(data) {
                Ok(wish) => show(&stage, &wish),
                Err(error) => fail(format!("it does not understand the page: {error}")),
            },
        }
    });
    post(&Shown::Awake);
}

fn fail(reason: String) {
    post(&Shown::Failed { reason });
}

fn show(stage: &RefCell<Option<Stage>>, wish: &Show) {
    if let Some(stage) = stage.borrow_mut().as_mut() {
        stage.show(wish).map_or_else(fail, |count| post(&Shown::Drawn { count }));
    }
}

impl Stage {
    async fn on(canvas: OffscreenCanvas) -> Result<Self, String> {
        let (width, height) = (canvas.width(), canvas.height());
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let surface = instance
            .create_surface(wgpu::SurfaceTarget::OffscreenCanvas(canvas))
            .map_err(|error| format!("WebGPU refuses the canvas: {error}"))?;
        let options = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            compatible_surface: Some(&surface),
            ..wgpu::RequestAdapterOptions::default()
        };
        let adapter = instance.request_adapter(&options).await;
        let adapter = adapter.map_err(|_list| "this browser offers no WebGPU adapter".to_owned())?;
        let descriptor =
            wgpu::DeviceDescriptor { required_limits: adapter.limits(), ..wgpu::DeviceDescriptor::default() };
        let (device, queue) =
            adapter.request_device(&descriptor).await.map_err(|error| format!("WebGPU refuses: {error}"))?;
        device.set_device_lost_callback(|_, reason| fail(reason));
        device.on_uncaptured_error(Arc::new(|error: wgpu::Error| fail(error.to_string())));
        let gpu = Gpu::new(device, queue);
        let mut configuration =
            surface.get_default_config(&adapter, width, height).ok_or("it cannot draw on this canvas")?;
        configuration.alpha_mode = wgpu::CompositeAlphaMode::PreMultiplied;
        surface.configure(&gpu.device, &configuration);
        let painter = Painter::new(&gpu, configuration.format, POINT);
        Ok(Stage { gpu: Rc::new(gpu), surface, painter, shown: None })
    }

    /// Draws a moment; returns how many points it has.
    fn show(&mut self, wish: &Show) -> Result<usize, String> {
        let View { laboratory, solver, intervals, spacing, .. } =
            view_from_fragment(&wish.link).map_err(|error| error.to_string())?;
        // Lines between points move none of them.
        let laboratory = Laboratory { pairs: Pairs::None, ..laboratory };
        let wanted = Experiment { laboratory, solver, intervals, spacing };
        let known = self.shown.take().filter(|(experiment, _)| *experiment == wanted);
        let (experiment, clouds) = known.unwrap_or_else(|| {
            let clouds = self.computed(&wanted);
            (wanted, clouds)
        });
        let cloud = clouds.get(wish.moment).ok_or("there is no such moment")?;
        let (Success(texture) | Suboptimal(texture)) = self.surface.get_current_texture() else {
            return Err("the canvas is lost".to_owned());
        };
        let view = texture.texture.create_view(&wgpu::TextureViewDescriptor::default());
        self.painter.paint(&view, cloud, &clouds[0], wish.dark);
        self.gpu.queue.present(texture);
        let count = cloud.count;
        self.shown = Some((experiment, clouds));
        Ok(count)
    }

    /// The points at every moment.
    fn computed(&self, experiment: &Experiment) -> Vec<Cloud> {
        let Experiment { laboratory, solver, intervals, spacing } = experiment;
        let [source, target] = [laboratory.scene, laboratory.target].map(|scene| laboratory.mixture(scene));
        let count = particles(laboratory.way, *intervals) as u64;
        let starts: Vec<[f64; 2]> = (0..count)
            .map(|number| {
                let place = beginning(laboratory.way, &source, number);
                [place[0], place[1]]
            })
            .collect();
        let fields = [&source, &target].map(|mixture| Field::new(&self.gpu, mixture));
        let start = Cloud::new(Rc::clone(&self.gpu), &starts);
        travel(laboratory.way, [&fields[0], &fields[1]], *solver, &spacing.grid(*intervals), start).0
    }
}

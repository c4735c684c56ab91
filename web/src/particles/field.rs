use std::rc::Rc;

use shared::mixture::Mixture;
use shared::time::Time;
use shared::velocity::VelocityField;

use super::cloud::{Cloud, Places};
use super::gpu::{Gpu, Kernel};

/// The exact field of a mixture whose components are equally wide in both directions.
#[derive(Debug)]
pub struct Field {
    heaps: wgpu::Buffer,
}

impl Field {
    /// The field of `mixture`.
    pub fn new(gpu: &Gpu, mixture: &Mixture) -> Self {
        let heaps = mixture.components().iter();
        let numbers: Vec<f32> = heaps
            .flat_map(|heap| [heap.mean[0], heap.mean[1], heap.deviations[0], heap.weight].map(|x| x as f32))
            .collect();
        Field { heaps: gpu.buffer(&numbers, wgpu::BufferUsages::STORAGE) }
    }
}

impl VelocityField<Cloud> for Field {
    fn velocity(&self, state: &Cloud, time: Time) -> Cloud {
        let places = state.gpu.run(Kernel::Velocity, time.get(), state.count, &state.places.0, &self.heaps);
        Cloud { places: Rc::new(Places(places)), ..state.clone() }
    }
}

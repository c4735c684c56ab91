use std::rc::Rc;

use shared::velocity::State;

use super::gpu::{Gpu, Kernel, PLACES};

/// Points in the plane, in the memory of a graphics processor. A clone is the same points; what is made of them is new.
#[derive(Clone, Debug)]
pub struct Cloud {
    /// The graphics processor.
    pub gpu: Rc<Gpu>,
    /// Two numbers in single precision for each point.
    pub places: Rc<Places>,
    /// How many points.
    pub count: usize,
}

/// The memory of points. A browser would keep it until it finds time to look for what nobody needs, and a trajectory takes a lot
/// of it on the way.
#[derive(Debug)]
pub struct Places(pub wgpu::Buffer);

impl Drop for Places {
    fn drop(&mut self) {
        self.0.destroy();
    }
}

impl Cloud {
    /// Points at these places.
    pub fn new(gpu: Rc<Gpu>, places: &[[f64; 2]]) -> Self {
        let numbers: Vec<f32> = places.iter().flatten().map(|x| *x as f32).collect();
        let buffer = gpu.buffer(&numbers, PLACES);
        Cloud { gpu, places: Rc::new(Places(buffer)), count: places.len() }
    }
}

impl State for Cloud {
    fn plus_scaled(self, factor: f64, direction: &Self) -> Self {
        let places = self.gpu.run(Kernel::PlusScaled, factor, self.count, &self.places.0, &direction.places.0);
        Cloud { places: Rc::new(Places(places)), ..self }
    }

    /// Nobody knows without waiting; adaptive solvers, which ask, are not for browsers.
    fn rms(&self) -> f64 {
        f64::NAN
    }
}

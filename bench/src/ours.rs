//! Our side of the work.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use bench::{Kind, Work};
use burn::tensor::{Device, Tensor, TensorData};
use shared::condition::{Condition, ConditionedNet, indices};
use shared::flow;
use shared::image::ImageShape;
use shared::model::{VelocityNet, VelocityNetConfig};
use shared::noise::Seed;
use shared::solver::Solver;
use shared::time::{Spacing, Time};
use trainer::training::batch::Batch;
use trainer::training::config::{Objective, Training};
use trainer::training::optimiser::Optimiser;
use trainer::training::state::Progress;
use trainer::training::step::{StepContext, step};

const CLASSES: usize = 10;

/// One piece of work, ready to be repeated.
pub(crate) struct Ours {
    work: Work,
    device: Device,
    net: VelocityNet,
    optimiser: Optimiser,
    progress: Progress,
}

impl Ours {
    pub(crate) fn new(work: Work) -> Self {
        let device = match work.kind {
            Kind::Train => Device::flex().autodiff(),
            Kind::Evaluate | Kind::Solve | Kind::BrowserCpu | Kind::BrowserWebGpu => Device::flex(),
        };
        let config = VelocityNetConfig { width: work.width, ..VelocityNetConfig::default() };
        let net = config.init(shape(work), CLASSES, &device).expect("a possible network");
        let optimiser = Optimiser::new(&net);
        Ours { work, device, net, optimiser, progress: Progress::default() }
    }

    /// How long it takes `count` times.
    pub(crate) fn run(&mut self, count: usize) -> Duration {
        let (shape, batch) = (shape(self.work), self.work.batch);
        let noise = |number: u64| Seed(1).noise(number, batch * shape.values());
        let times: Vec<Time> = (0..batch).map(|i| Time::new((i as f64 + 0.5) / batch as f64)).collect();
        let conditions: Vec<Condition> = (0..batch).map(|i| Condition::Class(i % CLASSES)).collect();
        let training = Training { batch, ..Training::by_adam() };
        let (first, second) = (noise(0), noise(1));
        let rows = indices(&conditions, CLASSES, &self.device);
        let states: Tensor<4> = Tensor::from_data(TensorData::new(first.clone(), shape.batch(batch)), &self.device);
        let began = Instant::now();
        if self.work.kind == Kind::Solve {
            let steps = NonZeroU32::new(count as u32 / 2).expect("at least one step of two evaluations");
            let field = ConditionedNet::new(&self.net, &conditions, &self.device);
            let end = flow::decode(field, Solver::Midpoint, &Spacing::Uniform.grid(steps), states).finish();
            assert_eq!((end.nfe as usize, end.state.into_data().shape().num_elements()), (count, first.len()));
            return began.elapsed();
        }
        for _ in 0..count {
            match self.work.kind {
                Kind::Train => {
                    let batch = Batch {
                        between: None,
                        images: second.clone(),
                        noise: first.clone(),
                        times: times.clone(),
                        conditions: conditions.clone(),
                    };
                    let objective = &Objective::default();
                    let context = StepContext { objective, training: &training, shape, device: &self.device };
                    let (net, loss) = step(self.net.clone(), &mut self.optimiser, batch, context, self.progress);
                    self.progress.steps += 1;
                    self.progress.images_seen += self.work.batch as u64;
                    self.net = net;
                    assert!(loss.into_scalar::<f32>().is_finite(), "training goes well");
                }
                Kind::Evaluate | Kind::Solve | Kind::BrowserCpu | Kind::BrowserWebGpu => {
                    let velocity = self.net.forward(states.clone(), &times, rows.clone());
                    assert_eq!(velocity.into_data().shape().num_elements(), batch * shape.values());
                }
            }
        }
        began.elapsed()
    }
}

fn shape(work: Work) -> ImageShape {
    ImageShape { channels: work.channels, height: work.size, width: work.size }
}

//! What the page can ask for, as trajectories.

use burn::tensor::Tensor;
use shared::flow::{self, FlowEdit, VelocityDifference};
use shared::image::values_from_pixels;
use shared::measure::rmse;
use shared::method::Method;
use shared::mixing;
use shared::noise::Seed;
use shared::solver::{Frame, Integration};
use shared::time::Time;
use shared::velocity::{State, VelocityField};

use super::job::{End, Run, read};
use super::port::{breathe, post};
use super::unfinished::Unfinished;
use crate::protocol::{Done, Event, Leg, Mixing, Returned, Start, Translation, Trials};

/// The most noises of images that are kept.
const KEPT: usize = 16;

impl<W: Fn() -> bool> Run<'_, W> {
    pub(super) async fn generate(&self, classes: &[usize], seed: Seed, first: u64) -> Result<Done, Unfinished> {
        let values = self.model.shape.values();
        let numbers = first..first + classes.len() as u64;
        let noise: Vec<f32> = numbers.flat_map(|number| seed.noise(number, values)).collect();
        let end = self.decode(noise, classes, Leg::Decode, 0).await?;
        Ok(self.done(end.nfe))
    }

    pub(super) async fn translate(&self, translation: &Translation) -> Result<Done, Unfinished> {
        let Translation { ref pixels, from, to, method, every, converged, .. } = *translation;
        let image = values_from_pixels(self.model.shape, pixels);
        let others: Vec<usize> = (0..self.model.net.classes()).filter(|class| every && *class != from).collect();
        if !method.encodes() {
            let main = self.carry(&image, translation, &[to], Leg::Decode, 0).await?;
            let done = self.done(main.nfe);
            if !others.is_empty() {
                self.carry(&image, translation, &others, Leg::Every, main.nfe).await?;
            }
            return Ok(done);
        }

        let (solver, grid) = (self.job.solver, self.job.grid());
        let source = || self.field(&[from], 1.0);
        let noise =
            self.follow(flow::encode(source(), solver, &grid, self.tensor(image.clone(), 1)), Leg::Encode, 0).await?;
        // As in `flow::translate`, the target begins from the noise alone: what the solver remembers undoes steps of the
        // source, which only the way back takes.
        let main = self.decode(noise.values.clone(), &[to], Leg::Decode, noise.nfe).await?;
        let mut done = self.done(main.nfe);
        let mut nfe = main.nfe;
        if !others.is_empty() {
            nfe = self.decode(noise.values.repeat(others.len()), &others, Leg::Every, nfe).await?.nfe;
        }
        let encoded = noise.frame.into_encoded();
        let back = self.follow(flow::decode(source(), solver, &grid, encoded), Leg::Return, nfe).await?;
        done.round_trip_rmse = Some(rmse(&image, &back.values));
        if converged {
            let (solver, intervals, spacing) = flow::CONVERGED;
            let fine = flow::encode(source(), solver, &spacing.grid(intervals), self.tensor(image, 1));
            let fine = self.follow(fine, Leg::Converge, back.nfe).await?;
            done.converged_rmse = Some(rmse(&noise.values, &fine.values));
        }
        Ok(done)
    }

    pub(super) async fn mix(&self, mixing: &Mixing) -> Result<Done, Unfinished> {
        let mut noises = Vec::with_capacity(mixing.starts.len());
        for start in &mixing.starts {
            noises.push(self.noise_of(start).await?);
        }
        let mixed = mixing.shares.iter().flat_map(|shares| {
            let parts: Vec<(f64, &[f32])> = shares.iter().copied().zip(noises.iter().map(Vec::as_slice)).collect();
            mixing::blend_all(&parts)
        });
        let classes = vec![mixing.class; mixing.shares.len()];
        let end = self.decode(mixed.collect(), &classes, Leg::Decode, 0).await?;
        Ok(self.done(end.nfe))
    }

    pub(super) async fn go_and_return(&self, trials: &Trials) -> Result<Done, Unfinished> {
        let image = values_from_pixels(self.model.shape, &trials.pixels);
        let field = || self.field(&[trials.class], 1.0);
        let mut all = 0;
        for &(solver, intervals) in &trials.plan {
            let grid = self.job.spacing.grid(intervals);
            let (mut state, mut nfe) = (self.tensor(image.clone(), 1).into(), 0);
            // First to the noise, then back with all that the solver remembers.
            for grid in [grid.reversed(), grid] {
                let frame = self.end_of(solver.integrate(field(), grid, state)).await?;
                nfe += frame.nfe;
                state = frame.into_encoded();
            }
            let back = read(vec![state.state().clone()]).await?;
            self.go_on()?;
            all += nfe;
            post(&Event::Returned(Returned { id: self.job.id, solver, intervals, nfe, rmse: rmse(&image, &back) }));
        }
        Ok(self.done(all))
    }

    /// The noise that one mixes: of a seed, or of an image, which is encoded unless it was lately.
    async fn noise_of(&self, start: &Start) -> Result<Vec<f32>, Unfinished> {
        let (pixels, class) = match start {
            Start::Seed(seed) => return Ok(Seed(*seed).noise(0, self.model.shape.values())),
            Start::Image { pixels, class } => (pixels, *class),
        };
        let key = (start.clone(), self.job.solver, self.job.intervals, self.job.spacing);
        let known = self.model.noises.borrow().iter().find(|(other, _)| *other == key).map(|(_, noise)| noise.clone());
        if let Some(noise) = known {
            return Ok(noise);
        }
        let image = self.tensor(values_from_pixels(self.model.shape, pixels), 1);
        let way = flow::encode(self.field(&[class], 1.0), self.job.solver, &self.job.grid(), image);
        let noise = read(vec![self.end_of(way).await?.state]).await?;
        self.go_on()?;
        let mut kept = self.model.noises.borrow_mut();
        kept.truncate(KEPT - 1);
        kept.insert(0, (key, noise.clone()));
        Ok(noise)
    }

    /// The last frame of a way that nobody watches.
    async fn end_of<F: VelocityField<Tensor<4>>>(
        &self,
        way: Integration<Tensor<4>, F>,
    ) -> Result<Frame<Tensor<4>>, Unfinished> {
        let mut last = None;
        for frame in way {
            last = Some(frame);
            breathe().await;
            self.go_on()?;
        }
        Ok(last.expect("a trajectory has a last frame"))
    }

    /// Noises to images, one for each class.
    async fn decode(&self, noise: Vec<f32>, classes: &[usize], leg: Leg, spent: u32) -> Result<End, Unfinished> {
        let field = self.field(classes, self.job.guidance);
        let start = self.tensor(noise, classes.len());
        self.follow(flow::decode(field, self.job.solver, &self.job.grid(), start), leg, spent).await
    }

    /// An image to one of each class without a noise of its own. The noises that are drawn are those of the trainer's first
    /// image.
    async fn carry(
        &self,
        image: &[f32],
        translation: &Translation,
        classes: &[usize],
        leg: Leg,
        spent: u32,
    ) -> Result<End, Unfinished> {
        let Translation { from, method, start, .. } = *translation;
        let (count, grid, solver) = (classes.len(), self.job.grid(), self.job.solver);
        let (source, target) = (self.field(&vec![from; count], 1.0), self.field(classes, self.job.guidance));
        let images = self.tensor(image.repeat(count), count);
        let noise = |repeat| self.tensor(Seed(0).repeated_noise(0, repeat, image.len()).repeat(count), count);
        match method {
            Method::FlowEdit => {
                let share = 1.0 / f64::from(method.repeats());
                let noises: Vec<_> = (0..method.repeats()).map(|repeat| (share, noise(repeat))).collect();
                let field = FlowEdit { source, target, image: images.clone(), noises: &noises };
                self.follow(flow::decode(field, solver, &grid, images), leg, spent).await
            }
            Method::SdEdit => {
                let way = flow::renoise(target, solver, &grid, Time::new(start), images, &noise(0));
                self.follow(way.ok_or("there is no way to go")?, leg, spent).await
            }
            Method::Direct => {
                let direct = self.model.direct.as_ref().ok_or("this model begins with noise")?;
                if direct.bridge > 0.0 {
                    return Err("this model is a bridge, which the page does not cross; the trainer does".into());
                }
                // One noise, so that its trajectory can be seen.
                let start = images.plus_scaled(direct.noise, &noise(0));
                self.follow(flow::decode(target, solver, &grid, start), leg, spent).await
            }
            Method::VelocityDifference | Method::Ddib => {
                let field = VelocityDifference { source, target };
                self.follow(flow::decode(field, solver, &grid, images), leg, spent).await
            }
        }
    }
}

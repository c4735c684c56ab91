//! Which kind of image a field heads for.

use std::cell::RefCell;

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::guidance;
use crate::model::{Modulations, VelocityNet};
use crate::time::Time;
use crate::velocity::{Moment, VelocityField};

/// A class, or none: what label dropout teaches the network to do without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The class of this number.
    Class(usize),
    /// No class.
    None,
}

impl Condition {
    /// The row of the network's table that stands for this condition.
    fn index(self, classes: usize) -> usize {
        match self {
            Condition::Class(class) => {
                assert!(class < classes, "class {class} of a network that has {classes}");
                class
            }
            Condition::None => classes,
        }
    }
}

/// The network's table rows for a batch: shape `[batch]`.
///
/// # Panics
/// If a class is none of the network's.
pub fn indices(conditions: &[Condition], classes: usize, device: &Device) -> Tensor<1, Int> {
    let rows: Vec<i32> = conditions.iter().map(|condition| condition.index(classes) as i32).collect();
    Tensor::from_data(TensorData::new(rows, [conditions.len()]), device)
}

/// The most rows of images and moments that are computed ahead: enough for one launch, and some megabytes.
const AHEAD: usize = 2_048;

/// The velocity net under one condition for each image of a batch.
#[derive(Clone, Debug)]
pub struct ConditionedNet<'a> {
    net: &'a VelocityNet,
    indices: Tensor<1, Int>,
    /// The moments of the trajectory under way.
    foreseen: RefCell<Vec<Moment>>,
    /// What the blocks are told at some of them.
    told: RefCell<Vec<(Moment, Modulations)>>,
}

impl<'a> ConditionedNet<'a> {
    /// The field of `net` for a batch of `conditions.len()` images.
    pub fn new(net: &'a VelocityNet, conditions: &[Condition], device: &Device) -> Self {
        ConditionedNet {
            net,
            indices: indices(conditions, net.classes(), device),
            foreseen: RefCell::default(),
            told: RefCell::default(),
        }
    }

    /// What the blocks are told at this moment: known, or computed now together with the moments that follow.
    fn told(&self, moment: Moment) -> Modulations {
        let mut told = self.told.borrow_mut();
        if let Some((_, modulations)) = told.iter().find(|(known, _)| *known == moment) {
            return modulations.clone();
        }
        let foreseen = self.foreseen.borrow();
        let next = foreseen.iter().skip_while(|other| **other != moment).copied();
        let mut moments: Vec<Moment> = next.take((AHEAD / self.indices.dims()[0]).max(1)).collect();
        if moments.is_empty() {
            moments.push(moment);
        }
        let (times, ends): (Vec<Time>, Vec<Time>) = moments.iter().copied().unzip();
        *told = moments.into_iter().zip(self.net.foresee(&times, &ends, self.indices.clone())).collect();
        told[0].1.clone()
    }
}

impl VelocityField<Tensor<4>> for ConditionedNet<'_> {
    fn velocity(&self, state: &Tensor<4>, time: Time) -> Tensor<4> {
        self.mean_velocity(state, time, time)
    }

    fn mean_velocity(&self, state: &Tensor<4>, from: Time, to: Time) -> Tensor<4> {
        self.net.forward_modulated(state.clone(), &[from], &self.told((from, to)))
    }

    fn foresee(&self, moments: &dyn Fn() -> Vec<Moment>) {
        let mut moments = moments();
        moments.dedup();
        self.foreseen.replace(moments);
    }
}

/// The field of a network at a guidance weight: that of [`Guided`](crate::guidance::Guided), with both evaluations of a
/// call as one of a batch twice as large. Weights 0 and 1 need only one of them.
#[derive(Clone, Debug)]
pub struct NetField<'a> {
    /// Under the conditions, or under none; where both are needed, under the conditions and then under none.
    net: ConditionedNet<'a>,
    weight: f64,
}

impl<'a> NetField<'a> {
    /// The field of `net` for a batch of `conditions.len()` images at guidance `weight`.
    pub fn new(net: &'a VelocityNet, conditions: &[Condition], weight: f64, device: &Device) -> Self {
        let none = vec![Condition::None; conditions.len()];
        let conditions = match guidance::evaluations(weight) {
            1 if weight == 0.0 => none,
            1 => conditions.to_vec(),
            _ => [conditions, &none].concat(),
        };
        NetField { net: ConditionedNet::new(net, &conditions, device), weight }
    }

    /// The guided velocity at `state`, by what tells the velocity at all states that the net needs.
    fn guided(&self, state: &Tensor<4>, velocity: impl Fn(&Tensor<4>) -> Tensor<4>) -> Tensor<4> {
        if guidance::evaluations(self.weight) == 1 {
            return velocity(state);
        }
        let both = velocity(&Tensor::cat(vec![state.clone(), state.clone()], 0)).chunk(2, 0);
        let [conditional, unconditional] = both.try_into().expect("two halves");
        guidance::leaning(conditional, unconditional, self.weight)
    }
}

impl VelocityField<Tensor<4>> for NetField<'_> {
    fn velocity(&self, state: &Tensor<4>, time: Time) -> Tensor<4> {
        self.guided(state, |states| self.net.velocity(states, time))
    }

    fn mean_velocity(&self, state: &Tensor<4>, from: Time, to: Time) -> Tensor<4> {
        self.guided(state, |states| self.net.mean_velocity(states, from, to))
    }

    fn foresee(&self, moments: &dyn Fn() -> Vec<Moment>) {
        self.net.foresee(moments);
    }

    fn nfe_per_call(&self) -> u32 {
        guidance::evaluations(self.weight)
    }
}

//! Which kind of image a field heads for.

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::guidance::Guided;
use crate::model::VelocityNet;
use crate::time::Time;
use crate::velocity::VelocityField;

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

/// The velocity net under one condition for each image of a batch.
#[derive(Clone, Debug)]
pub struct ConditionedNet<'a> {
    net: &'a VelocityNet,
    indices: Tensor<1, Int>,
}

impl<'a> ConditionedNet<'a> {
    /// The field of `net` for a batch of `conditions.len()` images.
    pub fn new(net: &'a VelocityNet, conditions: &[Condition], device: &Device) -> Self {
        ConditionedNet { net, indices: indices(conditions, net.classes(), device) }
    }
}

impl VelocityField<Tensor<4>> for ConditionedNet<'_> {
    fn velocity(&self, state: &Tensor<4>, time: Time) -> Tensor<4> {
        self.net.forward(state.clone(), &[time], self.indices.clone())
    }

    fn mean_velocity(&self, state: &Tensor<4>, from: Time, to: Time) -> Tensor<4> {
        self.net.forward_mean(state.clone(), &[from], &[to], self.indices.clone())
    }
}

/// The field of a network at a guidance weight. Weight 1 is the plain field, at one evaluation a call.
#[derive(Clone, Debug)]
pub enum NetField<'a> {
    /// Weight 1.
    Plain(Box<ConditionedNet<'a>>),
    /// Any other weight.
    Guided(Box<Guided<ConditionedNet<'a>, ConditionedNet<'a>>>),
}

impl<'a> NetField<'a> {
    /// The field of `net` for a batch of `conditions.len()` images at guidance `weight`.
    pub fn new(net: &'a VelocityNet, conditions: &[Condition], weight: f64, device: &Device) -> Self {
        let conditional = ConditionedNet::new(net, conditions, device);
        if weight == 1.0 {
            return NetField::Plain(Box::new(conditional));
        }
        let unconditional = ConditionedNet::new(net, &vec![Condition::None; conditions.len()], device);
        NetField::Guided(Box::new(Guided { conditional, unconditional, weight }))
    }
}

impl VelocityField<Tensor<4>> for NetField<'_> {
    fn velocity(&self, state: &Tensor<4>, time: Time) -> Tensor<4> {
        match self {
            NetField::Plain(field) => field.velocity(state, time),
            NetField::Guided(field) => field.velocity(state, time),
        }
    }

    fn mean_velocity(&self, state: &Tensor<4>, from: Time, to: Time) -> Tensor<4> {
        match self {
            NetField::Plain(field) => field.mean_velocity(state, from, to),
            NetField::Guided(field) => field.mean_velocity(state, from, to),
        }
    }

    fn nfe_per_call(&self) -> u32 {
        match self {
            NetField::Plain(field) => field.nfe_per_call(),
            NetField::Guided(field) => field.nfe_per_call(),
        }
    }
}

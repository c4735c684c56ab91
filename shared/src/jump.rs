//! Jumps over many intervals: what a network should answer that is asked for the mean velocity from one moment to another.
//!
//! The mean velocity u(x, t, r) of the trajectory through x at t is (x(r) − x(t)) / (r − t), and at r = t the velocity itself.
//! Two of its properties make a target of what the network, or its average, knows already.

use burn::tensor::{Int, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use crate::model::VelocityNet;
use crate::named::named;
use crate::time::Time;

/// From which property of mean velocities jumps are learned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JumpTarget {
    /// A jump is two half jumps: u(x, t, r) = ½u(x, t, m) + ½u(x + (m − t)u(x, t, m), m, r), m halfway. The halves of the
    /// shortest jump are steps of the velocity itself (shortcut models; Frans et al., 2025).
    #[default]
    Halves,
    /// u = v + (r − t)·du/dt along the trajectory, r fixed, from the derivative of (r − t)·u = x(r) − x(t) (MeanFlow; Geng et
    /// al., 2025); with a difference quotient in the place of the derivative.
    Derivative,
}

named!(JumpTarget is a "jump target":
    Halves = "halves",
    Derivative = "derivative",
);

/// The shortest jump of [`JumpTarget::Halves`] is 1/2⁶ of the trajectory, the longest all of it.
const HALVINGS: usize = 7;

/// The step of the difference quotient.
const STEP: f64 = 1.0 / 64.0;

/// The fractional parts of its multiples fill 0..1 evenly, however many there are.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// Jumps from one moment to another, one for each state of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Jumps {
    /// Where they begin.
    pub from: Vec<Time>,
    /// Where they end.
    pub to: Vec<Time>,
}

impl Jumps {
    fn lengths(&self) -> impl Iterator<Item = f64> {
        self.from.iter().zip(&self.to).map(|(from, to)| to.get() - from.get())
    }

    /// The moments after a share of each jump.
    fn after(&self, share: impl Fn(f64) -> f64) -> Vec<Time> {
        let moments = self.from.iter().zip(&self.to).zip(self.lengths());
        moments.map(|((from, to), length)| from.towards(*to, share(length))).collect()
    }
}

impl JumpTarget {
    /// Jumps to learn in training step `step`, one for each of the `draws`, which are read as uniform numbers; as many in each
    /// direction.
    ///
    /// Halves have the lengths 1, 1/2, … 1/64 in turn and begin at a multiple of their length. The derivative needs all lengths
    /// and all beginnings.
    pub fn jumps(self, draws: &[Time], step: u64) -> Jumps {
        let mut jumps = Jumps { from: Vec::new(), to: Vec::new() };
        for (number, draw) in draws.iter().enumerate() {
            let turn = number + step as usize * draws.len();
            let (begin, length, forward) = match self {
                JumpTarget::Halves => {
                    let count = f64::from(1 << (turn % HALVINGS) as u32);
                    let begin = (draw.get() * count).floor().min(count - 1.0) / count;
                    (begin, 1.0 / count, (turn / HALVINGS).is_multiple_of(2))
                }
                JumpTarget::Derivative => {
                    let length = ((turn / 2) as f64 * GOLDEN).fract();
                    (draw.get() * (1.0 - length), length, turn.is_multiple_of(2))
                }
            };
            let (near, far) = (Time::new(begin), Time::new((begin + length).min(1.0)));
            jumps.from.push(if forward { near } else { far });
            jumps.to.push(if forward { far } else { near });
        }
        jumps
    }

    /// What a network should answer for jumps from `states` `[batch, channels, height, width]`, by what `net` answers.
    pub fn velocity(
        self,
        net: &VelocityNet,
        states: Tensor<4>,
        jumps: &Jumps,
        conditions: Tensor<1, Int>,
    ) -> Tensor<4> {
        let Jumps { from, to } = jumps;
        let mean = |states: &Tensor<4>, from: &[Time], to: &[Time]| {
            net.forward_mean(states.clone(), from, to, conditions.clone())
        };
        match self {
            JumpTarget::Halves => {
                let middle = jumps.after(|_| 0.5);
                let shortest = 1.0 / f64::from(1 << (HALVINGS - 1));
                // The end that a half is asked for: its own, or its beginning where it is a step of the velocity.
                let ends = |begin: &[Time], end: &[Time]| -> Vec<Time> {
                    let ends = begin.iter().zip(end).zip(jumps.lengths());
                    ends.map(|((begin, end), length)| if length.abs() > shortest { *end } else { *begin }).collect()
                };
                let first = mean(&states, from, &ends(from, &middle));
                let halfway =
                    states.clone() + first.clone() * column(jumps.lengths().map(|length| 0.5 * length), &states);
                (first + mean(&halfway, &middle, &ends(&middle, to))) * 0.5
            }
            JumpTarget::Derivative => {
                let share = |length: f64| (STEP / length.abs()).min(1.0);
                let velocity = mean(&states, from, from);
                let ahead = states.clone()
                    + velocity.clone() * column(jumps.lengths().map(|length| share(length) * length), &states);
                let difference = mean(&ahead, &jumps.after(share), to) - mean(&states, from, to);
                velocity + difference * column(jumps.lengths().map(|length| 1.0 / share(length)), &states)
            }
        }
    }
}

/// One number for each state: `[batch, 1, 1, 1]`.
fn column(numbers: impl Iterator<Item = f64>, states: &Tensor<4>) -> Tensor<4> {
    let numbers: Vec<f32> = numbers.map(|x| x as f32).collect();
    let count = numbers.len();
    Tensor::from_data(TensorData::new(numbers, [count, 1, 1, 1]), &states.device())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws() -> Vec<Time> {
        (0..140).map(|i| Time::new(f64::from(i) / 139.0)).collect()
    }

    #[test]
    fn halves_lead_both_ways_at_all_lengths_and_stay_on_the_trajectory() {
        let jumps = JumpTarget::Halves.jumps(&draws(), 3);
        let mut lengths = std::collections::BTreeMap::new();
        jumps.lengths().for_each(|length| *lengths.entry((1.0 / length) as i32).or_insert(0) += 1);
        let expected = [1, 2, 4, 8, 16, 32, 64].into_iter().flat_map(|n| [(n, 10), (-n, 10)]).collect();
        assert_eq!(lengths, expected);
    }

    #[test]
    fn the_derivative_has_jumps_of_all_lengths_both_ways() {
        let lengths: Vec<f64> = JumpTarget::Derivative.jumps(&draws(), 3).lengths().collect();
        for tenth in 0..10 {
            let within = |length: &&f64| (length.abs() * 10.0) as i32 == tenth;
            let (ahead, back): (Vec<f64>, Vec<f64>) = lengths.iter().filter(within).partition(|length| **length > 0.0);
            assert!(ahead.len().abs_diff(7) <= 1 && back.len().abs_diff(7) <= 1, "{ahead:?} {back:?}");
        }
    }
}

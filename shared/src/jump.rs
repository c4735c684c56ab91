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
const HALVINGS: u64 = 7;

/// The step of the difference quotient.
const STEP: f64 = 1.0 / 64.0;

/// The fractional parts of their multiples fill the unit square evenly, however many there are (Roberts, 2018: powers of the
/// plastic number).
const EVEN: [f64; 2] = [0.754_877_666_246_692_7, 0.569_840_290_998_053_2];

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
    /// So many jumps to learn in training step `step`, as many in each direction.
    ///
    /// Halves have the lengths 1, 1/2, … 1/64 in turn and begin at a multiple of their length. The derivative needs all lengths
    /// and all beginnings. Both are spread evenly, whatever times flow matching looks at.
    pub fn jumps(self, count: usize, step: u64) -> Jumps {
        let mut jumps = Jumps { from: Vec::new(), to: Vec::new() };
        for number in 0..count as u64 {
            let turn = number + step * count as u64;
            let [place, share] = EVEN.map(|stride| ((turn / 2) as f64 * stride).fract());
            let (begin, length, forward) = match self {
                JumpTarget::Halves => {
                    let parts = f64::from(1 << (turn % HALVINGS) as u32);
                    let place = (turn as f64 * EVEN[0]).fract();
                    ((place * parts).floor() / parts, 1.0 / parts, (turn / HALVINGS).is_multiple_of(2))
                }
                JumpTarget::Derivative => (place * (1.0 - share), share, turn.is_multiple_of(2)),
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

    #[test]
    fn halves_lead_both_ways_at_all_lengths_and_stay_on_the_trajectory() {
        let jumps = JumpTarget::Halves.jumps(140, 3);
        let mut lengths = std::collections::BTreeMap::new();
        jumps.lengths().for_each(|length| *lengths.entry((1.0 / length) as i32).or_insert(0) += 1);
        let expected = [1, 2, 4, 8, 16, 32, 64].into_iter().flat_map(|n| [(n, 10), (-n, 10)]).collect();
        assert_eq!(lengths, expected);
        let shortest = jumps.from.iter().zip(jumps.lengths()).filter(|(_, length)| *length == 1.0 / 64.0);
        let begins: Vec<f64> = JumpTarget::Halves.jumps(14 * 640, 0).from.iter().map(|time| time.get()).collect();
        assert!(
            shortest.count() > 0 && (0..64).all(|part| begins.contains(&(f64::from(part) / 64.0))),
            "all beginnings"
        );
    }

    #[test]
    fn the_derivative_has_jumps_of_all_lengths_both_ways_from_everywhere() {
        let jumps = JumpTarget::Derivative.jumps(400, 3);
        for tenth in 0..10 {
            let within = |number: &f64| (number.abs() * 10.0) as i32 == tenth;
            let lengths: Vec<f64> = jumps.lengths().filter(within).collect();
            let ahead = lengths.iter().filter(|length| **length > 0.0).count();
            assert!(lengths.len().abs_diff(40) <= 6 && (2 * ahead).abs_diff(lengths.len()) <= 2, "{lengths:?}");
            assert!(jumps.from.iter().any(|time| within(&time.get())), "some begin after {tenth} tenths");
        }
    }
}

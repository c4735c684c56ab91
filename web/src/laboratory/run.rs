//! An experiment: where points are at every moment.

#[cfg(test)]
mod tests;

use std::cell::OnceCell;
use std::num::NonZeroU32;

use shared::flow::{self, CONVERGED, VelocityDifference};
use shared::mixture::{Component, Mixture};
use shared::solver::Solver;
use shared::time::{Spacing, Time, TimeGrid};
use shared::velocity::VelocityField;

use super::pairs::{LINES, crossings, joined, transported};
use super::travel::{start, travel};
use super::{Laboratory, Line, PARTICLES, Pairs, REACH, Way};
use crate::protocol::Leg;

/// Of the points the exact ends are computed, to compare with.
const COMPARED: usize = 100;

/// Velocities of single components that are computed in one go, a few milliseconds' worth.
const SLICE: usize = 30_000;

/// Arrows of the field in each direction.
const ARROWS: usize = 15;

/// An experiment under way: the points' places at every moment, as far as they are computed.
#[derive(Debug)]
pub struct Run {
    way: Way,
    pairs: Pairs,
    source: Mixture,
    target: Mixture,
    solver: Solver,
    grid: TimeGrid,
    /// The leg and the time of each moment.
    moments: Vec<(Leg, Time)>,
    /// Moment by moment, the places of all points that are computed.
    places: Vec<Vec<[f32; 2]>>,
    /// For each point a number from 0 to 11: the direction that it lies in at the beginning.
    hues: Vec<u8>,
    nfe: u32,
    /// How many points are wanted.
    wanted: usize,
    /// The sum of squared distances to the exact ends.
    squares: f64,
    /// The lines between points, once all points are there that have one.
    lines: OnceCell<Vec<Line>>,
}

/// The points and the field at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenery {
    /// Where the points are.
    pub points: Vec<[f32; 2]>,
    /// For each of them a number from 0 to 11.
    pub hues: Vec<u8>,
    /// Where arrows of the field begin, and their velocities.
    pub arrows: Vec<[[f32; 2]; 2]>,
    /// Lines between points where ways begin and points where they end.
    pub lines: Vec<Line>,
    /// Where the heaps of the data lie that the points come from or go to at this moment, each with its deviation.
    pub heaps: Vec<([f32; 2], f32)>,
}

impl Run {
    /// An experiment at its beginning.
    pub fn new(laboratory: &Laboratory, solver: Solver, intervals: NonZeroU32, spacing: Spacing) -> Self {
        let grid = spacing.grid(intervals);
        let leg = |leg: Leg, grid: &TimeGrid| grid.times().iter().map(|time| (leg, *time)).collect::<Vec<_>>();
        let (there, back) = (leg(Leg::Decode, &grid), leg(Leg::Encode, &grid.reversed()));
        let moments = match laboratory.way {
            Way::Generate | Way::Difference => there,
            Way::Return => [there, leg(Leg::Return, &grid.reversed())].concat(),
            Way::Translate => [back, there].concat(),
        };
        Run {
            way: laboratory.way,
            pairs: laboratory.pairs,
            source: laboratory.mixture(laboratory.scene),
            target: laboratory.mixture(laboratory.target),
            solver,
            grid,
            places: moments.iter().map(|_| Vec::with_capacity(PARTICLES)).collect(),
            moments,
            hues: Vec::with_capacity(PARTICLES),
            nfe: 0,
            wanted: PARTICLES,
            squares: 0.0,
            lines: OnceCell::new(),
        }
    }

    /// How many moments there are.
    pub fn moments(&self) -> usize {
        self.moments.len()
    }

    /// What happens at a moment, and its time.
    pub fn moment(&self, number: usize) -> (&'static str, f64) {
        let (leg, time) = self.moments[number];
        (if self.way == Way::Difference { "following" } else { leg.name() }, time.get())
    }

    /// No more points are wanted.
    pub fn stop(&mut self) {
        self.wanted = self.hues.len();
    }

    /// The share of the points that are computed.
    pub fn progress(&self) -> f64 {
        self.hues.len() as f64 / self.wanted.max(1) as f64
    }

    /// Computes some more points; whether any are left.
    pub fn advance(&mut self) -> bool {
        let calls = self.solver.evaluations().unwrap_or(1) as usize * self.moments.len();
        let heaps = self.source.components().len().max(self.target.components().len());
        let (solver, intervals, _) = CONVERGED;
        let exact = 2 * solver.evaluations().unwrap_or(1) as usize * intervals.get() as usize;
        let mut spent = 0;
        while spent < SLICE && self.hues.len() < self.wanted {
            let number = self.hues.len();
            spent += heaps * (calls + if number < COMPARED { exact } else { 0 });
            self.follow(number as u64);
        }
        self.hues.len() < self.wanted
    }

    /// Network evaluations of one point, and the root mean square distance of its end to where it should be: its start after
    /// a return, the end of the exact way else.
    pub fn cost_and_error(&self) -> (u32, f64) {
        let compared = self.hues.len().clamp(1, COMPARED);
        (self.nfe, (self.squares / compared as f64).sqrt())
    }

    /// What is seen at a moment.
    pub fn scenery(&self, moment: usize) -> Scenery {
        let at = |i: usize| (i as f64 + 0.5) / ARROWS as f64 * 2.0 * REACH - REACH;
        let places = (0..ARROWS).flat_map(|row| (0..ARROWS).map(move |column| vec![at(column), at(row)]));
        let arrow = |place: Vec<f64>| {
            let velocity = self.velocity(&place, moment);
            // Points that go back from the data move against the field.
            let along = if matches!(self.moments[moment].0, Leg::Encode | Leg::Return) { -1.0 } else { 1.0 };
            [[place[0], place[1]], [along * velocity[0], along * velocity[1]]].map(|pair| pair.map(|x| x as f32))
        };
        let heap = |heap: &Component| ([heap.mean[0] as f32, heap.mean[1] as f32], heap.deviations[0] as f32);
        let heaps = self.data_at(moment).components().iter().map(heap).collect();
        Scenery {
            points: self.places[moment].clone(),
            hues: self.hues.clone(),
            arrows: places.map(arrow).collect(),
            lines: self.lines(),
            heaps,
        }
    }

    /// How many pairs of lines cross, and of how many; none without lines.
    pub fn crossings(&self) -> Option<(usize, usize)> {
        (self.pairs != Pairs::None).then(|| crossings(&self.lines()))
    }

    /// The lines that are drawn.
    fn lines(&self) -> Vec<Line> {
        // They are those of the first points, and stay as they are when these are there.
        if self.hues.len() < 2 * LINES { self.join() } else { self.lines.get_or_init(|| self.join()).clone() }
    }

    /// Joins points. A return leads from the noise to the data first.
    fn join(&self) -> Vec<Line> {
        let end = if self.way == Way::Return { self.moments.len() / 2 } else { self.moments.len() } - 1;
        let some = |moment: usize, from: usize| -> Vec<[f32; 2]> {
            self.places[moment].iter().skip(from).take(LINES).copied().collect()
        };
        match self.pairs {
            Pairs::None => Vec::new(),
            Pairs::Flow => joined(&some(0, 0), &some(end, 0)),
            // The ends of other points know nothing of these.
            Pairs::Independent => joined(&some(0, 0), &some(end, LINES)),
            Pairs::Transport => {
                let (starts, ends) = (some(0, 0), some(end, LINES));
                let count = starts.len().min(ends.len());
                transported(&starts[..count], &ends[..count])
            }
        }
    }

    /// The data of a moment: the second distribution where points go there.
    fn data_at(&self, moment: usize) -> &Mixture {
        let onward = match self.way {
            Way::Generate | Way::Return => false,
            Way::Translate => self.moments[moment].0 == Leg::Decode,
            Way::Difference => true,
        };
        if onward { &self.target } else { &self.source }
    }

    /// The velocity that moves the points at a moment.
    fn velocity(&self, place: &Vec<f64>, moment: usize) -> Vec<f64> {
        let (leg, time) = self.moments[moment];
        match (self.way, leg) {
            (Way::Difference, _) => {
                VelocityDifference { source: &self.source, target: &self.target }.velocity(place, time)
            }
            (Way::Translate, Leg::Decode) => self.target.velocity(place, time),
            _ => self.source.velocity(place, time),
        }
    }

    /// Computes the way of one point.
    fn follow(&mut self, number: u64) {
        let start = start(self.way, &self.source, number);
        let direction = (start[1].atan2(start[0]) / std::f64::consts::TAU + 1.0).fract();
        self.hues.push((direction * 12.0) as u8);
        let (ends, nfe) = travel(self.way, [&self.source, &self.target], self.solver, &self.grid, start.clone());
        self.nfe = nfe;
        if (number as usize) < COMPARED {
            let (end, right) = (&ends[ends.len() - 1], self.right(&start));
            self.squares += end.iter().zip(&right).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
        }
        for (places, place) in self.places.iter_mut().zip(ends) {
            places.push([place[0] as f32, place[1] as f32]);
        }
    }

    /// Where the way of a point should end.
    fn right(&self, start: &[f64]) -> Vec<f64> {
        let (solver, intervals, spacing) = CONVERGED;
        let (grid, start) = (spacing.grid(intervals), start.to_vec());
        match self.way {
            Way::Return => start,
            Way::Generate => flow::decode(&self.source, solver, &grid, start).finish().state,
            Way::Translate | Way::Difference => {
                let noise = flow::encode(&self.source, solver, &grid, start).finish().state;
                flow::decode(&self.target, solver, &grid, noise).finish().state
            }
        }
    }
}

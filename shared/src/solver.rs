//! Methods that carry a state along a field, and the one loop that does so.

mod dopri5;
mod euler;
mod heun;
mod integration;
mod memory;
mod midpoint;
mod reversible;
mod rk4;

use serde::{Deserialize, Serialize};

use crate::named::named;
use crate::time::{Spacing, TimeGrid};
use crate::velocity::{State, VelocityField};
pub use integration::{Frame, Integration};
pub use memory::{Encoded, Memory};

/// The methods. Menus, tests and documents read [`Solver::ALL`], the page reads [`Solver::FIXED`].
///
/// ```
/// use std::num::NonZeroU32;
/// use shared::solver::Solver;
/// use shared::time::{Time, TimeGrid};
/// use shared::velocity::VelocityField;
///
/// /// dx/dt = −x, whose solution is x(t) = e⁻ᵗ·x(0).
/// struct Decay;
/// impl VelocityField<f64> for Decay {
///     fn velocity(&self, state: &f64, _time: Time) -> f64 {
///         -state
///     }
/// }
///
/// let grid = TimeGrid::uniform(NonZeroU32::new(10).expect("not 0"));
/// let end = Solver::Rk4.integrate(Decay, grid, 1.0).finish();
/// assert!((end.state - (-1.0_f64).exp()).abs() < 1e-6);
/// assert_eq!(end.nfe, 10 * 4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Solver {
    /// One mean velocity per interval: the one at its beginning, or what a shortcut model has learned of the whole.
    Euler,
    /// The velocity at the middle of the interval, found by half an Euler step.
    Midpoint,
    /// The mean of the velocities at both ends, the far one found by an Euler step.
    Heun,
    /// The classical fourth-order Runge–Kutta method.
    Rk4,
    /// A pair of states that steps forth and back without loss (McCallum and Foster, 2024), by midpoint increments.
    Reversible,
    /// Dormand and Prince's method of order 5: as many steps in each interval as [`Solver::TOLERANCE`] asks for.
    Dopri5,
}

named! {
    Solver is a "solver":
    Euler = "euler", Midpoint = "midpoint", Heun = "heun", Rk4 = "rk4", Reversible = "reversible", Dopri5 = "dopri5",
}

impl Solver {
    /// Those that take the grid's intervals as they are, from the cheapest to the dearest. A browser runs only these:
    /// the others wait for numbers from the device.
    pub const FIXED: [Solver; 5] = [Solver::Euler, Solver::Midpoint, Solver::Heun, Solver::Rk4, Solver::Reversible];

    /// What the adaptive solver allows as the error of one step, absolute and relative to the state. Networks compute
    /// in single precision, where little less can be told from rounding.
    pub const TOLERANCE: f64 = 1e-5;

    /// How intervals are spread unless somebody says otherwise. On the released models `edm` comes nearest to the flow's own
    /// noise at equal cost (`trainer evaluate encoding`) and draws as well; Euler's few long steps want equal lengths, and
    /// so do the jumps of shortcut models.
    pub fn spacing(self) -> Spacing {
        match self {
            Solver::Euler => Spacing::Uniform,
            Solver::Midpoint | Solver::Heun | Solver::Rk4 | Solver::Reversible | Solver::Dopri5 => Spacing::Edm,
        }
    }

    /// The name as people write it.
    pub fn title(self) -> &'static str {
        match self {
            Solver::Euler => "Euler",
            Solver::Midpoint => "Midpoint",
            Solver::Heun => "Heun",
            Solver::Rk4 => "Runge–Kutta 4",
            Solver::Reversible => "Reversible midpoint",
            Solver::Dopri5 => "Dormand–Prince 5(4)",
        }
    }

    /// The order p: halving the intervals divides the error by 2ᵖ, once they are short enough; for the adaptive solver,
    /// halving its own steps.
    pub fn order(self) -> u32 {
        match self {
            Solver::Euler => 1,
            Solver::Midpoint | Solver::Heun | Solver::Reversible => 2,
            Solver::Rk4 => 4,
            Solver::Dopri5 => 5,
        }
    }

    /// Velocities asked for in one interval, unless the solver decides by itself. What a trajectory really cost is
    /// counted by its [`Frame`]s.
    pub fn evaluations(self) -> Option<u32> {
        match self {
            Solver::Euler => Some(1),
            Solver::Midpoint | Solver::Heun => Some(2),
            Solver::Rk4 | Solver::Reversible => Some(4),
            Solver::Dopri5 => None,
        }
    }

    /// Carries a state along `field` over `grid`, one interval for each turn of the iterator.
    ///
    /// From a bare state a new trajectory begins. From what another one [`Encoded`], over the same grid reversed, the
    /// reversible solver undoes the steps that were taken, and under the same field returns to their very start up to
    /// rounding; the others have nothing to undo and begin anew.
    pub fn integrate<S: State, F: VelocityField<S>>(
        self,
        field: F,
        grid: TimeGrid,
        start: impl Into<Encoded<S>>,
    ) -> Integration<S, F> {
        Integration::new(self, field, grid, start.into())
    }
}

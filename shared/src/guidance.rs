//! Leaning a field towards its condition.

use crate::time::Time;
use crate::velocity::{Moment, State, VelocityField};

/// Classifier-free guidance (Ho and Salimans, 2022) as a field: v = v₀ + w·(v_c − v₀).
///
/// Weight 1 is the plain conditional field and 0 the unconditional one; above 1 the field leans further towards its
/// condition. It is deterministic, so encoding and decoding remain inverse at equal weight. Every call costs the
/// evaluations of both fields. Mean velocities of jumps are leaned likewise, which is not the mean velocity of the guided
/// field.
///
/// The two fields and the guided one have states of one shape: here one number.
///
/// ```
/// use shared::guidance::Guided;
/// use shared::time::Time;
/// use shared::velocity::VelocityField;
///
/// /// The same velocity everywhere.
/// struct Constant(f64);
/// impl VelocityField<f64> for Constant {
///     fn velocity(&self, _state: &f64, _time: Time) -> f64 {
///         self.0
///     }
/// }
///
/// let guided = Guided { conditional: Constant(3.0), unconditional: Constant(1.0), weight: 2.0 };
/// assert_eq!(guided.velocity(&0.0, Time::NOISE), 1.0 + 2.0 * (3.0 - 1.0));
/// assert_eq!(guided.nfe_per_call(), 2);
/// ```
#[derive(Clone, Debug)]
pub struct Guided<C, U> {
    /// The field under the condition, v_c.
    pub conditional: C,
    /// The field under no condition, v₀.
    pub unconditional: U,
    /// The weight w.
    pub weight: f64,
}

/// v₀ + w·(v_c − v₀).
pub(crate) fn leaning<S: State>(conditional: S, unconditional: S, weight: f64) -> S {
    let lean = conditional.plus_scaled(-1.0, &unconditional);
    unconditional.plus_scaled(weight, &lean)
}

/// Network evaluations behind one velocity of a network at guidance `weight`: weights 0 and 1 need one of the two fields.
pub fn evaluations(weight: f64) -> u32 {
    if weight == 0.0 || weight == 1.0 { 1 } else { 2 }
}

impl<S: State, C: VelocityField<S>, U: VelocityField<S>> VelocityField<S> for Guided<C, U> {
    fn velocity(&self, state: &S, time: Time) -> S {
        let conditional = self.conditional.velocity(state, time);
        let unconditional = self.unconditional.velocity(state, time);
        leaning(conditional, unconditional, self.weight)
    }

    fn mean_velocity(&self, state: &S, from: Time, to: Time) -> S {
        let conditional = self.conditional.mean_velocity(state, from, to);
        let unconditional = self.unconditional.mean_velocity(state, from, to);
        leaning(conditional, unconditional, self.weight)
    }

    fn foresee(&self, moments: &dyn Fn() -> Vec<Moment>) {
        self.conditional.foresee(moments);
        self.unconditional.foresee(moments);
    }

    fn nfe_per_call(&self) -> u32 {
        self.conditional.nfe_per_call() + self.unconditional.nfe_per_call()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// v = a·x, whose mean velocity from 0 to 1 is (eᵃ − 1)·x.
    struct Linear(f64);

    impl VelocityField<f64> for Linear {
        fn velocity(&self, state: &f64, _time: Time) -> f64 {
            self.0 * state
        }

        fn mean_velocity(&self, state: &f64, from: Time, to: Time) -> f64 {
            let length = to.get() - from.get();
            ((self.0 * length).exp() - 1.0) / length * state
        }
    }

    #[test]
    fn a_guided_jump_leans_the_jumps_and_is_not_the_jump_of_the_guided_field() {
        let guided = Guided { conditional: Linear(1.0), unconditional: Linear(-1.0), weight: 2.0 };
        assert_eq!(guided.velocity(&1.0, Time::NOISE), 3.0);
        let e = std::f64::consts::E;
        let jump = guided.mean_velocity(&1.0, Time::NOISE, Time::IMAGE);
        assert!((jump - (2.0 * (e - 1.0) - (1.0 / e - 1.0))).abs() < 1e-12, "{jump}");
        let of_field = Linear(3.0).mean_velocity(&1.0, Time::NOISE, Time::IMAGE);
        assert!(of_field - jump > 1.0, "{of_field} and {jump}");
        // Over short jumps both are the guided velocity.
        let short = guided.mean_velocity(&1.0, Time::NOISE, Time::new(1e-6));
        assert!((short - 3.0).abs() < 1e-5, "{short}");
    }
}

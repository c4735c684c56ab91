use super::*;

const SHAPE: ImageShape = ImageShape { channels: 1, height: 2, width: 2 };

fn job(task: Task) -> Job {
    let intervals = NonZeroU32::new(5).expect("5 is not 0");
    Job { id: 1, task, solver: Solver::Midpoint, intervals, spacing: Spacing::Uniform, guidance: 2.0, with: None }
}

fn translation(pixels: usize, from: usize, to: usize, converged: bool) -> Job {
    job(Task::Translate(Translation {
        pixels: vec![0; pixels],
        from,
        to,
        method: Method::Ddib,
        start: 0.5,
        every: false,
        converged,
    }))
}

fn by(method: Method, every: bool) -> Job {
    job(Task::Translate(Translation { pixels: vec![0; 4], from: 0, to: 1, method, start: 0.5, every, converged: true }))
}

#[test]
fn a_job_that_cannot_run_is_refused_in_words() {
    let generate = |classes: &[usize]| job(Task::Generate { classes: classes.to_vec(), seed: 7, first: 0 });
    let error = |job: Job| job.check(3, SHAPE).expect_err("an impossible job");
    assert_eq!(generate(&[0, 2]).check(3, SHAPE), Ok(()));
    assert_eq!(translation(4, 0, 2, true).check(3, SHAPE), Ok(()));
    assert!(error(Job { solver: Solver::Dopri5, ..generate(&[0]) }).contains("dopri5"));
    assert!(error(Job { guidance: f64::NAN, ..generate(&[0]) }).contains("guidance"));
    assert!(error(generate(&[])).contains("no image"));
    assert!(error(generate(&[0, 3])).contains("class 3"));
    assert!(error(translation(4, 3, 0, false)).contains("class 3"));
    assert!(error(translation(4, 0, 4, false)).contains("class 4"));
    assert!(error(translation(5, 0, 1, false)).contains("5 values"));
    let mix = |share: f64, pixels: usize| {
        let image = Start::Image { pixels: vec![0; pixels], class: 0 };
        job(Task::Mix(Mixing { starts: vec![Start::Seed(1), image], shares: vec![vec![share, 0.0]], class: 2 }))
    };
    assert_eq!(mix(1.0, 4).check(3, SHAPE), Ok(()));
    assert!(error(mix(0.0, 4)).contains("no mixture"));
    assert!(error(mix(f64::NAN, 4)).contains("no mixture"));
    assert!(error(mix(1.0, 5)).contains("5 values"));
    let trials =
        |solver| job(Task::Return(Trials { pixels: vec![0; 4], class: 0, plan: vec![(solver, NonZeroU32::MIN)] }));
    assert_eq!(trials(Solver::Rk4).check(3, SHAPE), Ok(()));
    assert!(error(trials(Solver::Dopri5)).contains("dopri5"));
    let Job { task: Task::Translate(translation), .. } = by(Method::SdEdit, false) else { unreachable!() };
    let begun = |start| job(Task::Translate(Translation { start, ..translation.clone() }));
    assert!(error(begun(1.0)).contains("time 1") && error(begun(f64::NAN)).contains("NaN"));
    assert!(error(by(Method::Direct, false)).contains("direct"));
}

#[test]
fn a_job_knows_what_it_costs() {
    let generation = job(Task::Generate { classes: vec![0], seed: 7, first: 0 });
    assert_eq!(generation.evaluations(), 20, "midpoint in 5 intervals, guided");
    assert_eq!([0.0, 1.0].map(|guidance| Job { guidance, ..generation.clone() }.evaluations()), [10, 10]);
    assert_eq!(translation(4, 0, 1, false).evaluations(), 10 + 20 + 10);
    assert_eq!(translation(4, 0, 1, true).evaluations(), 40 + 320);
    assert_eq!(by(Method::Ddib, true).evaluations(), 60 + 320, "once more for every class");
    assert_eq!(by(Method::FlowEdit, false).evaluations(), 4 * 3 * 10, "no noise to measure");
    assert_eq!(by(Method::SdEdit, false).evaluations(), 2 * 2 * 3, "from t = 0.5: 0.5, 0.6, 0.8, 1");
    assert_eq!(by(Method::SdEdit, false).moments(), 4);
    assert_eq!(by(Method::VelocityDifference, false).evaluations(), 3 * 10);
    let plan = vec![(Solver::Rk4, NonZeroU32::MIN)];
    assert_eq!(job(Task::Return(Trials { pixels: vec![0; 4], class: 0, plan })).evaluations(), 8);
    assert!(include_str!("../../../../index.html").contains("320 more network evaluations"));
}

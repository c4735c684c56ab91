use super::*;
use crate::laboratory::Scene;

const TWENTY: NonZeroU32 = NonZeroU32::new(20).expect("20 is not 0");

fn run(way: Way, solver: Solver) -> Run {
    let laboratory = Laboratory { scene: Scene::Three, target: Scene::Moons, way, ..Laboratory::default() };
    let mut run = Run::new(&laboratory, solver, TWENTY, Spacing::Uniform);
    while run.advance() {}
    run
}

#[test]
fn points_go_where_the_exact_flow_leads_and_return() {
    for scene in Scene::ALL {
        let laboratory = Laboratory { scene, places: vec![[60, 200], [200, 60]], ..Laboratory::default() };
        let mut run = Run::new(&laboratory, Solver::Rk4, TWENTY, Spacing::Edm);
        run.advance();
        assert!(run.cost_and_error().1 < 0.02, "{}: {}", scene.name(), run.cost_and_error().1);
    }
    assert!(run(Way::Return, Solver::Reversible).cost_and_error().1 < 1e-13);
    assert!(run(Way::Return, Solver::Euler).cost_and_error().1 > 1e-2);
    assert_eq!(run(Way::Return, Solver::Midpoint).cost_and_error().0, 80);
}

/// Through the noise a translation is exact in the limit; the difference of both fields leads elsewhere, however fine.
#[test]
fn only_one_of_the_two_ways_translates() {
    let through = run(Way::Translate, Solver::Rk4).cost_and_error().1;
    let difference = run(Way::Difference, Solver::Rk4).cost_and_error().1;
    assert!(through < 0.02 && difference > 0.3, "{through} and {difference}");
}

#[test]
fn every_point_is_somewhere_at_every_moment() {
    let run = run(Way::Translate, Solver::Midpoint);
    assert_eq!((run.moments(), run.progress()), (42, 1.0));
    assert_eq!((run.moment(0), run.moment(41)), (("encoding", 1.0), ("decoding", 1.0)));
    for moment in [0, 20, 21, 41] {
        let Scenery { points, hues, arrows, heaps, .. } = run.scenery(moment);
        assert_eq!(heaps.len(), if moment < 21 { 3 } else { 14 }, "first the three heaps, then the moons");
        assert_eq!((points.len(), hues.len(), arrows.len()), (PARTICLES, PARTICLES, ARROWS * ARROWS));
        assert!(points.iter().flatten().all(|x| x.is_finite()) && hues.iter().all(|hue| *hue < 12));
    }
    // Halfway it is noise: variance 1, of which 2,000 points know 3 %.
    let noise = &run.scenery(20).points;
    let variance = noise.iter().map(|point| point[0] * point[0]).sum::<f32>() / PARTICLES as f32;
    assert!((variance - 1.0).abs() < 0.12, "{variance}");
}

/// Independent pairs cross; those of an exact flow hardly do in comparison, and optimal transport least of all.
#[test]
fn lines_between_the_ends_of_a_flow_cross_less() {
    let crossings = |pairs| {
        let laboratory = Laboratory { scene: Scene::Moons, pairs, ..Laboratory::default() };
        let mut run = Run::new(&laboratory, Solver::Rk4, TWENTY, Spacing::Edm);
        while run.advance() {}
        run.crossings().map_or(0, |(crossed, of)| crossed * 1_000 / of)
    };
    let [none, independent, transport, flow] = Pairs::ALL.map(crossings);
    assert_eq!(none, 0);
    assert!(
        transport * 10 < independent && flow * 2 < independent,
        "{independent}, {transport} and {flow} of 1000, independent, by transport, and by the flow"
    );
}

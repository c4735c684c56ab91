use std::num::NonZeroU32;

use shared::method::Method;
use shared::solver::Solver;

use super::*;
use crate::laboratory::{Laboratory, Pairs, Scene, Way};
use crate::mix::{Corner, Mix};
use crate::view::{Beside, Generate, Look, Source, Tab, Translate};

#[test]
fn every_view_returns_from_its_link() {
    let own = Source::Own((0..=255).collect());
    let classes = [None, Some("Ankle boot".to_owned()), Some("a&b=c#d é".to_owned())];
    for solver in Solver::FIXED {
        for (class, spacing) in classes.iter().flat_map(|class| Spacing::ALL.map(|spacing| (class, spacing))) {
            for (source, converged) in [(Source::Example(3), false), (own.clone(), true)] {
                let look = if converged { Look::Image } else { Look::State };
                let common = View { solver, spacing, guidance: 2.25, model: class.clone(), look, ..View::default() };
                let common = View { weights: class.clone(), tour: NonZeroU32::new(2), embedded: converged, ..common };
                let count = NonZeroU32::MIN;
                let beside = converged.then_some(Beside {
                    solver,
                    spacing,
                    guidance: -0.5,
                    model: Some("faces_2".to_owned()),
                    ..Beside::default()
                });
                let generate = Generate { class: class.clone(), seed: u64::MAX, count, beside };
                let laboratory = Laboratory {
                    scene: Scene::Drawn,
                    target: Scene::Ring,
                    way: Way::Translate,
                    pairs: if converged { Pairs::Flow } else { Pairs::None },
                    places: vec![[0, 255], [7, 9]],
                };
                let translate = Translate {
                    source,
                    from: class.clone(),
                    to: class.clone(),
                    method: if converged { Method::SdEdit } else { Method::Ddib },
                    time: if converged { 99 } else { 50 },
                    every: converged,
                    converged,
                };
                let returned =
                    Translate { from: class.clone(), source: translate.source.clone(), ..Translate::default() };
                let corners = vec![Corner::Seed(u64::MAX), Corner::Example(4), Corner::Example(0)];
                let mix = Mix { corners, at: [0, 255], walks: false, class: class.clone(), chosen: 0 };
                for view in [
                    View { tab: Tab::Generate, generate, ..common.clone() },
                    View { tab: Tab::Translate, translate, ..common.clone() },
                    View { tab: Tab::Return, translate: returned, ..common.clone() },
                    View { tab: Tab::Mix, mix, ..common.clone() },
                    View { tab: Tab::Laboratory, weights: None, laboratory, ..common },
                ] {
                    assert_eq!(view_from_fragment(&format!("#{}", fragment_from_view(&view))), Ok(view));
                }
            }
        }
    }
}

/// Links that people have sent to each other: the page reads them for ever.
#[test]
fn old_links_keep_their_meaning() {
    let sneaker = "#v=1&tab=generate&seed=7&count=10&solver=heun&intervals=20&guidance=1.5&class=Sneaker";
    let hat = "#v=1&model=faces&tab=translate&example=3&to=hat&solver=reversible&intervals=5&guidance=2";
    let own = "#v=1&tab=translate&picture=AAECAw&from=Bag&to=Coat";
    let number = |n| NonZeroU32::new(n).expect("not 0");
    let name = |name: &str| Some(name.to_owned());
    // They were written when there was no spacing but this.
    let before = View { spacing: Spacing::Uniform, ..View::default() };
    let expected = [
        View {
            generate: Generate { class: name("Sneaker"), ..before.generate.clone() },
            solver: Solver::Heun,
            intervals: number(20),
            guidance: 1.5,
            ..before.clone()
        },
        View {
            model: name("faces"),
            tab: Tab::Translate,
            translate: Translate { source: Source::Example(3), to: name("hat"), ..Translate::default() },
            solver: Solver::Reversible,
            intervals: number(5),
            guidance: 2.0,
            ..before.clone()
        },
        View {
            tab: Tab::Translate,
            translate: Translate {
                source: Source::Own(vec![0, 1, 2, 3]),
                from: name("Bag"),
                to: name("Coat"),
                ..Translate::default()
            },
            ..before
        },
    ];
    for (link, view) in [sneaker, hat, own].into_iter().zip(expected) {
        assert_eq!(view_from_fragment(link), Ok(view), "{link}");
    }
}

#[test]
fn what_cannot_be_understood_is_refused_by_name() {
    let error = |fragment: &str| view_from_fragment(fragment).expect_err("a malformed link").to_string();
    assert_eq!(view_from_fragment(""), Ok(View::default()));
    assert!(error("#v=2").contains("version 2"));
    assert!(error("#v=1&flavour=sweet").contains("flavour"));
    assert!(error("#seed=1&seed=2").contains("twice"));
    assert!(error("#image=AA&picture=AA").contains("twice"));
    assert!(error("#seed=minus").contains("seed is “minus”"));
    assert!(error("#count=0").contains("1 to 64"));
    assert!(error("#count=65").contains("1 to 64"));
    assert!(error("#intervals=201").contains("1 to 200"));
    assert!(error("#spacing=wide").contains("uniform or edm"));
    assert!(error("#guidance=inf").contains("guidance"));
    assert!(error("#solver=dopri5").contains("euler or midpoint or heun or rk4 or reversible"));
    assert!(error("#tab=sing").contains("generate or translate"));
    assert!(error("#scene=opera").contains("three or ring"));
    assert!(error("#places=AA").contains("24 places"));
    assert!(error(&format!("#places={}", "AAAA".repeat(20))).contains("24 places"));
    assert!(error("#look=away").contains("state or image or noise"));
    assert!(error("#converged=yes").contains("0 or 1"));
    assert!(error("#beside=euler_0_edm_1").contains("euler_4_uniform_1"));
    assert!(error("#beside=euler_1_edm").contains("euler_4_uniform_1"));
    assert!(error("#every=2").contains("0 or 1"));
    assert!(error("#method=magic").contains("ddib or flowedit or sdedit"));
    assert!(error("#corners=e1").contains("2 to 4"));
    assert!(error("#corners=é1.s2").contains("2 to 4"));
    assert!(error("#at=12").contains("0 to 255"));
    assert!(error("#tour=8").contains("1 to 7"));
    assert!(error("#image=%21").contains("image"));
    assert!(error(&format!("#tab={}", "x".repeat(500))).len() < 200);
}

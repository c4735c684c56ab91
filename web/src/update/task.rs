//! What a view asks of a model.

use std::num::NonZeroU32;

use shared::classes;
use shared::solver::Solver;

use crate::mix::Corner;
use crate::protocol::{LoadedModel, Mixing, Start, Task, Translation, Trials};
use crate::view::{Source, Tab, Translate, View};

/// In how many intervals an image goes to its noise and back, by every solver.
const INTERVALS: [u32; 5] = [1, 2, 4, 8, 16];

/// The tab that asks for such a task.
pub(super) fn tab(task: &Task) -> Tab {
    match task {
        Task::Generate { .. } => Tab::Generate,
        Task::Translate(_) => Tab::Translate,
        Task::Mix(_) => Tab::Mix,
        Task::Return(_) => Tab::Return,
    }
}

/// What the view asks of `model`. Names in the view become those of the model, and what a translation leaves open is
/// decided.
///
/// # Errors
/// What the model does not have, in words for the visitor.
pub(super) fn task(view: &mut View, model: &LoadedModel) -> Result<Task, String> {
    let known = &model.card.classes;
    let number = |name: &str| classes::number(known, name).map_err(|error| error.to_string());
    match view.tab {
        Tab::Generate => {
            let images = view.generate.count.get() as usize;
            let classes = match &mut view.generate.class {
                Some(name) => {
                    let class = number(name)?;
                    name.clone_from(&known[class]);
                    vec![class; images]
                }
                None => (0..images).map(|image| image % known.len()).collect(),
            };
            Ok(Task::Generate { classes, seed: view.generate.seed, first: 0 })
        }
        Tab::Translate => {
            let translate = &mut view.translate;
            let (pixels, shown) = source(&translate.source, model)?;
            let from = translate.from.as_deref().map_or(Ok(shown), number)?;
            let to = translate.to.as_deref().map_or(Ok((from + 1) % known.len()), number)?;
            translate.from = Some(known[from].clone());
            translate.to = Some(known[to].clone());
            let Translate { method, time, every, converged, .. } = *translate;
            let start = f64::from(time) / 100.0;
            Ok(Task::Translate(Translation { pixels, from, to, method, start, every, converged }))
        }
        Tab::Return => {
            let translate = &mut view.translate;
            let (pixels, shown) = source(&translate.source, model)?;
            let class = translate.from.as_deref().map_or(Ok(shown), number)?;
            translate.from = Some(known[class].clone());
            let intervals = INTERVALS.into_iter().filter_map(NonZeroU32::new);
            let plan = intervals.flat_map(|count| Solver::FIXED.map(|solver| (solver, count))).collect();
            Ok(Task::Return(Trials { pixels, class, plan }))
        }
        Tab::Mix => {
            let mix = &mut view.mix;
            let mut first = None;
            let mut starts = Vec::with_capacity(mix.corners.len());
            for corner in &mix.corners {
                starts.push(match corner {
                    Corner::Seed(seed) => Start::Seed(*seed),
                    Corner::Example(number) => {
                        let (pixels, class) = source(&Source::Example(*number), model)?;
                        first.get_or_insert(class);
                        Start::Image { pixels, class }
                    }
                });
            }
            let class = mix.class.as_deref().map_or(Ok(first.unwrap_or_default()), number)?;
            mix.class = Some(known[class].clone());
            Ok(Task::Mix(Mixing { starts, shares: vec![mix.shares(mix.at)], class }))
        }
        Tab::Laboratory => Err("the laboratory needs no model".to_owned()),
    }
}

/// The true translation of the view's image into class `to`, where the model's file has it: the example of the same style.
pub(super) fn truth(view: &View, model: &LoadedModel, to: usize) -> Option<Vec<u8>> {
    let Source::Example(number) = view.translate.source else { return None };
    let classes = model.card.classes.len();
    let each = model.example_classes.len() / classes.max(1);
    let dealt = || (0..classes).flat_map(|class| vec![class as u8; each]).eq(model.example_classes.iter().copied());
    if !model.card.dataset.as_ref().is_some_and(|dataset| dataset.aligned) || each == 0 || !dealt() {
        return None;
    }
    let style = number as usize % each;
    model.example_pixels.chunks_exact(model.shape.values()).nth(to * each + style).map(<[u8]>::to_vec)
}

/// The pixels of a source, and the class it is known to have.
fn source(source: &Source, model: &LoadedModel) -> Result<(Vec<u8>, usize), String> {
    let size = model.shape.values();
    match source {
        Source::Example(number) => {
            let at = *number as usize;
            let image = model.example_pixels.chunks_exact(size).nth(at).zip(model.example_classes.get(at));
            let (pixels, &class) = image.ok_or_else(|| {
                format!("this model has {} held-out images, and none has number {at}", model.example_classes.len())
            })?;
            Ok((pixels.to_vec(), class.into()))
        }
        Source::Own(pixels) if pixels.len() == size => Ok((pixels.clone(), 0)),
        Source::Own(_) => Err("this model has images of another size than yours".to_owned()),
    }
}

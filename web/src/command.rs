//! A view as commands of the trainer: what is seen here can be computed anywhere.

use shared::classes::example_file;
use shared::method::Method;

use crate::protocol::LoadedModel;
use crate::view::{Source, Tab, View};

/// How the names of models begin that a run of the trainer's has left.
pub const RUN: &str = "run-";

/// The commands that compute what `view` shows of the model called `name`, in the repository's folder; one a line. A direct
/// translation is by the model called `flow`.
pub fn commands(view: &View, name: &str, model: &LoadedModel, flow: Option<&str>) -> String {
    match view.tab {
        Tab::Generate => draws(view, name),
        Tab::Translate => {
            let (Some(from), Some(to)) = (&view.translate.from, &view.translate.to) else { return String::new() };
            let (file, way) = (file(name), way(view));
            let (before, input) = match view.translate.source {
                Source::Own(_) => (String::new(), "your-image.png".to_owned()),
                Source::Example(number) => {
                    let class = model.example_classes.get(number as usize).copied().unwrap_or_default();
                    let class = model.card.classes.get(usize::from(class)).map_or("", String::as_str);
                    let input = format!("examples/{}", example_file(number as usize, class));
                    (trainer(&format!("inspect {file} --examples examples")) + "\n", input)
                }
            };
            let mut what = format!("--from={} --to={} --input {}", quoted(from), quoted(to), quoted(&input));
            if view.translate.method != Method::default() {
                what += &format!(" --method {}", view.translate.method);
            }
            if view.translate.method == Method::SdEdit {
                what += &format!(" --time {}", f64::from(view.translate.time) / 100.0);
            }
            let by = match (view.translate.method, flow) {
                // The page follows one trajectory.
                (Method::Direct, Some(flow)) => format!("--model models/direct/{flow}.safetensors --repeats 1"),
                (Method::Direct, None) => return String::new(),
                _ => file,
            };
            before + &trainer(&format!("translate {by} {what} {way} --out translation.png"))
        }
        Tab::Mix | Tab::Return | Tab::Laboratory => String::new(),
    }
}

/// The command that draws what `view` generates.
pub fn draws(view: &View, name: &str) -> String {
    let class = view.generate.class.as_deref().unwrap_or("all");
    let (count, seed) = (view.generate.count, view.generate.seed);
    let what = format!("--class={} --count {count} --seed {seed}", quoted(class));
    trainer(&format!("sample {} {what} {} --out images.png", file(name), way(view)))
}

fn file(name: &str) -> String {
    // A run of the trainer's stands beside the released models under a name of its own.
    let path = match name.strip_prefix(RUN) {
        Some(run) => format!("runs/{run}/model.safetensors"),
        None => format!("models/{name}.safetensors"),
    };
    format!("--model {}", quoted(&path))
}

fn way(view: &View) -> String {
    let View { solver, intervals, spacing, guidance, .. } = view;
    format!("--solver {solver} --intervals {intervals} --spacing {spacing} --guidance={guidance}")
}

fn trainer(words: &str) -> String {
    format!("cargo run -p trainer -- {words}")
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use shared::card::ModelCard;
    use shared::image::ImageShape;

    use super::*;
    use crate::link::view_from_fragment;

    #[test]
    fn a_view_is_a_command() {
        let model = LoadedModel {
            card: ModelCard { classes: vec!["Bag".into(), "Ankle boot".into()], ..ModelCard::default() },
            shape: ImageShape { channels: 1, height: 1, width: 1 },
            kept: false,
            example_classes: vec![0, 1],
            example_pixels: vec![0, 1],
        };
        let of = |link: &str| commands(&view_from_fragment(link).expect("a link"), "clothes", &model, None);
        assert_eq!(
            of("#v=1&class=Ankle+boot&seed=3&count=2&solver=heun&intervals=5&spacing=edm&guidance=1.5"),
            "cargo run -p trainer -- sample --model models/clothes.safetensors --class='Ankle boot' --count 2 --seed 3 \
             --solver heun --intervals 5 --spacing edm --guidance=1.5 --out images.png"
        );
        let translation = of("#v=1&tab=translate&example=1&from=Ankle+boot&to=Bag");
        let lines: Vec<&str> = translation.lines().collect();
        assert_eq!(lines[0], "cargo run -p trainer -- inspect --model models/clothes.safetensors --examples examples");
        assert!(lines[1].contains("--from='Ankle boot' --to=Bag --input examples/001-ankle-boot.png"), "{}", lines[1]);
        let run = view_from_fragment("#v=1").map(|view| commands(&view, "run-mine", &model, None));
        assert!(run.is_ok_and(|line| line.contains("--model runs/mine/model.safetensors")));
        assert_eq!(of("#v=1&tab=translate&example=1"), "", "classes are still to be decided");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}

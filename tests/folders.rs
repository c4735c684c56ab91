//! Folders of one's own images: what is learned of them, what a shared model tells of them, and what is refused.

use std::fs;

use shared::image::ImageShape;
use shared::noise::Seed;

use crate::couplings::{Workshop, read, tiny};
use crate::support::{refusal, run};

/// Two commands from a folder of images to a model.
#[test]
fn any_folder_of_images_can_be_trained_on() {
    let workshop = Workshop::new();
    let shape = ImageShape { channels: 3, height: 40, width: 48 };
    for class in ["cats", "dogs"] {
        for number in 0..8 {
            let path = workshop.path("pets").join(class).join(format!("{number}.png"));
            trainer::files::image::write(&path, shape, &Seed(number).noise(0, shape.values()))
                .expect("a writable folder");
        }
    }
    let config = workshop.path("tiny.toml");
    fs::write(&config, tiny("").replace("[data]\nsource = \"faces\"\n", "")).expect("a writable folder");
    let (config, pets, folder) = (config.display().to_string(), workshop.word("pets"), workshop.word("run"));
    let words =
        ["train", "--config", &config, "--images", &pets, "--budget", "64", "--device", "cpu", "--run", &folder];
    let output = run(&words);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let model = read(&workshop.word("run/model.safetensors"));
    assert_eq!(
        (model.card.classes.as_slice(), model.card.training_images),
        (&["cats".to_owned(), "dogs".to_owned()][..], 14)
    );
    assert_eq!(model.shape, ImageShape { channels: 3, height: 32, width: 32 });
    // Whoever gets the model learns the name of the folder, and not where it lies.
    let exported = workshop.word("pets.safetensors");
    let export = run(&["export", "--model", &folder, "--out", &exported]);
    assert!(export.status.success(), "{}", String::from_utf8_lossy(&export.stderr));
    let card = read(&exported).card;
    assert_eq!(
        (card.data.as_str(), card.dataset.map(|facts| facts.source)),
        ("16 images in pets", Some("images:pets".into()))
    );
    let all = fs::read(&exported).expect("a model");
    let place = pets.trim_end_matches("pets").as_bytes();
    assert!(!all.windows(place.len()).any(|words| words == place), "the way to the folder is in the file");
    trainer::files::image::write(&workshop.path("pets/loose.png"), shape, &Seed(9).noise(0, shape.values()))
        .expect("a writable folder");
    assert!(refusal(&["train", "--images", &pets]).contains("images beside them (1)"));
    fs::remove_file(workshop.path("pets/loose.png")).expect("the image");
    trainer::files::image::write(&workshop.path("pets/cats/another.png"), shape, &Seed(9).noise(0, shape.values()))
        .expect("a writable folder");
    let said = refusal(&["train", "--resume", &folder, "--device", "cpu"]);
    assert!(said.contains("not those that this run has learned from"), "{said}");
    let few = ["evaluate", "--model", "run/model.safetensors", "--data", &format!("images:{pets}")];
    let few = few.map(|word| word.replace("run/", &format!("{folder}/")));
    assert!(refusal(&few.each_ref().map(String::as_str)).contains("too few to measure with"));
    fs::rename(workshop.path("pets/cats"), workshop.path("pets/All")).expect("a writable folder");
    assert!(refusal(&["train", "--images", &pets]).contains("a class is called All"));
    fs::rename(workshop.path("pets/All"), workshop.path("pets/cats")).expect("a writable folder");
    // Nothing is left out in silence.
    fs::write(workshop.path("pets/dogs/moving.gif"), b"GIF89a").expect("a writable folder");
    assert!(refusal(&["train", "--images", &pets]).contains("moving.gif would be left out"));
    fs::remove_file(workshop.path("pets/dogs/moving.gif")).expect("the file");
    fs::create_dir(workshop.path("pets/dogs/more")).expect("a writable folder");
    assert!(refusal(&["train", "--images", &pets]).contains("more would be left out"));
    fs::remove_dir(workshop.path("pets/dogs/more")).expect("the folder");
    fs::write(workshop.path("pets/dogs/broken.jpg"), b"nonsense").expect("a writable folder");
    let again = workshop.word("again");
    assert!(refusal(&["train", "--images", &pets, "--run", &again]).contains("broken.jpg"));
    assert!(!workshop.path("again").exists(), "nothing is begun with bad data");
}

/// The folder on the command line takes the place of the folder in the configuration, and of nothing else.
#[test]
fn a_folder_is_named_and_the_rest_of_the_configuration_stays() {
    let workshop = Workshop::new();
    let shape = ImageShape { channels: 3, height: 16, width: 16 };
    for number in 0..80 {
        let path = workshop.path("pets").join(format!("{number:02}.png"));
        trainer::files::image::write(&path, shape, &Seed(number).noise(0, shape.values())).expect("a writable folder");
    }
    let data = "source = \"images\"\nfolder = \"elsewhere\"\nsize = 16\nheld_out = 0.5\nlicence = \"CC0\"";
    let config = workshop.path("tiny.toml");
    fs::write(&config, tiny("").replace("source = \"faces\"", data)).expect("a writable folder");
    let (config, pets, folder) = (config.display().to_string(), workshop.word("pets"), workshop.word("run"));
    let output =
        run(&["train", "--config", &config, "--images", &pets, "--budget", "64", "--device", "cpu", "--run", &folder]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let model = workshop.word("pets.safetensors");
    assert!(run(&["export", "--model", &folder, "--out", &model]).status.success());
    let card = read(&model).card;
    assert_eq!((card.licence.as_str(), card.training_images), ("CC0", 40), "of {}", card.data);
    assert_eq!(read(&model).shape, shape);
    // Measuring finds the same images where they lie, parted as they were.
    let images = format!("images:{pets}");
    let classifier = workshop.word("classifier.safetensors");
    let of = ["--model", &model, "--data", &images, "--device", "cpu"];
    for words in [
        ["classifier", "--images", "64", "--out", &classifier],
        ["evaluate", "--write", "--classifier", &classifier, "--json"],
    ] {
        let output = run(&[&words[..], &of].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && !said.contains("other images"), "{said}");
    }
    let card = read(&model).card;
    assert!(!card.measures.is_empty());
    assert_eq!(card.dataset.map(|facts| facts.source), Some("images:pets".into()), "where they lie is not told");
}

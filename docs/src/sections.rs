//! What the document asks.

use anyhow::Result;
use serde_json::Value;

use crate::tables::{
    card, classifier, encoding, guidance, likelihood, objectives, pairs, pretrained, recipes, solvers, translation,
    work_precision,
};

/// A table of the document, and the command whose JSON it shows.
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) words: &'static str,
    pub(super) show: fn(&Value) -> Result<String>,
}

/// The card of a released model.
macro_rules! model {
    ($name:literal, $title:literal) => {
        Section {
            name: concat!("model-", $name),
            title: concat!("Model: ", $title),
            words: concat!("inspect --model models/", $name, ".safetensors"),
            show: card,
        }
    };
}

/// Every section, in order.
pub(super) const SECTIONS: [Section; 50] = [
    model!("fashion-mnist", "Fashion-MNIST"),
    model!("fashion-mnist-reflow", "Fashion-MNIST in few steps"),
    model!("faces", "faces"),
    model!("faces-reflow", "faces in few steps"),
    model!("faces-plain-loss", "faces, plain loss"),
    model!("faces-weighted-loss", "faces, weighted loss"),
    model!("glyphs", "glyphs"),
    model!("glyphs-reflow", "glyphs in few steps"),
    model!("emoji", "emoji"),
    model!("emoji-reflow", "emoji in few steps"),
    Section {
        name: "work-precision-faces",
        title: "Quality against network evaluations: faces",
        words: "evaluate work-precision --model models/faces.safetensors --chart docs/results/work-precision-faces.svg",
        show: work_precision,
    },
    Section {
        name: "work-precision-faces-reflow",
        title: "Quality against network evaluations: faces in few steps",
        words: "evaluate work-precision --model models/faces-reflow.safetensors --solvers euler,midpoint --nfe 1,2,4,40",
        show: work_precision,
    },
    Section {
        name: "work-precision-fashion-mnist",
        title: "Quality against network evaluations: Fashion-MNIST",
        words: "evaluate work-precision --model models/fashion-mnist.safetensors --solvers midpoint --nfe 4,40",
        show: work_precision,
    },
    Section {
        name: "work-precision-fashion-mnist-reflow",
        title: "Quality against network evaluations: Fashion-MNIST in few steps",
        words: "evaluate work-precision --model models/fashion-mnist-reflow.safetensors --solvers euler --nfe 1,2,4,40",
        show: work_precision,
    },
    Section {
        name: "work-precision-glyphs",
        title: "Quality against network evaluations: glyphs",
        words: "evaluate work-precision --model models/glyphs.safetensors --solvers midpoint --nfe 4,40",
        show: work_precision,
    },
    Section {
        name: "work-precision-glyphs-reflow",
        title: "Quality against network evaluations: glyphs in few steps",
        words: "evaluate work-precision --model models/glyphs-reflow.safetensors --solvers euler --nfe 1,2,4,40",
        show: work_precision,
    },
    Section {
        name: "work-precision-emoji",
        title: "Quality against network evaluations: emoji",
        words: "evaluate work-precision --model models/emoji.safetensors --solvers midpoint --nfe 4,40 --samples 300",
        show: work_precision,
    },
    Section {
        name: "work-precision-emoji-reflow",
        title: "Quality against network evaluations: emoji in few steps",
        words: "evaluate work-precision --model models/emoji-reflow.safetensors --solvers euler --nfe 1,2,4,40 --samples 300",
        show: work_precision,
    },
    Section {
        name: "work-precision-faces-shortcut",
        title: "Quality against network evaluations: faces, shortcut",
        words: "evaluate work-precision --model runs/faces-shortcut/model.safetensors --solvers euler --nfe 1,2,4,40",
        show: work_precision,
    },
    Section {
        name: "work-precision-faces-meanflow",
        title: "Quality against network evaluations: faces, MeanFlow",
        words: "evaluate work-precision --model runs/faces-meanflow/model.safetensors --solvers euler --nfe 1,2,4,40",
        show: work_precision,
    },
    Section {
        name: "work-precision-faces-reflow-short",
        title: "Quality against network evaluations: faces, reflow at the shortcut's cost",
        words: "evaluate work-precision --model runs/faces-reflow-short/model.safetensors --solvers euler --nfe 1,2,4,40",
        show: work_precision,
    },
    Section {
        name: "encoding-fashion-mnist",
        title: "Ways to encode: Fashion-MNIST",
        words: "evaluate encoding --model models/fashion-mnist.safetensors",
        show: encoding,
    },
    Section {
        name: "encoding-faces",
        title: "Ways to encode: faces",
        words: "evaluate encoding --model models/faces.safetensors",
        show: encoding,
    },
    Section {
        name: "encoding-glyphs",
        title: "Ways to encode: glyphs",
        words: "evaluate encoding --model models/glyphs.safetensors",
        show: encoding,
    },
    Section {
        name: "encoding-emoji",
        title: "Ways to encode: emoji",
        words: "evaluate encoding --model models/emoji.safetensors",
        show: encoding,
    },
    Section {
        name: "guidance-fashion-mnist",
        title: "Guidance: Fashion-MNIST",
        words: "evaluate guidance --model models/fashion-mnist.safetensors",
        show: guidance,
    },
    Section {
        name: "guidance-faces",
        title: "Guidance: faces",
        words: "evaluate guidance --model models/faces.safetensors",
        show: guidance,
    },
    Section {
        name: "guidance-glyphs",
        title: "Guidance: glyphs",
        words: "evaluate guidance --model models/glyphs.safetensors --samples 496",
        show: guidance,
    },
    Section {
        name: "guidance-emoji",
        title: "Guidance: emoji",
        words: "evaluate guidance --model models/emoji.safetensors --samples 300",
        show: guidance,
    },
    Section {
        name: "classifier-glyphs",
        title: "The classifier of glyphs",
        words: "evaluate classifier --data glyphs",
        show: classifier,
    },
    Section {
        name: "classifier-emoji",
        title: "The classifier of emoji",
        words: "evaluate classifier --data emoji",
        show: classifier,
    },
    Section {
        name: "translation-glyphs",
        title: "Translation: glyphs of fonts never seen",
        words: "evaluate translation --model models/glyphs.safetensors --direct \
                models/direct/glyphs-a-to-b.safetensors,models/direct/glyphs-e-to-f.safetensors,\
                models/direct/glyphs-a-to-small-a.safetensors,models/direct/glyphs-p-to-r.safetensors,\
                models/direct/glyphs-o-to-q.safetensors",
        show: translation,
    },
    Section {
        name: "translation-faces",
        title: "Translation: faces never seen",
        words: "evaluate translation --model models/faces.safetensors --styles 100",
        show: translation,
    },
    Section {
        name: "translation-emoji",
        title: "Translation: emoji never seen",
        words: "evaluate translation --model models/emoji.safetensors --styles 40 --guidances 1,2",
        show: translation,
    },
    Section {
        name: "pairs-glyphs",
        title: "One class-conditional model, or a model for each pair: glyphs",
        words: "study pairs --model models/glyphs.safetensors --images 36000 --guidances 1",
        show: pairs,
    },
    Section {
        name: "pairs-faces",
        title: "One class-conditional model, or a model for each pair: faces",
        words: "study pairs --model models/faces.safetensors --images 50000 --guidances 1 --styles 100 --out runs/pairs-faces",
        show: pairs,
    },
    Section {
        name: "pairs-emoji",
        title: "One class-conditional model, or a model for each pair: emoji",
        words: "study pairs --model models/emoji.safetensors --pairs fluent-flat:fluent,twemoji:fluent --images 36000 --guidances 1 \
                --styles 40 --out runs/pairs-emoji",
        show: pairs,
    },
    Section {
        name: "objectives",
        title: "Objectives: faces",
        words: "study objectives --data faces --width 32 --seeds 5 --chart docs/results/objectives.svg",
        show: objectives,
    },
    Section {
        name: "objectives-fashion-mnist",
        title: "Objectives: Fashion-MNIST",
        words: "study objectives --data fashion-mnist --width 32 --seeds 5 --out runs/objectives-fashion-mnist --chart docs/results/objectives-fashion-mnist.svg",
        show: objectives,
    },
    Section {
        name: "recipes",
        title: "Recipes: faces",
        words: "study recipes --data faces --width 32 --images 50000",
        show: recipes,
    },
    Section {
        name: "recipes-fashion-mnist",
        title: "Recipes: Fashion-MNIST",
        words: "study recipes --data fashion-mnist --width 32 --images 50000 --only twice-rate,adam-0.003,constant-rate,constant-rate-short,constant-rate-long,batch-32,inner-blocks-5,wider,deeper,silu,attention,logit-normal,near-image,optimal-transport,optimal-transport-128,contrastive,image-velocity-loss,image-image-loss --out runs/recipes-fashion-mnist",
        show: recipes,
    },
    Section {
        name: "likelihood-fashion-mnist",
        title: "Likelihood: Fashion-MNIST",
        words: "evaluate likelihood --model models/fashion-mnist.safetensors",
        show: likelihood,
    },
    Section {
        name: "likelihood-faces",
        title: "Likelihood: faces",
        words: "evaluate likelihood --model models/faces.safetensors",
        show: likelihood,
    },
    Section {
        name: "likelihood-glyphs",
        title: "Likelihood: glyphs",
        words: "evaluate likelihood --model models/glyphs.safetensors",
        show: likelihood,
    },
    Section {
        name: "likelihood-emoji",
        title: "Likelihood: emoji",
        words: "evaluate likelihood --model models/emoji.safetensors",
        show: likelihood,
    },
    Section {
        name: "mobilenet-fashion-mnist",
        title: "In the features of MobileNet-V2: Fashion-MNIST",
        words: "evaluate pretrained --model models/fashion-mnist.safetensors --weights runs/mobilenet_v2-b0353104.pth --samples 2000 --reference 2000",
        show: pretrained,
    },
    Section {
        name: "mobilenet-faces",
        title: "In the features of MobileNet-V2: faces",
        words: "evaluate pretrained --model models/faces.safetensors --weights runs/mobilenet_v2-b0353104.pth --samples 2000 --reference 2000",
        show: pretrained,
    },
    Section {
        name: "mobilenet-emoji",
        title: "In the features of MobileNet-V2: emoji",
        words: "evaluate pretrained --model models/emoji.safetensors --weights runs/mobilenet_v2-b0353104.pth --samples 2000 --reference 2000",
        show: pretrained,
    },
    Section {
        name: "inception-cifar-10",
        title: "CIFAR-10 in the features of Inception-v3",
        words: "evaluate pretrained --model runs/cifar10/model.safetensors --weights runs/pt_inception-2015-12-05-6726825d.pth",
        show: pretrained,
    },
    Section {
        name: "solvers",
        title: "Solvers on a field that is known exactly",
        words: "solve --mixture docs/mixtures/three.toml --to docs/mixtures/two.toml",
        show: solvers,
    },
];

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

/// Every section, in order.
pub(super) const SECTIONS: [Section; 43] = [
    Section {
        name: "model-fashion-mnist",
        title: "Model: Fashion-MNIST",
        words: "inspect --model models/fashion-mnist.safetensors",
        show: card,
    },
    Section {
        name: "model-fashion-mnist-reflow",
        title: "Model: Fashion-MNIST in few steps",
        words: "inspect --model models/fashion-mnist-reflow.safetensors",
        show: card,
    },
    Section {
        name: "model-faces",
        title: "Model: faces",
        words: "inspect --model models/faces.safetensors",
        show: card,
    },
    Section {
        name: "model-faces-reflow",
        title: "Model: faces in few steps",
        words: "inspect --model models/faces-reflow.safetensors",
        show: card,
    },
    Section {
        name: "model-faces-plain-loss",
        title: "Model: faces, plain loss",
        words: "inspect --model models/faces-plain-loss.safetensors",
        show: card,
    },
    Section {
        name: "model-faces-weighted-loss",
        title: "Model: faces, weighted loss",
        words: "inspect --model models/faces-weighted-loss.safetensors",
        show: card,
    },
    Section {
        name: "model-glyphs",
        title: "Model: glyphs",
        words: "inspect --model models/glyphs.safetensors",
        show: card,
    },
    Section {
        name: "model-glyphs-reflow",
        title: "Model: glyphs in few steps",
        words: "inspect --model models/glyphs-reflow.safetensors",
        show: card,
    },
    Section {
        name: "model-emoji",
        title: "Model: emoji",
        words: "inspect --model models/emoji.safetensors",
        show: card,
    },
    Section {
        name: "model-emoji-reflow",
        title: "Model: emoji in few steps",
        words: "inspect --model models/emoji-reflow.safetensors",
        show: card,
    },
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
        name: "work-precision-fashion-mnist-reflow",
        title: "Quality against network evaluations: Fashion-MNIST in few steps",
        words: "evaluate work-precision --model models/fashion-mnist-reflow.safetensors --solvers euler --nfe 1,2,4,40",
        show: work_precision,
    },
    Section {
        name: "work-precision-glyphs-reflow",
        title: "Quality against network evaluations: glyphs in few steps",
        words: "evaluate work-precision --model models/glyphs-reflow.safetensors --solvers euler --nfe 1,2,4,40",
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
        words: "study recipes --data fashion-mnist --width 32 --images 50000 --out runs/recipes-fashion-mnist",
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

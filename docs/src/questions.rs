//! What readers of the paper asked, and where the answers are.

/// How far a question is answered.
#[derive(Clone, Copy)]
pub(super) enum Answered {
    Yes,
    Partly(&'static str),
    No(&'static str),
}

/// What readers of the paper asked.
pub(super) struct Question {
    pub(super) asked: &'static str,
    pub(super) answered: Answered,
    /// The sections that answer.
    pub(super) sections: &'static [&'static str],
    /// The heading of mathematics.md that does.
    pub(super) mathematics: Option<&'static str>,
}

const fn measured(asked: &'static str, answered: Answered, sections: &'static [&'static str]) -> Question {
    Question { asked, answered, sections, mathematics: None }
}

const fn proved(asked: &'static str, answered: Answered, heading: &'static str) -> Question {
    Question { asked, answered, sections: &[], mathematics: Some(heading) }
}

pub(super) const QUESTIONS: [Question; 18] = [
    measured(
        "Does the path-constrained loss, weight t, help over the plain one, and by how much?",
        Answered::Partly("at a budget where images are far from real ones"),
        &["objectives", "objectives-fashion-mnist"],
    ),
    measured(
        "Which weights and densities of times are better, tried systematically?",
        Answered::Partly("at a budget where images are far from real ones"),
        &["objectives", "objectives-fashion-mnist"],
    ),
    measured(
        "How wrong is the one-step approximation close to t = 1, early and late in training?",
        Answered::Yes,
        &["objectives", "objectives-fashion-mnist", "solvers"],
    ),
    measured(
        "Where do VE score matching and EDM stand at the same budget?",
        Answered::Partly(
            "VE and EDM without their published networks and budgets, EDM without its noise conditioning; one sampler and one learning rate for \
             all",
        ),
        &["objectives", "objectives-fashion-mnist"],
    ),
    measured(
        "What does each solver give for its evaluations, second-order ones included?",
        Answered::Partly("one trained model, and one field that is known exactly"),
        &["work-precision-faces", "solvers"],
    ),
    measured(
        "How good are translations, in numbers and beside other ways?",
        Answered::Partly(
            "on drawings whose truth is known, not on large photographs, which are not shipped here (licences for research or non-commercial use)",
        ),
        &["translation-glyphs", "translation-faces", "translation-emoji"],
    ),
    Question {
        asked: "Is the difference of two fields on one path the same as going through the shared noise?",
        answered: Answered::Yes,
        sections: &["translation-glyphs", "translation-faces", "translation-emoji"],
        mathematics: Some("Translation"),
    },
    measured(
        "Is one class-conditional model as good as a model for each pair of classes?",
        Answered::Partly(
            "the models for pairs are narrower, and their trainings shorter; most know true pairs, which the one for all has never seen",
        ),
        &["pairs-glyphs", "pairs-faces", "pairs-emoji"],
    ),
    measured(
        "Is the encoded noise the flow's own, and what does a coarse encoding do to translations?",
        Answered::Partly("the first is; what it does to translations is in the tables, without errors"),
        &["encoding-fashion-mnist", "encoding-faces", "encoding-glyphs", "encoding-emoji"],
    ),
    measured(
        "What does classifier-free guidance do?",
        Answered::Partly(
            "whether a weaker model in the place of the unconditional one would do the same was not tried",
        ),
        &["guidance-fashion-mnist", "guidance-faces", "guidance-glyphs", "guidance-emoji"],
    ),
    measured(
        "Does reflow make sampling cheaper, and what else does?",
        Answered::Partly("one training of each kind"),
        &[
            "work-precision-faces-reflow",
            "work-precision-faces-shortcut",
            "work-precision-faces-meanflow",
            "work-precision-faces-reflow-short",
            "work-precision-fashion-mnist-reflow",
            "work-precision-glyphs-reflow",
            "work-precision-emoji-reflow",
        ],
    ),
    measured(
        "How likely are images under the model?",
        Answered::Yes,
        &["likelihood-fashion-mnist", "likelihood-faces", "likelihood-glyphs", "likelihood-emoji"],
    ),
    measured(
        "How does CIFAR-10 compare with published figures?",
        Answered::No(
            "the images state no licence, and rivals see 50 to 200 million of them; the configuration and the command are here",
        ),
        &["inception-cifar-10"],
    ),
    proved("Is the flow from noise another one than variance-exploding score matching?", Answered::Yes, "Other paths"),
    proved("What is the general path of Theorem 3.1 for, if the straight one is used?", Answered::Yes, "Other paths"),
    proved("Is the path-constrained loss more than a weighted rectified-flow loss?", Answered::Yes, "The losses"),
    proved("What is the relation to Doob's h-transform?", Answered::Yes, "Doob's h-transform"),
    proved("What was known before?", Answered::Yes, "What was known"),
];

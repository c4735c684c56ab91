//! A tour of the page: each step is a link, with a few words beside what it shows.

/// A step.
pub struct Step {
    /// What it is about.
    pub title: &'static str,
    /// What there is to see.
    pub text: &'static str,
    /// The view that it shows, as a link without the step's own number.
    pub link: &'static str,
}

/// The steps, in order.
pub const STEPS: [Step; 7] = [
    Step {
        title: "Images out of noise",
        text: "Ten points of pure noise, one for each kind of clothing. A network says for every moment in which direction \
               each pixel should go, and how fast; following it from t = 0 to t = 1 is all there is. Move through the \
               moments: nothing is drawn at random on the way.",
        link: "v=1&model=fashion-mnist&tab=generate&seed=7&count=10&solver=midpoint&intervals=10&spacing=edm&guidance=1",
    },
    Step {
        title: "Where it is heading",
        text: "Move “Moment” to the left, or press Play. What you see is no longer the state but a forecast: straight on from here, this is the image that it would reach. Early forecasts are blurred means of everything that is still possible; later ones are sharp. Were they the same at every moment, the way would be a straight line, and one step would do.",
        link: "v=1&model=fashion-mnist&tab=generate&seed=7&count=10&solver=midpoint&intervals=10&spacing=edm&guidance=1\
               &look=image",
    },
    Step {
        title: "And back: an image becomes noise",
        text: "The same field, followed backwards, takes an image apart. This face was never seen in training. Its noise is \
               decoded as a face with a hat: what both have in common lives in the noise. The true answer stands beside it, \
               with the error of ours and that of leaving the image as it is.",
        link: "v=1&model=faces&tab=translate&example=3&from=plain&to=hat&solver=midpoint&intervals=20&spacing=edm&guidance=1",
    },
    Step {
        title: "Does it return exactly?",
        text: "The flow does; a computed one depends on the solver. Here one image goes to its noise and back with each of them: \
               errors fall the faster the higher a solver's order. The reversible one undoes its own steps and returns to \
               within rounding, even where its noise is far from the flow's own.",
        link: "v=1&model=faces&tab=return&example=3&solver=midpoint&intervals=10&spacing=edm&guidance=1",
    },
    Step {
        title: "Why not just subtract?",
        text: "Translation goes two ways: to the noise, and on. Following the difference of both fields on one way looks like a short cut, and is another question. Between two heaps as wide as the noise it stops at π/4 of the way; between narrower ones, as here, it goes too far. Set “Points go” to “translate through the noise”, and compare the colours.",
        link: "v=1&tab=laboratory&way=difference&scene=three&target=ring&solver=rk4&intervals=40&spacing=edm&guidance=1",
    },
    Step {
        title: "One emoji, four styles",
        text: "A class can be a style. An emoji of Twemoji that the model has never seen becomes each of the other styles' version, from one and the same noise. The wanted one has the truth beside it. This is one that goes well: choose others above, and see how many do not.",
        link: "v=1&model=emoji&tab=translate&example=15&from=twemoji&to=fluent&every=1&solver=midpoint&intervals=10\
               &spacing=edm&guidance=1",
    },
    Step {
        title: "Between images",
        text: "Noises can be mixed, and every mixture is noise again. Drag the handle: what is drawn changes without a break, because the way from noise to image is continuous. Walk goes round and round, until you press it again. All corners are drawn as one class: choose another under “Draw as”.",
        link: "v=1&model=faces&tab=mix&corners=e2.e6.e11.s7&at=128.128&solver=midpoint&intervals=6&spacing=edm&guidance=1",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{fragment_from_view, view_from_fragment};

    #[test]
    fn every_step_is_a_link_as_the_page_writes_it() {
        for Step { title, link, .. } in STEPS {
            let view = view_from_fragment(link).unwrap_or_else(|error| panic!("{title}: {error}"));
            assert_eq!(view_from_fragment(&fragment_from_view(&view)), Ok(view), "{title}");
        }
    }
}

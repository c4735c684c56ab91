//! Views with a page of their own, whose image and words appear where its address is posted.

/// A view worth sending to someone.
pub struct Preset {
    /// The file's name, without its ending.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// A sentence about it.
    pub text: &'static str,
    /// An image of the documentation, by its name in `docs`.
    pub image: &'static str,
    /// The view, as a link.
    pub link: &'static str,
}

/// All of them.
pub const PRESETS: [Preset; 4] = [
    Preset {
        name: "sneaker-to-boot",
        title: "A sneaker becomes noise, and the noise a boot",
        text: "One network takes an image apart into noise and decodes the noise as something else, in your browser.",
        image: "trajectory.png",
        link: "v=1&model=fashion-mnist&from=Sneaker&to=Ankle+boot&tab=translate&example=84&solver=midpoint&intervals=10\
               &spacing=edm&guidance=2",
    },
    Preset {
        name: "emoji",
        title: "One emoji, in four styles",
        text: "An emoji that the model has never seen, in every other style, from one and the same noise.",
        image: "translations.png",
        link: "v=1&model=emoji&from=twemoji&to=fluent&tab=translate&example=15&every=1&solver=midpoint&intervals=10\
               &spacing=edm&guidance=1",
    },
    Preset {
        name: "laboratory",
        title: "Two thousand points out of noise, and back",
        text: "A flow that is known exactly: watch it make data, take it apart, and translate it, with any solver.",
        image: "laboratory.png",
        link: "v=1&tab=laboratory&way=return&scene=moons&target=ring&solver=reversible&intervals=20&spacing=edm&guidance=1",
    },
    Preset {
        name: "tour",
        title: "A tour of reversible image generation",
        text: "A few steps, each beside something that is computed as you look: out of noise, back into it, exactly or nearly, and between images.",
        image: "samples.png",
        link: "v=1&tab=generate&seed=7&count=10&solver=midpoint&intervals=10&spacing=edm&guidance=1&tour=1",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::view_from_fragment;

    #[test]
    fn every_preset_is_a_view() {
        for Preset { name, link, .. } in PRESETS {
            assert!(view_from_fragment(link).is_ok(), "{name}: {:?}", view_from_fragment(link));
        }
    }
}

//! What computes: a real graphics processor, or else the CPU.

/// What can compute in a browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backend {
    /// The graphics processor.
    WebGpu,
    /// The processor, through WebAssembly.
    #[default]
    Cpu,
}

/// What an address may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// `?device=webgpu` or `?device=cpu`: this.
    Backend(Backend),
    /// `?device=fastest`: whatever a trial shows to be faster, software included.
    Fastest,
}

impl Wish {
    /// What the query of an address asks for.
    pub fn asked_by(query: &str) -> Option<Wish> {
        let mut words = form_urlencoded::parse(query.trim_start_matches('?').as_bytes());
        words.find_map(|(key, value)| match (&*key, &*value) {
            ("device", "webgpu") => Some(Wish::Backend(Backend::WebGpu)),
            ("device", "cpu") => Some(Wish::Backend(Backend::Cpu)),
            ("device", "fastest") => Some(Wish::Fastest),
            _ => None,
        })
    }
}

/// The graphics adapter that a browser offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Adapter {
    /// There is none.
    Absent,
    /// A graphics processor of this name, imitated by software.
    Software(String),
    /// A graphics processor of this name.
    Real(String),
}

/// Names of software that imitates graphics processors, in small letters.
const SOFTWARE: [&str; 5] = ["swiftshader", "llvmpipe", "lavapipe", "softpipe", "basic render"];

impl Adapter {
    /// An adapter by what the browser says of it: `[vendor, architecture, device, description]`, any of which may be
    /// empty, and whether it is only there because nothing better is.
    pub fn described(words: [String; 4], fallback: bool) -> Self {
        let text = words.join(" ").to_lowercase();
        let [vendor, architecture, device, description] = words;
        let family = format!("{vendor} {architecture}");
        let names = [description.trim(), family.trim(), device.trim()];
        let name = names.into_iter().find(|name| !name.is_empty()).unwrap_or("a graphics processor without a name");
        if fallback || SOFTWARE.iter().any(|software| text.contains(software)) {
            Adapter::Software(name.to_owned())
        } else {
            Adapter::Real(name.to_owned())
        }
    }
}

/// What computes, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What computes.
    pub backend: Backend,
    /// Why: the name of the graphics processor, or a reason in words for the visitor.
    pub reason: String,
    /// The graphics processor that may be faster, which a trial will show.
    pub rival: Option<String>,
}

impl Choice {
    /// The CPU for good, and why.
    pub fn cpu(reason: impl Into<String>) -> Self {
        Choice { backend: Backend::Cpu, reason: reason.into(), rival: None }
    }
}

/// What computes at first if the address has `asked` for it, or leaves it open, and the browser offers this `adapter`.
pub fn choose(asked: Option<Wish>, adapter: &Adapter) -> Choice {
    let (backend, reason, rival) = match (asked, adapter) {
        (Some(Wish::Backend(Backend::Cpu)), _) => (Backend::Cpu, "the address asks for the CPU".to_owned(), None),
        (_, Adapter::Absent) => (Backend::Cpu, "this browser offers no WebGPU adapter".to_owned(), None),
        (Some(Wish::Backend(Backend::WebGpu)), _) => (Backend::WebGpu, "the address asks for WebGPU".to_owned(), None),
        (None, Adapter::Real(name)) | (Some(Wish::Fastest), Adapter::Real(name) | Adapter::Software(name)) => {
            (Backend::Cpu, format!("until WebGPU ({name}) has shown that it is faster"), Some(name.clone()))
        }
        (None, Adapter::Software(name)) => {
            let reason =
                format!("this browser imitates WebGPU by software ({name}), which is slower than the CPU itself");
            (Backend::Cpu, reason, None)
        }
    };
    Choice { backend, reason, rival }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(words: [&str; 4], fallback: bool) -> Adapter {
        Adapter::described(words.map(str::to_owned), fallback)
    }

    #[test]
    fn only_a_real_graphics_processor_is_tried_unasked() {
        let real = Adapter::Real("nvidia lovelace".into());
        let software = Adapter::Software("google swiftshader".into());
        let choice = |backend, reason: &str, rival: Option<&str>| Choice {
            backend,
            reason: reason.to_owned(),
            rival: rival.map(str::to_owned),
        };
        let cpu = |reason| choice(Backend::Cpu, reason, None);
        let absent = "this browser offers no WebGPU adapter";
        let slower =
            "this browser imitates WebGPU by software (google swiftshader), which is slower than the CPU itself";
        let tried = |name: &str| {
            choice(Backend::Cpu, &format!("until WebGPU ({name}) has shown that it is faster"), Some(name))
        };
        assert_eq!(choose(None, &real), tried("nvidia lovelace"));
        assert_eq!(choose(None, &software), cpu(slower));
        assert_eq!(choose(None, &Adapter::Absent), cpu(absent));
        assert_eq!(choose(Some(Wish::Fastest), &software), tried("google swiftshader"));
        assert_eq!(choose(Some(Wish::Fastest), &Adapter::Absent), cpu(absent));
        let forced = choice(Backend::WebGpu, "the address asks for WebGPU", None);
        let (webgpu, forced_cpu) = (Wish::Backend(Backend::WebGpu), Wish::Backend(Backend::Cpu));
        assert_eq!([&real, &software].map(|adapter| choose(Some(webgpu), adapter)), [forced.clone(), forced]);
        assert_eq!(choose(Some(webgpu), &Adapter::Absent), cpu(absent));
        for adapter in [real, software, Adapter::Absent] {
            assert_eq!(choose(Some(forced_cpu), &adapter), cpu("the address asks for the CPU"));
        }
    }

    /// Names as drivers give them to themselves, and browsers that say little or nothing.
    #[test]
    fn software_is_known_by_its_words() {
        assert_eq!(described(["nvidia", "lovelace", "", ""], false), Adapter::Real("nvidia lovelace".into()));
        assert_eq!(described(["", "", "", ""], false), Adapter::Real("a graphics processor without a name".into()));
        assert_eq!(
            described(["google", "swiftshader", "0xc0de", ""], false),
            Adapter::Software("google swiftshader".into())
        );
        let mesa = "llvmpipe (LLVM 19.1.7, 256 bits)";
        assert_eq!(described(["mesa", "", "", mesa], false), Adapter::Software(mesa.into()));
        let windows = "Microsoft Basic Render Driver";
        assert_eq!(described(["microsoft", "", "0x8c", windows], false), Adapter::Software(windows.into()));
        assert_eq!(described(["", "", "0x8c", ""], true), Adapter::Software("0x8c".into()), "it says so itself");
    }

    #[test]
    fn the_address_may_ask_for_a_device() {
        let asked = ["?device=webgpu", "?a=b&device=cpu", "?device=fastest", "?device=abacus", "?devices=cpu", ""];
        let [webgpu, cpu] = [Backend::WebGpu, Backend::Cpu].map(|backend| Some(Wish::Backend(backend)));
        assert_eq!(asked.map(Wish::asked_by), [webgpu, cpu, Some(Wish::Fastest), None, None, None]);
    }
}

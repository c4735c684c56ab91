//! The graphics adapter that the browser offers. web-sys has WebGPU only for builds with flags of their own.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web::device::{Adapter, Backend, Choice, Wish, choose};

use super::document::{after, property, window};

/// How long the browser may think, in milliseconds: some never answer.
const LATEST: u32 = 2000;

/// What computes here. Whoever asks for the CPU may have a graphics processor that had better not be woken.
pub(crate) async fn choice(asked: Option<Wish>) -> Choice {
    let adapter = match asked {
        Some(Wish::Backend(Backend::Cpu)) => Adapter::Absent,
        _ => find(asked.is_none()).await.unwrap_or(Adapter::Absent),
    };
    choose(asked, &adapter)
}

/// The adapter that an engine would get, or an error if there is none, or none after a while where somebody is `waiting` for the
/// first image.
async fn find(waiting: bool) -> Result<Adapter, JsValue> {
    let gpu = property(&window().navigator(), "gpu")?;
    let request: Function = property(&gpu, "requestAdapter")?.dyn_into()?;
    let options: JsValue = Object::new().into();
    Reflect::set(&options, &"powerPreference".into(), &"high-performance".into())?;
    let mut answer: Promise = request.call1(&gpu, &options)?.dyn_into()?;
    if waiting {
        let late = Promise::new(&mut |resolve, _| after(LATEST, move || drop(resolve.call0(&JsValue::NULL))));
        answer = Promise::race(&Array::of2(&answer, &late));
    }
    let adapter = JsFuture::from(answer).await?;
    let info = property(&adapter, "info")?;
    let words = ["vendor", "architecture", "device", "description"];
    let words = words.map(|key| property(&info, key).ok().and_then(|word| word.as_string()).unwrap_or_default());
    // The flag has moved from the adapter into its info.
    let fallback = [&info, &adapter].map(|of| property(of, "isFallbackAdapter").is_ok_and(|flag| flag.is_truthy()));
    Ok(Adapter::described(words, fallback.contains(&true)))
}

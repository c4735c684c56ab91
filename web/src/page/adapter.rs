//! The graphics adapter that the browser offers. web-sys has WebGPU only for builds with flags of their own.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web::device::{Adapter, Backend, Choice, Wish, choose};

use super::document::{after, property, window};

/// How long the browser may think, in milliseconds: some never answer.
const LATEST: u32 = 2_000;

/// The same where a link asks for the graphics processor.
const LATEST_IF_ASKED: u32 = 10_000;

/// What computes here. Whoever asks for the CPU may have a graphics processor that had better not be woken.
pub(crate) async fn choice(asked: Option<Wish>) -> Choice {
    let adapter = match asked {
        Some(Wish::Backend(Backend::Cpu)) => Adapter::Absent,
        Some(_) => find(LATEST_IF_ASKED).await.unwrap_or(Adapter::Absent),
        None => find(LATEST).await.unwrap_or(Adapter::Absent),
    };
    choose(asked, &adapter)
}

/// The adapter that an engine would get, or an error if there is none after so many milliseconds.
async fn find(latest: u32) -> Result<Adapter, JsValue> {
    let gpu = property(&window().navigator(), "gpu")?;
    let request: Function = property(&gpu, "requestAdapter")?.dyn_into()?;
    let options: JsValue = Object::new().into();
    Reflect::set(&options, &"powerPreference".into(), &"high-performance".into())?;
    let answer: Promise = request.call1(&gpu, &options)?.dyn_into()?;
    let late = Promise::new(&mut |resolve, _| after(latest, move || drop(resolve.call0(&JsValue::NULL))));
    let adapter = JsFuture::from(Promise::race(&Array::of2(&answer, &late))).await?;
    let info = property(&adapter, "info")?;
    let words = ["vendor", "architecture", "device", "description"];
    let words = words.map(|key| property(&info, key).ok().and_then(|word| word.as_string()).unwrap_or_default());
    // The flag has moved from the adapter into its info.
    let fallback = [&info, &adapter].map(|of| property(of, "isFallbackAdapter").is_ok_and(|flag| flag.is_truthy()));
    Ok(Adapter::described(words, fallback.contains(&true)))
}

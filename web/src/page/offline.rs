//! What the browser keeps of the page, so that it works without a network.

use std::sync::Once;

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::document::{by_id, on, property, set_hidden, show_text, window};

static BEGUN: Once = Once::new();

/// Keeps it from now on, and shows how much there is: once, after the first drawing, which needs the connection for itself. Some
/// browsers, and pages that did not come over a safe connection, keep nothing.
pub(crate) fn keep() {
    BEGUN.call_once(|| {
        spawn_local(async {
            drop(register().await);
            drop(show().await);
        });
    });
}

/// Listens to the button that forgets it.
pub(crate) fn listen() {
    on(&by_id("forget"), "click", |_: web_sys::Event| {
        spawn_local(async {
            if forget().await.is_ok() {
                set_hidden("stored", true);
            }
        });
    });
}

async fn register() -> Result<JsValue, JsValue> {
    let workers = property(&window().navigator(), "serviceWorker")?;
    call(&workers, "register", &["service-worker.js".into()]).await?;
    // Only then is everything there.
    JsFuture::from(property(&workers, "ready")?.dyn_into::<Promise>()?).await
}

async fn show() -> Result<(), JsValue> {
    let storage = property(&window().navigator(), "storage")?;
    let estimate = call(&storage, "estimate", &[]).await?;
    let bytes = property(&estimate, "usage")?.as_f64().unwrap_or_default();
    set_hidden("stored", bytes < 1e5);
    show_text(
        "stored-text",
        &format!(
            "This browser keeps {:.1} MB of this server's pages, so that they work without a network.",
            bytes / 1e6
        ),
    );
    Ok(())
}

async fn forget() -> Result<(), JsValue> {
    let registration = call(&property(&window().navigator(), "serviceWorker")?, "getRegistration", &[]).await?;
    let scope = property(&registration, "scope")?.as_string().unwrap_or_default();
    let caches = property(&window(), "caches")?;
    let names: js_sys::Array = call(&caches, "keys", &[]).await?.dyn_into()?;
    // The word of service-worker.js: other pages of the same server have stores of their own.
    let ours = format!("scoreflow {scope} ");
    for name in names.iter().filter(|name| name.as_string().is_some_and(|name| name.starts_with(&ours))) {
        call(&caches, "delete", &[name]).await?;
    }
    call(&registration, "unregister", &[]).await?;
    Ok(())
}

/// Awaits what a method promises.
async fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: js_sys::Function = property(object, method)?.dyn_into()?;
    let answer = method.apply(object, &arguments.iter().collect())?;
    JsFuture::from(answer.dyn_into::<Promise>()?).await
}

//! The list of models, fetched.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web::catalogue::{ADDRESS, Catalogue};
use web_sys::{RequestCache, RequestInit, Response};

use super::address::absolute;
use super::document::window;

/// The list as the server has it now, with whole addresses.
///
/// # Errors
/// In words for the visitor.
pub(crate) async fn fetch() -> Result<Catalogue, String> {
    let options = RequestInit::new();
    // An old list names an engine and models that may be gone.
    options.set_cache(RequestCache::NoCache);
    let text = text(&options).await.ok().and_then(|text| text.as_string());
    let catalogue = text.and_then(|text| serde_json::from_str::<Catalogue>(&text).ok());
    let mut catalogue = catalogue.ok_or("The list of models cannot be loaded; check the connection and try again.")?;
    let direct = catalogue.direct.iter_mut().map(|flow| &mut flow.entry);
    for entry in catalogue.models.iter_mut().chain(direct) {
        entry.file = absolute(&entry.file);
    }
    Ok(catalogue)
}

async fn text(options: &RequestInit) -> Result<JsValue, JsValue> {
    let response = JsFuture::from(window().fetch_with_str_and_init(ADDRESS, options)).await?;
    JsFuture::from(response.unchecked_into::<Response>().text()?).await
}

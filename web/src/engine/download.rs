//! Bytes from an address, with progress.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Response};

use super::port::scope;

/// The bytes at `address`; `progress` hears how many have come.
///
/// # Errors
/// In words for the visitor.
pub(crate) async fn download(address: &str, mut progress: impl FnMut(u64)) -> Result<Vec<u8>, String> {
    let lost = |_| format!("the model {address} cannot be loaded; check the connection and reload the page");
    let response: Response = JsFuture::from(scope().fetch_with_str(address)).await.map_err(lost)?.unchecked_into();
    if !response.ok() {
        return Err(format!("the model {address} cannot be loaded: the server answers {}", response.status()));
    }
    let body = response.body().ok_or_else(|| format!("the model {address} is empty"))?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let chunk = JsFuture::from(reader.read()).await.map_err(lost)?;
        if Reflect::get(&chunk, &"done".into()).is_ok_and(|done| done.is_truthy()) {
            return Ok(bytes);
        }
        let chunk: Uint8Array = Reflect::get(&chunk, &"value".into()).map_err(lost)?.unchecked_into();
        bytes.extend(chunk.to_vec());
        progress(bytes.len() as u64);
    }
}

//! Bytes from an address, with progress.

use js_sys::{Function, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Response};

use super::port::scope;
use super::unfinished::Unfinished;
use crate::protocol::MOST_BYTES;

/// A file that has come.
pub(crate) struct Downloaded {
    pub(crate) bytes: Vec<u8>,
    /// Whether this browser had kept it: service-worker.js says so.
    pub(crate) kept: bool,
}

/// The file at `address`; `progress` hears how many bytes have come, and says whether more are wanted.
pub(crate) async fn download(address: &str, progress: impl Fn(u64) -> bool) -> Result<Downloaded, Unfinished> {
    let lost =
        |_| "it cannot be reached: the connection is lost, or its server does not let other pages read it".to_owned();
    let response: Response = JsFuture::from(scope().fetch_with_str(address)).await.map_err(lost)?.unchecked_into();
    if !response.ok() {
        return Err(format!("the server answers {}", response.status()).into());
    }
    let body = response.body().ok_or("the file is empty")?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    while progress(bytes.len() as u64) {
        let chunk = JsFuture::from(reader.read()).await.map_err(lost)?;
        if Reflect::get(&chunk, &"done".into()).is_ok_and(|done| done.is_truthy()) {
            return Ok(Downloaded { bytes, kept: kept(&response).unwrap_or(false) });
        }
        let chunk: Uint8Array = Reflect::get(&chunk, &"value".into()).map_err(lost)?.unchecked_into();
        bytes.extend(chunk.to_vec());
        if bytes.len() as u64 > MOST_BYTES {
            drop(reader.cancel());
            return Err(format!("it is larger than {} MB, which no model here is", MOST_BYTES >> 20).into());
        }
    }
    drop(reader.cancel());
    Err(Unfinished::Dropped)
}

fn kept(response: &Response) -> Result<bool, JsValue> {
    let headers = Reflect::get(response, &"headers".into())?;
    let get: Function = Reflect::get(&headers, &"get".into())?.dyn_into()?;
    Ok(get.call1(&headers, &"x-scoreflow".into())?.as_string().as_deref() == Some("kept"))
}

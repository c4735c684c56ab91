//! The device, looked for once.

use std::cell::RefCell;
use std::rc::Rc;

use burn::tensor::Device;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// A search for the device. All loads share it: burn refuses to take a graphics processor a second time.
#[derive(Clone)]
pub(crate) struct Search {
    end: Promise,
    found: Rc<RefCell<Option<Result<Device, String>>>>,
}

impl Search {
    /// Begins at once.
    pub(crate) fn begin(find: impl Future<Output = Result<Device, String>> + 'static) -> Self {
        let found = Rc::new(RefCell::new(None));
        let answer = Rc::clone(&found);
        let end = future_to_promise(async move {
            answer.replace(Some(find.await));
            Ok(JsValue::UNDEFINED)
        });
        Search { end, found }
    }

    /// The device, or why there is none.
    pub(crate) async fn device(&self) -> Result<Device, String> {
        JsFuture::from(self.end.clone()).await.expect("the search ends without an error of its own");
        self.found.borrow().clone().expect("the search has found what there is")
    }
}

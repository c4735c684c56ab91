//! The page: shows a [`View`], asks the engine, draws what comes back.
//!
//! [`View`]: web::view::View

#[cfg(target_arch = "wasm32")]
#[path = "page"]
mod page {
    pub(crate) mod app;
    pub(crate) mod controls;
    pub(crate) mod document;
    pub(crate) mod drawing;
    pub(crate) mod engine;
    pub(crate) mod stage;
    pub(crate) mod upload;
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    page::app::start();
}

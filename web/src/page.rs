//! The page: tells [`update`] what happens in the document, and does in the document what it answers.
//!
//! [`update`]: web::update

#[cfg(target_arch = "wasm32")]
#[path = "page"]
mod page {
    pub(crate) mod adapter;
    pub(crate) mod address;
    pub(crate) mod animation;
    pub(crate) mod app;
    pub(crate) mod card;
    pub(crate) mod catalogue;
    pub(crate) mod chart;
    pub(crate) mod controls;
    pub(crate) mod document;
    pub(crate) mod drawing;
    pub(crate) mod embed;
    pub(crate) mod engine;
    pub(crate) mod enlarged;
    pub(crate) mod examples;
    pub(crate) mod listeners;
    pub(crate) mod models;
    pub(crate) mod offline;
    pub(crate) mod pad;
    pub(crate) mod particles;
    pub(crate) mod plane;
    pub(crate) mod pointing;
    pub(crate) mod save;
    pub(crate) mod sketch;
    pub(crate) mod stage;
    pub(crate) mod tour;
    pub(crate) mod upload;
    pub(crate) mod worker;
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    page::app::start();
}

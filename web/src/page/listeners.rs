//! What the visitor does, as messages.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web::update::Message;
use web::view::Tab;
use web_sys::{
    ClipboardEvent, DragEvent, Event, EventTarget, FileList, HtmlElement, HtmlInputElement, KeyboardEvent, Url,
};

use super::app::App;
use super::controls::WRITING;
use super::document::{by_id, document, input, on, random, select, show_text, window};
use super::pointing::is_for_browser;
use super::{address, controls, enlarged, examples, offline, pad, plane, sketch, upload};

/// Listens to the document.
pub(crate) fn listen(app: &App) {
    let send = |target: &EventTarget, event: &str, message: fn() -> Message| {
        let app = app.clone();
        on(target, event, move |event: Event| {
            event.prevent_default();
            app.send(message());
        });
    };
    // What is written, or moved, is left alone until it is finished.
    let field = |event: Event| {
        event
            .target()?
            .dyn_into::<HtmlInputElement>()
            .ok()
            .filter(|field| ["number", "range"].contains(&field.type_().as_str()))
    };
    let begun = move |event: Event| field(event).map(|field| field.set_attribute(WRITING, ""));
    let finished = move |event: Event| field(event).map(|field| field.remove_attribute(WRITING));
    on(&by_id("controls"), "input", move |event: Event| drop(begun(event)));
    for end in ["change", "focusout"] {
        on(&by_id("controls"), end, move |event: Event| drop(finished(event)));
    }
    send(&by_id("controls"), "submit", || Message::Controls { words: controls::words(), run: true });
    send(&by_id("controls"), "change", || Message::Controls { words: controls::words(), run: false });
    send(&by_id("shuffle"), "click", || {
        input("seed").set_value(&random().to_string());
        Message::Controls { words: controls::words(), run: true }
    });
    send(&by_id("look"), "change", || Message::Controls { words: controls::words(), run: false });
    send(&by_id("moment"), "input", || Message::Moment(input("moment").value_as_number() as usize));
    send(&by_id("play"), "click", || Message::Play);
    send(&by_id("save"), "click", || Message::Save);
    send(&by_id("save-film"), "click", || Message::SaveFilm);
    send(&by_id("clear"), "click", || Message::Clear);
    send(&by_id("cancel"), "click", || Message::Cancel);
    send(&by_id("model"), "change", || Message::Model(select("model").value()));
    let quicker = app.clone();
    on(&by_id("few-steps"), "change", move |event: Event| {
        // The form would hear of it too, and take a notice away.
        event.stop_propagation();
        quicker.send(Message::Model(input("few-steps").value()));
    });
    let hidden = app.clone();
    on(&document(), "visibilitychange", move |_: Event| {
        if document().hidden() {
            hidden.send(Message::Hidden);
        }
    });
    send(&window(), "hashchange", || Message::Link(address::fragment()));
    on(&by_id("guidance"), "input", |_: Event| show_text("guidance-shown", &input("guidance").value()));
    on(&by_id("wipe"), "input", |_: Event| {
        let before: HtmlElement = by_id("before");
        before.style().set_property("--wiped", &format!("{}%", input("wipe").value())).expect("a plain property");
    });
    on(&by_id("unlike"), "change", |_: Event| input("wipe").set_disabled(input("unlike").checked()));
    on(&by_id("time"), "input", |_: Event| controls::show_time(input("time").value_as_number()));
    listen_to_share(app);
    listen_to_tabs(app);
    listen_to_files(app);
    enlarged::listen();
    let mixing = app.clone();
    examples::listen(move || mixing.view().tab == Tab::Mix);
    offline::listen();
    pad::listen(app);
    plane::listen(app);
    sketch::listen(app);
}

fn listen_to_share(app: &App) {
    let app = app.clone();
    on(&by_id("share"), "click", move |_: Event| {
        let app = app.clone();
        spawn_local(async move { app.send(Message::Copied(address::copy().await)) });
    });
}

fn listen_to_tabs(app: &App) {
    let count = Tab::ALL.len();
    for (number, tab) in Tab::ALL.into_iter().enumerate() {
        let button: HtmlElement = by_id(&format!("tab-{}", tab.name()));
        let clicked = app.clone();
        on(&button, "click", move |_: Event| clicked.send(Message::Tab(tab)));
        let moved = app.clone();
        on(&button, "keydown", move |event: KeyboardEvent| {
            if is_for_browser(&event) {
                return;
            }
            let next = match event.key().as_str() {
                "ArrowLeft" => number + count - 1,
                "ArrowRight" => number + 1,
                "Home" => 0,
                "End" => count - 1,
                _ => return,
            };
            event.prevent_default();
            let other = Tab::ALL[next % count];
            moved.send(Message::Tab(other));
            by_id::<HtmlElement>(&format!("tab-{}", other.name())).focus().unwrap_or_default();
        });
    }
}

fn listen_to_files(app: &App) {
    let chosen = app.clone();
    on(&by_id("upload"), "change", move |_: Event| take_from(&chosen, "upload"));
    let own = app.clone();
    on(&by_id("own-model"), "change", move |_: Event| take_from(&own, "own-model"));
    let pasted = app.clone();
    on(&document(), "paste", move |event: ClipboardEvent| {
        take(&pasted, event.clipboard_data().and_then(|data| data.files()));
    });
    let body: EventTarget = document().body().expect("a document has a body").unchecked_into();
    on(&body, "dragover", |event: DragEvent| {
        event.prevent_default();
        mark_drop(true);
    });
    on(&body, "dragleave", |_: DragEvent| mark_drop(false));
    let dropped = app.clone();
    on(&body, "drop", move |event: DragEvent| {
        event.prevent_default();
        mark_drop(false);
        take(&dropped, event.data_transfer().and_then(|data| data.files()));
    });
}

/// Reads what a control has been given, and lets it be given the same once more.
fn take_from(app: &App, id: &str) {
    let control = input(id);
    take(app, control.files());
    control.set_value("");
}

/// Reads the first file: a model, or else an image.
fn take(app: &App, files: Option<FileList>) {
    let Some(file) = files.and_then(|files| files.get(0)) else { return };
    if file.name().ends_with(".safetensors") {
        if let Ok(address) = Url::create_object_url_with_blob(&file) {
            app.send(Message::OwnModel { name: file.name(), address, bytes: file.size() as u64 });
        }
        return;
    }
    let (app, number, tab) = (app.clone(), app.begin_upload(), app.view().tab);
    spawn_local(async move {
        let pixels = loop {
            let Some(shape) = app.shape() else {
                let again = "Choose your image again in Translate when the model is there: it decides the size.";
                break Err(again.to_owned());
            };
            let pixels = upload::pixels_from_file(&file, shape, app.ground().unwrap_or_default()).await;
            // Another model may have come meanwhile.
            if app.shape() == Some(shape) {
                break pixels;
            }
        };
        // The visitor may have chosen another image, or gone on to something else.
        if app.is_latest_upload(number) && app.view().tab == tab {
            app.send(Message::Own(pixels));
        }
    });
}

fn mark_drop(over: bool) {
    let list = by_id::<HtmlElement>("stations").class_list();
    list.toggle_with_force("dropping", over).expect("a plain class");
}

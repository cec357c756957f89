//! People with a browser: each test follows a guide by its own words. Needs chromium and chromedriver.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what is missing on a page fails its test"
)]

mod checklist;
mod consent;
mod guides;
mod inspector;
mod pictures;
mod shown_once;
mod stage;

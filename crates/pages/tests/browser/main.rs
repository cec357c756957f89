//! People with a browser: each test follows a guide by its own words. Needs chromium and chromedriver.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what is missing on a page fails its test"
)]

mod guides;
mod pictures;
mod stage;

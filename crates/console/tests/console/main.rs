//! The pages of connections and the page behind a link: over real sockets, before a real account, and with a browser, which
//! needs chromium and chromedriver.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

mod attacks;
mod connections;
mod links;
mod pictures;
mod stage;
mod walk;
mod watching;

use countersign_testkit::{Application, Browser};

/// Waits for the words: a page may be on its way.
async fn sees(browser: &Browser, words: &str) {
    for _ in 0..400 {
        if browser.text().await.contains(words) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{words:?} is not on the page:\n{}", browser.text().await);
}

/// Types four values into the fields of a page.
async fn enter(browser: &Browser, application: &Application) {
    for (label, value) in [
        ("Consumer Key", &application.consumer_key),
        ("Consumer Secret", &application.consumer_secret),
        ("Token ID", &application.token_id),
        ("Token Secret", &application.token_secret),
    ] {
        browser.fill(label, value).await;
    }
}

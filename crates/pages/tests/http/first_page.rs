//! What a browser has to load before somebody sees the first page, and how long the server takes for it.

use std::time::Duration;

use countersign_testkit::Answer;
use countersign_world::{Clock as _, SystemClock};

use crate::stage::{ADMINISTRATOR, Stage};

/// The files a page names.
fn files(page: &Answer) -> Vec<String> {
    let text = page.text();
    let named = text.split(['"']).filter(|part| part.starts_with("/app/assets/"));
    named.map(str::to_owned).collect()
}

#[tokio::test]
async fn the_first_pages_are_small_and_quick() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in(ADMINISTRATOR).await;
    let clock = SystemClock::new();
    for path in ["/app/login", "/app", "/app/first-call"] {
        let page = stage.get(path, Some(&cookie)).await;
        let mut size = page.body.len();
        for file in files(&page) {
            let file = stage.get(&file, None).await;
            assert_eq!(file.status, 200);
            size += file.body.len();
        }
        assert!(size < 100_000, "{path} and its files are {size} bytes");
        // The quickest of several: others use the machine too.
        let mut took = Vec::new();
        for _ in 0..10 {
            let begun = clock.elapsed();
            stage.get(path, Some(&cookie)).await;
            took.push(clock.elapsed().saturating_sub(begun));
        }
        let took = took.into_iter().min().unwrap_or_default();
        assert!(took < Duration::from_millis(200), "{path} takes {took:?}");
        println!("{path}: {size} bytes with its files, {took:?}");
    }
}

//! Every route, as everybody: what it needs is what it asks for.

use countersign_pages::{Needs, Pages};

use crate::stage::{ADMINISTRATOR, POWERLESS, Stage};

fn concrete(path: &str) -> String {
    path.replace("{id}", "1")
}

/// What opens to nobody. Whoever adds a path here says that it needs no session.
const OPEN: &[&str] = &["/app/login", "/app/login/onetime.nl"];

/// What has no end to wait for: `inspector.rs` reads it.
const GOES_ON: &str = "/app/setup/integration/inspector/live";

#[tokio::test]
async fn a_route_opens_to_whoever_has_what_it_needs_and_to_nobody_else() {
    let stage = Stage::ready().await;
    let administrator = stage.sign_in(ADMINISTRATOR).await;
    let powerless = stage.sign_in(POWERLESS).await;
    for (path, needs) in Pages::routes() {
        let address = concrete(&path);
        let nobody = stage.get(&address, None).await;
        assert_eq!(OPEN.contains(&&*path), needs == Needs::Nothing, "{path}");
        if needs == Needs::Nothing {
            continue;
        }
        assert_eq!(nobody.status, 303, "{path}");
        assert!(
            nobody.header("location").unwrap().starts_with("/app/login"),
            "{path}"
        );

        let status = stage.get(&address, Some(&powerless)).await.status;
        let is_closed = matches!(needs, Needs::One(_) | Needs::Administrator);
        assert_eq!(status == 403, is_closed, "{path} answers {status}");

        if path == GOES_ON {
            continue;
        }
        let status = stage.get(&address, Some(&administrator)).await.status;
        assert!(matches!(status, 200 | 303 | 404 | 405), "{path} answers {status}");
    }
}

#[tokio::test]
async fn a_session_that_is_over_opens_nothing_and_logging_out_ends_it() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in(ADMINISTRATOR).await;
    let home = stage.get("/app", Some(&cookie)).await;
    assert_eq!(home.status, 200);
    let header = format!("Cookie: countersign_session={}\r\n", cookie.expose());
    let form = format!("proof={}", crate::stage::proof(&home));
    let left = stage.post("/app/logout", &header, &form).await;
    assert_eq!(left.status, 303);
    assert!(left.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(stage.get("/app", Some(&cookie)).await.status, 303);

    let cookie = stage.sign_in(ADMINISTRATOR).await;
    stage
        .account
        .clock
        .advance(std::time::Duration::from_secs(13 * 60 * 60));
    assert_eq!(stage.get("/app", Some(&cookie)).await.status, 303);
}

//! The list of logins, sent anew whenever something happened (server-sent events).
//!
//! Invariant: it ends with the session and with the right to see the trail. Following keeps no session alive.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use countersign_authority::Follower;
use futures_util::stream;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use tokio::time::sleep;

use super::list::List;
use crate::desk::{At, Desk};

/// What happens within this time is shown at once: the list is made at most so often, however many calls there are.
const GATHERED: Duration = Duration::from_millis(300);

struct Live {
    follower: Follower,
    desk: Arc<Desk>,
    is_new: bool,
}

impl Live {
    /// The list as it is now, which says what happened since the page was made; then each time it changes.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        if !self.is_new {
            self.follower.next().await?;
            sleep(GATHERED).await;
            self.follower.skip();
        }
        self.is_new = false;
        let list = List::of(&self.desk).await.ok()?;
        // An event cannot hold a carriage return, which no field of a row has.
        let contents = list.contents().into_string().replace('\r', " ");
        Some((Ok(Event::default().event("list").data(contents)), self))
    }
}

pub(super) async fn follow(At(desk): At) -> Response {
    let follower = match desk.visit.authority.follow_calls(desk.caller.clone()) {
        Ok(follower) => follower,
        Err(error) => return desk.failed(error).into_response(),
    };
    let live = Live {
        follower,
        desk,
        is_new: true,
    };
    let events = Sse::new(stream::unfold(live, Live::next)).keep_alive(KeepAlive::default());
    let mut response = events.into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}

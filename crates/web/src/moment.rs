//! Moments, as people read them: in UTC, which is said.

use countersign_world::UnixTime;
use maud::{Markup, html};

/// `2026-11-22 08:30 UTC`, with the whole of it for machines. A moment beyond the calendar is its last one.
pub fn moment(at: UnixTime) -> Markup {
    let time = jiff::Timestamp::from_millisecond(at.millis());
    let time = time.unwrap_or(if at.millis() < 0 {
        jiff::Timestamp::MIN
    } else {
        jiff::Timestamp::MAX
    });
    let short = time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    html! { time datetime=(time) { (short) } }
}

pub fn moment_or(at: Option<UnixTime>, otherwise: &str) -> Markup {
    match at {
        Some(at) => moment(at),
        None => html! { (otherwise) },
    }
}

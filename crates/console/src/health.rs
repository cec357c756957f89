//! How a connection is, now and over time.

use countersign_vault::{Action, AuditRow, Connection, Health};
use countersign_web::{Markup, html, moment};
use countersign_world::UnixTime;

/// The word of an address and of a filter.
pub(crate) const fn word(health: &Health) -> &'static str {
    match health {
        Health::Unverified => "unverified",
        Health::Healthy => "healthy",
        Health::Failing { .. } => "failing",
        Health::Superseded { .. } => "superseded",
    }
}

pub(crate) fn class_of(word: &str) -> &'static str {
    match word {
        "healthy" => "on",
        "failing" => "bad",
        _ => "off",
    }
}

/// How a connection is, and since when nobody answers for its account.
pub(crate) fn state(connection: &Connection) -> Markup {
    let health = &connection.health;
    let class = class_of(word(health));
    html! {
        span.state.(class) {
            @match health {
                Health::Unverified => "Not verified",
                Health::Healthy => "Healthy",
                Health::Failing { .. } => "Failing",
                Health::Superseded { .. } => "Superseded",
            }
        }
        @match health {
            Health::Failing { since } => { span.sub.short { "since " (moment(*since)) } },
            Health::Superseded { by: Some(by) } => { span.sub.short { "by " (by) } },
            _ => {},
        }
        @if let Some(unreached) = &connection.unreached { span.sub.short { "not reached since " (moment(unreached.at)) } }
    }
}

/// What became of the login by one change.
const fn turned(action: Action) -> Option<&'static str> {
    match action {
        Action::LoginWorked | Action::RotationSwitched | Action::RotationFellBack => Some("on"),
        Action::LoginFailed => Some("bad"),
        Action::ConnectionAdded
        | Action::ConnectionImported
        | Action::ConnectionSuperseded
        | Action::CredentialsReplaced => Some("off"),
        _ => None,
    }
}

/// One stretch of a time.
#[derive(Debug, PartialEq, Eq)]
struct Stretch {
    /// In thousandths of the whole.
    from: u32,
    long: u32,
    class: &'static str,
}

/// From what was written down, newest first, about one connection. A failure of a token that only waits changes nothing.
fn stretches(rows: &[AuditRow], from: UnixTime, until: UnixTime) -> Vec<Stretch> {
    let whole = (until.millis() - from.millis()).max(1);
    let place = |at: UnixTime| {
        let part = (at.millis() - from.millis()).clamp(0, whole) * 1000 / whole;
        u32::try_from(part).unwrap_or_default()
    };
    let mut stretches: Vec<Stretch> = Vec::new();
    for row in rows.iter().rev() {
        let is_of_staged = row.action == Action::LoginFailed && row.detail.starts_with("staged: ");
        let Some(class) = turned(row.action).filter(|_| !is_of_staged) else {
            continue;
        };
        let at = place(row.at);
        if let Some(last) = stretches.last_mut() {
            if last.class == class {
                continue;
            }
            last.long = at - last.from;
        }
        stretches.push(Stretch {
            from: at,
            long: 1000 - at,
            class,
        });
    }
    stretches.retain(|stretch| stretch.long > 0);
    stretches
}

/// A strip from the first row to now, and what happened, newest first.
pub(crate) fn over_time(rows: &[AuditRow], now: UnixTime) -> Markup {
    let Some(first) = rows.last() else {
        return html! { p.help { "Nothing has happened yet." } };
    };
    let stretches = stretches(rows, first.at, now);
    let bad: u32 = stretches
        .iter()
        .filter(|one| one.class == "bad")
        .map(|one| one.long)
        .sum();
    let said = match bad {
        0 => "It never failed in this time".to_owned(),
        bad => format!("It failed in {} of 1000 parts of this time", bad.max(1)),
    };
    html! {
        figure.strip {
            svg viewBox="0 0 1000 24" preserveAspectRatio="none" role="img" aria-label=(said) {
                @for Stretch { from, long, class } in &stretches {
                    rect class=(class) x=(from) y="0" width=((*long).max(2)) height="24" {}
                }
            }
            figcaption { span { (moment(first.at)) } span { "now" } }
        }
        ol.timeline {
            @for row in rows {
                li.(turned(row.action).unwrap_or("note")) {
                    (moment(row.at))
                    div { strong { (sentence_case(row.action.word())) } @if !row.detail.is_empty() { ": " (row.detail) } span.sub { (row.actor) } }
                }
            }
        }
    }
}

pub(crate) fn sentence_case(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(second: i64, action: Action, detail: &str) -> AuditRow {
        AuditRow {
            id: second,
            at: UnixTime::from_seconds(second),
            actor: "erin".to_owned(),
            action,
            subject: "connection acme".to_owned(),
            detail: detail.to_owned(),
        }
    }

    #[test]
    fn the_strip_turns_where_the_login_did_and_not_for_a_token_that_waits() {
        let rows = [
            row(700, Action::LoginWorked, ""),
            row(600, Action::LoginFailed, "staged: refused"),
            row(500, Action::LoginFailed, "refused"),
            row(300, Action::ConnectionLabelled, ""),
            row(200, Action::LoginWorked, ""),
            row(0, Action::ConnectionAdded, ""),
        ];
        let found = stretches(&rows, UnixTime::from_seconds(0), UnixTime::from_seconds(1000));
        let found: Vec<_> = found.iter().map(|one| (one.from, one.long, one.class)).collect();
        assert_eq!(
            found,
            [
                (0, 200, "off"),
                (200, 300, "on"),
                (500, 200, "bad"),
                (700, 300, "on")
            ]
        );
    }
}

//! What runs at each account now, for a reader: a picture of the slots, who waits, how fast it goes, and whose it is.

use anstyle::Style;
use countersign_proxy::{AccountSurvey, ConnectionSurvey, LimitFrom, Logins, Survey};

use crate::output::{BOLD, DIM, GREEN, RED};
use crate::table::{Cell, Table, plain, wrapped};

const TAKEN: &str = "■";
const FREE: &str = "□";
/// Of the limit, and not thought to be free: other programs seem to have it, or it is reserved for them.
const ELSEWHERE: &str = "·";
/// As many slots are drawn one by one; of more, each sign stands for several.
const DRAWN: u32 = 20;
/// The room of a picture, so that what is beside it stands in one column.
const PICTURE: usize = 20;
const NOTHING: &str =
    "Nothing was called yet. As soon as a program calls through the proxy, its account is here.";

/// All accounts, one below the other.
pub(crate) fn lines(survey: &Survey, width: Option<usize>) -> Vec<String> {
    if survey.accounts.is_empty() {
        return wrapped(NOTHING, width.unwrap_or(usize::MAX));
    }
    let each = survey.accounts.iter().map(|one| account(one, width));
    let each: Vec<Vec<String>> = each.collect();
    each.join(&String::new())
}

fn account(one: &AccountSurvey, width: Option<usize>) -> Vec<String> {
    let server = one.server.as_ref().map(|server| format!(" at {server}"));
    let mut lines = vec![format!(
        "{BOLD}{}{BOLD:#}{DIM}{}   {}{DIM:#}",
        plain(&one.account),
        plain(&server.unwrap_or_default()),
        limit(one)
    )];
    let (taken, free, elsewhere) = picture(one);
    let drawn = taken.chars().count() + free.chars().count() + elsewhere.chars().count();
    let picture = format!(
        "{GREEN}{taken}{GREEN:#}{free}{DIM}{elsewhere}{DIM:#}{}",
        " ".repeat(PICTURE.saturating_sub(drawn))
    );
    let waiting = match one.waiting {
        0 => format!("{DIM}nobody waits{DIM:#}"),
        _ => format!("{BOLD}{}{BOLD:#}", waiting(one)),
    };
    lines.push(format!(
        "  {picture}  {BOLD}{} of {}{BOLD:#} slots in use   {waiting}",
        one.running, one.slots
    ));
    let rate = format!("{:.1} requests/s", one.requests_per_second);
    let wait = match one.last_minute_longest_wait_ms {
        0 => String::new(),
        wait => format!(", longest wait {}", seconds(wait)),
    };
    let served = one.last_minute.served;
    lines.push(format!(
        "  {rate:PICTURE$}  {DIM}last minute:{DIM:#} {served} served{wait}"
    ));
    lines.extend(trouble(one).map(|text| format!("  {:PICTURE$}  {text}", "")));
    if !one.callers.is_empty() {
        lines.push(String::new());
        let indent = "  ";
        let room = width.map(|width| width.saturating_sub(indent.len()));
        lines.extend(
            callers(one)
                .lines(room)
                .iter()
                .map(|line| format!("{indent}{line}")),
        );
    }
    let stopped = one.connections.iter().filter(|one| one.logins != Logins::Tried);
    for (number, connection) in stopped.enumerate() {
        if number == 0 {
            lines.push(String::new());
        }
        let room = width.map_or(usize::MAX, |width| width.saturating_sub(2));
        let text = wrapped(&stop(connection), room);
        lines.extend(text.iter().map(|line| format!("  {RED}{line}{RED:#}")));
    }
    lines
}

/// One account in one line, without its name.
pub(crate) fn brief(one: &AccountSurvey) -> String {
    let mut parts = vec![format!("{} of {} slots", one.running, one.slots)];
    if one.waiting > 0 {
        parts.push(waiting(one));
    }
    parts.push(format!("{:.1} requests/s", one.requests_per_second));
    if one.last_minute.refused > 0 {
        parts.push(format!("{} refused in the last minute", one.last_minute.refused));
    }
    parts.join(", ")
}

/// The lines of a log: the time, and each account.
pub(crate) fn log_lines(survey: &Survey) -> Vec<String> {
    let time = time(survey);
    if survey.accounts.is_empty() {
        return vec![format!("{time}  nothing was called yet")];
    }
    let accounts = survey.accounts.iter().map(|one| {
        let limit = limit(one);
        format!("{time}  {}  {}; {limit}", plain(&one.account), brief(one))
    });
    accounts
        .chain(survey.stopped().map(|one| format!("{time}  {}", stop(one))))
        .collect()
}

/// To the second, in UTC.
pub(crate) fn time(survey: &Survey) -> String {
    let second: String = plain(&survey.at).chars().take(19).collect();
    format!("{second}Z")
}

/// A connection whose logins are not simply tried.
pub(crate) fn stop(one: &ConnectionSurvey) -> String {
    let name = plain(&one.connection);
    match one.tried_again_in_seconds {
        Some(seconds) => format!("{name}: its logins were refused, nothing is sent for {seconds} s more"),
        None => format!("{name}: its logins were refused, the next call tries again"),
    }
}

fn limit(one: &AccountSurvey) -> String {
    let told = match (one.limit, one.limit_from) {
        (Some(limit), LimitFrom::Operator) => format!("limit {limit}, set at the start"),
        (Some(limit), _) => format!("limit {limit}, as the account says"),
        (None, _) => "limit not told, found out by trying".to_owned(),
    };
    match one.reserve {
        0 => told,
        reserve => format!("{told}, {reserve} left to others"),
    }
}

fn waiting(one: &AccountSurvey) -> String {
    format!(
        "{} waiting, the first for {}",
        one.waiting,
        seconds(one.longest_wait_ms)
    )
}

/// What went wrong in the last minute.
fn trouble(one: &AccountSurvey) -> Option<String> {
    let counts = &one.last_minute;
    let parts = [
        (counts.refused, "refused by the account", Style::new()),
        (counts.late, "too late", RED),
        (counts.turned_away, "turned away", RED),
    ];
    let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, what, style)| format!("{style}{count} {what}{style:#}"))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn callers(one: &AccountSurvey) -> Table {
    let mut table = Table::new(&[
        "CALLER",
        "SHARE",
        "HOLDS",
        "WAITS",
        "FIRST FOR",
        "REQ/S",
        "LAST MIN",
    ]);
    for caller in &one.callers {
        let is_there = caller.holds > 0 || caller.waits > 0;
        let style = if is_there { Style::new() } else { DIM };
        let first = match caller.waits {
            0 => String::new(),
            _ => seconds(caller.longest_wait_ms),
        };
        let cells = [
            Cell::from(&caller.caller),
            Cell::from(caller.share),
            Cell::from(caller.holds),
            Cell::from(caller.waits),
            Cell::from(first),
            Cell::from(format!("{:.1}", caller.requests_per_second)),
            Cell::from(caller.served_last_minute),
        ];
        table.add(cells.map(|cell| cell.styled(style)));
    }
    table
}

/// Slots that are taken, free, and not to be had.
fn picture(one: &AccountSurvey) -> (String, String, String) {
    let all = one.all_slots().max(1);
    let drawn = |slots: u32| match all > DRAWN {
        true => u64::from(slots) * u64::from(DRAWN) / u64::from(all),
        false => slots.into(),
    };
    let signs = |sign: &str, count: u64| sign.repeat(usize::try_from(count).unwrap_or_default());
    // What is taken at all is seen.
    let taken = drawn(one.running).max(one.running.min(1).into());
    let usable = drawn(one.slots.max(one.running)).max(taken);
    (
        signs(TAKEN, taken),
        signs(FREE, usable - taken),
        signs(ELSEWHERE, drawn(all).saturating_sub(usable)),
    )
}

/// To a tenth, as far as that says something.
fn seconds(millis: u64) -> String {
    match millis {
        0..1000 => format!("{millis} ms"),
        1000..100_000 => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
        _ => format!("{} s", millis / 1000),
    }
}

#[cfg(test)]
mod tests {
    use countersign_proxy::{CallerSurvey, Counts};

    use super::*;

    fn survey() -> Survey {
        let caller = |name: &str, share, holds, waits| CallerSurvey {
            caller: name.to_owned(),
            share,
            holds,
            waits,
            longest_wait_ms: 812,
            requests_per_second: 96.1,
            served_last_minute: 5766,
        };
        Survey {
            at: "2026-11-22T22:03:41.25Z".to_owned(),
            accounts: vec![AccountSurvey {
                account: "1234567_SB1".to_owned(),
                server: None,
                limit: Some(20),
                limit_from: LimitFrom::Account,
                reserve: 2,
                slots: 15,
                running: 12,
                waiting: 7,
                longest_wait_ms: 812,
                usual_hold_ms: 120,
                requests_per_second: 143.25,
                last_minute: Counts {
                    served: 8592,
                    refused: 3,
                    late: 1,
                    turned_away: 0,
                },
                last_minute_longest_wait_ms: 1200,
                since_start: Counts::default(),
                callers: vec![
                    caller("nightly-sync", 4, 8, 5),
                    caller("bill\u{1b}[2Jing", 1, 4, 0),
                ],
                connections: vec![
                    ConnectionSurvey {
                        connection: "acme".to_owned(),
                        logins: Logins::Tried,
                        tried_again_in_seconds: None,
                    },
                    ConnectionSurvey {
                        connection: "acme-old".to_owned(),
                        logins: Logins::Stopped,
                        tried_again_in_seconds: Some(42),
                    },
                ],
            }],
        }
    }

    fn bare(lines: &[String]) -> Vec<String> {
        let bare = lines
            .iter()
            .map(|line| anstream::adapter::strip_str(line).to_string());
        bare.map(|line| line.trim_end().to_owned()).collect()
    }

    #[test]
    fn an_account_fits_into_eighty_columns_and_says_what_there_is_to_know() {
        let lines = bare(&lines(&survey(), Some(80)));
        assert_eq!(
            lines,
            [
                "1234567_SB1   limit 20, as the account says, 2 left to others",
                "  ■■■■■■■■■■■■□□□·····  12 of 15 slots in use   7 waiting, the first for 812 ms",
                "  143.2 requests/s      last minute: 8592 served, longest wait 1.2 s",
                "                        3 refused by the account, 1 too late",
                "",
                "  CALLER        SHARE  HOLDS  WAITS  FIRST FOR  REQ/S  LAST MIN",
                "  nightly-sync      4      8      5  812 ms      96.1      5766",
                "  bill\u{fffd}[2Jing       1      4      0              96.1      5766",
                "",
                "  acme-old: its logins were refused, nothing is sent for 42 s more",
            ]
        );
        assert!(lines.iter().all(|line| line.chars().count() <= 80), "{lines:?}");
    }

    #[test]
    fn a_look_is_a_line_of_a_log_for_each_account_and_each_connection_that_is_stopped() {
        assert_eq!(
            log_lines(&survey()),
            [
                "2026-11-22T22:03:41Z  1234567_SB1  12 of 15 slots, 7 waiting, the first for 812 ms, 143.2 requests/s, 3 refused in \
                 the last minute; limit 20, as the account says, 2 left to others",
                "2026-11-22T22:03:41Z  acme-old: its logins were refused, nothing is sent for 42 s more",
            ]
        );
        let nothing = Survey {
            accounts: Vec::new(),
            ..survey()
        };
        assert_eq!(
            log_lines(&nothing),
            ["2026-11-22T22:03:41Z  nothing was called yet"]
        );
        assert!(
            lines(&nothing, Some(80))
                .concat()
                .starts_with("Nothing was called yet.")
        );
    }

    #[test]
    fn of_many_slots_a_part_is_drawn_and_one_that_is_taken_is_seen() {
        let drawn = |running, slots, limit| {
            let mut one = survey().accounts.remove(0);
            (one.running, one.slots, one.limit) = (running, slots, limit);
            let (taken, free, elsewhere) = picture(&one);
            [taken, free, elsewhere].map(|part| part.chars().count())
        };
        assert_eq!(drawn(0, 5, None), [0, 5, 0]);
        assert_eq!(drawn(5, 4, Some(6)), [5, 0, 1]);
        assert_eq!(drawn(1, 100, Some(200)), [1, 9, 10]);
        assert_eq!(drawn(200, 200, Some(200)), [20, 0, 0]);
    }
}

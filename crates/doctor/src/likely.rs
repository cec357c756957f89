//! Why a login is refused: which of the causes remain, the likeliest first.
//!
//! The account says of some twenty causes only that the login is invalid. What tells them apart is around the call: whether
//! it ever worked, which services refuse it, whether the account's other connections still work, and the word in the Login
//! Audit Trail, which whoever may open that page can read off.

use countersign_diagnose::Mistake;
use countersign_protocol::{Environment, TIMESTAMP_WINDOW};
use countersign_world::UnixTime;

use crate::{Outcome, Probe, ProbeResults};

/// What is known of the connection from before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// When a login with these credentials worked last.
    pub last_success: Option<UnixTime>,
}

/// Another connection of the same account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    pub works: bool,
    /// Whether it is signed with the same Consumer Key.
    pub is_of_same_integration: bool,
}

/// What a token that worked is refused for, the likeliest first.
const WORKED_BEFORE: [Mistake; 15] = [
    Mistake::TokenRevoked,
    Mistake::TokenInactive,
    Mistake::RoleRemoved,
    Mistake::EntityInactive,
    Mistake::EntityWithoutAccess,
    Mistake::IntegrationBlocked,
    Mistake::WrongConsumerSecret,
    Mistake::RoleInactive,
    Mistake::RoleWithoutTba,
    Mistake::RoleHidden,
    Mistake::TokenUnknown,
    Mistake::FeatureDisabled,
    Mistake::IntegrationWithoutTba,
    Mistake::IpRule,
    Mistake::Locked,
];

/// What a token is refused for that never worked, as far as it is known here.
const NEVER_WORKED: [Mistake; 19] = [
    Mistake::WrongTokenSecret,
    Mistake::WrongConsumerSecret,
    Mistake::TokenUnknown,
    Mistake::ConsumerKeyUnknown,
    Mistake::TokenOtherIntegration,
    Mistake::RoleWithoutTba,
    Mistake::IntegrationWithoutTba,
    Mistake::IntegrationWaiting,
    Mistake::IntegrationBlocked,
    Mistake::FeatureDisabled,
    Mistake::EntityWithoutAccess,
    Mistake::EntityInactive,
    Mistake::RoleRemoved,
    Mistake::RoleInactive,
    Mistake::RoleHidden,
    Mistake::TokenRevoked,
    Mistake::TokenInactive,
    Mistake::IpRule,
    Mistake::Locked,
];

/// The words that RESTlets and the authorization flow have for what REST and SOAP call otherwise.
const SPELLINGS: [(&str, &str); 5] = [
    ("EntityOrRoleDisabled", "permission_denied"),
    ("TokenRejected", "token_rejected"),
    ("nonce_used", "NonceUsed"),
    ("NonceRejected", "nonce_rejected"),
    ("IntegrationBlocked", "consumer_key_refused"),
];

/// The causes that remain of a refused login. Exactly one is proved.
pub(crate) fn causes(
    results: &ProbeResults,
    history: History,
    neighbours: &[Neighbour],
    word: Option<&str>,
) -> Vec<Mistake> {
    match word.map(of_word).filter(|named| !named.is_empty()) {
        Some(named) => ranked(in_order(named, history), results, (history, true), neighbours),
        None => match proved(results) {
            Some(proved) => vec![proved],
            None => ranked(listed(history), results, (history, false), neighbours),
        },
    }
}

/// What a word of the Login Audit Trail can mean, in any spelling; what stands behind a colon or space is an example. The
/// trail of a local account names the mistake itself.
pub(crate) fn of_word(word: &str) -> Vec<Mistake> {
    let word = word.trim();
    if let Ok(mistake) = word.parse() {
        return vec![mistake];
    }
    let lower = word.to_ascii_lowercase();
    if lower.contains("ip address") || lower.contains("ip rule") {
        return vec![Mistake::IpRule];
    }
    let word = word.split([' ', ':']).next().unwrap_or_default();
    let other = SPELLINGS
        .iter()
        .find(|(spelling, _)| spelling.eq_ignore_ascii_case(word));
    let word = other.map_or(word, |(_, word)| word);
    let fits = |mistake: &&Mistake| mistake.detail_word().eq_ignore_ascii_case(word);
    let all: Vec<Mistake> = Mistake::ALL.iter().filter(fits).copied().collect();
    match word.eq_ignore_ascii_case("InvalidSignature") {
        // What is signed here is signed right: of the signature's mistakes those of the key remain.
        true => vec![
            Mistake::WrongTokenSecret,
            Mistake::WrongConsumerSecret,
            Mistake::SecretsSwapped,
        ],
        false => all,
    }
}

/// The word as REST and SOAP write it; none where it is no word of the trail.
pub(crate) fn canonical(word: &str) -> Option<&'static str> {
    of_word(word).first().map(|mistake| mistake.detail_word())
}

/// What the calls by themselves prove.
fn proved(results: &ProbeResults) -> Option<Mistake> {
    if let Some(mistake) = results.ahead.and_then(of_clock) {
        return Some(mistake);
    }
    let says = |part: &str| {
        let mut messages = results.calls.values().filter_map(|outcome| match outcome {
            Outcome::Answered(heard) => Some(heard.message.to_ascii_lowercase()),
            _ => None,
        });
        messages.any(|message| message.contains(part))
    };
    if says("ip address") {
        return Some(Mistake::IpRule);
    }
    let is_refused = |probe| results.call(probe).is_some_and(Outcome::is_refused);
    let logs_in = |probe| {
        let kind = results.call(probe).and_then(Outcome::kind);
        kind.is_some_and(countersign_capture::Kind::is_logged_in)
    };
    let web_services = logs_in(Probe::Rest) || logs_in(Probe::Soap);
    (web_services && (is_refused(Probe::Restlet) || is_refused(Probe::Login)))
        .then_some(Mistake::WebServicesOnlyRole)
}

/// What a clock that is so many seconds ahead is called. Nothing where logins do not suffer.
pub(crate) fn of_clock(ahead: i64) -> Option<Mistake> {
    const QUARTER: u64 = 15 * 60;
    let off = ahead.unsigned_abs();
    if off <= TIMESTAMP_WINDOW.unsigned_abs() {
        return None;
    }
    // Time zones differ by quarters of an hour, and by less than a day.
    let beside = off % QUARTER;
    let is_zone = beside.min(QUARTER - beside) <= 30 && (2 * QUARTER..=14 * 4 * QUARTER).contains(&off);
    Some(match is_zone {
        true => Mistake::TimestampTimezone,
        false => Mistake::ClockSkew,
    })
}

/// The same in the order of the lists above, without what a checkup cannot meet: it signs with a token and gives no
/// password, and a token that worked is of this integration record.
fn in_order(mut named: Vec<Mistake>, history: History) -> Vec<Mistake> {
    let listed = listed(history);
    if named.len() > 1 {
        let worked = history.last_success.is_some();
        named.retain(|mistake| match mistake {
            Mistake::TokenOfAnotherUser => false,
            Mistake::TokenOtherIntegration => !worked,
            _ => true,
        });
    }
    named.sort_by_key(|mistake| {
        let place = listed.iter().position(|other| other == mistake);
        place.unwrap_or(listed.len())
    });
    named
}

fn listed(history: History) -> Vec<Mistake> {
    match history.last_success {
        Some(_) => WORKED_BEFORE.to_vec(),
        None => NEVER_WORKED.to_vec(),
    }
}

/// The likeliest first, without what the evidence rules out; all of them where it would rule out every one.
fn ranked(
    mut causes: Vec<Mistake>,
    results: &ProbeResults,
    (history, is_named): (History, bool),
    neighbours: &[Neighbour],
) -> Vec<Mistake> {
    let one_works = neighbours.iter().any(|neighbour| neighbour.works);
    let one_of_its_integration_works = neighbours
        .iter()
        .any(|neighbour| neighbour.works && neighbour.is_of_same_integration);
    let is_ruled_out = |mistake: &Mistake| match mistake {
        Mistake::FeatureDisabled => one_works,
        Mistake::ConsumerKeyUnknown
        | Mistake::IntegrationBlocked
        | Mistake::IntegrationWaiting
        | Mistake::IntegrationWithoutTba
        | Mistake::WrongConsumerSecret => one_of_its_integration_works,
        // A secret does not change by itself.
        Mistake::WrongTokenSecret | Mistake::SecretsSwapped => history.last_success.is_some(),
        // It worked on this surface, or the surface is not the cause.
        Mistake::WebServicesOnlyRole => !results.logs_in(),
        _ => false,
    };
    let rest: Vec<Mistake> = causes
        .iter()
        .filter(|mistake| !is_ruled_out(mistake))
        .copied()
        .collect();
    if !rest.is_empty() {
        causes = rest;
    }
    let is_copy = results.account.environment() != Environment::Production;
    let worked = history.last_success.is_some();
    let all_fail = !neighbours.is_empty() && !one_works;
    let is_one_integration = neighbours
        .iter()
        .all(|neighbour| neighbour.is_of_same_integration);
    let mut first: Vec<Mistake> = Vec::new();
    // A refresh of a sandbox ends every token at once.
    if is_copy && (all_fail || worked && neighbours.is_empty() && !is_named) {
        first.push(Mistake::TokenUnknown);
    }
    if all_fail {
        first.push(Mistake::FeatureDisabled);
        if is_one_integration {
            first.extend([Mistake::IntegrationBlocked, Mistake::WrongConsumerSecret]);
        }
        first.push(Mistake::IpRule);
    }
    causes.sort_by_key(|mistake| {
        let place = first.iter().position(|other| other == mistake);
        place.unwrap_or(first.len())
    });
    causes
}

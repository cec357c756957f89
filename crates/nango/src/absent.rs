//! What Nango has and this is not: named, so that whoever looks for a mistake finds none.

use http::StatusCode;

use crate::problem::Problem;

/// First segments of paths, what lies there at Nango, and what to do without it.
const ABSENT: &[(&str, &str, &str)] = &[
    ("sync", SYNCS, OWN_CODE),
    ("syncs", SYNCS, OWN_CODE),
    ("record", RECORDS, OWN_CODE),
    ("records", RECORDS, OWN_CODE),
    ("action", ACTIONS, OWN_CODE),
    ("v1", ACTIONS, OWN_CODE),
    ("functions", FUNCTIONS, OWN_CODE),
    ("flows", FUNCTIONS, OWN_CODE),
    ("scripts", FUNCTIONS, OWN_CODE),
    ("webhook", WEBHOOKS, "NetSuite sends none for a token."),
    (
        "environment-variables",
        "variables of an environment",
        "Keep them where your program runs.",
    ),
    ("mcp", "Nango's MCP server", OWN_CODE),
    ("oauth", "the authorization flow of OAuth", TBA_ONLY),
    (
        "config",
        "the API for integrations before 2024",
        "Call /integrations.",
    ),
];
const SYNCS: &str = "syncs";
const RECORDS: &str = "the records of syncs";
const ACTIONS: &str = "actions";
const FUNCTIONS: &str = "functions that Nango runs";
const WEBHOOKS: &str = "webhooks";
const OWN_CODE: &str = "Nothing of yours runs here: call NetSuite through /proxy from your program.";
const TBA_ONLY: &str =
    "Connections are made with the four values of token-based authentication, by POST /connections.";

pub(crate) fn is_absent(first: &str) -> bool {
    ABSENT.iter().any(|(segment, ..)| *segment == first)
}

/// The answer below such a path.
pub(crate) fn below(first: &str) -> Problem {
    let found = ABSENT.iter().find(|(segment, ..)| *segment == first);
    found.map_or_else(nowhere, |(_, what, instead)| named(what, instead))
}

pub(crate) fn named(what: &str, instead: &str) -> Problem {
    let message = format!("Countersign does not have {what}. {instead}");
    Problem::new(StatusCode::NOT_IMPLEMENTED, "not_implemented", message)
}

pub(crate) fn functions() -> Problem {
    named(FUNCTIONS, OWN_CODE)
}

pub(crate) fn webhooks() -> Problem {
    named(WEBHOOKS, "Leave webhook_url_override out.")
}

pub(crate) fn nowhere() -> Problem {
    let message = "There is nothing at this path, or not by this method. See the guide for Nango's API.";
    Problem::new(StatusCode::NOT_FOUND, "not_found", message)
}

//! The one-time sign-in link of a first start: it shows the account once, to whoever has the terminal.
//!
//! Opening the link changes nothing, because mail scanners and browsers open links by themselves; pressing the button
//! does. The setup pages that it will sign in to are still to come, so what it shows is the account as it stands.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use countersign_authority::Directory;
use countersign_protocol::{Request as Signed, Scheme, Secret};
use countersign_world::{Entropy, UnixTime, hex};
use http::header::{ALLOW, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY};
use http::{Method, StatusCode};
use quick_xml::escape::escape;
use subtle::ConstantTimeEq as _;

use crate::reply::{Reply, reply, with};

/// Where the link points.
pub(crate) const PATH: &str = "/app/login/onetime.nl";
const VALID_FOR: Duration = Duration::from_secs(3600);
const HTML: &str = "text/html; charset=UTF-8";

/// A link that works once, for an hour, as long as this process runs.
#[derive(Debug, Default)]
pub struct OneTimeLink {
    open: Mutex<Option<(Secret, UnixTime)>>,
}

impl OneTimeLink {
    /// Makes the link's path and query, to be put behind the account's address. A link made before stops working.
    pub fn make(&self, entropy: &dyn Entropy, now: UnixTime) -> Secret {
        let code = Secret::new(hex(entropy, 32));
        let link = Secret::new(format!("{PATH}?code={}", code.expose()));
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some((code, now.plus(VALID_FOR)));
        link
    }

    /// Whether this is the link's code; if so, it is used up.
    fn redeem(&self, code: &[u8], now: UnixTime) -> bool {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let matches = open
            .as_ref()
            .is_some_and(|(right, until)| *until >= now && bool::from(right.expose().as_bytes().ct_eq(code)));
        if matches {
            *open = None;
        }
        matches
    }
}

/// GET asks for a press of the button, POST redeems the code.
pub(crate) fn answer(
    link: &OneTimeLink,
    directory: &Directory,
    method: &Method,
    query: &str,
    form: &Bytes,
    now: UnixTime,
) -> Reply {
    let page = match *method {
        Method::GET => {
            let code = String::from_utf8_lossy(&code_in(query).unwrap_or_default()).into_owned();
            let button = format!(
                "<form method=\"post\" action=\"{PATH}\"><input type=\"hidden\" name=\"code\" value=\"{}\">\
                 <button>Open the account</button></form>",
                escape(&code)
            );
            page(
                StatusCode::OK,
                directory,
                &format!("<p>This link works once.</p>{button}"),
            )
        }
        Method::POST => {
            let form = String::from_utf8_lossy(form);
            match code_in(&form) {
                Some(code) if link.redeem(&code, now) => {
                    page(StatusCode::OK, directory, &overview(directory))
                }
                _ => {
                    let text = "<p>This link has been used or is older than an hour. Only the first start of an account prints one.</p>";
                    page(StatusCode::FORBIDDEN, directory, text)
                }
            }
        }
        _ => {
            let text = "<p>This page is opened in a browser.</p>";
            with(
                page(StatusCode::METHOD_NOT_ALLOWED, directory, text),
                ALLOW,
                "GET, POST",
            )
        }
    };
    let page = with(
        page,
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    let page = with(page, HeaderName::from_static("x-content-type-options"), "nosniff");
    with(page, REFERRER_POLICY, "no-referrer")
}

/// The value of `code` in a query or form.
fn code_in(encoded: &str) -> Option<Vec<u8>> {
    let target = format!("/?{encoded}");
    let request = Signed::received("GET", Scheme::Http, "localhost", &target).ok()?;
    request
        .query_parameters()
        .find(|(name, _)| name == b"code")
        .map(|(_, value)| value)
}

fn overview(directory: &Directory) -> String {
    let row = |name: &str, value: String| format!("<tr><th>{name}</th><td>{}</td></tr>", escape(value));
    let list = |names: Vec<&str>| {
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        }
    };
    let rows = [
        row(
            "Features",
            list(
                directory
                    .features
                    .iter()
                    .map(countersign_model::Feature::label)
                    .collect(),
            ),
        ),
        row(
            "Integration records",
            list(
                directory
                    .integrations()
                    .map(|record| record.name.as_str())
                    .collect(),
            ),
        ),
        row(
            "Roles",
            list(directory.roles().map(|role| role.name.as_str()).collect()),
        ),
        row(
            "Users",
            list(directory.users().map(|user| user.name.as_str()).collect()),
        ),
        row(
            "Access tokens",
            list(directory.tokens().map(|token| token.name.as_str()).collect()),
        ),
    ];
    format!(
        "<table>{}</table><p class=\"dim\">The setup pages are not in this version. An account can be set up from a file: <code>countersign serve --account FILE</code>.</p>",
        rows.concat()
    )
}

fn page(status: StatusCode, directory: &Directory, body: &str) -> Reply {
    let (account, company) = (
        escape(directory.account.id.as_str()),
        escape(&directory.account.company_name),
    );
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{account}</title><style>{STYLE}</style><main><h1>{company}</h1><p class=\"dim\">Local account {account}</p>{body}</main></html>"
    );
    reply(status, HTML, html)
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;color:#1d2733;background:#f4f6f8;margin:0}\
main{max-width:44rem;margin:4rem auto;padding:2rem 2.5rem;background:#fff;border-radius:8px;box-shadow:0 1px 4px #0002}\
h1{font-size:1.5rem;margin:0}.dim{color:#667}table{border-collapse:collapse;width:100%;margin:1.5rem 0}\
th{text-align:left;vertical-align:top;padding:.5rem 1.5rem .5rem 0;font-weight:600;white-space:nowrap}\
td{padding:.5rem 0}tr+tr{border-top:1px solid #e3e7ec}\
button{font:inherit;padding:.5rem 1.25rem;border:0;border-radius:6px;background:#1b6e5a;color:#fff;cursor:pointer}";

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::SeededEntropy;

    const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);

    fn code(link: &Secret) -> Vec<u8> {
        code_in(link.expose().split_once('?').unwrap().1).unwrap()
    }

    #[test]
    fn a_link_works_once() {
        let link = OneTimeLink::default();
        let code = code(&link.make(&SeededEntropy::new(1), NOW));
        assert!(!link.redeem(b"", NOW) && !link.redeem(&code[1..], NOW));
        assert!(link.redeem(&code, NOW));
        assert!(!link.redeem(&code, NOW));
    }

    #[test]
    fn a_link_ends_after_an_hour_and_when_a_new_one_is_made() {
        let link = OneTimeLink::default();
        let first = code(&link.make(&SeededEntropy::new(1), NOW));
        assert!(!link.redeem(&first, NOW.plus(VALID_FOR + Duration::from_secs(1))));
        let second = code(&link.make(&SeededEntropy::new(2), NOW));
        assert!(!link.redeem(&first, NOW));
        assert!(link.redeem(&second, NOW));
    }
}

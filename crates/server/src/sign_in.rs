//! The one-time sign-in link of a first start: it shows the account once, to whoever has the terminal.
//!
//! Opening the link changes nothing, because mail scanners and browsers open links by themselves; pressing the button
//! does. The setup pages that it will sign in to are still to come, so what it shows is the account as it stands.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use countersign_authority::{AdministrationError, Authority, Snapshot};
use countersign_model::Via;
use countersign_protocol::{AccountId, Secret};
use countersign_store::{IntegrationFilter, TokenFilter, UserFilter};
use countersign_world::{Entropy, UnixTime, hex};
use http::header::ALLOW;
use http::{Method, StatusCode};
use quick_xml::escape::escape;
use subtle::ConstantTimeEq as _;

use crate::named::parameter;
use crate::page::{page, protected};
use crate::reply::{Reply, with};

/// Where the link points.
pub(crate) const PATH: &str = "/app/login/onetime.nl";
const VALID_FOR: Duration = Duration::from_secs(3600);
/// Names that are shown of each list.
const SHOWN: usize = 100;

/// A link that works once, for an hour, as long as this process runs.
#[derive(Debug)]
pub struct OneTimeLink {
    account: AccountId,
    open: Mutex<Option<(Secret, UnixTime)>>,
}

impl OneTimeLink {
    pub(crate) const fn new(account: AccountId) -> Self {
        Self {
            account,
            open: Mutex::new(None),
        }
    }

    /// Makes the link's path and query, to be put behind the server's address: it names the account. A link made before stops working.
    pub fn make(&self, entropy: &dyn Entropy, now: UnixTime) -> Secret {
        let code = Secret::new(hex(entropy, 32));
        let link = Secret::new(format!("{PATH}?company={}&code={}", self.account, code.expose()));
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
pub(crate) async fn answer(
    link: &OneTimeLink,
    authority: &Authority,
    method: &Method,
    query: &str,
    form: &Bytes,
    now: UnixTime,
) -> Reply {
    let snapshot = authority.snapshot();
    let page = match *method {
        Method::GET => {
            let code = String::from_utf8_lossy(&code_in(query).unwrap_or_default()).into_owned();
            // Sent to where the page is: the link's query names the account once more.
            let button = format!(
                "<form method=\"post\"><input type=\"hidden\" name=\"code\" value=\"{}\">\
                 <button>Open the account</button></form>",
                escape(&code)
            );
            page(
                StatusCode::OK,
                None,
                &format!("<p>This link works once.</p>{button}"),
            )
        }
        Method::POST => {
            let form = String::from_utf8_lossy(form);
            match code_in(&form) {
                Some(code) if link.redeem(&code, now) => match overview(authority, &snapshot).await {
                    Ok(overview) => page(StatusCode::OK, Some(&snapshot.account), &overview),
                    Err(error) => {
                        tracing::error!(%error, "the account cannot be shown");
                        let text = "<p>The account cannot be read; the log says why.</p>";
                        page(StatusCode::INTERNAL_SERVER_ERROR, None, text)
                    }
                },
                _ => {
                    let text = "<p>This link has been used or is older than an hour. Only the first start of an account prints one.</p>";
                    page(StatusCode::FORBIDDEN, None, text)
                }
            }
        }
        _ => {
            let text = "<p>This page is opened in a browser.</p>";
            with(
                page(StatusCode::METHOD_NOT_ALLOWED, None, text),
                ALLOW,
                "GET, POST",
            )
        }
    };
    protected(page, "", "no-referrer")
}

/// The value of `code` in a query or form.
fn code_in(encoded: &str) -> Option<Vec<u8>> {
    parameter(encoded, "code")
}

async fn overview(authority: &Authority, snapshot: &Snapshot) -> Result<String, AdministrationError> {
    // One more than is shown, to see whether there are more.
    const LIMIT: u32 = SHOWN as u32 + 1;
    let caller = authority.owner("the sign-in link", Via::Page);
    let integrations = authority
        .integrations(&caller, IntegrationFilter::default(), None, LIMIT)
        .await?;
    let users = authority
        .users(&caller, UserFilter::default(), None, LIMIT)
        .await?;
    let tokens = authority
        .tokens(&caller, TokenFilter::default(), None, LIMIT)
        .await?;
    let features = snapshot.features.iter().map(countersign_model::Feature::label);
    let rows = [
        row("Features", features),
        row(
            "Integration records",
            integrations.iter().map(|record| record.name.as_str()),
        ),
        row("Roles", snapshot.roles().map(|role| role.name.as_str())),
        row("Users", users.iter().map(|user| user.name.as_str())),
        row(
            "Access tokens",
            tokens.iter().map(|found| found.token.name.as_str()),
        ),
    ];
    Ok(format!(
        "<table>{}</table><p class=\"dim\">The setup pages are not in this version. An account can be set up from a file: <code>countersign serve --account FILE</code>.</p>",
        rows.concat()
    ))
}

fn row<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> String {
    let mut shown: Vec<&str> = names.take(SHOWN + 1).collect();
    match shown.len() {
        0 => shown.push("none"),
        1..=SHOWN => {}
        _ => {
            shown.truncate(SHOWN);
            shown.push("and more");
        }
    }
    let names = shown.join(", ");
    format!("<tr><th>{name}</th><td>{}</td></tr>", escape(&names))
}

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
        let link = OneTimeLink::new("1234567".parse().unwrap());
        let code = code(&link.make(&SeededEntropy::new(1), NOW));
        assert!(!link.redeem(b"", NOW) && !link.redeem(&code[1..], NOW));
        assert!(link.redeem(&code, NOW));
        assert!(!link.redeem(&code, NOW));
    }

    #[test]
    fn a_link_ends_after_an_hour_and_when_a_new_one_is_made() {
        let link = OneTimeLink::new("1234567".parse().unwrap());
        let first = code(&link.make(&SeededEntropy::new(1), NOW));
        assert!(!link.redeem(&first, NOW.plus(VALID_FOR + Duration::from_secs(1))));
        let second = code(&link.make(&SeededEntropy::new(2), NOW));
        assert!(!link.redeem(&first, NOW));
        assert!(link.redeem(&second, NOW));
    }
}

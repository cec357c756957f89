//! Credentials are tried before they are kept: the doctor asks the account, and says who one became or what is wrong.

use std::time::Duration;

use countersign_client::Login;
use countersign_doctor::{Cause, Findings, History, ProbeResults};
use countersign_protocol::{Credentials, Environment, LocalServer};
use countersign_vault::{Connection, Given, Holder, VaultError};
use countersign_web::{Markup, Notice, Weight, facts, html, sentence};

use crate::console::Shared;
use crate::desk::Desk;

/// The likeliest causes that are named.
const CAUSES: usize = 3;

/// Values that log in.
pub(crate) struct Tried {
    pub(crate) given: Given,
    pub(crate) results: ProbeResults,
    pub(crate) findings: Findings,
}

/// Values that were not kept, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Untried {
    pub(crate) text: String,
    pub(crate) causes: Vec<Cause>,
}

impl Untried {
    pub(crate) fn saying(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            causes: Vec::new(),
        }
    }

    pub(crate) fn notice(&self) -> Notice {
        Notice::new(Weight::Wrong, &self.text)
    }

    /// What may be behind it, and where to click.
    pub(crate) fn causes(&self) -> Markup {
        html! {
            @if !self.causes.is_empty() {
                section.section aria-labelledby="causes" {
                    h2 id="causes" { @if self.causes.len() == 1 { "The cause" } @else { "What may be the cause, the likeliest first" } }
                    (crate::findings::causes(&self.causes))
                }
            }
        }
    }
}

impl Shared {
    /// Where calls of these credentials go. Those of a local account never go to NetSuite.
    pub(crate) fn server_of(
        &self,
        credentials: &Credentials,
        named: Option<&LocalServer>,
    ) -> Result<Option<LocalServer>, Untried> {
        if named.is_some() || !credentials.are_local() {
            return Ok(named.cloned());
        }
        let account = &credentials.account;
        (self.parts.local_server)(account).map(Some).ok_or_else(|| {
            Untried::saying(format!(
                "These credentials are of a local account, and no account {account} answers on this machine. They are never sent \
                 to NetSuite: start the account, or enter those of the account at NetSuite."
            ))
        })
    }

    /// How long these credentials must rest, if they must: one count of the process for all who log in with them.
    pub(crate) fn rest(&self, credentials: &Credentials) -> Option<Duration> {
        let (login, now) = (Login::of(credentials), self.parts.clock.elapsed());
        let breaker = self.parts.proxy.logins().breaker(&login, now);
        breaker.rest(login.edition(), now)
    }

    /// Asks the account. The same values are not tried for ever: five failed logins in a row lock their user.
    pub(crate) async fn try_out(&self, given: Given) -> Result<Tried, Untried> {
        if let Err(error) = given.check() {
            return Err(Untried::saying(sentence(&error)));
        }
        if let Some(rest) = self.rest(&given.credentials) {
            return Err(resting(rest));
        }
        let account = &given.credentials.account;
        let login = (&given.credentials, given.server.as_ref());
        let results = self.look(login, true, self.parts.proxy.logins()).await?;
        let findings = Findings::of(&results, History::default(), &[], None);
        let other = findings
            .identity
            .as_ref()
            .filter(|identity| !identity.is_of(account));
        // Any program of this machine may answer at the address of a local server: only an account says whose a token is.
        let is_nobody = given.server.is_some() && findings.identity.is_none();
        if results.logs_in() && other.is_none() && !is_nobody {
            return Ok(Tried {
                given,
                results,
                findings,
            });
        }
        if let Some(other) = other {
            return Err(Untried::saying(format!(
                "The token logs in to account {}, and {account} was given: correct the Account ID.",
                other.company_id
            )));
        }
        let failed = findings.failed().next();
        let text = failed.map_or_else(|| "no login worked".to_owned(), |line| line.seen.clone());
        let causes = failed.map(|line| line.causes.iter().take(CAUSES).cloned().collect());
        Err(Untried {
            text: sentence(&text),
            causes: causes.unwrap_or_default(),
        })
    }
}

/// Writes down of credentials that were just kept that they work, and whose they are.
pub(crate) async fn written_down(
    desk: &Desk,
    made: &Connection,
    (results, findings): (&ProbeResults, &Findings),
) -> Result<(), VaultError> {
    let kept = (&made.id, made.current.generation);
    findings
        .write_down(results, &desk.parts.vault, kept, desk.by())
        .await?;
    Ok(())
}

pub(crate) fn resting(rest: Duration) -> Untried {
    let minutes = rest.as_secs().div_ceil(60);
    Untried::saying(format!(
        "The account was not asked: several logins with this token failed, and five failed logins in a row lock its user. Look at the \
         account\u{2019}s Login Audit Trail, and try again in {minutes} minutes."
    ))
}

pub(crate) const fn kind(environment: Environment) -> &'static str {
    match environment {
        Environment::Production => "Production",
        Environment::Sandbox => "Sandbox",
        Environment::ReleasePreview => "Release Preview",
    }
}

/// Who one became.
pub(crate) fn became(account: &countersign_protocol::AccountId, holder: Option<&Holder>) -> Markup {
    let text = |of: fn(&Holder) -> &String| match holder.map(of) {
        Some(text) if !text.is_empty() => html! { (text) },
        _ => html! { "Not told" },
    };
    let limit = holder.and_then(|holder| holder.concurrency_limit);
    facts(&[
        ("Company", text(|holder| &holder.company)),
        (
            "Account",
            html! { (account) " " span.kind { (kind(account.environment())) } },
        ),
        ("Role", text(|holder| &holder.role)),
        ("User (internal ID)", text(|holder| &holder.user)),
        (
            "Requests at once",
            match limit {
                Some(limit) => html! { (limit) },
                None => html! { "Not told to this role" },
            },
        ),
    ])
}

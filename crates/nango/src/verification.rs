//! Whether given credentials log in: the doctor asks the account before anything is kept.

use std::sync::Arc;

use countersign_client::{Client, Logins};
use countersign_doctor::{Checkup, Findings, History, Identity};
use countersign_protocol::EndpointVersion;
use countersign_vault::Given;
use countersign_world::{Clock, Entropy};

use crate::problem::sentence;

/// The likeliest causes that are named.
const CAUSES: usize = 3;

/// A login, once: five that fail would lock the user. Gives who it is, where the account says so.
///
/// # Errors
/// What is wrong, and what to look at, in sentences for people.
pub(crate) async fn verify(
    given: &Given,
    logins: &Logins,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> Result<Option<Identity>, String> {
    let account = &given.credentials.account;
    let client = Client::new(&given.credentials, Arc::clone(&clock), entropy);
    let client = Checkup::patient(client.map_err(|error| sentence(&error))?);
    let checkup = Checkup {
        client: &client,
        account,
        server: given.server.as_ref(),
        clock: &*clock,
        restlet: None,
        soap_version: EndpointVersion::LATEST,
    };
    let results = checkup.login(logins).await;
    let other = results
        .identity
        .as_ref()
        .filter(|identity| !identity.is_of(account));
    // Any program of this machine may answer at the address of a local server: only an account says whose a token is.
    let is_nobody = given.server.is_some() && results.identity.is_none();
    if results.logs_in() && other.is_none() && !is_nobody {
        return Ok(results.identity);
    }
    if let Some(other) = other {
        let other = &other.company_id;
        return Err(format!(
            "The token logs in to account {other}, and {account} was given: correct the Account ID."
        ));
    }
    let findings = Findings::of(&results, History::default(), &[], None);
    let Some(line) = findings.failed().next() else {
        return Err(match is_nobody {
            true => {
                "What answers at the address of the server is no account: correct the address.".to_owned()
            }
            false => "No login worked.".to_owned(),
        });
    };
    let mut said = sentence(&line.seen);
    for cause in line.causes.iter().take(CAUSES) {
        let more = [Some(&*cause.sentence), cause.fix.as_deref(), cause.path];
        for part in more.into_iter().flatten() {
            said.push(' ');
            said.push_str(part);
        }
    }
    Err(said)
}

//! Whether given credentials log in: asked of the account before anything is kept.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use countersign_capture::{CapturedAnswer, Kind, Meaning};
use countersign_client::{Call, Client, Destination, Reply};
use countersign_protocol::{AccountId, LocalServer};
use countersign_vault::Given;
use countersign_world::{Clock, Entropy};
use http::{HeaderMap, Method};
use serde_json::Value;

use crate::problem::sentence;

const PATIENCE: Duration = Duration::from_secs(30);
/// The longest answer that is read, in bytes.
const LONGEST: usize = 64 * 1024;
/// Says who a token is, and changes nothing.
const TOKENINFO: &str = "/rest/tokeninfo";

/// One signed call, once: five that fail would lock the user.
///
/// # Errors
/// What is wrong, and what to look at, in sentences for people.
pub(crate) async fn verify(
    given: &Given,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> Result<(), String> {
    let account = &given.credentials.account;
    let server = given.server.as_ref().map(LocalServer::as_str);
    let destination = Destination::resolve(TOKENINFO, account, server).map_err(|error| sentence(&error))?;
    let mut client = Client::new(&given.credentials, clock, entropy).map_err(|error| sentence(&error))?;
    client.timeout = PATIENCE;
    client.longest_answer = LONGEST;
    client.retry.attempts = 1;
    let call = Call {
        method: Method::GET,
        destination,
        headers: HeaderMap::new(),
        body: Bytes::new(),
    };
    let reply = client.call(&call).await.map_err(|error| sentence(&error))?;
    judged(&reply, account)
}

fn judged(reply: &Reply, account: &AccountId) -> Result<(), String> {
    if reply.status.is_success() {
        let value: Option<Value> = serde_json::from_slice(&reply.body).ok();
        let company = value.as_ref().and_then(|value| value.get("companyId"));
        let company = match company {
            Some(Value::String(text)) => text.parse::<AccountId>().ok(),
            Some(Value::Number(number)) => number.to_string().parse().ok(),
            _ => None,
        };
        return match company {
            Some(company) if company == *account => Ok(()),
            Some(company) => Err(format!(
                "The token logs in to account {company}, and {account} was given: correct the Account ID."
            )),
            None => Err("The answer does not say whose token it is, so it is not NetSuite's: look at what stands between."
                .to_owned()),
        };
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = reply.headers.iter();
    let meaning = Meaning::of(&CapturedAnswer {
        status: Some(reply.status.as_u16()),
        headers: headers
            .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
            .collect(),
        body: text(&reply.body),
    });
    let own = match meaning.kind {
        Kind::LoginRefused | Kind::Ambiguous | Kind::OtherCredentials => {
            " The likeliest: one of the four values is not the one that belongs to the others. Paste Client ID, Client \
             Secret, Token ID and Token Secret anew."
        }
        _ => "",
    };
    let look = meaning
        .look
        .map(|look| format!(" The reason stands in NetSuite at {look}."));
    Err(format!("{}{own}{}", meaning.sentence, look.unwrap_or_default()))
}

//! SOAP web services: the operations that need no records.

mod envelope;
mod operation;

use countersign_authority::{Principal, PublicAnswer};
use countersign_front::Body;
use countersign_model::Surface;
use countersign_protocol::{AccountId, EndpointVersion, Service};
use countersign_world::UnixTime;
use http::header::ALLOW;
use http::request::Parts;
use http::{Method, StatusCode};
use quick_xml::escape::escape;

use crate::accounts::{Accounts, Meant};
use crate::addressed::{Addressed, Host};
use crate::answered::Called;
use crate::named;
use crate::reply::{FAILS, Reply, dropped, mark_not_emulated, with};
use crate::server::{LARGEST_BODY, body_status, nobody, plain};
use envelope::{Fault, Namespaces};
use operation::Operation;

/// Answers a call to an endpoint of any version: its namespaces follow the version.
pub(crate) async fn answer(
    accounts: &Accounts,
    version: EndpointVersion,
    parts: &Parts,
    body: Body,
    addressed: &Addressed,
) -> Reply {
    if parts.method != Method::POST {
        let refused = plain(
            StatusCode::METHOD_NOT_ALLOWED,
            "A SOAP endpoint is called with POST.\n",
        );
        return with(refused, ALLOW, "POST");
    }
    let envelope = match body.collect(LARGEST_BODY).await {
        Ok(envelope) => envelope,
        Err(error) => return plain(body_status(&error), &error.to_string()),
    };
    let namespaces = Namespaces(version);
    let Ok(envelope) = std::str::from_utf8(&envelope) else {
        return Fault::UNREADABLE.reply(namespaces, "The request is not UTF-8.");
    };
    let operation = match Operation::read(envelope) {
        Ok(operation) => operation,
        Err(error) => return Fault::UNREADABLE.reply(namespaces, &error.to_string()),
    };
    let named = || match operation {
        // The one operation without a login: credentials that come along are not looked at.
        Operation::GetDataCenterUrls { .. } => None,
        Operation::GetServerTime | Operation::Other(_) => named::by_passport(envelope),
    };
    let Some(meant) = accounts.meant(&addressed.host, named) else {
        return nobody(addressed.name());
    };
    let reply = asked(&meant, version, &operation, (parts, addressed), envelope).await;
    meant.heard(Surface::Soap, reply)
}

/// Answers an operation that one account is meant to do.
async fn asked(
    meant: &Meant,
    version: EndpointVersion,
    operation: &Operation,
    (parts, addressed): (&Parts, &Addressed),
    envelope: &str,
) -> Reply {
    let (server, told, namespaces) = (&meant.account, &meant.told, Namespaces(version));
    if let Operation::GetDataCenterUrls { account } = operation {
        let urls = data_center_urls(told, server.authority.now(), namespaces, addressed, account);
        return meant.marked(urls);
    }
    if addressed.host == Host::Shared {
        let text = format!(
            "In this account, call {} instead of a shared host.",
            told.host(Service::SuiteTalk)
        );
        return Fault::INVALID_ACCOUNT.reply(namespaces, &text);
    }
    let called = Called {
        operation: operation.name(),
        request_bytes: envelope.len() as u64,
    };
    match server.log_in_by_passport(parts, addressed, envelope).await {
        Ok(principal) => {
            let reply = execute(&principal, server.authority.now(), namespaces, operation);
            server.answered(principal.end(), called, reply).await
        }
        Err(refused) => {
            let reply = refusal(version, refused.public);
            let reply = meant
                .look_into_envelope(&refused, (parts, addressed), envelope, reply)
                .await;
            meant.refused(refused.execution, called, reply).await
        }
    }
}

/// An operation of somebody who was let in.
fn execute(principal: &Principal, now: UnixTime, namespaces: Namespaces, operation: &Operation) -> Reply {
    if let Err(denied) = principal.may_use_service() {
        return Fault::INSUFFICIENT_PERMISSION.reply(namespaces, &denied.to_string());
    }
    match operation {
        Operation::GetServerTime => server_time(namespaces, &principal.account().id, now),
        other => {
            let name = other.name();
            let text =
                format!("Countersign does not emulate the SOAP operation {name} yet. NetSuite would answer.");
            mark_not_emulated(
                Fault::UNEXPECTED.reply(namespaces, &text),
                &format!("SOAP {name}"),
            )
        }
    }
}

/// The fault for a refused login.
pub(crate) fn refusal(version: EndpointVersion, public: PublicAnswer) -> Reply {
    let namespaces = Namespaces(version);
    match public {
        PublicAnswer::Ambiguous => Fault::INVALID_CREDENTIALS.reply(namespaces, "Ambiguous authentication"),
        PublicAnswer::ConcurrencyLimit => Fault::CONCURRENCY.reply(
            namespaces,
            "SuiteTalk concurrent request limit exceeded. Request blocked.",
        ),
        PublicAnswer::Unavailable => {
            Fault::UNEXPECTED.reply(namespaces, "The account cannot answer now; its log says why.")
        }
        PublicAnswer::Fails(error) => {
            let mut reply = Fault::UNEXPECTED.reply(namespaces, FAILS);
            if let Ok(status) = StatusCode::from_u16(error.status()) {
                *reply.status_mut() = status;
            }
            reply
        }
        PublicAnswer::Dropped => dropped(),
        PublicAnswer::MalformedHeader
        | PublicAnswer::RejectedParameter
        | PublicAnswer::UnacceptableValue
        | PublicAnswer::InvalidLogin
        | PublicAnswer::InvalidCredentials => {
            Fault::INVALID_CREDENTIALS.reply(namespaces, "Invalid login attempt.")
        }
    }
}

fn server_time(namespaces: Namespaces, account: &AccountId, now: UnixTime) -> Reply {
    let time = jiff::Timestamp::from_millisecond(now.millis()).unwrap_or_default();
    let result = format!(
        "<platformCore:getServerTimeResult><platformCore:status isSuccess=\"true\"/>\
         <platformCore:serverTime>{time:.3}</platformCore:serverTime></platformCore:getServerTimeResult>"
    );
    namespaces.reply(account, now, "getServerTimeResponse", &result)
}

fn data_center_urls(
    here: &AccountId,
    now: UnixTime,
    namespaces: Namespaces,
    addressed: &Addressed,
    asked: &str,
) -> Reply {
    let result = if asked.trim().is_empty() {
        "<platformCore:status isSuccess=\"false\"><platformCore:statusDetail type=\"ERROR\">\
         <platformCore:code>DATA_REQD</platformCore:code><platformCore:message>Please enter value(s) for: account</platformCore:message>\
         </platformCore:statusDetail></platformCore:status>"
            .to_owned()
    } else {
        let account = asked.parse().unwrap_or_else(|_| here.clone());
        let url = |service| escape(addressed.url_of(&account, service)).into_owned();
        format!(
            "<platformCore:status isSuccess=\"true\"/><platformCore:dataCenterUrls>\
             <platformCore:restDomain>{}</platformCore:restDomain>\
             <platformCore:webservicesDomain>{}</platformCore:webservicesDomain>\
             <platformCore:systemDomain>{}</platformCore:systemDomain></platformCore:dataCenterUrls>",
            url(Service::Restlets),
            url(Service::SuiteTalk),
            url(Service::App)
        )
    };
    let result =
        format!("<platformCore:getDataCenterUrlsResult>{result}</platformCore:getDataCenterUrlsResult>");
    namespaces.reply(here, now, "getDataCenterUrlsResponse", &result)
}

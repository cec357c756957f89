//! SOAP web services: the way of an envelope to its operation, and the files that describe them.

mod attach;
mod availability;
mod choose;
mod deleted;
mod envelope;
mod find;
mod initialize;
mod read;
mod saved_search;
mod service;
mod session;
mod write;

use countersign_authority::{Principal, PublicAnswer};
use countersign_front::Body;
use countersign_model::Surface;
use countersign_protocol::{AccountId, EndpointVersion, Service as Hosted};
use countersign_soap::{Detail, Envelope, Schemas, Xml};
use http::header::ALLOW;
use http::request::Parts;
use http::{Method, StatusCode};

use crate::account::AccountServer;
use crate::accounts::{Accounts, Meant};
use crate::addressed::{Addressed, Host};
use crate::answered::Called;
use crate::named;
use crate::reply::{FAILS, Reply, dropped, mark_not_emulated, reply, with};
use crate::server::{LARGEST_BODY, body_status, is_reading, nobody, plain};
use envelope::{Fault, Namespaces};
use service::{Refused, Service};

const GET_DATA_CENTER_URLS: &str = "getDataCenterUrls";

/// A name longer than this is no operation's.
const LONGEST_NAME: usize = 80;

/// The WSDL and the schemas of any version: they say nothing that an account keeps to itself.
pub(crate) fn schema(meant: &Meant, version: EndpointVersion, parts: &Parts, addressed: &Addressed) -> Reply {
    if !is_reading(&parts.method) {
        let refused = plain(StatusCode::METHOD_NOT_ALLOWED, "A WSDL is read with GET.\n");
        return with(refused, ALLOW, "GET, HEAD");
    }
    let schemas = Schemas {
        version,
        catalog: meant.account.records.catalog(),
    };
    // The host that was asked, and not the account's own: on a shared one nobody learns which accounts there are.
    match schemas.file(parts.uri.path(), &addressed.base_url()) {
        Some(file) => reply(StatusCode::OK, envelope::TYPE, file),
        None => plain(StatusCode::NOT_FOUND, "This version has no such schema.\n"),
    }
}

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
    let Ok(text) = std::str::from_utf8(&envelope) else {
        return Fault::UNREADABLE.reply(namespaces, "The request is not UTF-8.");
    };
    let envelope = match Envelope::read(text) {
        Ok(envelope) => envelope,
        Err(error) => return Fault::UNREADABLE.reply(namespaces, &error.to_string()),
    };
    // The one operation without a login: credentials that come along are not looked at.
    let is_discovery = envelope.operation().name() == GET_DATA_CENTER_URLS;
    let named = || match is_discovery {
        true => None,
        false => named::by_passport(text),
    };
    let Some(meant) = accounts.meant(&addressed.host, named) else {
        return nobody(addressed.name());
    };
    let reply = match is_discovery {
        true => meant.marked(data_center_urls(&meant, namespaces, addressed, &envelope)),
        false => asked(&meant, version, &envelope, (parts, addressed), text).await,
    };
    meant.heard(Surface::Soap, reply)
}

/// Answers an operation that one account is meant to do.
async fn asked(
    meant: &Meant,
    version: EndpointVersion,
    envelope: &Envelope,
    (parts, addressed): (&Parts, &Addressed),
    text: &str,
) -> Reply {
    let (server, told, namespaces) = (&meant.account, &meant.told, Namespaces(version));
    if addressed.host == Host::Shared {
        let text = format!(
            "In this account, call {} instead of a shared host.",
            told.host(Hosted::SuiteTalk)
        );
        return Fault::INVALID_ACCOUNT.reply(namespaces, &text);
    }
    let operation: String = envelope.operation().name().chars().take(LONGEST_NAME).collect();
    let called = Called {
        operation: &operation,
        request_bytes: text.len() as u64,
    };
    match server.log_in_by_passport(parts, addressed, text).await {
        Ok(principal) => {
            let reply = execute(server, &principal, version, envelope).await;
            server.answered(principal.end(), called, reply).await
        }
        Err(refused) => {
            let reply = match session::takes_passwords(envelope.operation().name()) {
                true => session::refusal(version, &operation, refused.public),
                false => refusal(version, refused.public),
            };
            let reply = meant
                .look_into_envelope(&refused, (parts, addressed), text, reply)
                .await;
            meant.refused(refused.execution, called, reply).await
        }
    }
}

/// An operation of somebody who was let in.
async fn execute(
    server: &AccountServer,
    principal: &Principal,
    version: EndpointVersion,
    envelope: &Envelope,
) -> Reply {
    let namespaces = Namespaces(version);
    if let Err(denied) = principal.may_use_service() {
        return Fault::INSUFFICIENT_PERMISSION.reply(namespaces, &denied.to_string());
    }
    let service = Service {
        server,
        principal,
        version,
        preferences: envelope.preferences,
    };
    let operation = envelope.operation();
    let answered = |content: &Xml| {
        let element = format!("{}Response", operation.name());
        namespaces.reply(server.id(), server.authority.now(), &element, content.as_str())
    };
    match service.answer(operation).await {
        Ok(content) => answered(&content),
        Err(Refused::Unsupported(content, feature)) => mark_not_emulated(answered(&content), &feature),
        Err(Refused::Fault(fault, text)) => fault.reply(namespaces, &text),
        Err(Refused::NotEmulated(feature)) => {
            // It may name what the caller made up, of any length.
            let feature: String = feature.chars().take(LONGEST_NAME).collect();
            let text = format!("Countersign does not emulate this yet: {feature}. NetSuite would answer.");
            mark_not_emulated(Fault::UNEXPECTED.reply(namespaces, &text), &feature)
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

fn data_center_urls(
    meant: &Meant,
    namespaces: Namespaces,
    addressed: &Addressed,
    envelope: &Envelope,
) -> Reply {
    let asked = envelope.operation().text_of("account").unwrap_or_default();
    let mut content = Xml::new();
    content.element("platformCore:getDataCenterUrlsResult", &[], |xml| {
        if asked.is_empty() {
            let missing = Detail::new("DATA_REQD", "Please enter value(s) for: account");
            return xml.status(&Err(vec![missing]));
        }
        let account: AccountId = asked.parse().unwrap_or_else(|_| meant.told.clone());
        let url = |xml: &mut Xml, name: &str, service| {
            xml.leaf(
                &format!("platformCore:{name}"),
                &addressed.url_of(&account, service),
            );
        };
        xml.status(&Ok(()));
        xml.element("platformCore:dataCenterUrls", &[], |xml| {
            url(xml, "restDomain", Hosted::Restlets);
            url(xml, "webservicesDomain", Hosted::SuiteTalk);
            url(xml, "systemDomain", Hosted::App);
        });
    });
    let now = meant.account.authority.now();
    namespaces.reply(&meant.told, now, "getDataCenterUrlsResponse", content.as_str())
}

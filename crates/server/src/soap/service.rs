//! One request of somebody who was let in: which operation it is, and what all of them need.

use std::sync::Arc;

use countersign_authority::Principal;
use countersign_model::Level;
use countersign_protocol::EndpointVersion;
use countersign_records::{Catalog, RecordType, RecordsError, Stamp};
use countersign_soap::{Detail, Element, Preferences, Status, Xml, custom_record_type};

use super::envelope::Fault;
use super::session;
use crate::account::AccountServer;
use crate::asking::Asking;
use crate::rest;

/// Records of one request.
const MOST_RECORDS: usize = 1000;

pub(super) struct Service<'r> {
    pub(super) server: &'r AccountServer,
    pub(super) principal: &'r Principal,
    pub(super) version: EndpointVersion,
    pub(super) preferences: Preferences,
}

/// Why there is no answer of the operation's own.
pub(super) enum Refused {
    Fault(Fault, String),
    /// NetSuite has it, this account does not.
    NotEmulated(String),
    /// The same, where the operation's own answer says so.
    Unsupported(Xml, String),
}

/// The content of an operation's response.
pub(super) type Answered = Result<Xml, Refused>;

impl Service<'_> {
    pub(super) async fn answer(&self, operation: &Element) -> Answered {
        match operation.name() {
            "get" => self.get(operation).await,
            "getList" => self.get_list(operation).await,
            "getAll" => self.get_all(operation).await,
            "add" | "update" | "upsert" => self.write(operation).await,
            "addList" | "updateList" | "upsertList" => self.write_list(operation).await,
            "delete" => self.delete(operation).await,
            "deleteList" => self.delete_list(operation).await,
            "search" => self.search(operation).await,
            "searchMoreWithId" => self.search_more(operation).await,
            "getSelectValue" => self.get_select_value(operation).await,
            "getCustomizationId" => self.get_customization_id(operation),
            "getBudgetExchangeRate" => self.get_budget_exchange_rate(operation).await,
            "getServerTime" => Ok(self.get_server_time()),
            "initialize" => self.initialize(operation).await,
            "initializeList" => self.initialize_list(operation).await,
            "getDeleted" => self.get_deleted(operation).await,
            "getSavedSearch" => self.get_saved_search(operation).await,
            "getItemAvailability" => self.get_item_availability(operation).await,
            "attach" | "detach" => self.relate(operation).await,
            name if session::is_ended(name) => Err(Refused::Fault(Fault::NO_SESSION, session::told(name))),
            other => Err(Refused::NotEmulated(format!("SOAP {other}"))),
        }
    }

    fn get_server_time(&self) -> Xml {
        let now = self.server.authority.now().millis();
        let time = jiff::Timestamp::from_millisecond(now).unwrap_or_default();
        let mut xml = Xml::new();
        xml.element("platformCore:getServerTimeResult", &[], |xml| {
            xml.status(&Ok(()));
            xml.leaf("platformCore:serverTime", &format!("{time:.3}"));
        });
        xml
    }

    /// A declared type that is in SOAP, by its name in REST or in SOAP.
    pub(super) fn record_type(&self, name: &str) -> Result<&Arc<RecordType>, Refused> {
        let of = self.server.records.record_type(name);
        let of = of.filter(|of| of.soap_namespace.is_some());
        of.ok_or_else(|| Refused::NotEmulated(format!("SOAP record type {name}")))
    }

    /// The type that `named`, a `recType` or a `CustomRecordRef`, says.
    pub(super) fn custom_record_type(
        &self,
        named: Option<&Element>,
    ) -> Result<&Arc<RecordType>, Vec<Detail>> {
        let catalog = self.server.records.catalog();
        let of = named.and_then(|named| custom_record_type(named, catalog));
        of.ok_or_else(|| {
            let text = "This account has no custom record type of that recType or typeId: give its number or its script id.";
            vec![Detail::new("INVALID_KEY_OR_REF", text)]
        })
    }

    /// A missing permission for records of a type is told record by record, and is no fault.
    pub(super) fn may(&self, of: &RecordType, level: Level) -> Status {
        rest::may(Asking::signed(self.principal), of, level).map_err(|denied| {
            let text = format!("Permission Violation: {denied}");
            vec![Detail::new("INSUFFICIENT_PERMISSION", text)]
        })
    }

    pub(super) fn schemas(&self) -> (EndpointVersion, &Catalog) {
        (self.version, self.server.records.catalog())
    }

    pub(super) fn stamp(&self) -> Stamp {
        Stamp {
            at: self.server.authority.now(),
            by: self.principal.user().id.get(),
        }
    }
}

/// What the caller is told of an error of the records.
pub(super) fn told(error: &RecordsError) -> Result<Vec<Detail>, Refused> {
    Detail::of_records(error).ok_or_else(|| {
        tracing::error!(%error, "records");
        let text = "The record could not be read or written; the log says why.";
        Refused::Fault(Fault::UNEXPECTED, text.to_owned())
    })
}

/// The elements of a list operation.
pub(super) fn listed<'e>(operation: &'e Element, name: &'e str) -> Result<Vec<&'e Element>, Refused> {
    let elements: Vec<_> = operation.all(name).collect();
    match elements.len() {
        0..=MOST_RECORDS => Ok(elements),
        _ => {
            let text = format!("A request may hold {MOST_RECORDS} records at most.");
            Err(Refused::Fault(Fault::RECORD_COUNT, text))
        }
    }
}

/// The element an operation cannot do without.
pub(super) fn required<'e>(operation: &'e Element, name: &str) -> Result<&'e Element, Refused> {
    operation.child(name).ok_or_else(|| {
        let text = format!("The operation {} has no {name}.", operation.name());
        Refused::Fault(Fault::UNREADABLE, text)
    })
}

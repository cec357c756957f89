//! The namespaces of SuiteTalk, in the order a client comes across them.
//!
//! The order is a part of the interface: zeep numbers its prefixes by it, and clients are written against the numbers
//! (`ns13` is relationships, `ns17` accounting).

use countersign_protocol::EndpointVersion;
use countersign_records::RecordType;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Namespace {
    pub(crate) name: &'static str,
    /// `platform` of `urn:core_2025_2.platform.webservices.netsuite.com`.
    pub(crate) area: &'static str,
    /// NetSuite's own.
    pub(crate) prefix: &'static str,
    /// There is a namespace of its simple types too.
    pub(crate) has_types: bool,
}

const fn namespace(name: &'static str, area: &'static str, prefix: &'static str) -> Namespace {
    Namespace {
        name,
        area,
        prefix,
        has_types: true,
    }
}

const fn untyped(name: &'static str, area: &'static str, prefix: &'static str) -> Namespace {
    Namespace {
        has_types: false,
        ..namespace(name, area, prefix)
    }
}

impl Namespace {
    pub(crate) const CORE: Self = namespace("core", "platform", "platformCore");
    pub(crate) const FAULTS: Self = namespace("faults", "platform", "platformFaults");
    pub(crate) const MESSAGES: Self = untyped("messages", "platform", "platformMsgs");
    pub(crate) const COMMON: Self = namespace("common", "platform", "platformCommon");
    pub(crate) const FILE_CABINET: Self = namespace("filecabinet", "documents", "docFileCab");
    pub(crate) const ACCOUNTING: Self = namespace("accounting", "lists", "listAcct");
    pub(crate) const SALES: Self = namespace("sales", "transactions", "tranSales");
    pub(crate) const CUSTOMIZATION: Self = namespace("customization", "setup", "setupCustom");

    pub(crate) const ALL: [Self; 24] = [
        Self::CORE,
        Self::FAULTS,
        Self::MESSAGES,
        Self::COMMON,
        namespace("scheduling", "activities", "actSched"),
        namespace("communication", "general", "generalComm"),
        Self::FILE_CABINET,
        namespace("relationships", "lists", "listRel"),
        namespace("support", "lists", "listSupport"),
        Self::ACCOUNTING,
        Self::SALES,
        namespace("purchases", "transactions", "tranPurch"),
        namespace("customers", "transactions", "tranCust"),
        namespace("financial", "transactions", "tranFin"),
        namespace("bank", "transactions", "tranBank"),
        namespace("inventory", "transactions", "tranInvt"),
        untyped("general", "transactions", "tranGeneral"),
        Self::CUSTOMIZATION,
        namespace("employees", "lists", "listEmp"),
        namespace("website", "lists", "listSite"),
        namespace("employees", "transactions", "tranEmp"),
        namespace("marketing", "lists", "listMkt"),
        namespace("demandplanning", "transactions", "demandPlanning"),
        namespace("supplychain", "lists", "listSupplyChain"),
    ];

    /// Of a record type; what says none is an account's own.
    pub fn of(record_type: &RecordType) -> Self {
        let name = record_type.soap_namespace.as_deref().unwrap_or_default();
        let known = || Self::ALL.into_iter().filter(|known| known.name == name);
        let in_area = known().find(|known| (known.area == "transactions") == record_type.is_transaction());
        in_area.or_else(|| known().next()).unwrap_or(Self::CUSTOMIZATION)
    }

    /// `urn:relationships_2025_2.lists.webservices.netsuite.com`.
    pub fn urn(self, version: EndpointVersion) -> String {
        format!(
            "urn:{}_{version}.{}.webservices.netsuite.com",
            self.name, self.area
        )
    }

    /// Of its simple types.
    pub(crate) fn types_urn(self, version: EndpointVersion) -> String {
        format!(
            "urn:types.{}_{version}.{}.webservices.netsuite.com",
            self.name, self.area
        )
    }

    pub const fn prefix(self) -> &'static str {
        self.prefix
    }

    pub(crate) fn types_prefix(self) -> String {
        format!("{}Typ", self.prefix)
    }

    /// `/xsd/lists/v2025_2_0/relationships.xsd`.
    pub(crate) fn path(self, version: EndpointVersion) -> String {
        format!("/xsd/{}/v{version}_0/{}.xsd", self.area, self.name)
    }

    pub(crate) fn types_path(self, version: EndpointVersion) -> String {
        format!("/xsd/{}/v{version}_0/{}Types.xsd", self.area, self.name)
    }
}

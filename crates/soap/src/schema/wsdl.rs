//! The operations: their messages, and the WSDL that binds them.

use super::Schemas;
use super::fragment::{Part, complex};
use crate::escaped::Xml;
use crate::names::capitalised;
use crate::namespace::Namespace;

/// What an operation answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// An element of messages, and its type.
    Own(&'static str, &'static str),
    /// An element of core.
    Core(&'static str),
}

/// An operation: its name, and the element asked with, its type, and whether it may come several times.
type Operation = (&'static str, Option<(&'static str, &'static str, bool)>, Answer);

const READ: Answer = Answer::Own("readResponse", "ReadResponse");
const READ_LIST: Answer = Answer::Own("readResponseList", "ReadResponseList");
const WRITE: Answer = Answer::Own("writeResponse", "WriteResponse");
const WRITE_LIST: Answer = Answer::Own("writeResponseList", "WriteResponseList");

const REF: &str = "platformCore:BaseRef";
const RECORD: &str = "platformCore:Record";

/// The operations that are answered.
const OPERATIONS: [Operation; 18] = [
    ("get", Some(("baseRef", REF, false)), READ),
    ("getList", Some(("baseRef", REF, true)), READ_LIST),
    (
        "getAll",
        Some(("record", "platformCore:GetAllRecord", false)),
        Answer::Core("getAllResult"),
    ),
    ("add", Some(("record", RECORD, false)), WRITE),
    ("addList", Some(("record", RECORD, true)), WRITE_LIST),
    ("update", Some(("record", RECORD, false)), WRITE),
    ("updateList", Some(("record", RECORD, true)), WRITE_LIST),
    ("upsert", Some(("record", RECORD, false)), WRITE),
    ("upsertList", Some(("record", RECORD, true)), WRITE_LIST),
    ("delete", Some(("baseRef", REF, false)), WRITE),
    ("deleteList", Some(("baseRef", REF, true)), WRITE_LIST),
    (
        "search",
        Some(("searchRecord", "platformCore:SearchRecord", false)),
        Answer::Core("searchResult"),
    ),
    (
        "searchMoreWithId",
        Some(("searchId", "xsd:string", false)),
        Answer::Core("searchResult"),
    ),
    ("getServerTime", None, Answer::Core("getServerTimeResult")),
    (
        "getDataCenterUrls",
        Some(("account", "xsd:string", false)),
        Answer::Core("getDataCenterUrlsResult"),
    ),
    (
        "getSelectValue",
        Some((
            "fieldDescription",
            "platformCore:GetSelectValueFieldDescription",
            false,
        )),
        Answer::Core("getSelectValueResult"),
    ),
    (
        "getCustomizationId",
        Some(("customizationType", "platformCore:CustomizationType", false)),
        Answer::Core("getCustomizationIdResult"),
    ),
    (
        "getBudgetExchangeRate",
        Some((
            "budgetExchangeRateFilter",
            "platformCore:BudgetExchangeRateFilter",
            false,
        )),
        Answer::Core("getBudgetExchangeRateResult"),
    ),
];

/// Elements of the header of a request, in messages.
const HEADERS: [&str; 6] = [
    "passport",
    "tokenPassport",
    "applicationInfo",
    "partnerInfo",
    "preferences",
    "searchPreferences",
];

/// A second element of a request.
fn second(operation: &str) -> Option<Part> {
    match operation {
        "searchMoreWithId" | "getSelectValue" => Some(Part::one("pageIndex", "xsd:int")),
        "getCustomizationId" => Some(Part::one("includeInactives", "xsd:boolean")),
        _ => None,
    }
}

impl Schemas<'_> {
    pub(super) fn messages(&self) -> String {
        let mut xml = Xml::new();
        xml.push(include_str!("../../schemas/messages.xsd"));
        for (name, asked, answer) in OPERATIONS {
            let (request, response) = (
                format!("{}Request", capitalised(name)),
                format!("{}Response", capitalised(name)),
            );
            let first = asked.map(|(element, of, is_many)| match is_many {
                true => Part::many(element, of),
                false => Part::one(element, of),
            });
            let parts: Vec<_> = first.into_iter().chain(second(name)).collect();
            complex(&mut xml, &request, None, &parts, &[]);
            xml.push(&format!(
                "  <xsd:element name=\"{name}\" type=\"platformMsgs:{request}\"/>\n"
            ));
            let element = match answer {
                Answer::Own(element, of) => format!("name=\"{element}\" type=\"platformMsgs:{of}\""),
                Answer::Core(element) => format!("ref=\"platformCore:{element}\""),
            };
            xml.push(&format!(
                "  <xsd:complexType name=\"{response}\"><xsd:sequence><xsd:element {element}/></xsd:sequence></xsd:complexType>\n  \
                 <xsd:element name=\"{name}Response\" type=\"platformMsgs:{response}\"/>\n"
            ));
        }
        xml.into_string()
    }

    pub(super) fn wsdl(&self, address: &str) -> String {
        let version = self.version;
        let tns = format!("urn:platform_{version}.webservices.netsuite.com");
        let mut imports = String::new();
        for namespace in Namespace::ALL {
            let mut import = |urn: String, path: String| {
                imports.push_str(&format!(
                    "<xsd:import namespace=\"{urn}\" schemaLocation=\"../..{path}\"/>\n"
                ));
            };
            // Types before faults, and after anything else: the numbers of prefixes follow.
            if namespace == Namespace::FAULTS {
                import(namespace.types_urn(version), namespace.types_path(version));
            }
            import(namespace.urn(version), namespace.path(version));
        }
        let mut messages = String::new();
        let (mut port, mut binding) = (String::new(), String::new());
        let header = |side: &str, part: &str| {
            format!("<soap:header message=\"tns:{side}\" part=\"{part}\" use=\"literal\"/>")
        };
        let headers: String = HEADERS.iter().map(|part| header("headers", part)).collect();
        for (name, ..) in OPERATIONS {
            messages.push_str(&format!(
                "<message name=\"{name}Request\"><part name=\"parameters\" element=\"platformMsgs:{name}\"/></message>\n\
                 <message name=\"{name}Response\"><part name=\"parameters\" element=\"platformMsgs:{name}Response\"/></message>\n"
            ));
            port.push_str(&format!(
                "<operation name=\"{name}\"><input message=\"tns:{name}Request\"/><output message=\"tns:{name}Response\"/></operation>\n"
            ));
            // Without a header here, zeep gives the content of the body in place of the answer.
            binding.push_str(&format!(
                "<operation name=\"{name}\"><soap:operation soapAction=\"{name}\"/>\
                 <input>{headers}<soap:body use=\"literal\"/></input>\
                 <output>{}<soap:body use=\"literal\"/></output></operation>\n",
                header("answerHeaders", "documentInfo")
            ));
        }
        let parts: String = HEADERS
            .iter()
            .map(|name| format!("<part name=\"{name}\" element=\"platformMsgs:{name}\"/>"))
            .collect();
        let address = quick_xml::escape::escape(address);
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\" xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\" \
             xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:tns=\"{tns}\" xmlns:platformMsgs=\"{}\" targetNamespace=\"{tns}\">\n\
             <types><xsd:schema>\n{imports}</xsd:schema></types>\n{messages}\
             <message name=\"headers\">{parts}</message>\n\
             <message name=\"answerHeaders\"><part name=\"documentInfo\" element=\"platformMsgs:documentInfo\"/></message>\n\
             <portType name=\"NetSuitePortType\">\n{port}</portType>\n\
             <binding name=\"NetSuiteBinding\" type=\"tns:NetSuitePortType\">\
             <soap:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>\n{binding}</binding>\n\
             <service name=\"NetSuiteService\"><port name=\"NetSuitePort\" binding=\"tns:NetSuiteBinding\">\
             <soap:address location=\"{address}/services/NetSuitePort_{version}\"/></port></service>\n</definitions>\n",
            Namespace::MESSAGES.urn(version)
        )
    }
}

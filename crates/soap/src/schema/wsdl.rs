//! The messages of the operations, and the WSDL that binds them.

use countersign_protocol::EndpointVersion;

use super::Schemas;
use super::fragment::{Part, complex};
use super::operations::{Answer, Emulated, Operation, operations};
use crate::escaped::Xml;
use crate::names::capitalised;
use crate::namespace::Namespace;

/// Elements of the header of a request, in messages.
const HEADERS: [&str; 6] = [
    "passport",
    "tokenPassport",
    "applicationInfo",
    "partnerInfo",
    "preferences",
    "searchPreferences",
];

/// The last endpoint with sessions: later ones take a `TokenPassport` in each request and nothing else.
const LAST_WITH_SESSIONS: &str = "2020_1";

impl Schemas<'_> {
    /// The operations of this version. What is not emulated is declared too: whoever calls it is told so.
    fn declared(&self) -> impl Iterator<Item = &'static Operation> {
        let has_sessions = LAST_WITH_SESSIONS
            .parse()
            .is_ok_and(|last: EndpointVersion| self.version <= last);
        let is_there = move |operation: &&Operation| match operation.emulated {
            Emulated::Ended => has_sessions,
            _ => operation.answer != Answer::Undeclared,
        };
        operations().filter(is_there)
    }

    pub(super) fn messages(&self) -> String {
        let mut xml = Xml::new();
        xml.push(include_str!("../../schemas/messages.xsd"));
        for Operation {
            name, asked, answer, ..
        } in self.declared()
        {
            let (request, response) = (
                format!("{}Request", capitalised(name)),
                format!("{}Response", capitalised(name)),
            );
            let part = |(element, of, is_many): &(&str, &str, bool)| match is_many {
                true => Part::many(*element, *of),
                false => Part::one(*element, *of),
            };
            let parts: Vec<_> = asked.iter().map(part).collect();
            complex(&mut xml, &request, None, &parts, &[]);
            xml.push(&format!(
                "  <xsd:element name=\"{name}\" type=\"platformMsgs:{request}\"/>\n"
            ));
            let element = match answer {
                Answer::Own(element, of) => format!("name=\"{element}\" type=\"platformMsgs:{of}\""),
                Answer::Core(element) => format!("ref=\"platformCore:{element}\""),
                Answer::Undeclared => continue,
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
        for Operation { name, .. } in self.declared() {
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

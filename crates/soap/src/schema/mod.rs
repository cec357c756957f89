//! The WSDL and the XSDs, written for the version that is asked for.
//!
//! What never changes lies in `schemas/`; the rest follows from the record types. The WSDL imports the namespaces in
//! their order, and a schema imports none that comes later.

pub(crate) mod family;
mod fragment;
pub(crate) mod operations;
mod records;
mod stubs;
mod wsdl;

use countersign_protocol::EndpointVersion;
use countersign_records::Catalog;

use crate::namespace::Namespace;

/// The files of one version.
#[derive(Clone, Copy, Debug)]
pub struct Schemas<'c> {
    pub version: EndpointVersion,
    pub catalog: &'c Catalog,
}

impl<'c> Schemas<'c> {
    /// The version that a path of a WSDL or an XSD names: `/wsdl/v2025_2_0/netsuite.wsdl`.
    pub fn version_of(path: &str) -> Option<EndpointVersion> {
        let named = path
            .split('/')
            .find_map(|part| part.strip_prefix('v')?.strip_suffix("_0"));
        named?.parse().ok()
    }

    /// The file at a path. `address` is where the service is, as `https://1234567.suitetalk.api.netsuite.com`.
    pub fn file(&self, path: &str, address: &str) -> Option<String> {
        if path == format!("/wsdl/v{}_0/netsuite.wsdl", self.version) {
            return Some(self.wsdl(address));
        }
        Namespace::ALL.into_iter().find_map(|namespace| {
            if path == namespace.path(self.version) {
                Some(self.schema(namespace))
            } else if namespace.has_types && path == namespace.types_path(self.version) {
                Some(self.types(namespace))
            } else {
                None
            }
        })
    }

    fn schema(&self, namespace: Namespace) -> String {
        let body = match namespace {
            Namespace::CORE => include_str!("../../schemas/core.xsd").to_owned(),
            Namespace::MESSAGES => self.messages(),
            Namespace::FAULTS => faults(),
            Namespace::COMMON => self.common(),
            other => self.records(other),
        };
        let mut imports = Vec::new();
        if namespace.has_types {
            imports.push((
                namespace.types_urn(self.version),
                namespace.types_path(self.version),
            ));
        }
        for needed in needed(namespace) {
            imports.push((needed.urn(self.version), needed.path(self.version)));
        }
        self.document(&namespace.urn(self.version), &imports, &body)
    }

    fn types(&self, namespace: Namespace) -> String {
        let body = match namespace {
            Namespace::CORE => self.core_types(),
            Namespace::FAULTS => {
                "<xsd:simpleType name=\"FaultCodeType\"><xsd:restriction base=\"xsd:string\"/></xsd:simpleType>".to_owned()
            }
            other => self.enumerations(other),
        };
        self.document(&namespace.types_urn(self.version), &[], &body)
    }

    fn document(&self, urn: &str, imports: &[(String, String)], body: &str) -> String {
        let mut prefixes = String::new();
        for namespace in Namespace::ALL {
            prefixes.push_str(&format!(
                " xmlns:{}=\"{}\"",
                namespace.prefix,
                namespace.urn(self.version)
            ));
            if namespace.has_types {
                let (prefix, urn) = (namespace.types_prefix(), namespace.types_urn(self.version));
                prefixes.push_str(&format!(" xmlns:{prefix}=\"{urn}\""));
            }
        }
        let imports: String = imports
            .iter()
            .map(|(urn, path)| {
                format!("  <xsd:import namespace=\"{urn}\" schemaLocation=\"../../..{path}\"/>\n")
            })
            .collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xsd:schema xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"{prefixes} \
             targetNamespace=\"{urn}\" elementFormDefault=\"qualified\">\n{imports}{body}\n</xsd:schema>\n"
        )
    }
}

/// The namespaces that a schema's elements are of, besides its own.
fn needed(namespace: Namespace) -> Vec<Namespace> {
    match namespace.name {
        "core" => Vec::new(),
        "faults" => Vec::new(),
        "messages" | "common" => vec![Namespace::CORE],
        // The client that numbers its prefixes comes to the file cabinet by way of communication.
        "communication" => vec![Namespace::CORE, Namespace::COMMON, Namespace::FILE_CABINET],
        _ => vec![Namespace::CORE, Namespace::COMMON],
    }
}

/// The faults an operation may end with.
const FAULTS: [&str; 7] = [
    "InvalidCredentialsFault",
    "InvalidSessionFault",
    "InsufficientPermissionFault",
    "InvalidAccountFault",
    "ExceededConcurrentRequestLimitFault",
    "ExceededRecordCountFault",
    "UnexpectedErrorFault",
];

fn faults() -> String {
    let mut body = String::new();
    for fault in FAULTS {
        let element = crate::names::uncapitalised(fault);
        body.push_str(&format!(
            "  <xsd:complexType name=\"{fault}\"><xsd:sequence>\
             <xsd:element name=\"code\" type=\"platformFaultsTyp:FaultCodeType\"/>\
             <xsd:element name=\"message\" type=\"xsd:string\"/></xsd:sequence></xsd:complexType>\n  \
             <xsd:element name=\"{element}\" type=\"platformFaults:{fault}\"/>\n"
        ));
    }
    body
}

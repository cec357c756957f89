//! Pieces of a schema.

use crate::escaped::Xml;

/// One element of a sequence.
pub(super) struct Part {
    pub(super) name: String,
    /// With its prefix.
    pub(super) of: String,
    pub(super) is_many: bool,
}

impl Part {
    pub(super) fn one(name: impl Into<String>, of: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            of: of.into(),
            is_many: false,
        }
    }

    pub(super) fn many(name: impl Into<String>, of: impl Into<String>) -> Self {
        Self {
            is_many: true,
            ..Self::one(name, of)
        }
    }
}

/// A complex type: optional elements in a sequence, attributes of some types; with a base, or without.
pub(super) fn complex(
    xml: &mut Xml,
    name: &str,
    base: Option<&str>,
    parts: &[Part],
    attributes: &[(&str, &str)],
) {
    let content = |xml: &mut Xml| {
        if !parts.is_empty() {
            xml.element("xsd:sequence", &[], |xml| {
                for part in parts {
                    let mut written = vec![
                        ("name", part.name.as_str()),
                        ("type", &part.of),
                        ("minOccurs", "0"),
                    ];
                    written.extend(part.is_many.then_some(("maxOccurs", "unbounded")));
                    xml.element("xsd:element", &written, |_| {});
                }
            });
        }
        for (name, of) in attributes {
            xml.element("xsd:attribute", &[("name", name), ("type", of)], |_| {});
        }
    };
    xml.push("  ");
    xml.element("xsd:complexType", &[("name", name)], |xml| match base {
        None => content(xml),
        Some(base) => xml.element("xsd:complexContent", &[], |xml| {
            xml.element("xsd:extension", &[("base", base)], content);
        }),
    });
    xml.push("\n");
}

/// A simple type with some values.
pub(super) fn enumeration(xml: &mut Xml, name: &str, values: impl IntoIterator<Item = String>) {
    xml.push("  ");
    xml.element("xsd:simpleType", &[("name", name)], |xml| {
        xml.element("xsd:restriction", &[("base", "xsd:string")], |xml| {
            for value in values {
                xml.element("xsd:enumeration", &[("value", &value)], |_| {});
            }
        });
    });
    xml.push("\n");
}

//! A custom list: a type whose records are what it offers.

use countersign_records::{ListValue, ListValues};
use countersign_soap::Element;

use super::{GUARD, Object};
use crate::line::quoted;

/// That one list offers.
const MOST_VALUES: usize = 25_000;

impl Object<'_> {
    pub(super) fn list(&mut self) {
        let label = self
            .element
            .text_of("name")
            .or_else(|| self.element.text_of("label"));
        let label = label.unwrap_or(&self.script_id);
        let text = format!(
            "record {} {} named=name may={GUARD}\n  name text(300) !\n  scriptId \"Script ID\" text(60) unique\n  \
             isInactive \"Inactive\" bool =false",
            self.script_id,
            quoted(label)
        );
        let values = self.element.child("customvalues");
        let values: Vec<_> = values.into_iter().flat_map(Element::children).collect();
        if values.len() > MOST_VALUES {
            return self.wrong(format!("more than {MOST_VALUES} values"));
        }
        let mut read = Vec::new();
        for (place, value) in values.into_iter().enumerate() {
            let name = value.text_of("value").unwrap_or_default();
            if name.is_empty() {
                self.wrong(format!("value {} has no text", place + 1));
                continue;
            }
            if value.text_of("abbreviation").is_some_and(|text| !text.is_empty()) {
                self.left_out(format!("the abbreviation of {name:?}"));
            }
            let script_id = value.attribute("scriptid").unwrap_or_default();
            read.push(ListValue {
                script_id: match script_id {
                    "" => format!("val_{}", place + 1),
                    known => known.to_ascii_lowercase(),
                },
                name: name.to_owned(),
                is_inactive: value.text_of("isinactive") == Some("T"),
            });
        }
        self.shape.lists.push(ListValues {
            list: self.script_id.clone(),
            values: read,
        });
        self.declare(text);
    }
}

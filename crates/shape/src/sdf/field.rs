//! One custom field: what it holds, what it begins with.

use countersign_soap::Element;

use super::standard;
use crate::line::{self, quoted};

/// How a field looks and who sees it on a page, which nothing here shows.
const APPEARANCE: [&str; 32] = [
    "accesslevel",
    "applyformatting",
    "availableexternally",
    "availabletosso",
    "checkspelling",
    "description",
    "displayheight",
    "displaytype",
    "displaywidth",
    "fldsizelabel",
    "globalsearch",
    "help",
    "insertbefore",
    "isparent",
    "linktext",
    "onparentdelete",
    "parentsubtab",
    "rolerestrict",
    "searchlevel",
    "showhierarchy",
    "showinlist",
    "subtab",
    "showissuechanges",
    "isinsertbefore",
    "iscolumnlocked",
    "colprintflag",
    "bodyprintflag",
    "bodyprintpackingslip",
    "bodyprintstatement",
    "bodypickingticket",
    "allowquickadd",
    "columnorder",
];

/// What is read here.
const READ: [&str; 11] = [
    "label",
    "fieldtype",
    "selectrecordtype",
    "ismandatory",
    "maxlength",
    "defaultchecked",
    "defaultvalue",
    "dynamicdefault",
    "isformula",
    "storevalue",
    "rectype",
];

/// NetSuite's own limit of Long Text.
const LONG_TEXT: u32 = 1_000_000;

#[derive(Debug, Default)]
pub(super) struct CustomField {
    /// None where the field holds nothing.
    pub(super) line: Option<String>,
    pub(super) left_out: Vec<String>,
    pub(super) wrong: Option<String>,
}

impl CustomField {
    pub(super) fn read(element: &Element, script_id: &str) -> Self {
        let mut field = Self::default();
        let is = |name: &str| element.text_of(name) == Some("T");
        let kind = match field.kind(element) {
            Ok(Some(kind)) => kind,
            Ok(None) => return field,
            Err(reason) => {
                field.wrong = Some(reason);
                return field;
            }
        };
        let mut rest = kind.clone();
        if is("ismandatory") {
            rest.push_str(" !");
        }
        if is("isformula") {
            field.leave_out("its formula: the field holds what it is given");
        } else if let Some(begins) = field.begins(element, &kind) {
            rest.push_str(&begins);
        }
        if element.text_of("storevalue") == Some("F") && !is("isformula") {
            field.leave_out("that its value is not stored: here it is");
        }
        let others: Vec<&str> = element
            .children()
            .filter(|child| !READ.contains(&child.name()) && !APPEARANCE.contains(&child.name()))
            .filter(|child| !is_where(child.name()) && says_something(child))
            .map(Element::name)
            .collect();
        if !others.is_empty() {
            field.leave_out(&others.join(", "));
        }
        // A translated label is a reference to another object.
        let label = element.text_of("label").filter(|label| !label.starts_with('['));
        field.line = Some(line::field(script_id, label.unwrap_or(script_id), &rest));
        field
    }

    fn leave_out(&mut self, text: &str) {
        self.left_out.push(text.to_owned());
    }

    /// In the words of a declaration; nothing for what holds nothing.
    fn kind(&mut self, element: &Element) -> Result<Option<String>, String> {
        let length = element.text_of("maxlength").filter(|text| !text.is_empty());
        let length = |most: u32, otherwise: u32| {
            let said = length.and_then(|text| text.parse().ok());
            said.filter(|said| (1..=most).contains(said)).unwrap_or(otherwise)
        };
        let kind = element.text_of("fieldtype").unwrap_or("TEXT");
        Ok(Some(match kind {
            "" | "TEXT" => format!("text({})", length(300, 300)),
            "TEXTAREA" => format!("textarea({})", length(4000, 4000)),
            "CLOBTEXT" => format!("textarea({LONG_TEXT})"),
            "RICHTEXT" => "textarea(100000)".to_owned(),
            "EMAIL" => "email".to_owned(),
            "PHONE" => "phone".to_owned(),
            "URL" => "url".to_owned(),
            "DATE" => "date".to_owned(),
            "DATETIMETZ" | "DATETIME" => "datetime".to_owned(),
            "TIMEOFDAY" => {
                self.leave_out("that it holds a time of day: here it is text");
                "text(20)".to_owned()
            }
            "CHECKBOX" => "bool".to_owned(),
            "INTEGER" => "int".to_owned(),
            "FLOAT" => "float".to_owned(),
            "CURRENCY" | "CURRENCY2" => "currency".to_owned(),
            "PERCENT" => "percent".to_owned(),
            "DOCUMENT" | "IMAGE" => "ref(file)".to_owned(),
            "SELECT" => format!("ref({})", self.target(element)?),
            "MULTISELECT" => format!("multiref({})", self.target(element)?),
            "HELP" | "INLINEHTML" => {
                self.leave_out("the field: it shows something and holds nothing");
                return Ok(None);
            }
            "PASSWORD" => {
                self.leave_out("the field: passwords are not kept");
                return Ok(None);
            }
            other => return Err(format!("there is no fieldtype {other:?}")),
        }))
    }

    fn target(&mut self, element: &Element) -> Result<String, String> {
        let said = element.text_of("selectrecordtype").unwrap_or_default();
        let target =
            standard::target(said).ok_or("a list needs selectrecordtype, a number or [scriptid=…]")?;
        if target.is_unknown {
            self.leave_out(&format!("what {said} is: its values are ids of anything"));
        }
        Ok(target.name)
    }

    /// ` =…`, where the account can begin a record with it.
    fn begins(&mut self, element: &Element, kind: &str) -> Option<String> {
        let said = |name: &str| element.text_of(name).filter(|text| !text.is_empty());
        if kind == "bool" {
            if let Some(value) = said("defaultvalue") {
                self.leave_out(&format!("the default {value:?}"));
            }
            return Some(format!(" ={}", element.text_of("defaultchecked") == Some("T")));
        }
        if let Some(dynamic) = said("dynamicdefault") {
            if dynamic == "NOW" && kind == "date" {
                return Some(" =today".to_owned());
            }
            self.leave_out(&format!("the default {dynamic}"));
            return None;
        }
        let value = said("defaultvalue")?;
        let is_number = || value.parse::<f64>().is_ok() && !value.contains(['e', 'E', '+']);
        let word = kind.split('(').next().unwrap_or_default();
        match word {
            "text" | "textarea" => Some(format!(" ={}", quoted(value))),
            "int" if value.parse::<i64>().is_ok() => Some(format!(" ={value}")),
            "float" | "currency" | "percent"
                if is_number() && value.starts_with(|c: char| c.is_ascii_digit()) =>
            {
                Some(format!(" ={value}"))
            }
            _ => {
                self.leave_out(&format!("the default {value:?}"));
                None
            }
        }
    }
}

/// Says to which records a field belongs: read elsewhere.
fn is_where(name: &str) -> bool {
    name.starts_with("appliesto")
        || name.starts_with("body")
        || name.starts_with("col")
        || name == "itemsubtype"
}

/// What is F or empty says what is so without it.
pub(super) fn says_something(element: &Element) -> bool {
    let text = element.text();
    element.children().next().is_some() || !(text.is_empty() || text == "F")
}

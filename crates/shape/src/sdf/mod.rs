//! Objects of an SDF project: a file an object, its element called by what it is.
//!
//! Attack: a document type declaration, an entity, depth and size are bounded where XML is read.

mod applies;
mod field;
mod list;
mod standard;

use countersign_records::{Catalog, Declaration};
use countersign_soap::{Element, ElementError};

use crate::line::{self, is_name, quoted};
use crate::{File, Shape};
use applies::Applies;
use field::{CustomField, says_something};

/// Of a custom record type: what is read here, told apart from the rest, or only shown on a page.
const OF_RECORD_TYPE: [&str; 42] = [
    "accesstype",
    "allowinlinedeleting",
    "allowinlinedetaching",
    "allowinlineediting",
    "allowmobileaccess",
    "allownumberingoverride",
    "allowquickadd",
    "allowquicksearch",
    "allowuiaccess",
    "customrecordcustomfields",
    "customrecordforms",
    "customsegment",
    "description",
    "enabledle",
    "enablekeywords",
    "enablenumbering",
    "hierarchical",
    "icon",
    "iconbuiltin",
    "iconindex",
    "includeinsearchmenu",
    "includename",
    "instances",
    "isordered",
    "links",
    "numberinginit",
    "numberingmindigits",
    "numberingprefix",
    "numberingsuffix",
    "permissions",
    "recordname",
    "showcreationdate",
    "showcreationdateonlist",
    "showid",
    "showlastmodifiedbyonlist",
    "showlastmodifiedonlist",
    "shownotes",
    "showowner",
    "showownerallowchange",
    "showowneronlist",
    "sublists",
    "subtabs",
];

/// What guards custom records, and lists with them.
const GUARD: &str = "LIST_CUSTRECORDENTRY";

pub(crate) fn read(file: &File, catalog: &Catalog, shape: &mut Shape) {
    let object = match Element::parse(&file.text) {
        Ok(object) => object,
        Err(error) => return shape.wrong(&file.name, "", said(&error)),
    };
    let mut object = Object {
        file,
        script_id: object
            .attribute("scriptid")
            .unwrap_or_default()
            .to_ascii_lowercase(),
        element: &object,
        shape,
    };
    match object.element.name() {
        "customrecordtype" if object.is_called("customrecord") => object.record_type(),
        "customlist" if object.is_called("customlist") => object.list(),
        "entitycustomfield" if object.is_called("custentity") => object.field(Applies::to_entities),
        "itemcustomfield" if object.is_called("custitem") => object.field(Applies::to_items),
        "crmcustomfield" if object.is_called("custevent") => object.field(Applies::to_crm),
        "transactionbodycustomfield" if object.is_called("custbody") => object.field(Applies::to_bodies),
        "transactioncolumncustomfield" if object.is_called("custcol") => object.field(Applies::to_columns),
        "othercustomfield" if object.is_called("custrecord") => {
            object.field(|element| Applies::to_others(element, catalog));
        }
        "customrecordtype"
        | "customlist"
        | "entitycustomfield"
        | "itemcustomfield"
        | "crmcustomfield"
        | "transactionbodycustomfield"
        | "transactioncolumncustomfield"
        | "othercustomfield" => {
            let text = format!(
                "the scriptid {:?} is none of this kind of object",
                object.script_id
            );
            object.wrong(text);
        }
        other => {
            let text = format!("{other} says nothing of records");
            object.left_out(text);
        }
    }
}

/// One object, and where what is found goes.
struct Object<'f> {
    file: &'f File,
    script_id: String,
    element: &'f Element,
    shape: &'f mut Shape,
}

impl Object<'_> {
    fn is_called(&self, beginning: &str) -> bool {
        is_name(&self.script_id)
            && self.script_id.len() > beginning.len()
            && self.script_id.starts_with(beginning)
    }

    fn wrong(&mut self, text: impl Into<String>) {
        self.shape.wrong(&self.file.name, &self.script_id, text);
    }

    fn left_out(&mut self, text: impl Into<String>) {
        self.shape.left_out(&self.file.name, &self.script_id, text);
    }

    fn declare(&mut self, text: String) {
        self.shape.declarations.push(Declaration {
            name: self.script_id.clone(),
            text,
            source: self.file.name.clone(),
        });
    }

    /// A field of types that are there.
    fn field(&mut self, applies: impl Fn(&Element) -> Applies) {
        let Some(field) = self.read_field(self.element, &self.script_id.clone()) else {
            return;
        };
        let applies = applies(self.element);
        if !applies.elsewhere.is_empty() {
            let text = format!(
                "not added where there is no such record type: {}",
                applies.elsewhere.join(", ")
            );
            self.left_out(text);
        }
        if applies.blocks.is_empty() {
            return self.left_out("it applies to no record type that is there");
        }
        let blocks: Vec<String> = applies.blocks.iter().map(|block| block.with(&field)).collect();
        self.declare(blocks.join("\n"));
    }

    /// The field's line; nothing where it holds nothing or cannot be read, which is said.
    fn read_field(&mut self, element: &Element, script_id: &str) -> Option<String> {
        let field = CustomField::read(element, script_id);
        for text in field.left_out {
            self.shape.left_out(&self.file.name, script_id, text);
        }
        if let Some(text) = field.wrong {
            self.shape.wrong(&self.file.name, script_id, text);
        }
        field.line
    }

    fn record_type(&mut self) {
        let element = self.element;
        let label = element.text_of("recordname").unwrap_or(&self.script_id);
        let has_name = element.text_of("includename") != Some("F");
        let named = if has_name { "name" } else { "id" };
        let mut text = format!(
            "record {} {} named={named} may={GUARD}",
            self.script_id,
            quoted(label)
        );
        let mut add = |line: &str| {
            text.push_str("\n  ");
            text.push_str(line);
        };
        if has_name {
            add("name text(300)");
        }
        if element.text_of("hierarchical") == Some("T") {
            add(&line::field(
                "parent",
                "Subrecord of",
                &format!("ref({})", self.script_id),
            ));
        }
        add("isInactive \"Inactive\" bool =false");
        add("created \"Date Created\" datetime ro =created");
        add("lastModified \"Last Modified\" datetime ro =modified");
        let fields = element.child("customrecordcustomfields");
        let fields = fields.into_iter().flat_map(Element::children);
        for field in fields {
            let script_id = field
                .attribute("scriptid")
                .unwrap_or_default()
                .to_ascii_lowercase();
            if !is_name(&script_id) || !script_id.starts_with("custrecord") {
                self.wrong(format!("a field has the scriptid {script_id:?}"));
            } else if let Some(field) = self.read_field(field, &script_id) {
                add(&field);
            }
        }
        self.declare(text);
        self.rest_of_record_type();
    }

    /// What of a custom record type this program does not do.
    fn rest_of_record_type(&mut self) {
        let element = self.element;
        if element.text_of("accesstype") == Some("USEPERMISSIONLIST") {
            self.left_out("its permissions by role: the permission Custom Record Entries guards it");
        }
        let instances = element
            .child("instances")
            .map_or(0, |instances| instances.children().count());
        if instances > 0 {
            let s = if instances == 1 { "" } else { "s" };
            self.left_out(format!(
                "its {instances} instance{s}: import records as CSV, with `countersign record import {} FILE.csv`",
                self.script_id
            ));
        }
        let others: Vec<&str> = element
            .children()
            .filter(|child| !OF_RECORD_TYPE.contains(&child.name()) && says_something(child))
            .map(Element::name)
            .collect();
        if !others.is_empty() {
            self.left_out(others.join(", "));
        }
        if element.text_of("enablenumbering") == Some("T") {
            self.left_out("automatic numbers");
        }
        if element
            .child("customsegment")
            .is_some_and(|segment| !segment.text().is_empty())
        {
            self.left_out("that it is the values of a custom segment");
        }
    }
}

fn said(error: &ElementError) -> String {
    match error {
        ElementError::Xml(reason) => format!("this is not well-formed XML: {reason}"),
        ElementError::DocumentType => "a document type declaration is not allowed".to_owned(),
        ElementError::Entity(name) => format!("the entity &{name}; is not one of XML's own"),
        ElementError::Truncated => "the file ends before its last element is closed".to_owned(),
        ElementError::Character => "the file has a character that XML does not have".to_owned(),
        ElementError::TooDeep | ElementError::TooManyParts | ElementError::TooManyAttributes => {
            "the file has more elements or attributes, or deeper ones, than any object".to_owned()
        }
    }
}

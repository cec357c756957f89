//! NetSuite's modules: the JavaScript of those that are here, and the members of all there are.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value};

macro_rules! foundation {
    ($($name:literal)*) => {
        /// What every execution begins with, in this order: each is a function body of `(native, internal)` and adds to
        /// `internal`.
        pub(crate) const FOUNDATION: &[(&str, &str)] = &[$((
            concat!("N/foundation/", $name),
            include_str!(concat!("../modules/foundation/", $name, ".js")),
        )),*];
    };
}

foundation! {
    "error"
    "arguments"
    "call"
    "shape"
    "loader"
    "globals"
    "entry"
}

macro_rules! sources {
    ($($name:literal)* ; $($piece:literal)*) => {
        /// The JavaScript of a module, or of a piece that modules share: a function body of `(host, spend, fail, internal)` that
        /// returns the module's object. No script can load a piece.
        pub(crate) fn source(name: &str) -> Option<&'static str> {
            match name {
                $(concat!("N/", $name) => Some(include_str!(concat!("../modules/", $name, ".js"))),)*
                $(concat!("N/", $piece) => Some(include_str!(concat!("../modules/", $piece, ".js"))),)*
                _ => None,
            }
        }

        #[cfg(test)]
        const WRITTEN: &[&str] = &[$(concat!("N/", $name)),*];

        #[cfg(test)]
        const PIECES: &[&str] = &[$(concat!("N/", $piece)),*];
    };
}

sources! {
    "cache"
    "config"
    "crypto"
    "crypto/random"
    "email"
    "encode"
    "error"
    "file"
    "format"
    "http"
    "https"
    "log"
    "query"
    "record"
    "runtime"
    "scriptTypes/restlet"
    "search"
    "task"
    "url"
    "util"
    "xml"
    ;
    "callee"
    "check"
    "es_module"
    "preferences"
    "query/builder"
    "query/condition"
    "query/results"
    "record/field"
    "record/field_set"
    "record/record"
    "record/sublist"
    "record/subrecord"
    "record/values"
    "request"
    "search/filters"
    "search/result"
    "url/pages"
    "xml/dom"
    "xml/parser"
    "xml/xpath"
}

/// The members of every module that NetSuite has: a line is a module's name, a tab, and an object as JSON.
const LIST: &str = include_str!("../modules/shapes.tsv");

/// The same by name, read once: an execution reads of it what its script uses.
static SHAPES: LazyLock<HashMap<&'static str, Shape>> = LazyLock::new(|| {
    let shape = |line: &'static str| {
        let (name, json) = line.split_once('\t')?;
        Some((name, Shape::of(serde_json::from_str(json).ok()?)))
    };
    LIST.lines().filter_map(shape).collect()
});

/// A module of NetSuite's. All is JSON, for JavaScript to read.
#[derive(Default)]
pub(crate) struct Shape {
    /// The kind of each member: `function`, `value` or `enumeration`.
    pub(crate) members: String,
    /// The values of each enumeration by their names.
    enumerations: HashMap<String, String>,
    /// The kinds of the members of each class that the module gives out.
    classes: HashMap<String, String>,
}

#[derive(Deserialize)]
struct Listed {
    members: Map<String, Value>,
    #[serde(default)]
    classes: Map<String, Value>,
}

impl Shape {
    fn of(listed: Listed) -> Self {
        let mut shape = Self::default();
        let mut members = Map::new();
        for (name, kind) in listed.members {
            let kind = match kind {
                Value::String(kind) => kind,
                values => {
                    shape.enumerations.insert(name.clone(), values.to_string());
                    "enumeration".to_owned()
                }
            };
            members.insert(name, Value::String(kind));
        }
        shape.members = Value::Object(members).to_string();
        let classes = listed.classes.into_iter();
        shape.classes = classes
            .map(|(name, members)| (name, members.to_string()))
            .collect();
        shape
    }

    pub(crate) fn enumeration(&self, name: &str) -> Option<&str> {
        self.enumerations.get(name).map(String::as_str)
    }

    pub(crate) fn class(&self, name: &str) -> Option<&str> {
        self.classes.get(name).map(String::as_str)
    }
}

/// `None` where NetSuite has no such module.
pub(crate) fn shape(module: &str) -> Option<&'static Shape> {
    SHAPES.get(module)
}

/// Of every module that NetSuite has.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    LIST.lines().filter_map(|line| Some(line.split_once('\t')?.0))
}

#[cfg(test)]
mod tests {
    use super::{LIST, PIECES, WRITTEN, shape, source};
    use crate::governance::units;

    #[test]
    fn every_module_that_is_written_is_one_of_netsuites() {
        for name in WRITTEN {
            assert!(shape(name).is_some(), "{name} has no line in modules/shapes.tsv");
        }
    }

    #[test]
    fn every_operation_that_a_module_pays_for_has_a_price() {
        let mut seen = 0;
        for name in WRITTEN.iter().chain(PIECES) {
            let text = source(name).expect("it is written");
            for operation in text.split("spend('").skip(1) {
                let (operation, _) = operation.split_once('\'').expect("a name in quotes");
                assert!(units(operation, None).is_some(), "{operation} in {name}");
                seen += 1;
            }
        }
        assert!(seen > 10, "only {seen} were found");
    }

    #[test]
    fn the_members_of_every_module_are_json() {
        for line in LIST.lines() {
            let (name, json) = line.split_once('\t').expect("a name, a tab, the members");
            assert!(name.starts_with("N/"), "{name}");
            serde_json::from_str::<super::Listed>(json).expect(name);
        }
    }
}

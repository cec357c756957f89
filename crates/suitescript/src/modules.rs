//! NetSuite's modules: the JavaScript of those that are here, and the members of all there are.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use rquickjs::{Ctx, Function};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::bytecode::{self, Entry, Source};

macro_rules! foundation {
    ($($name:literal)*) => {
        concat!($("{", include_str!(concat!("../modules/foundation/", $name, ".js")), "\n}"),*)
    };
}

/// What every execution begins with, in this order: each is a block of one function of `(native, internal)` and adds to `internal`.
static FOUNDATION: LazyLock<Source> = LazyLock::new(|| {
    let text = foundation! {
        "error"
        "arguments"
        "call"
        "shape"
        "loader"
        "globals"
        "entry"
    };
    Source::new("N/foundation", text, "native, internal")
});

macro_rules! files {
    ($($name:literal)*) => {
        LazyLock::new(|| vec![$(Source::new(
            concat!("N/", $name),
            include_str!(concat!("../modules/", $name, ".js")),
            "host, spend, fail, internal",
        )),*])
    };
}

/// The JavaScript of modules: a function body of `(host, spend, fail, internal)` that returns the module's object.
static WRITTEN: LazyLock<Vec<Source>> = files! {
    "cache"
    "compress"
    "config"
    "crypto"
    "crypto/random"
    "currency"
    "email"
    "encode"
    "error"
    "file"
    "format"
    "format/i18n"
    "http"
    "https"
    "log"
    "query"
    "record"
    "render"
    "runtime"
    "scriptTypes/restlet"
    "search"
    "suiteAppInfo"
    "task"
    "transaction"
    "url"
    "util"
    "workflow"
    "xml"
};

/// The same of pieces that modules share. No script can load them.
static PIECES: LazyLock<Vec<Source>> = files! {
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
    "record/state"
    "record/sublist"
    "record/subrecord"
    "record/unkept"
    "record/values"
    "render/builtins"
    "render/directives"
    "render/document"
    "render/expression"
    "render/pieces"
    "render/scope"
    "render/template"
    "render/values"
    "render/views"
    "request"
    "search/filters"
    "search/result"
    "task/file"
    "url/pages"
    "xml/dom"
    "xml/parser"
    "xml/xpath"
};

static FILES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let all = [&*FOUNDATION].into_iter().chain(&*WRITTEN).chain(&*PIECES);
    all.map(|source| (source.name, source)).collect()
});

pub(crate) fn foundation<'js>(ctx: &Ctx<'js>) -> rquickjs::Result<Function<'js>> {
    bytecode::function(ctx, &FILES, FOUNDATION.name)
}

/// The function that makes a module or a piece; `None` where there is no such file.
pub(crate) fn function<'js>(ctx: &Ctx<'js>, name: &str) -> rquickjs::Result<Option<Function<'js>>> {
    let mut written = WRITTEN.iter().chain(&*PIECES);
    match written.any(|source| source.name == name) {
        true => bytecode::function(ctx, &FILES, name).map(Some),
        false => Ok(None),
    }
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
    enumerations: HashMap<String, Enumeration>,
    /// The kinds of the members of each class that the module gives out.
    classes: HashMap<String, String>,
    /// The names of the functions that its classes have.
    pub(crate) methods: BTreeSet<Box<str>>,
}

/// Values by their names.
struct Enumeration {
    values: Map<String, Value>,
    json: String,
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
                Value::Object(values) => {
                    let json = Value::Object(values.clone()).to_string();
                    let enumeration = Enumeration { values, json };
                    shape.enumerations.insert(name.clone(), enumeration);
                    "enumeration".to_owned()
                }
                other => other.to_string(),
            };
            members.insert(name, Value::String(kind));
        }
        shape.members = Value::Object(members).to_string();
        let classes = listed.classes.values().filter_map(Value::as_object).flatten();
        let functions = classes.filter(|(_, kind)| *kind == "function");
        shape.methods = functions.map(|(name, _)| name.as_str().into()).collect();
        let classes = listed.classes.into_iter();
        shape.classes = classes
            .map(|(name, members)| (name, members.to_string()))
            .collect();
        shape
    }

    pub(crate) fn enumeration(&self, name: &str) -> Option<&str> {
        Some(&self.enumerations.get(name)?.json)
    }

    /// One value of an enumeration, if it is a text.
    pub(crate) fn value(&self, enumeration: &str, name: &str) -> Option<&str> {
        self.enumerations.get(enumeration)?.values.get(name)?.as_str()
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
    use super::{LIST, PIECES, WRITTEN, shape};
    use crate::governance::units;

    #[test]
    fn every_module_that_is_written_is_one_of_netsuites() {
        for source in &*WRITTEN {
            let name = source.name;
            assert!(shape(name).is_some(), "{name} has no line in modules/shapes.tsv");
        }
    }

    #[test]
    fn every_operation_that_a_module_pays_for_has_a_price() {
        let mut seen = 0;
        for source in WRITTEN.iter().chain(&*PIECES) {
            let name = source.name;
            for operation in source.text.split("spend('").skip(1) {
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

//! NetSuite's modules: the JavaScript of those that are here, and the members of all there are.

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
    "format"
    "request"
    "loader"
    "es_module"
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
    "query/builder"
    "query/condition"
    "query/results"
    "record/field"
    "record/field_set"
    "record/record"
    "record/sublist"
    "record/subrecord"
    "record/values"
    "search/filters"
    "search/result"
    "xml/dom"
    "xml/parser"
    "xml/xpath"
}

/// The members of every module that NetSuite has: a line is a module's name, a tab, and an object as JSON.
const SHAPES: &str = include_str!("../modules/shapes.tsv");

/// The members of a module, their kinds and the values of its enumerations; `None` where NetSuite has no such module.
pub(crate) fn shape(name: &str) -> Option<&'static str> {
    SHAPES
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'))
}

/// Of every module that NetSuite has.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    SHAPES.lines().filter_map(|line| Some(line.split_once('\t')?.0))
}

#[cfg(test)]
mod tests {
    use super::{SHAPES, WRITTEN, shape};

    #[test]
    fn every_module_that_is_written_is_one_of_netsuites() {
        for name in WRITTEN {
            assert!(shape(name).is_some(), "{name} has no line in modules/shapes.tsv");
        }
    }

    #[test]
    fn the_members_of_every_module_are_json() {
        for line in SHAPES.lines() {
            let (name, json) = line.split_once('\t').expect("a name, a tab, the members");
            assert!(name.starts_with("N/"), "{name}");
            serde_json::from_str::<serde_json::Map<_, _>>(json).expect(name);
        }
    }
}

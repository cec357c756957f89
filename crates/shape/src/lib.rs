//! The shape of an account's records, read out of what people have of their own account:
//!
//! * objects of the SuiteCloud Development Framework: custom record types, custom fields, custom lists;
//! * what the metadata catalogue of REST answered, as JSON Schema or OpenAPI: fields and types that are not declared;
//! * our own language, as `countersign record-type export` writes it.
//!
//! [`Shape::read`] gives declarations for [`Records::declare`](countersign_records::Records::declare). What it does not
//! take is said, each with its file.

mod catalogue;
mod line;
mod sdf;

use std::collections::BTreeMap;

use countersign_records::{Catalog, Declaration, ListValues};

/// Files of one import.
pub const MOST_FILES: usize = 5000;
/// Bytes of one file.
pub const LARGEST_FILE: usize = 8 * 1024 * 1024;

/// A file as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub text: String,
}

/// What files say of an account's record types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Types before what extends them.
    pub declarations: Vec<Declaration>,
    pub lists: Vec<ListValues>,
    /// What this program has no place for.
    pub left_out: Vec<Remark>,
    /// What cannot be read, or does not fit what is there.
    pub wrong: Vec<Remark>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    pub file: String,
    /// The object or field; empty where it is the file.
    pub about: String,
    pub text: String,
}

/// What the account has, which the files add to.
#[derive(Clone, Copy, Debug)]
pub struct Present<'p> {
    /// The types that every account has.
    pub base: &'p Catalog,
    /// What it declared of its own before.
    pub declarations: &'p [Declaration],
}

impl Shape {
    /// Reads all files. What each says is also held against the account and against what the files before it say.
    pub fn read(files: &[File], present: Present<'_>) -> Self {
        let mut shape = Self::default();
        if files.len() > MOST_FILES {
            let text = format!("more than {MOST_FILES} files: give a part of them");
            shape.wrong("", "", text);
            return shape;
        }
        // A catalogue is asked what is missing, so it comes after the objects that say it better.
        let (catalogues, others): (Vec<&File>, Vec<&File>) =
            files.iter().partition(|file| begins(file) == '{');
        for file in others {
            if shape.fits(file) {
                match begins(file) {
                    '<' => sdf::read(file, present.base, &mut shape),
                    _ => own_language(file, &mut shape),
                }
            }
        }
        shape.drop_doubles();
        shape
            .declarations
            .sort_by_key(|declaration| !is_type(declaration));
        let mut catalog = shape.checked(present);
        for file in catalogues {
            if shape.fits(file) {
                catalogue::read(file, &mut catalog, present.declarations, &mut shape);
            }
        }
        shape
            .declarations
            .sort_by_key(|declaration| !is_type(declaration));
        shape
    }

    fn fits(&mut self, file: &File) -> bool {
        if file.text.len() > LARGEST_FILE {
            self.wrong(
                &file.name,
                "",
                format!("the file is longer than {LARGEST_FILE} bytes"),
            );
        }
        file.text.len() <= LARGEST_FILE
    }

    fn wrong(&mut self, file: &str, about: &str, text: impl Into<String>) {
        self.wrong.push(remark(file, about, text));
    }

    fn left_out(&mut self, file: &str, about: &str, text: impl Into<String>) {
        self.left_out.push(remark(file, about, text));
    }

    /// An object that is in two files is in doubt.
    fn drop_doubles(&mut self) {
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for declaration in std::mem::take(&mut self.declarations) {
            let first = seen
                .entry(declaration.name.to_ascii_lowercase())
                .or_insert_with(|| declaration.source.clone());
            match *first == declaration.source {
                true => self.declarations.push(declaration),
                false => {
                    let text = format!("{first} has an object of this name too: give one of them");
                    self.wrong(&declaration.source, &declaration.name, text);
                }
            }
        }
    }

    /// The types there are with what was read; what does not fit is taken out and told.
    fn checked(&mut self, present: Present<'_>) -> Catalog {
        let is_replaced = |known: &Declaration| {
            self.declarations
                .iter()
                .any(|new| new.takes_the_place_of(&known.name))
        };
        // What is declared anew is not there twice.
        let mut catalog = present.base.clone();
        for known in present.declarations.iter().filter(|known| !is_replaced(known)) {
            catalog = extended(&catalog, known).unwrap_or(catalog);
        }
        for declaration in std::mem::take(&mut self.declarations) {
            match extended(&catalog, &declaration) {
                Ok(with) => {
                    catalog = with;
                    self.declarations.push(declaration);
                }
                Err(reason) => self.wrong(&declaration.source, &declaration.name, reason),
            }
        }
        catalog
    }
}

/// The reason says the place in the declaration only where the file is one.
fn extended(catalog: &Catalog, declaration: &Declaration) -> Result<Catalog, String> {
    let extended = catalog.clone().extended(&declaration.name, &declaration.text);
    extended.map_err(|error| match declaration.name == declaration.source {
        true => error.to_string(),
        false => error.reason,
    })
}

fn is_type(declaration: &Declaration) -> bool {
    declaration.text.starts_with("record ")
}

fn remark(file: &str, about: &str, text: impl Into<String>) -> Remark {
    Remark {
        file: file.to_owned(),
        about: about.to_owned(),
        text: text.into(),
    }
}

/// The first letter, which tells XML from JSON from our own language.
fn begins(file: &File) -> char {
    let text = file.text.trim_start_matches('\u{feff}').trim_start();
    text.chars().next().unwrap_or(' ')
}

/// A file of our own is one declaration, called like it: given again, it takes its own place.
fn own_language(file: &File, shape: &mut Shape) {
    let is_ours = |line: &str| ["record ", "extend "].iter().any(|word| line.starts_with(word));
    if !file.text.lines().any(is_ours) {
        let text =
            "this is no SDF object, no answer of the metadata catalogue and no declaration of record types";
        return shape.wrong(&file.name, "", text);
    }
    shape.declarations.push(Declaration {
        name: file.name.clone(),
        text: file.text.trim_start_matches('\u{feff}').trim_start().to_owned(),
        source: file.name.clone(),
    });
}

//! Mistakes about whether the body is signed.

use serde_json::Value;

use super::{Emit, Variant, changed, http};
use crate::mistake::Mistake;
use crate::recipe::{Base, Origin, Parameter};
use crate::scene::{Scene, form_parameter, wire_pairs};

pub(super) const VARIANTS: &[Variant] = &[
    Variant {
        mistake: Mistake::JsonBodySigned,
        change: body_signed,
    },
    Variant {
        mistake: Mistake::FormBodyNotSigned,
        change: form_not_signed,
    },
    Variant {
        mistake: Mistake::QueryOrBodyOnly,
        change: query_or_body_only,
    },
];

/// The longest body that is taken apart, in bytes.
const MAX_BODY: usize = 8 * 1024;
const MAX_MEMBERS: usize = 64;

/// How a JSON value that is no text becomes one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flattening {
    /// As JSON writes it.
    Json,
    /// JavaScript's `String(value)`, a parameter for each item of an array.
    Script,
    /// JavaScript's `String(value)`, also of arrays: their items with commas between them.
    Joined,
    /// Python's `str(value)`.
    Python,
    /// `a[b]=c`, one parameter a leaf; `null` is empty.
    Brackets,
}

fn body_signed<'a>(scene: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let body = scene.evidence.body;
    let Some(right) = http(base).filter(|right| !right.has_of(Origin::Form)) else {
        return;
    };
    if body.is_empty() || body.len() > MAX_BODY {
        return;
    }
    changed(right, emit, |recipe| {
        let pairs = wire_pairs(body).map(|pair| form_parameter(Origin::Added, pair));
        recipe.parameters.extend(pairs);
    });
    changed(right, emit, |recipe| {
        recipe.parameters.push(Parameter::added(body, b"".as_slice()));
    });
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else {
        return;
    };
    if members.len() > MAX_MEMBERS {
        return;
    }
    for flattening in [
        Flattening::Script,
        Flattening::Joined,
        Flattening::Json,
        Flattening::Python,
        Flattening::Brackets,
    ] {
        let mut flat = Vec::new();
        for (name, value) in &members {
            flatten(name, value, flattening, &mut flat);
        }
        changed(right, emit, |recipe| {
            let added = flat
                .into_iter()
                .map(|(name, value)| Parameter::added(name.into_bytes(), value.into_bytes()));
            recipe.parameters.extend(added);
        });
    }
}

fn flatten(name: &str, value: &Value, flattening: Flattening, flat: &mut Vec<(String, String)>) {
    match value {
        // JavaScript's signers repeat a parameter for each item.
        Value::Array(items) if flattening == Flattening::Script => {
            flat.extend(items.iter().map(|item| (name.to_owned(), text(item, flattening))));
        }
        Value::Array(items) if flattening == Flattening::Brackets => {
            for (index, item) in items.iter().enumerate() {
                flatten(&format!("{name}[{index}]"), item, flattening, flat);
            }
        }
        Value::Object(members) if flattening == Flattening::Brackets => {
            for (member, value) in members {
                flatten(&format!("{name}[{member}]"), value, flattening, flat);
            }
        }
        other => flat.push((name.to_owned(), text(other, flattening))),
    }
}

fn text(value: &Value, flattening: Flattening) -> String {
    match (value, flattening) {
        (Value::String(text), _) => text.clone(),
        (Value::Array(items), Flattening::Joined) => {
            let texts: Vec<_> = items.iter().map(joined_item).collect();
            texts.join(",")
        }
        (Value::Object(_), Flattening::Script | Flattening::Joined) => "[object Object]".to_owned(),
        (Value::Null, Flattening::Brackets) => String::new(),
        (Value::Null, Flattening::Python) => "None".to_owned(),
        (Value::Bool(true), Flattening::Python) => "True".to_owned(),
        (Value::Bool(false), Flattening::Python) => "False".to_owned(),
        (other, _) => other.to_string(),
    }
}

/// An item of an array that becomes text: what is not there becomes nothing.
fn joined_item(item: &Value) -> String {
    match item {
        Value::Null => String::new(),
        item => text(item, Flattening::Joined),
    }
}

fn form_not_signed<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    signed_without(base, emit, Origin::Form);
}

fn query_or_body_only<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let has_both = http(base).is_some_and(|right| right.has_of(Origin::Form) && right.has_of(Origin::Query));
    if has_both {
        signed_without(base, emit, Origin::Form);
        signed_without(base, emit, Origin::Query);
    }
}

fn signed_without<'a>(base: &Base<'a>, emit: Emit<'_, 'a>, origin: Origin) {
    if let Some(right) = http(base).filter(|right| right.has_of(origin)) {
        changed(right, emit, |recipe| {
            recipe.parameters.retain(|parameter| parameter.origin != origin);
        });
    }
}

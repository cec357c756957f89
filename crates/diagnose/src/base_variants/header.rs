//! Mistakes about which of the header's own parameters are signed, and about the method.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use super::{Emit, Variant, changed, http};
use crate::mistake::Mistake;
use crate::recipe::{Base, Origin, Parameter, Recipe};
use crate::scene::Scene;

pub(super) const VARIANTS: &[Variant] = &[
    Variant {
        mistake: Mistake::RealmSigned,
        change: realm_signed,
    },
    Variant {
        mistake: Mistake::VersionSignedNotSent,
        change: version_signed_not_sent,
    },
    Variant {
        mistake: Mistake::VersionSentNotSigned,
        change: version_sent_not_signed,
    },
    Variant {
        mistake: Mistake::BodyHashNotSigned,
        change: body_hash_not_signed,
    },
    Variant {
        mistake: Mistake::BodyHashPresent,
        change: body_hash_present,
    },
    Variant {
        mistake: Mistake::QueryInHeader,
        change: query_in_header,
    },
    Variant {
        mistake: Mistake::HeaderParamNotSigned,
        change: header_param_not_signed,
    },
    Variant {
        mistake: Mistake::LowercaseMethod,
        change: lowercase_method,
    },
    Variant {
        mistake: Mistake::MethodMismatch,
        change: method_mismatch,
    },
];

const VERSION: &str = "oauth_version";
const BODY_HASH: &str = "oauth_body_hash";

fn realm_signed<'a>(scene: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let (Some(right), Some(realm)) = (http(base), &scene.realm) else {
        return;
    };
    changed(right, emit, |recipe| {
        let realm = realm.clone().into_bytes();
        recipe
            .parameters
            .push(Parameter::added(b"realm".as_slice(), realm));
    });
}

fn version_signed_not_sent<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base).filter(|right| !has_in_header(right, VERSION)) else {
        return;
    };
    changed(right, emit, |recipe| {
        let version = Parameter::added(VERSION.as_bytes(), b"1.0".as_slice());
        recipe.parameters.push(version);
    });
}

fn version_sent_not_signed<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    without(base, emit, VERSION);
}

fn body_hash_not_signed<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    without(base, emit, BODY_HASH);
}

fn body_hash_present<'a>(scene: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base).filter(|right| !has_in_header(right, BODY_HASH)) else {
        return;
    };
    let body = scene.evidence.body;
    for hash in [
        STANDARD.encode(Sha1::digest(body)),
        STANDARD.encode(Sha256::digest(body)),
    ] {
        changed(right, emit, |recipe| {
            let hash = Parameter::added(BODY_HASH.as_bytes(), hash.into_bytes());
            recipe.parameters.push(hash);
        });
    }
}

/// The query stands in the header as well: its signer counted it once, or not at all.
fn query_in_header<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    let of = |origin| move |parameter: &&Parameter<'a>| parameter.origin == origin;
    let named: Vec<_> = right
        .parameters
        .iter()
        .filter(of(Origin::Query))
        .map(|query| query.name.clone())
        .collect();
    let is_repeated = |parameter: &Parameter<'a>| named.contains(&parameter.name);
    if !right
        .parameters
        .iter()
        .filter(of(Origin::Header))
        .any(is_repeated)
    {
        return;
    }
    changed(right, emit, |recipe| {
        recipe
            .parameters
            .retain(|parameter| parameter.origin != Origin::Header || !is_repeated(parameter));
    });
    changed(right, emit, |recipe| {
        recipe.parameters.retain(|parameter| !is_repeated(parameter));
    });
}

fn header_param_not_signed<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    let in_header = right
        .parameters
        .iter()
        .filter(|parameter| parameter.origin == Origin::Header);
    let has_mistake_of_its_own = |name: &str| name == VERSION || name == BODY_HASH;
    let names: Vec<String> = in_header
        .map(|parameter| String::from_utf8_lossy(&parameter.name).into_owned())
        .filter(|name| !has_mistake_of_its_own(name))
        .collect();
    for name in &names {
        without(base, emit, name);
    }
    let is_extension = |parameter: &Parameter<'_>| {
        parameter.origin == Origin::Header && !parameter.name.starts_with(b"oauth_")
    };
    changed(right, emit, |recipe| {
        recipe.parameters.retain(|parameter| !is_extension(parameter));
    });
}

fn lowercase_method<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    let (first, rest) = right.method.split_at_checked(1).unwrap_or_default();
    let capitalised = format!("{first}{}", rest.to_ascii_lowercase());
    for method in [right.method.to_ascii_lowercase(), capitalised] {
        changed(right, emit, |recipe| recipe.method = method.into());
    }
}

fn method_mismatch<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] {
        if *right.method != *method {
            changed(right, emit, |recipe| recipe.method = method.into());
        }
    }
}

fn has_in_header(recipe: &Recipe<'_>, name: &str) -> bool {
    recipe
        .parameters
        .iter()
        .any(|parameter| parameter.origin == Origin::Header && parameter.is_named(name))
}

/// Emits the base string without a parameter of the header.
fn without<'a>(base: &Base<'a>, emit: Emit<'_, 'a>, name: &str) {
    let Some(right) = http(base).filter(|right| has_in_header(right, name)) else {
        return;
    };
    changed(right, emit, |recipe| {
        recipe
            .parameters
            .retain(|parameter| parameter.origin != Origin::Header || !parameter.is_named(name));
    });
}

//! Mistakes in how names and values are read from the query and encoded.

use super::{Emit, Variant, changed, http};
use crate::alphabet::{Alphabet, decoded};
use crate::mistake::Mistake;
use crate::recipe::{Base, Order, Origin, Parameter, Recipe};
use crate::scene::Scene;

pub(super) const VARIANTS: &[Variant] = &[
    Variant {
        mistake: Mistake::ZeroBecameEmpty,
        change: zero_became_empty,
    },
    Variant {
        mistake: Mistake::ValueCutAtEquals,
        change: value_cut_at_equals,
    },
    Variant {
        mistake: Mistake::TrailingAmpersandSigned,
        change: trailing_ampersand_signed,
    },
    Variant {
        mistake: Mistake::PlusSignedLiterally,
        change: plus_signed_literally,
    },
    Variant {
        mistake: Mistake::EncodedNameDoubleEncoded,
        change: encoded_name_double_encoded,
    },
    Variant {
        mistake: Mistake::LowercaseHex,
        change: lowercase_hex,
    },
    Variant {
        mistake: Mistake::TildeEncoded,
        change: tilde_encoded,
    },
    Variant {
        mistake: Mistake::PlusForSpace,
        change: plus_for_space,
    },
    Variant {
        mistake: Mistake::OuterEncodingMissing,
        change: outer_encoding_missing,
    },
    Variant {
        mistake: Mistake::ReservedNotEncoded,
        change: reserved_not_encoded,
    },
    Variant {
        mistake: Mistake::InnerEncodingMissing,
        change: inner_encoding_missing,
    },
    Variant {
        mistake: Mistake::DoubleEncoded,
        change: double_encoded,
    },
];

/// The alphabets of the base string URI, of names and values, and of the joined parameters.
type Alphabets = (Alphabet, Alphabet, Alphabet);

const RFC: Alphabet = Alphabet::RFC;
const RAW: Alphabet = Alphabet::RAW;

fn with_alphabets<'a>(base: &Base<'a>, emit: Emit<'_, 'a>, alphabets: &[Alphabets]) {
    let Some(right) = http(base) else { return };
    for (uri, inner, outer) in alphabets.iter().copied() {
        changed(right, emit, |recipe| {
            recipe.uri = uri;
            recipe.inner = inner;
            recipe.outer = outer;
        });
    }
}

/// The same mistake made with names, values, URL, or all of them.
fn everywhere(alphabet: Alphabet) -> [Alphabets; 6] {
    [
        (RFC, alphabet, RFC),
        (RFC, RFC, alphabet),
        (RFC, alphabet, alphabet),
        (alphabet, RFC, RFC),
        (alphabet, RFC, alphabet),
        (alphabet, alphabet, alphabet),
    ]
}

fn lowercase_hex<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    with_alphabets(base, emit, &everywhere(Alphabet::LOWER_HEX));
    // The escapes of the URL left as they were.
    if let Some(right) = http(base) {
        let mut as_sent = right.clone();
        for parameter in as_sent
            .parameters
            .iter_mut()
            .filter(|parameter| is_from_form(parameter))
        {
            parameter.name = parameter.wire_name.into();
            parameter.value = parameter.wire_value.into();
        }
        let has_lower_hex = |text: &[u8]| {
            text.windows(3).any(|escape| matches!(escape, [b'%', high, low] if high.is_ascii_lowercase() || low.is_ascii_lowercase()))
        };
        if as_sent
            .parameters
            .iter()
            .any(|parameter| has_lower_hex(&parameter.name) || has_lower_hex(&parameter.value))
        {
            as_sent.inner = RAW;
            emit(Base::Http(as_sent));
        }
    }
}

fn tilde_encoded<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    with_alphabets(base, emit, &everywhere(Alphabet::TILDE));
}

fn plus_for_space<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    // Without a space a form's encoding shows in other characters, and has another name.
    let has_space =
        |parameter: &Parameter<'_>| parameter.name.contains(&b' ') || parameter.value.contains(&b' ');
    if http(base).is_some_and(|right| right.parameters.iter().any(has_space)) {
        for form in Alphabet::FORMS {
            let ways = [
                (RFC, form, RFC),
                (RFC, form, form),
                (form, form, form),
                (RFC, RAW, form),
            ];
            with_alphabets(base, emit, &ways);
        }
    }
}

fn reserved_not_encoded<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    with_alphabets(base, emit, &everywhere(Alphabet::SCRIPT));
    with_alphabets(base, emit, &[(RFC, Alphabet::SCRIPT_URI, RFC)]);
}

fn inner_encoding_missing<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    with_alphabets(base, emit, &[(RFC, RAW, RFC)]);
    // As they stand in the URL.
    let Some(right) = http(base) else { return };
    changed(right, emit, |recipe| {
        as_on_the_wire(recipe, |_| true);
        recipe.inner = RAW;
    });
    // Of names alone, which stay bare when all is encoded once more.
    let is_reserved = |parameter: &Parameter<'_>| RFC.encoded(&parameter.name) != *parameter.name;
    if right.parameters.iter().any(is_reserved) {
        changed(right, emit, |recipe| {
            recipe.names_are_bare = true;
            recipe.order = Order::Decoded;
        });
    }
}

fn outer_encoding_missing<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    // Not at all, or with an encoder for whole URLs, which leaves = and & as they are.
    for bare in [RAW, Alphabet::SCRIPT_URI] {
        let ways = [
            (RFC, RFC, bare),
            (bare, RFC, bare),
            (bare, RFC, RFC),
            (RFC, bare, bare),
            (bare, bare, bare),
        ];
        with_alphabets(base, emit, &ways);
    }
}

fn double_encoded<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    let is_encoded = |parameter: &Parameter<'_>| {
        parameter.wire_name.contains(&b'%') || parameter.wire_value.contains(&b'%')
    };
    changed(right, emit, |recipe| as_on_the_wire(recipe, is_encoded));
    changed(right, emit, |recipe| {
        as_on_the_wire(recipe, |parameter| {
            is_from_form(parameter) && is_encoded(parameter)
        });
    });
    changed(right, emit, |recipe| {
        for parameter in recipe.parameters.iter_mut() {
            parameter.name = RFC.encoded(&parameter.name).into();
            parameter.value = RFC.encoded(&parameter.value).into();
        }
    });
}

fn encoded_name_double_encoded<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    let is_meant =
        |parameter: &&mut Parameter<'_>| is_from_form(parameter) && parameter.wire_name.contains(&b'%');
    changed(right, emit, |recipe| {
        for parameter in recipe.parameters.iter_mut().filter(is_meant) {
            parameter.name = parameter.wire_name.into();
        }
    });
}

fn plus_signed_literally<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    changed(right, emit, |recipe| {
        let with_plus = |parameter: &&mut Parameter<'_>| {
            is_from_form(parameter)
                && (parameter.wire_name.contains(&b'+') || parameter.wire_value.contains(&b'+'))
        };
        for parameter in recipe.parameters.iter_mut().filter(with_plus) {
            parameter.name = decoded(parameter.wire_name).into();
            parameter.value = decoded(parameter.wire_value).into();
        }
    });
}

fn zero_became_empty<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    changed(right, emit, |recipe| {
        for parameter in recipe
            .parameters
            .iter_mut()
            .filter(|parameter| &*parameter.value == b"0")
        {
            parameter.value = b"".as_slice().into();
        }
    });
}

fn value_cut_at_equals<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    changed(right, emit, |recipe| {
        for parameter in recipe
            .parameters
            .iter_mut()
            .filter(|parameter| is_from_form(parameter))
        {
            if let Some(end) = parameter.wire_value.iter().position(|byte| *byte == b'=') {
                let kept = parameter.wire_value.get(..end).unwrap_or_default();
                parameter.value = crate::scene::form_decoded(kept);
            }
        }
    });
}

/// Nothing between two `&`, at an end of the query, or behind the `?` was taken for a parameter without a name.
fn trailing_ampersand_signed<'a>(scene: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    let Some((_, query)) = scene.evidence.target.split_once('?') else {
        return;
    };
    let empty_pieces = query.split('&').filter(|piece| piece.is_empty()).count();
    for count in [1, empty_pieces] {
        if (1..=16).contains(&empty_pieces) {
            let nothing = || Parameter::added(b"".as_slice(), b"".as_slice());
            changed(right, emit, |recipe| {
                recipe
                    .parameters
                    .extend(std::iter::repeat_with(nothing).take(count));
            });
        }
    }
}

/// Takes names and values as they came over the wire.
fn as_on_the_wire(recipe: &mut Recipe<'_>, is_taken: impl Fn(&Parameter<'_>) -> bool) {
    let sent = |parameter: &&mut Parameter<'_>| parameter.origin != Origin::Added && is_taken(parameter);
    for parameter in recipe.parameters.iter_mut().filter(sent) {
        parameter.name = parameter.wire_name.into();
        parameter.value = parameter.wire_value.into();
    }
}

/// From the query or a form body, where `+` is a space.
fn is_from_form(parameter: &Parameter<'_>) -> bool {
    matches!(parameter.origin, Origin::Query | Origin::Form)
}

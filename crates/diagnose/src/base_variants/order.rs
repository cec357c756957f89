//! Mistakes in the order of the parameters.

use super::{Emit, Variant, changed, http};
use crate::alphabet::Alphabet;
use crate::mistake::Mistake;
use crate::recipe::{Base, Order, Origin, Parameter};
use crate::scene::Scene;

pub(super) const VARIANTS: &[Variant] = &[
    Variant {
        mistake: Mistake::ValuesNotSorted,
        change: values_not_sorted,
    },
    Variant {
        mistake: Mistake::SortedByNameOnly,
        change: sorted_by_name_only,
    },
    Variant {
        mistake: Mistake::SortedBeforeEncoding,
        change: sorted_before_encoding,
    },
    Variant {
        mistake: Mistake::SortedJoinedPairs,
        change: sorted_joined_pairs,
    },
    Variant {
        mistake: Mistake::NotSorted,
        change: not_sorted,
    },
];

fn in_order<'a>(base: &Base<'a>, emit: Emit<'_, 'a>, order: Order) {
    if let Some(right) = http(base) {
        changed(right, emit, |recipe| recipe.order = order);
    }
}

fn values_not_sorted<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    in_order(base, emit, Order::NameOnly);
    in_order(base, emit, Order::NumericValues);
}

fn sorted_by_name_only<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    in_order(base, emit, Order::NameOnly);
}

fn sorted_joined_pairs<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    in_order(base, emit, Order::Joined);
    in_order(base, emit, Order::JoinedDecoded);
}

fn sorted_before_encoding<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    in_order(base, emit, Order::Decoded);
}

fn not_sorted<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    in_order(base, emit, Order::IgnoringCase);
    let (header, others): (Vec<_>, Vec<_>) = right
        .parameters
        .iter()
        .cloned()
        .partition(|parameter| parameter.origin == Origin::Header);
    let sorted = |parameters: &[Parameter<'a>]| {
        let mut sorted = parameters.to_vec();
        sorted.sort_by_cached_key(|parameter| {
            let encoded = |text: &[u8]| Alphabet::RFC.encoded(text);
            (encoded(&parameter.name), encoded(&parameter.value))
        });
        sorted
    };
    let headers = distinct([header.clone(), sorted(&header), customary_order(&header)]);
    let others = distinct([others.clone(), sorted(&others)]);
    for header in &headers {
        for others in &others {
            for (first, second) in [(header, others), (others, header)] {
                changed(right, emit, |recipe| {
                    recipe.order = Order::AsListed;
                    let listed: Vec<_> = first.iter().chain(second).cloned().collect();
                    recipe.parameters = listed.into();
                });
            }
        }
    }
    changed(right, emit, |recipe| {
        let mut reversed = sorted(&recipe.parameters);
        reversed.reverse();
        recipe.parameters = reversed.into();
        recipe.order = Order::AsListed;
    });
}

/// Lists of the same parameters that stand in another order than those before.
fn distinct<'a, const N: usize>(lists: [Vec<Parameter<'a>>; N]) -> Vec<Vec<Parameter<'a>>> {
    let mut distinct: Vec<Vec<Parameter<'a>>> = Vec::with_capacity(N);
    for list in lists {
        if !distinct.contains(&list) {
            distinct.push(list);
        }
    }
    distinct
}

/// The order of Oracle's samples.
fn customary_order<'a>(header: &[Parameter<'a>]) -> Vec<Parameter<'a>> {
    const NAMES: [&str; 6] = [
        "oauth_consumer_key",
        "oauth_token",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_nonce",
        "oauth_version",
    ];
    let place = |parameter: &Parameter<'_>| {
        NAMES
            .iter()
            .position(|name| parameter.is_named(name))
            .unwrap_or(NAMES.len())
    };
    let mut ordered = header.to_vec();
    ordered.sort_by_key(place);
    ordered
}

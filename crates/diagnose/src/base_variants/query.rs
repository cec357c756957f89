//! Mistakes about whether and where the query is signed.

use super::{Emit, Variant, changed, http};
use crate::mistake::Mistake;
use crate::recipe::{Base, Origin, Parameter, Recipe};
use crate::scene::Scene;

pub(super) const IN_THE_URL: &[Variant] = &[
    Variant {
        mistake: Mistake::QueryInBaseUriAndParams,
        change: in_the_url_and_as_parameters,
    },
    Variant {
        mistake: Mistake::QueryInBaseUri,
        change: in_the_url,
    },
];

pub(super) const NOT_SIGNED: &[Variant] = &[
    Variant {
        mistake: Mistake::QueryNotSigned,
        change: not_signed,
    },
    Variant {
        mistake: Mistake::ExtraQueryParam,
        change: last_not_signed,
    },
    Variant {
        mistake: Mistake::SomeQueryNotSigned,
        change: some_not_signed,
    },
    Variant {
        mistake: Mistake::ExtraQueryParam,
        change: one_not_signed,
    },
];

/// Of so many parameters every choice is tried; of more only single ones, beginnings and ends.
const EVERY_CHOICE_UP_TO: usize = 6;

/// So many parameters are left out, kept alone, or taken for the end.
const PLACES: usize = 32;

fn in_the_url_and_as_parameters<'a>(scene: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    if let Some((_, query)) = scene.evidence.target.split_once('?') {
        changed(right, emit, |recipe| {
            recipe.behind_path = format!("?{query}").into();
        });
    }
}

fn in_the_url<'a>(scene: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let mut without_parameters = |base: Base<'a>| {
        if let Base::Http(mut recipe) = base {
            drop_query(&mut recipe);
            emit(Base::Http(recipe));
        }
    };
    in_the_url_and_as_parameters(scene, base, &mut without_parameters);
}

fn not_signed<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    if let Some(right) = http(base).filter(|right| right.has_of(Origin::Query)) {
        changed(right, emit, drop_query);
    }
}

fn drop_query(recipe: &mut Recipe<'_>) {
    recipe
        .parameters
        .retain(|parameter| parameter.origin != Origin::Query);
}

fn last_not_signed<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    let count = query_length(right);
    if count > 1 {
        keep(right, emit, |index| index + 1 < count);
    }
}

fn one_not_signed<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    let count = query_length(right);
    for dropped in 0..count.saturating_sub(1).min(PLACES) {
        keep(right, emit, |index| index != dropped);
    }
}

fn some_not_signed<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    let count = query_length(right);
    if count < 2 {
        return;
    }
    if count <= EVERY_CHOICE_UP_TO {
        for kept in 1..(1_u32 << count) - 1 {
            keep(right, emit, |index| kept >> index & 1 == 1);
        }
        return;
    }
    for one in 0..count.min(PLACES) {
        keep(right, emit, |index| index != one);
        keep(right, emit, |index| index == one);
        keep(right, emit, |index| index < one);
        keep(right, emit, |index| index > one);
    }
    let mut script_and_deploy = right.clone();
    script_and_deploy.parameters.retain(|parameter| {
        parameter.origin != Origin::Query || parameter.is_named("script") || parameter.is_named("deploy")
    });
    emit(Base::Http(script_and_deploy));
}

fn query_length(recipe: &Recipe<'_>) -> usize {
    recipe
        .parameters
        .iter()
        .filter(|parameter| parameter.origin == Origin::Query)
        .count()
}

/// Emits the base string with some of the query's parameters, chosen by their place.
fn keep<'a>(right: &Recipe<'a>, emit: Emit<'_, 'a>, is_kept: impl Fn(usize) -> bool) {
    let mut place = 0;
    let is_kept = |parameter: &Parameter<'a>| {
        if parameter.origin != Origin::Query {
            return true;
        }
        place += 1;
        is_kept(place - 1)
    };
    changed(right, emit, |recipe| recipe.parameters.retain(is_kept));
}

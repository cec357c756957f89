//! Mistakes with parameters that are repeated or empty: signers that keep parameters in a map.

use super::{Emit, Variant, changed, http};
use crate::mistake::Mistake;
use crate::recipe::{Base, Origin, Parameter, Recipe};
use crate::scene::Scene;

pub(super) const VARIANTS: &[Variant] = &[
    Variant {
        mistake: Mistake::EmptyFirstDuplicateLost,
        change: empty_first_lost,
    },
    Variant {
        mistake: Mistake::SecondDuplicateDropped,
        change: first_kept,
    },
    Variant {
        mistake: Mistake::RepeatedKeyCollapsed,
        change: collapsed,
    },
    Variant {
        mistake: Mistake::EmptyParamNotSigned,
        change: empty_not_signed,
    },
];

fn repeated<'b, 'a>(base: &'b Base<'a>) -> Option<&'b Recipe<'a>> {
    let has_repeated = |recipe: &&Recipe<'a>| {
        let all = &recipe.parameters;
        (0..all.len()).any(|index| is_preceded(all, index))
    };
    http(base).filter(has_repeated)
}

/// Whether a parameter of this name stands before the one at this place.
fn is_preceded(all: &[Parameter<'_>], index: usize) -> bool {
    let (before, from) = all.split_at_checked(index).unwrap_or_default();
    from.first()
        .is_some_and(|this| before.iter().any(|other| other.name == this.name))
}

fn is_followed(all: &[Parameter<'_>], index: usize) -> bool {
    let (up_to, after) = all.split_at_checked(index + 1).unwrap_or_default();
    up_to
        .last()
        .is_some_and(|this| after.iter().any(|other| other.name == this.name))
}

fn filtered<'a>(recipe: &Recipe<'a>, emit: Emit<'_, 'a>, is_kept: impl Fn(&[Parameter<'a>], usize) -> bool) {
    changed(recipe, emit, |copy| {
        let all = &recipe.parameters;
        let kept = all.iter().enumerate().filter(|(index, _)| is_kept(all, *index));
        let kept: Vec<_> = kept.map(|(_, parameter)| parameter.clone()).collect();
        copy.parameters = kept.into();
    });
}

fn empty_first_lost<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = repeated(base) else { return };
    filtered(right, emit, |all, index| {
        let is_empty = all.get(index).is_some_and(|parameter| parameter.value.is_empty());
        !is_empty || is_preceded(all, index) || !is_followed(all, index)
    });
}

fn first_kept<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = repeated(base) else { return };
    filtered(right, emit, |all, index| !is_preceded(all, index));
}

fn collapsed<'a>(scene: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = repeated(base) else { return };
    filtered(right, emit, |all, index| !is_followed(all, index));
    first_kept(scene, base, emit);
    // Joined into one value, as an array becomes text.
    changed(right, emit, |recipe| {
        let mut joined: Vec<Parameter<'a>> = Vec::with_capacity(recipe.parameters.len());
        for parameter in recipe.parameters.drain(..) {
            match joined.iter_mut().find(|other| other.name == parameter.name) {
                Some(first) => first.value = [&*first.value, &*parameter.value].join(b",".as_slice()).into(),
                None => joined.push(parameter),
            }
        }
        recipe.parameters = joined.into();
    });
}

fn empty_not_signed<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    filtered(right, emit, |all, index| {
        all.get(index)
            .is_some_and(|parameter| parameter.origin == Origin::Header || !parameter.value.is_empty())
    });
}

//! A timestamp that is taken twice, once for the signature and once for the header.

use super::{Emit, Variant};
use crate::mistake::Mistake;
use crate::recipe::{Base, PASSPORT_TIMESTAMP};
use crate::scene::Scene;

pub(super) const VARIANTS: &[Variant] = &[Variant {
    mistake: Mistake::TimestampRecomputed,
    change: timestamp_recomputed,
}];

/// How many seconds may lie between the two.
const SECONDS: i64 = 10;

fn timestamp_recomputed<'a>(scene: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Ok(sent) = scene.timestamp.parse::<i64>() else {
        return;
    };
    for seconds in (1..=SECONDS).flat_map(|seconds| [-seconds, seconds]) {
        let signed = sent.saturating_add(seconds).to_string();
        let mut copy = base.clone();
        match &mut copy {
            Base::Http(recipe) => {
                for parameter in recipe
                    .parameters
                    .iter_mut()
                    .filter(|parameter| parameter.is_named("oauth_timestamp"))
                {
                    parameter.value = signed.clone().into_bytes().into();
                }
            }
            Base::Passport(recipe) => {
                if let Some(timestamp) = recipe.values.get_mut(PASSPORT_TIMESTAMP) {
                    *timestamp = signed.into();
                }
            }
        }
        emit(copy);
    }
}

//! Mistakes in what is signed: one small change of the right base string each.
//!
//! The tables stand in order of how much a mistake explains. Where two mistakes give the same base string, the one
//! that stands first is named first.

mod address;
mod body;
mod duplicates;
mod encoding;
mod header;
mod order;
mod passport;
mod path;
mod query;
mod stamp;

use crate::mistake::Mistake;
use crate::recipe::{Base, Recipe};
use crate::scene::Scene;

/// A mistake and how it changes a base string.
#[derive(Clone, Copy)]
pub(crate) struct Variant {
    pub(crate) mistake: Mistake,
    pub(crate) change: Change,
}

/// Emits every base string that the mistake can have led to.
pub(crate) type Change = for<'a> fn(&Scene<'a>, &Base<'a>, Emit<'_, 'a>);

pub(crate) type Emit<'e, 'a> = &'e mut dyn FnMut(Base<'a>);

/// Looked at always.
pub(crate) const COMMON: [&[Variant]; 9] = [
    header::VARIANTS,
    address::VARIANTS,
    path::VARIANTS,
    passport::VARIANTS,
    query::IN_THE_URL,
    encoding::VARIANTS,
    order::VARIANTS,
    duplicates::VARIANTS,
    body::VARIANTS,
];

/// As common, but there may be many.
pub(crate) const PARTIAL: &[Variant] = query::NOT_SIGNED;

/// Looked at where nothing else fits.
pub(crate) const RARE: &[Variant] = stamp::VARIANTS;

/// Mistakes of a first attempt, which are made together with a wrong key or hash.
pub(crate) const WITH_WRONG_KEYS: &[Mistake] = &[
    Mistake::RealmSigned,
    Mistake::VersionSignedNotSent,
    Mistake::VersionSentNotSigned,
    Mistake::LowercaseMethod,
    Mistake::MethodMismatch,
    Mistake::DefaultPortSigned,
    Mistake::PortMissing,
    Mistake::SchemeMismatch,
    Mistake::HostMismatch,
    Mistake::QueryInBaseUriAndParams,
    Mistake::QueryInBaseUri,
    Mistake::QueryNotSigned,
    Mistake::SomeQueryNotSigned,
    Mistake::PlusForSpace,
    Mistake::DoubleEncoded,
    Mistake::LowercaseHex,
    Mistake::ReservedNotEncoded,
    Mistake::InnerEncodingMissing,
    Mistake::OuterEncodingMissing,
    Mistake::NotSorted,
    Mistake::SortedBeforeEncoding,
    Mistake::JsonBodySigned,
    Mistake::FormBodyNotSigned,
    Mistake::BodyHashPresent,
    Mistake::AccountFormSigned,
    Mistake::PassportValuesEncoded,
    Mistake::PassportJoinedOtherwise,
    Mistake::SoapSignedAsHttp,
];

/// Mistakes that one signer makes together.
pub(crate) const TOGETHER: &[(Mistake, Mistake)] = &[
    // Behind a proxy that ends TLS, or pointed at a local account.
    (Mistake::SchemeMismatch, Mistake::DefaultPortSigned),
    (Mistake::SchemeMismatch, Mistake::HostMismatch),
    (Mistake::HostMismatch, Mistake::DefaultPortSigned),
    (Mistake::HostMismatch, Mistake::QueryNotSigned),
    // Signers that take the URL apart carelessly.
    (Mistake::EncodedNameDoubleEncoded, Mistake::ValueCutAtEquals),
    (Mistake::EncodedNameDoubleEncoded, Mistake::PlusSignedLiterally),
    (
        Mistake::EncodedNameDoubleEncoded,
        Mistake::TrailingAmpersandSigned,
    ),
    (Mistake::PlusSignedLiterally, Mistake::ValueCutAtEquals),
    (Mistake::PlusSignedLiterally, Mistake::TrailingAmpersandSigned),
    (Mistake::ValueCutAtEquals, Mistake::SortedBeforeEncoding),
    (Mistake::QueryInBaseUri, Mistake::DefaultPortSigned),
    (Mistake::QueryInBaseUri, Mistake::NotSorted),
    // Written by hand.
    (Mistake::InnerEncodingMissing, Mistake::SortedBeforeEncoding),
    (Mistake::InnerEncodingMissing, Mistake::NotSorted),
    (Mistake::InnerEncodingMissing, Mistake::RepeatedKeyCollapsed),
    (Mistake::PlusForSpace, Mistake::SortedBeforeEncoding),
    (Mistake::PlusForSpace, Mistake::NotSorted),
    (Mistake::PlusForSpace, Mistake::RepeatedKeyCollapsed),
    (Mistake::LowercaseHex, Mistake::RepeatedKeyCollapsed),
    (Mistake::DoubleEncoded, Mistake::RepeatedKeyCollapsed),
    (Mistake::DoubleEncoded, Mistake::NotSorted),
    (Mistake::SecondDuplicateDropped, Mistake::SortedBeforeEncoding),
    (Mistake::RealmSigned, Mistake::QueryNotSigned),
    (Mistake::RealmSigned, Mistake::NotSorted),
    (Mistake::NotSorted, Mistake::OuterEncodingMissing),
    (Mistake::QueryNotSigned, Mistake::JsonBodySigned),
    (Mistake::QueryNotSigned, Mistake::BodyHashPresent),
    (Mistake::QueryNotSigned, Mistake::VersionSentNotSigned),
    (Mistake::QueryNotSigned, Mistake::VersionSignedNotSent),
    (Mistake::QueryNotSigned, Mistake::LowercaseMethod),
    (Mistake::QueryNotSigned, Mistake::MethodMismatch),
    (Mistake::FormBodyNotSigned, Mistake::QueryNotSigned),
    (Mistake::FormBodyNotSigned, Mistake::MethodMismatch),
    (Mistake::JsonBodySigned, Mistake::MethodMismatch),
];

/// The variant of a mistake.
pub(crate) fn variant_of(mistake: Mistake) -> Option<&'static Variant> {
    let all = COMMON.into_iter().chain([PARTIAL, RARE]).flatten();
    all.into_iter().find(|variant| variant.mistake == mistake)
}

/// Emits a changed copy of a request's base string.
fn changed<'a>(recipe: &Recipe<'a>, emit: Emit<'_, 'a>, change: impl FnOnce(&mut Recipe<'a>)) {
    let mut copy = recipe.clone();
    change(&mut copy);
    emit(Base::Http(copy));
}

/// The request's recipe, where it is no passport's.
fn http<'b, 'a>(base: &'b Base<'a>) -> Option<&'b Recipe<'a>> {
    match base {
        Base::Http(recipe) => Some(recipe),
        Base::Passport(_) => None,
    }
}

//! Mistakes in the base string of a TokenPassport, and passports and headers taken for each other.

use super::{Emit, Variant, changed, http};
use crate::alphabet::Alphabet;
use crate::mistake::Mistake;
use crate::recipe::{Base, PASSPORT_ACCOUNT, Parameter, PassportRecipe};
use crate::scene::{Scene, as_header_recipe};

pub(super) const VARIANTS: &[Variant] = &[
    Variant {
        mistake: Mistake::AccountFormSigned,
        change: account_form_signed,
    },
    Variant {
        mistake: Mistake::PassportValuesEncoded,
        change: values_encoded,
    },
    Variant {
        mistake: Mistake::PassportJoinedOtherwise,
        change: joined_otherwise,
    },
    Variant {
        mistake: Mistake::SoapSignedAsHttp,
        change: passport_signed_as_header,
    },
    Variant {
        mistake: Mistake::SoapSignedAsHttp,
        change: header_signed_as_passport,
    },
];

fn account_form_signed<'a>(scene: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Base::Passport(right) = base else { return };
    for form in scene.account_forms() {
        let mut copy = right.clone();
        if let Some(account) = copy.values.get_mut(PASSPORT_ACCOUNT) {
            *account = form.into();
        }
        emit(Base::Passport(copy));
    }
}

fn values_encoded<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Base::Passport(right) = base else { return };
    for (inner, outer) in [
        (Alphabet::RFC, Alphabet::RAW),
        (Alphabet::RAW, Alphabet::RFC),
        (Alphabet::RFC, Alphabet::RFC),
        (Alphabet::RAW, Alphabet::LOWER_HEX),
    ] {
        emit(Base::Passport(PassportRecipe {
            inner,
            outer,
            ..right.clone()
        }));
    }
}

fn joined_otherwise<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Base::Passport(right) = base else { return };
    for separator in ["", "|", ",", ":", "\n", "&amp;"] {
        emit(Base::Passport(PassportRecipe {
            separator,
            ..right.clone()
        }));
    }
    let mut values = right.values.clone();
    each_order(&mut values, 0, &mut |values| {
        emit(Base::Passport(PassportRecipe {
            values: values.clone(),
            ..right.clone()
        }));
    });
}

fn each_order<T, const N: usize>(values: &mut [T; N], fixed: usize, visit: &mut dyn FnMut(&[T; N])) {
    if fixed + 1 >= N {
        visit(values);
        return;
    }
    for index in fixed..N {
        values.swap(fixed, index);
        each_order(values, fixed + 1, visit);
        values.swap(fixed, index);
    }
}

fn passport_signed_as_header<'a>(scene: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Base::Passport(_) = base else { return };
    for algorithm in ["HMAC-SHA256", "HMAC_SHA256"] {
        let Some(recipe) = as_header_recipe(scene, algorithm) else {
            continue;
        };
        let version = Parameter::added(b"oauth_version".as_slice(), b"1.0".as_slice());
        changed(&recipe, emit, |recipe| recipe.parameters.push(version.clone()));
        changed(&recipe, emit, |_| {});
        if let Some(realm) = &scene.realm {
            changed(&recipe, emit, |recipe| {
                let realm = Parameter::added(b"realm".as_slice(), realm.clone().into_bytes());
                recipe.parameters.extend([version, realm]);
            });
        }
    }
}

fn header_signed_as_passport<'a>(scene: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    if http(base).is_none() {
        return;
    }
    for account in scene.account_forms() {
        let rest = [&scene.consumer_key, &scene.token, &scene.nonce, &scene.timestamp];
        let [consumer_key, token, nonce, timestamp] = rest.map(Clone::clone);
        let values = [account.into(), consumer_key, token, nonce, timestamp];
        emit(Base::Passport(PassportRecipe::right(values)));
    }
}

//! The sentence for each mistake that a signature proves, with the very values it was made with.

use crate::mistake::Mistake;
use crate::plain_wording::plain;
use crate::recipe::{Base, Origin, PASSPORT_ACCOUNT, PASSPORT_TIMESTAMP, PassportRecipe, Recipe};
use crate::redaction::Redaction;
use crate::words::{listed, shown};

/// What a sentence can draw on.
pub(crate) struct Case<'c, 'a> {
    pub(crate) right: &'c Base<'a>,
    /// What was signed; the right one where the mistake lies elsewhere.
    pub(crate) wrong: &'c Base<'a>,
    /// What the key or the hash was made of.
    pub(crate) made_of: Option<&'c str>,
    pub(crate) redaction: &'c Redaction,
}

impl Case<'_, '_> {
    pub(crate) fn cause(&self, mistake: Mistake) -> String {
        let special = match (self.right, self.wrong) {
            (Base::Http(right), Base::Http(wrong)) => self
                .about_address(mistake, right, wrong)
                .or_else(|| self.about_parameters(mistake, right, wrong))
                .or_else(|| self.about_encoding(mistake, right, wrong)),
            (Base::Passport(right), Base::Passport(wrong)) => self.about_passport(mistake, right, wrong),
            _ => None,
        };
        special
            .or_else(|| self.about_key(mistake))
            .unwrap_or_else(|| plain(mistake).to_owned())
    }

    fn shown(&self, bytes: &[u8]) -> String {
        // Cleaned before it is cut: a secret cut in half is not found any more.
        shown(
            self.redaction
                .clean_sent(String::from_utf8_lossy(bytes))
                .as_bytes(),
        )
    }

    fn about_address(&self, mistake: Mistake, right: &Recipe<'_>, wrong: &Recipe<'_>) -> Option<String> {
        let text = |text: &str| self.shown(text.as_bytes());
        let address = |recipe: &Recipe<'_>| {
            let port = recipe.port.map(|port| format!(":{port}")).unwrap_or_default();
            text(&format!("{}{port}", recipe.host))
        };
        Some(match mistake {
            Mistake::LowercaseMethod => {
                format!(
                    "The method was signed as {}; it must be in upper case, {}.",
                    text(&wrong.method),
                    text(&right.method)
                )
            }
            Mistake::MethodMismatch => {
                format!(
                    "The signature is for {}, but the request was sent as {}.",
                    text(&wrong.method),
                    text(&right.method)
                )
            }
            Mistake::SchemeMismatch => {
                format!(
                    "The signature is for {}://, but the request was addressed to {}://.",
                    wrong.scheme, right.scheme
                )
            }
            Mistake::DefaultPortSigned => {
                let port = wrong.port.unwrap_or_default();
                format!(
                    "The port :{port} was signed; the default port of {} must be left out.",
                    wrong.scheme
                )
            }
            Mistake::PortMissing => {
                format!(
                    "The host was signed without its port; it must be signed as {}.",
                    address(right)
                )
            }
            Mistake::HostNotLowercased => {
                format!(
                    "The host was signed as {}; it must be in lower case.",
                    text(&wrong.host)
                )
            }
            Mistake::HostMismatch => {
                format!(
                    "The signature is for {}, but the request was sent to {}.",
                    address(wrong),
                    address(right)
                )
            }
            Mistake::RedirectFollowed => format!(
                "The signature is for {}, but the request arrived at {}: as when a redirect is followed with the same header.",
                address(wrong),
                address(right)
            ),
            Mistake::DotSegmentsRemoved => {
                format!(
                    "The path was tidied to {} before it was signed, but sent as {}.",
                    text(&wrong.path),
                    text(&right.path)
                )
            }
            Mistake::PathRewritten
                if right.path.len() > wrong.path.len() + 1 && right.path.starts_with(&*wrong.path) =>
            {
                format!(
                    "The path was signed as {}, but arrived as {}: the rest was put behind it after it was signed.",
                    text(&wrong.path),
                    text(&right.path)
                )
            }
            Mistake::PathRewritten => format!(
                "The path was signed as {}, but arrived as {}: as when a proxy rewrites it.",
                text(&wrong.path),
                text(&right.path)
            ),
            Mistake::PathEncodedDifferently => {
                format!(
                    "The path was signed as {}, but sent as {}.",
                    text(&wrong.path),
                    text(&right.path)
                )
            }
            Mistake::UserinfoSigned => {
                "The user information before the @ of the URL was signed with the host.".to_owned()
            }
            Mistake::FragmentSigned => {
                "The part of the URL behind the # was signed; it is never sent.".to_owned()
            }
            _ => return None,
        })
    }

    fn about_parameters(&self, mistake: Mistake, right: &Recipe<'_>, wrong: &Recipe<'_>) -> Option<String> {
        let left_out = || listed(&self.left_out(right, wrong));
        Some(match mistake {
            Mistake::QueryNotSigned => {
                format!(
                    "The URL was signed without its query: {} {} missing from the signature.",
                    left_out(),
                    is_or_are(right, wrong)
                )
            }
            Mistake::SomeQueryNotSigned => {
                format!(
                    "A part of the query was not signed: {} {} missing from the signature.",
                    left_out(),
                    is_or_are(right, wrong)
                )
            }
            Mistake::ExtraQueryParam => {
                format!(
                    "The query parameter {} is not in the signature: left out, or added after signing.",
                    left_out()
                )
            }
            Mistake::HeaderParamNotSigned => {
                format!(
                    "The header carries {}, but the signature does not cover it.",
                    left_out()
                )
            }
            Mistake::QueryInHeader => {
                format!(
                    "The query stands in the header as well and is signed with it, but the signature holds {} once at most.",
                    left_out()
                )
            }
            Mistake::EmptyParamNotSigned => {
                format!(
                    "The empty parameter {} was left out of the signature; it must be signed as name=.",
                    left_out()
                )
            }
            Mistake::RepeatedKeyCollapsed
            | Mistake::SecondDuplicateDropped
            | Mistake::EmptyFirstDuplicateLost => {
                let which = match mistake {
                    Mistake::SecondDuplicateDropped => "only its first value was signed",
                    Mistake::EmptyFirstDuplicateLost => "its empty first value was not signed",
                    _ => "only one value was signed",
                };
                format!(
                    "The parameter {} is repeated, but {which}.",
                    listed(&self.changed_names(right, wrong))
                )
            }
            Mistake::FormBodyNotSigned => format!(
                "The form body was not signed: {} {} missing from the signature.",
                left_out(),
                is_or_are(right, wrong)
            ),
            Mistake::TimestampRecomputed => {
                let of = |recipe: &Recipe<'_>| {
                    let timestamp = recipe
                        .parameters
                        .iter()
                        .find(|parameter| parameter.is_named("oauth_timestamp"));
                    timestamp
                        .map(|timestamp| self.shown(&timestamp.value))
                        .unwrap_or_default()
                };
                format!(
                    "The timestamp {} was signed, but {} was sent.",
                    of(wrong),
                    of(right)
                )
            }
            _ => return None,
        })
    }

    fn about_encoding(&self, mistake: Mistake, right: &Recipe<'_>, wrong: &Recipe<'_>) -> Option<String> {
        let what = match mistake {
            Mistake::PlusForSpace => "Parameters were encoded as in a form, where a space is +",
            Mistake::PlusSignedLiterally => "A + in the query means a space, but was signed as a plus sign",
            Mistake::DoubleEncoded => "Parameters were percent-encoded twice before they were joined",
            Mistake::EncodedNameDoubleEncoded => "An encoded parameter name was encoded again",
            Mistake::LowercaseHex => "Percent-encoding was signed in lower case",
            Mistake::ReservedNotEncoded => {
                "Characters like ! * ' ( ) were signed as they are; they must be percent-encoded"
            }
            Mistake::TildeEncoded => "A tilde was percent-encoded; it must stay as it is",
            Mistake::InnerEncodingMissing => {
                "Names and values were not percent-encoded before they were joined"
            }
            Mistake::ZeroBecameEmpty => "A value of 0 was signed as an empty value",
            Mistake::ValueCutAtEquals => "A value was cut at its own equals sign",
            _ => return None,
        };
        Some(match self.first_changed_pair(right, wrong) {
            Some((signed, expected)) => format!("{what}: {signed} was signed instead of {expected}."),
            None => format!("{what}."),
        })
    }

    fn about_passport(
        &self,
        mistake: Mistake,
        right: &PassportRecipe<'_>,
        wrong: &PassportRecipe<'_>,
    ) -> Option<String> {
        let value = |recipe: &PassportRecipe<'_>, place: usize| {
            recipe
                .values
                .get(place)
                .map(|value| self.shown(value.as_bytes()))
                .unwrap_or_default()
        };
        let (what, place) = match mistake {
            Mistake::AccountFormSigned => ("account", PASSPORT_ACCOUNT),
            Mistake::TimestampRecomputed => ("timestamp", PASSPORT_TIMESTAMP),
            _ => return None,
        };
        Some(format!(
            "The {what} was signed as {}, but sent as {}.",
            value(wrong, place),
            value(right, place)
        ))
    }

    fn about_key(&self, mistake: Mistake) -> Option<String> {
        let made_of = self.made_of?;
        Some(match mistake {
            Mistake::SecretHasWhitespace | Mistake::SecretInQuotes | Mistake::SecretCutShort => {
                format!("The key holds {made_of}.")
            }
            Mistake::SecretsOfOtherConnection => {
                format!("The key holds {made_of}, not its own.")
            }
            Mistake::NotHmac => format!("The signature is {made_of}; it must be HMAC-SHA256 under the key."),
            _ => return None,
        })
    }

    /// The names of parameters that were sent but not signed.
    fn left_out(&self, right: &Recipe<'_>, wrong: &Recipe<'_>) -> Vec<String> {
        let mut kept: Vec<_> = wrong.parameters.iter().collect();
        let mut names = Vec::new();
        for parameter in right.parameters.iter() {
            let same = kept.iter().position(|other| {
                (other.origin, &other.name, &other.value)
                    == (parameter.origin, &parameter.name, &parameter.value)
            });
            match same {
                Some(at) => _ = kept.swap_remove(at),
                None => names.push(self.shown(&parameter.name)),
            }
        }
        names.dedup();
        names
    }

    /// The names whose number or values differ.
    fn changed_names(&self, right: &Recipe<'_>, wrong: &Recipe<'_>) -> Vec<String> {
        let mut names = self.left_out(right, wrong);
        names.sort();
        names.dedup();
        names
    }

    /// The first `name=value` that was signed in another form.
    fn first_changed_pair(&self, right: &Recipe<'_>, wrong: &Recipe<'_>) -> Option<(String, String)> {
        let (signed, expected) = (wrong.pairs(), right.pairs());
        let first = |of: &[Vec<u8>], not_in: &[Vec<u8>]| {
            of.iter()
                .find(|pair| !not_in.contains(pair))
                .map(|pair| self.shown(pair))
        };
        first(&signed, &expected).zip(first(&expected, &signed))
    }
}

fn count_left_out(right: &Recipe<'_>, wrong: &Recipe<'_>) -> usize {
    let count = |recipe: &Recipe<'_>| {
        recipe
            .parameters
            .iter()
            .filter(|parameter| parameter.origin != Origin::Added)
            .count()
    };
    count(right).saturating_sub(count(wrong))
}

fn is_or_are(right: &Recipe<'_>, wrong: &Recipe<'_>) -> &'static str {
    if count_left_out(right, wrong) == 1 {
        "is"
    } else {
        "are"
    }
}

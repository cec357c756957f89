//! Forms that only the page of one session can send.
//!
//! Attack: a page of another site posts a form here, and the browser adds the cookie (CSRF). A [`Lock`] is made from the
//! cookie; it writes a proof into each form and gives what was filled in only where the proof came back. There is no
//! other way to write a form of a session, nor to read one.

use countersign_protocol::{Secret, SigningKey};
use http::header::{HeaderName, ORIGIN};
use http::{HeaderMap, HeaderValue};
use maud::{Markup, html};

/// The field with the proof.
const PROOF: &str = "proof";
/// The field with the number.
const NUMBER: &str = "number-of-form";

/// What the proof is made of, besides the cookie: nothing else that is made of it can be taken for one.
const PURPOSE: &[u8] = b"countersign form";

/// More than any form has.
const MOST_FIELDS: usize = 2000;

/// Of one session.
#[derive(Debug)]
pub struct Lock {
    key: SigningKey,
    purpose: Vec<u8>,
    number: Option<u128>,
}

/// The form did not come from a page of this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forged;

/// What was filled in.
pub struct Filled {
    fields: Vec<(String, Secret)>,
}

impl std::fmt::Debug for Filled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Filled(..)")
    }
}

impl Lock {
    /// `cookie` is what the cookie of the session holds.
    pub fn of(cookie: &Secret) -> Self {
        Self {
            key: SigningKey::from_bytes(cookie.expose().as_bytes()),
            purpose: PURPOSE.to_vec(),
            number: None,
        }
    }

    /// For the forms about one thing: their proof is none for another's, nor for any other form of the session.
    pub fn about(mut self, thing: &str) -> Self {
        self.purpose.extend([b" about ", thing.as_bytes()].concat());
        self
    }

    /// Writes a number into each form, by which a form that is sent again can be told.
    pub fn numbered(mut self, number: u128) -> Self {
        self.number = Some(number);
        self
    }

    /// A form that is posted to `action`.
    pub fn form(&self, action: &str, contents: Markup) -> Markup {
        html! {
            form method="post" action=(action) {
                (self.proof())
                (contents)
            }
        }
    }

    /// The same for one button, which stands in a line with others.
    pub fn button_form(&self, action: &str, contents: Markup) -> Markup {
        html! {
            form.inline method="post" action=(action) {
                (self.proof())
                (contents)
            }
        }
    }

    pub fn open(&self, body: &[u8]) -> Result<Filled, Forged> {
        let filled = Filled::read(body);
        let sent = filled.text(PROOF);
        let valid = self.key.verify(&self.purpose, sent.as_bytes());
        valid.map_err(|_| Forged)?;
        Ok(filled)
    }

    fn proof(&self) -> Markup {
        html! {
            input type="hidden" name=(PROOF) value=(self.key.sign(&self.purpose).as_str());
            @if let Some(number) = self.number { input type="hidden" name=(NUMBER) value=(number); }
        }
    }
}

impl Filled {
    /// A form of nobody's session: the sign-in. Whoever takes one must have asked [`is_of_another_site`].
    pub fn of_nobody(body: &[u8]) -> Self {
        Self::read(body)
    }

    /// The query of an address.
    pub fn of_query(query: &str) -> Self {
        Self::read(query.as_bytes())
    }

    fn read(body: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(body).take(MOST_FIELDS);
        Self {
            fields: pairs
                .map(|(name, value)| (name.into_owned(), Secret::new(value.into_owned())))
                .collect(),
        }
    }

    /// Empty where the field is not there.
    pub fn text(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.expose()).unwrap_or_default()
    }

    /// Every value of a field that may be there several times.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        let fields = self.fields.iter();
        fields
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.expose())
    }

    /// Whether a box was ticked, or a button pressed.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }

    /// The number that the form was shown with.
    pub fn number_of_form(&self) -> Option<u128> {
        self.number(NUMBER)
    }

    /// A number; none where the field is empty or holds something else.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).trim().parse().ok()
    }
}

/// Whether a browser says that a request is from elsewhere. One that says nothing has the proof and the cookie's own rule
/// against it.
pub fn is_of_another_site(headers: &HeaderMap, origin: &str) -> bool {
    let header = |name| headers.get(name).map(HeaderValue::as_bytes);
    let site = header(HeaderName::from_static("sec-fetch-site"));
    let from = header(ORIGIN);
    site.is_some_and(|site| site != b"same-origin")
        || from.is_some_and(|from| !from.eq_ignore_ascii_case(origin.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(cookie: &str) -> Lock {
        Lock::of(&Secret::new(cookie))
    }

    fn proof_in(form: &str) -> String {
        let (_, rest) = form.split_once("name=\"proof\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    fn posted(proof: &str) -> String {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("proof", proof)
            .append_pair("name", "A & B")
            .append_pair("role", "3");
        body.append_pair("role", "4").finish()
    }

    #[test]
    fn a_form_is_read_with_the_proof_of_its_own_session_only() {
        let form = lock("one").form("/app", html! {}).into_string();
        let body = posted(&proof_in(&form));
        let filled = lock("one").open(body.as_bytes()).unwrap();
        assert_eq!(filled.text("name"), "A & B");
        assert_eq!(filled.all("role").collect::<Vec<_>>(), ["3", "4"]);
        assert_eq!(filled.number::<i64>("role"), Some(3));
        assert!(!filled.has("other") && filled.text("other").is_empty());
        assert_eq!(lock("two").open(body.as_bytes()).unwrap_err(), Forged);
        for forged in ["", "name=A", "proof=", "proof=abc&name=A"] {
            assert_eq!(
                lock("one").open(forged.as_bytes()).unwrap_err(),
                Forged,
                "{forged}"
            );
        }
    }

    #[test]
    fn a_form_about_one_thing_is_none_about_another() {
        let form = lock("one").about("a").form("/app", html! {}).into_string();
        let body = posted(&proof_in(&form));
        assert!(lock("one").about("a").open(body.as_bytes()).is_ok());
        for other in [lock("one"), lock("one").about("b"), lock("two").about("a")] {
            assert_eq!(other.open(body.as_bytes()).unwrap_err(), Forged);
        }
    }

    #[test]
    fn a_form_says_its_number_when_it_comes_back() {
        let form = lock("one").numbered(7).form("/app", html! {}).into_string();
        assert!(form.contains("name=\"number-of-form\" value=\"7\""), "{form}");
        let body = format!("{}&number-of-form=7", posted(&proof_in(&form)));
        let filled = lock("one").open(body.as_bytes()).unwrap();
        assert_eq!(filled.number_of_form(), Some(7));
    }

    #[test]
    fn what_was_filled_in_is_not_shown_by_debug() {
        let filled = Filled::of_nobody(b"password=s3cret");
        assert!(!format!("{filled:?}").contains("s3cret"));
    }

    #[test]
    fn a_form_of_another_site_is_told_apart() {
        let of = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            is_of_another_site(&headers, "http://localhost:8080")
        };
        assert!(!of(&[]));
        assert!(!of(&[
            ("origin", "http://localhost:8080"),
            ("sec-fetch-site", "same-origin")
        ]));
        assert!(of(&[("origin", "null")]));
        assert!(of(&[("origin", "http://localhost:8081")]));
        assert!(of(&[("sec-fetch-site", "same-site")]));
        assert!(of(&[("sec-fetch-site", "none")]));
    }
}

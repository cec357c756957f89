//! The signature base string (RFC 5849 section 3.4.1), built in one pass into buffers that are used again.

use crate::encoding::{Plus, ascii, decode, encode_twice, recode_twice_until};
use crate::header::Value;
use crate::request::Request;

/// The buffers of a signature. Keep one per thread: after the first signatures nothing is allocated any more.
#[derive(Debug)]
pub struct Scratch {
    pub(crate) base: Vec<u8>,
    pub(crate) parameters: Parameters,
    /// The header that is signed.
    pub(crate) header: String,
    /// The signature that was received.
    pub(crate) sent: Vec<u8>,
}

/// Parameters written down for the base string: each as `name%3Dvalue%26`, both parts encoded twice.
///
/// Sorting the twice-encoded bytes gives the order RFC 5849 section 3.4.1.3.2 asks for, because the second encoding
/// only replaces `%` by `%25`: a property test in `encoding` holds it.
#[derive(Debug)]
pub(crate) struct Parameters {
    bytes: Vec<u8>,
    spans: Vec<Span>,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    /// The first eight bytes of the name, which settle nearly every comparison.
    head: u64,
    start: usize,
    value_start: usize,
    /// The end of the value.
    end: usize,
}

const EQUALS: &[u8] = b"%3D";
pub(crate) const AND: &[u8] = b"%26";

/// The protocol's own parameters, as a signer prepared them or as a header brought them.
pub(crate) trait OwnParameters {
    /// Appends all as they stand in the base string, in the order of their names, `%26` behind each.
    fn write(&self, out: &mut Vec<u8>);

    /// Adds each, where another parameter may have its place between them.
    fn push_to(&self, parameters: &mut Parameters);
}

/// Those that were pushed before.
impl OwnParameters for () {
    fn write(&self, _: &mut Vec<u8>) {}

    fn push_to(&self, _: &mut Parameters) {}
}

/// What all their names start with, as the head of a span.
const OWN_PREFIX: u64 = u64::from_be_bytes(*b"oauth_\0\0");

impl Parameters {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.spans.clear();
    }

    /// Adds what the request carries outside the header.
    pub(crate) fn push_request(&mut self, request: &Request<'_>) {
        self.push_pairs(request.query().as_bytes());
        self.push_pairs(request.form());
    }

    /// Adds the pairs of a query or form body, in one pass: a name ends at the first `=`, a pair at `&`.
    fn push_pairs(&mut self, mut text: &[u8]) {
        loop {
            // Nothing between two `&` is not a parameter.
            while let [b'&', rest @ ..] = text {
                text = rest;
            }
            if text.is_empty() {
                return;
            }
            let start = self.bytes.len();
            text = recode_twice_until(&mut self.bytes, text, Plus::Space, |byte| {
                matches!(byte, b'=' | b'&')
            });
            let value_start = self.end_name();
            if let [b'=', value @ ..] = text {
                text = recode_twice_until(&mut self.bytes, value, Plus::Space, |byte| byte == b'&');
            }
            self.end_parameter(start, value_start);
        }
    }

    /// Adds a parameter given as plain text.
    pub(crate) fn push(&mut self, name: &[u8], value: &[u8]) {
        let start = self.bytes.len();
        encode_twice(&mut self.bytes, name);
        let value_start = self.end_name();
        encode_twice(&mut self.bytes, value);
        self.end_parameter(start, value_start);
    }

    /// Adds a parameter of a header with both parts encoded.
    pub(crate) fn push_values(&mut self, name: Value<'_>, value: Value<'_>) {
        let start = self.bytes.len();
        name.recode_twice(&mut self.bytes);
        let value_start = self.end_name();
        value.recode_twice(&mut self.bytes);
        self.end_parameter(start, value_start);
    }

    fn end_name(&mut self) -> usize {
        self.bytes.extend_from_slice(EQUALS);
        self.bytes.len()
    }

    fn end_parameter(&mut self, start: usize, value_start: usize) {
        let end = self.bytes.len();
        self.bytes.extend_from_slice(AND);
        let name = start..value_start - EQUALS.len();
        self.spans.push(Span {
            head: head_of(self.bytes.get(name).unwrap_or_default()),
            start,
            value_start,
            end,
        });
    }

    /// Whether some other parameter may have its place between the protocol's own.
    fn has_names_like_own(&self) -> bool {
        self.spans.iter().any(|span| span.head >> 16 == OWN_PREFIX >> 16)
    }

    /// The name and the value of a span.
    fn parts(&self, span: &Span) -> (&[u8], &[u8]) {
        let part = |from, to| self.bytes.get(from..to).unwrap_or_default();
        (
            part(span.start, span.value_start - EQUALS.len()),
            part(span.value_start, span.end),
        )
    }

    fn sort(&mut self) {
        let mut spans = std::mem::take(&mut self.spans);
        // Compared part by part: in the joined text a name would sort by what follows its end.
        spans.sort_unstable_by(|a, b| {
            a.head
                .cmp(&b.head)
                .then_with(|| self.parts(a).cmp(&self.parts(b)))
        });
        self.spans = spans;
    }

    /// Appends the parameters and the protocol's own, sorted and joined.
    fn write(&mut self, own: &impl OwnParameters, out: &mut Vec<u8>) {
        self.sort();
        out.reserve(self.bytes.len());
        let is_before = |span: &Span| span.head < OWN_PREFIX;
        let (before, after) = self.spans.split_at(self.spans.partition_point(is_before));
        let copy = |out: &mut Vec<u8>, span: &Span| {
            let end = span.end + AND.len();
            out.extend_from_slice(self.bytes.get(span.start..end).unwrap_or_default());
        };
        before.iter().for_each(|span| copy(out, span));
        own.write(out);
        after.iter().for_each(|span| copy(out, span));
        if out.ends_with(AND) {
            out.truncate(out.len() - AND.len());
        }
    }

    /// Names and values, sorted and encoded once: the normalised parameters of RFC 5849 section 3.4.1.3.2.
    fn normalised(&self) -> Vec<(String, String)> {
        let once = |twice| ascii(decode(twice, Plus::Literal).into_owned());
        let parts = self.spans.iter().map(|span| self.parts(span));
        parts.map(|(name, value)| (once(name), once(value))).collect()
    }
}

fn head_of(name: &[u8]) -> u64 {
    match name.first_chunk() {
        Some(head) => u64::from_be_bytes(*head),
        // Shorter: filled up with zeros, which no encoded name holds.
        None => {
            let mut head = [0; 8];
            head.iter_mut().zip(name).for_each(|(to, from)| *to = *from);
            u64::from_be_bytes(head)
        }
    }
}

impl Default for Scratch {
    /// Room for an ordinary request, so that even the first signature asks for memory only here.
    fn default() -> Self {
        Self {
            base: Vec::with_capacity(1024),
            parameters: Parameters {
                bytes: Vec::with_capacity(512),
                spans: Vec::with_capacity(16),
            },
            header: String::with_capacity(512),
            sent: Vec::new(),
        }
    }
}

impl Scratch {
    pub fn new() -> Self {
        Self::default()
    }

    /// Builds the base string of a request, the parameters pushed so far, and the protocol's own.
    ///
    /// The own ones are in order and mostly stand together, so they are not sorted but written where they belong.
    pub(crate) fn build(&mut self, request: &Request<'_>, own: &impl OwnParameters) -> &[u8] {
        self.base.clear();
        request.write_start(&mut self.base);
        if self.parameters.has_names_like_own() {
            own.push_to(&mut self.parameters);
            self.parameters.write(&(), &mut self.base);
        } else {
            self.parameters.write(own, &mut self.base);
        }
        &self.base
    }
}

/// A base string with the parameters it was made of: for showing, explaining and comparing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseString {
    text: String,
    parameters: Vec<(String, String)>,
}

impl BaseString {
    /// The base string of a request and the header parameters that are signed with it: all but `realm` and
    /// `oauth_signature`, given as plain text.
    pub fn new<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        request: &Request<'_>,
        header_parameters: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let mut scratch = Scratch::new();
        for (name, value) in header_parameters {
            scratch.parameters.push(name.as_ref(), value.as_ref());
        }
        scratch.parameters.push_request(request);
        Self::of(&mut scratch, request)
    }

    pub(crate) fn of(scratch: &mut Scratch, request: &Request<'_>) -> Self {
        let text = ascii(scratch.build(request, &()).to_vec());
        Self {
            text,
            parameters: scratch.parameters.normalised(),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Names and values, encoded once, in the order they are signed.
    pub fn parameters(&self) -> &[(String, String)] {
        &self.parameters
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::percent_encode;
    use proptest::prelude::*;

    const NONE: [(&str, &str); 0] = [];

    #[test]
    fn the_worked_example_of_rfc_5849_comes_out() {
        let request = Request::new(
            "POST",
            "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
        )
        .unwrap()
        .with_body(Some("application/x-www-form-urlencoded"), b"c2&a3=2+q");
        let header = [
            ("oauth_consumer_key", "9djdj82h48djs9d2"),
            ("oauth_token", "kkk9d7dh3k39sjv7"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "7d8f3e4a"),
        ];
        let expected = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D\
            %26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a\
            %26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7";
        assert_eq!(BaseString::new(&request, header).as_str(), expected);
    }

    #[test]
    fn a_name_that_starts_another_sorts_before_it() {
        let request = Request::new(
            "GET",
            "http://a.example/?ab=1&a=2&a-b=3&a%20=4&abcdefghi=5&abcdefgh=6",
        )
        .unwrap();
        let names: Vec<_> = BaseString::new(&request, NONE)
            .parameters
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["a", "a%20", "a-b", "ab", "abcdefgh", "abcdefghi"]);
    }

    proptest! {
        /// The law, said plainly: decode, encode, sort the pairs, join, encode the whole.
        #[test]
        fn it_is_what_the_rfc_describes(
            pairs in prop::collection::vec(("[a-c%_.~ +=é-]{0,4}", "[a-c%_.~ +=é-]{0,4}"), 0..12)
        ) {
            let query: Vec<String> = pairs.iter().map(|(n, v)| format!("{}={}", percent_encode(n), percent_encode(v))).collect();
            let url = format!("https://a.example/x?{}", query.join("&"));
            let mut expected: Vec<(String, String)> =
                pairs.iter().map(|(n, v)| (percent_encode(n), percent_encode(v))).collect();
            expected.sort();
            let joined: Vec<String> = expected.iter().map(|(n, v)| format!("{n}={v}")).collect();
            let expected = format!("GET&https%3A%2F%2Fa.example%2Fx&{}", percent_encode(joined.join("&")));
            prop_assert_eq!(BaseString::new(&Request::new("GET", &url).unwrap(), NONE).text, expected);
        }
    }
}

//! Leads the links of an answer back through the proxy. What begins a JSON text with the account's own address is a link;
//! nothing else is changed, and no answer is held whole.

use bytes::{Bytes, BytesMut};
use memchr::memmem::Finder;

#[derive(Debug)]
pub(crate) struct Links {
    /// `"https://1234567.suitetalk.api.netsuite.com/`
    theirs: Finder<'static>,
    ours: String,
    /// The end of what came, where it could be the beginning of a link.
    held: BytesMut,
}

impl Links {
    pub(crate) fn new(theirs: &str, ours: &str) -> Self {
        let theirs = format!("\"{theirs}/");
        Self {
            theirs: Finder::new(theirs.as_bytes()).into_owned(),
            ours: format!("\"{ours}/"),
            held: BytesMut::new(),
        }
    }

    /// What can be sent on of the answer, now that this came.
    pub(crate) fn pass(&mut self, data: &Bytes) -> Bytes {
        self.held.extend_from_slice(data);
        let mut out = BytesMut::with_capacity(self.held.len());
        let needle = self.theirs.needle().len();
        let mut at = 0;
        while let Some(found) = self.theirs.find(self.held.get(at..).unwrap_or_default()) {
            out.extend_from_slice(self.held.get(at..at + found).unwrap_or_default());
            out.extend_from_slice(self.ours.as_bytes());
            at += found + needle;
        }
        // A link may be cut in two.
        let rest = self.held.get(at..).unwrap_or_default();
        let begins = |length: &usize| {
            let end = rest.get(rest.len() - length..).unwrap_or_default();
            self.theirs.needle().starts_with(end)
        };
        let kept = (1..needle.min(rest.len() + 1)).rev().find(begins).unwrap_or(0);
        out.extend_from_slice(rest.get(..rest.len() - kept).unwrap_or_default());
        let kept = BytesMut::from(rest.get(rest.len() - kept..).unwrap_or_default());
        self.held = kept;
        out.freeze()
    }

    /// What was held back, at the end.
    pub(crate) fn rest(&mut self) -> Bytes {
        self.held.split().freeze()
    }

    /// A whole address, as in `Location`.
    pub(crate) fn address(theirs: &str, ours: &str, url: &str) -> Option<String> {
        let path = url.strip_prefix(theirs).filter(|path| path.starts_with('/'))?;
        Some(format!("{ours}{path}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const THEIRS: &str = "https://1234567.suitetalk.api.netsuite.com";
    const OURS: &str = "http://127.0.0.1:8090/c/acme";

    fn through(parts: &[&[u8]]) -> String {
        let mut links = Links::new(THEIRS, OURS);
        let mut out: Vec<u8> = Vec::new();
        for part in parts {
            out.extend(links.pass(&Bytes::copy_from_slice(part)));
        }
        out.extend(links.rest());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn links_lead_back_and_texts_that_mention_the_account_stay() {
        let body = format!(
            r#"{{"links":[{{"rel":"next","href":"{THEIRS}/services/rest/x?offset=5"}},{{"href":"{THEIRS}/"}}],
               "memo":"see {THEIRS}/x","other":"{THEIRS}.evil.example/"}}"#
        );
        let expected = body.replace(&format!("\"{THEIRS}/"), &format!("\"{OURS}/"));
        assert_eq!(through(&[body.as_bytes()]), expected);
        assert_eq!(expected.matches(OURS).count(), 2);
    }

    proptest! {
        #[test]
        fn where_an_answer_is_cut_changes_nothing(cuts in prop::collection::vec(0_usize..200, 0..6)) {
            let body = format!(r#"["{THEIRS}/a","{THEIRS}","x{THEIRS}/",""{THEIRS}/"]"#);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(body.len())).chain([0, body.len()]).collect();
            cuts.sort_unstable();
            let parts: Vec<&[u8]> = cuts.windows(2).map(|pair| &body.as_bytes()[pair[0]..pair[1]]).collect();
            prop_assert_eq!(through(&parts), body.replace(&format!("\"{THEIRS}/"), &format!("\"{OURS}/")));
        }
    }
}

//! Which of curl's options take a value. What an option does to the request is `curl`'s business.

/// Options that take a value, by their long name; with their letter where they have one.
const WITH_VALUE: &[(&str, Option<char>)] = &[
    ("aws-sigv4", None),
    ("cacert", None),
    ("capath", None),
    ("cert", Some('E')),
    ("cert-type", None),
    ("ciphers", None),
    ("config", Some('K')),
    ("connect-timeout", None),
    ("connect-to", None),
    ("continue-at", Some('C')),
    ("cookie", Some('b')),
    ("cookie-jar", Some('c')),
    ("create-file-mode", None),
    ("crlfile", None),
    ("curves", None),
    ("data", Some('d')),
    ("data-ascii", None),
    ("data-binary", None),
    ("data-raw", None),
    ("data-urlencode", None),
    ("dns-interface", None),
    ("dns-servers", None),
    ("doh-url", None),
    ("dump-header", Some('D')),
    ("etag-compare", None),
    ("etag-save", None),
    ("expect100-timeout", None),
    ("form", Some('F')),
    ("form-string", None),
    ("happy-eyeballs-timeout-ms", None),
    ("header", Some('H')),
    ("hostpubmd5", None),
    ("interface", None),
    ("json", None),
    ("keepalive-time", None),
    ("key", None),
    ("key-type", None),
    ("limit-rate", None),
    ("local-port", None),
    ("max-filesize", None),
    ("max-redirs", None),
    ("max-time", Some('m')),
    ("netrc-file", None),
    ("noproxy", None),
    ("oauth2-bearer", None),
    ("output", Some('o')),
    ("output-dir", None),
    ("parallel-max", None),
    ("pass", None),
    ("pinnedpubkey", None),
    ("preproxy", None),
    ("proto", None),
    ("proto-default", None),
    ("proxy", Some('x')),
    ("proxy-cacert", None),
    ("proxy-header", None),
    ("proxy-user", Some('U')),
    ("range", Some('r')),
    ("rate", None),
    ("referer", Some('e')),
    ("request", Some('X')),
    ("request-target", None),
    ("resolve", None),
    ("retry", None),
    ("retry-delay", None),
    ("retry-max-time", None),
    ("socks5", None),
    ("socks5-hostname", None),
    ("speed-limit", Some('Y')),
    ("speed-time", Some('y')),
    ("stderr", None),
    ("time-cond", Some('z')),
    ("tls-max", None),
    ("tls13-ciphers", None),
    ("trace", None),
    ("trace-ascii", None),
    ("unix-socket", None),
    ("upload-file", Some('T')),
    ("url", None),
    ("url-query", None),
    ("user", Some('u')),
    ("user-agent", Some('A')),
    ("variable", None),
    ("write-out", Some('w')),
];

/// Options without a value that change the request, by letter.
const FLAGS: &[(&str, char)] = &[("get", 'G'), ("head", 'I')];

/// An option by its long name, and whether it takes a value.
pub(crate) fn long(name: &str) -> (&str, bool) {
    (name, WITH_VALUE.iter().any(|(known, _)| *known == name))
}

/// The same by its letter; a letter nobody knows is a flag that changes nothing.
pub(crate) fn short(letter: char) -> (&'static str, bool) {
    let with_value = WITH_VALUE.iter().find(|(_, short)| *short == Some(letter));
    let flag = || FLAGS.iter().find(|(_, short)| *short == letter);
    match (with_value, flag()) {
        (Some((name, _)), _) => (name, true),
        (None, Some((name, _))) => (name, false),
        (None, None) => ("", false),
    }
}

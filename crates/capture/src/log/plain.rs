//! The text as it was before a program put it into a string, and a page into its source.

use std::borrow::Cow;

/// A log of a log: deeper nobody nests them.
const MAX_DEPTH: usize = 3;

const OF_PAGES: [(&str, &str); 6] = [
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&#39;", "'"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
];

/// The text itself where nothing of the request is escaped in it.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if text.contains("=&quot;") || text.contains("=&#34;") || text.contains("&lt;") {
        for (escaped, plain) in OF_PAGES {
            text = Cow::Owned(text.replace(escaped, plain));
        }
    }
    for _ in 0..MAX_DEPTH {
        let is_escaped = ["=\\\"", ":\\\"", "=\\\\\"", ":\\/\\/", "\\r\\n", "\\u0026"];
        if !is_escaped.iter().any(|sign| text.contains(sign)) {
            break;
        }
        text = Cow::Owned(unescaped(&text));
    }
    text
}

/// Without the backslashes of JSON, JavaScript, Python, PHP and their kin. What none of them escapes stays.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        plain.push_str(before);
        let mut chars = behind.chars();
        let sign = chars.next();
        rest = chars.as_str();
        match sign {
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('t') => plain.push('\t'),
            Some(sign @ ('"' | '\'' | '/' | '\\' | '`')) => plain.push(sign),
            Some('u') => match of_hex(rest) {
                Some((sign, left)) => {
                    plain.push(sign);
                    rest = left;
                }
                None => plain.push_str("\\u"),
            },
            Some(other) => plain.extend(['\\', other]),
            None => plain.push('\\'),
        }
    }
    plain.push_str(rest);
    plain
}

fn of_hex(text: &str) -> Option<(char, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    let sign = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
    Some((sign, rest))
}

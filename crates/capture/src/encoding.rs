//! The text of a file: UTF-8, or the UTF-16 that Windows' tools write. A binary body may follow the head of an HTTP dump.

use std::borrow::Cow;

use crate::error::CaptureError;

/// A text, and behind it what is none.
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    /// What follows the text, where the body of a request is not UTF-8.
    pub(crate) rest: &'a [u8],
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, CaptureError> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<Decoded<'_>, CaptureError> {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => {
            return Ok(Decoded {
                text: text.into(),
                rest: &[],
            });
        }
        Err(error) => error.valid_up_to(),
    };
    let text = bytes.get(..valid).and_then(|text| std::str::from_utf8(text).ok());
    let head = text.and_then(|text| {
        let ends = ["\r\n\r\n", "\n\n"].map(|end| text.find(end).map(|at| at + end.len()));
        ends.into_iter().flatten().min()
    });
    let (Some(text), Some(head)) = (text, head) else {
        let problem = format!("it is not text: byte {} is not UTF-8", valid + 1);
        return Err(CaptureError::unrecognised(problem));
    };
    Ok(Decoded {
        text: text.get(..head).unwrap_or_default().into(),
        rest: bytes.get(head..).unwrap_or_default(),
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Decoded<'_>, CaptureError> {
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [one, two] => unit([*one, *two]),
        _ => 0,
    });
    let text: Result<String, _> = char::decode_utf16(units).collect();
    let text = text
        .map_err(|_| CaptureError::unrecognised("it begins as UTF-16, but a half of a character is missing"));
    Ok(Decoded {
        text: text?.into(),
        rest: &[],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_windows_writes_is_read() {
        let sixteen: Vec<u8> = "\u{feff}curl \u{e9}"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(decode(&sixteen).unwrap().text, "curl \u{e9}");
        assert_eq!(decode(b"\xef\xbb\xbfcurl").unwrap().text, "curl");
    }

    #[test]
    fn a_binary_body_follows_its_head() {
        let decoded = decode(b"POST / HTTP/1.1\r\nHost: a\r\n\r\n\xff\x00").unwrap();
        assert_eq!(
            (decoded.text.ends_with("\r\n\r\n"), decoded.rest),
            (true, &b"\xff\x00"[..])
        );
        assert!(decode(b"\xff\x00\xff").is_err());
    }
}

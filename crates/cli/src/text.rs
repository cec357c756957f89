//! Text that somebody gives in a file: UTF-8, or the UTF-16 that PowerShell writes with `>`.

use std::io::{self, ErrorKind, Read};

use zeroize::Zeroizing;

/// Enough for what holds secrets, so that no buffer grows and leaves a copy behind.
const ROOM: u64 = 64 * 1024;

/// All that is there, up to so many bytes. It may hold secrets.
///
/// # Errors
///
/// What the source says, or that this is no text.
pub(crate) fn read(from: impl Read, most: u64) -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(
        usize::try_from(most.min(ROOM)).unwrap_or_default(),
    ));
    from.take(most).read_to_end(&mut bytes)?;
    of(bytes).map_err(|_| {
        let why = "it is text neither in UTF-8 nor in UTF-16: save it as UTF-8";
        io::Error::new(ErrorKind::InvalidData, why)
    })
}

/// The text in these bytes, without its mark; or the bytes again.
pub(crate) fn of(mut bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<String>, Zeroizing<Vec<u8>>> {
    let read = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => {
            if bytes.starts_with("\u{feff}".as_bytes()) {
                bytes.drain(.."\u{feff}".len());
            }
            return match String::from_utf8(std::mem::take(&mut *bytes)) {
                Ok(text) => Ok(Zeroizing::new(text)),
                Err(error) => Err(Zeroizing::new(error.into_bytes())),
            };
        }
    };
    read.ok_or(bytes)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Zeroizing<String>> {
    let (units, rest) = bytes.as_chunks::<2>();
    // A unit becomes at most three bytes.
    let mut text = Zeroizing::new(String::with_capacity(units.len() * 3));
    for letter in char::decode_utf16(units.iter().map(|pair| unit(*pair))) {
        text.push(letter.ok()?);
    }
    rest.is_empty().then_some(text)
}

#[cfg(test)]
mod tests {

    #[test]
    fn text_of_either_encoding_is_read_and_other_bytes_are_refused() {
        let text = "Token: é 語 🐝\r\n";
        let read = |bytes: &[u8]| super::read(bytes, 1000);
        let mut utf16 = vec![0xff, 0xfe];
        utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(*read(&utf16).unwrap(), text);
        let mut other = vec![0xfe, 0xff];
        other.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        assert_eq!(*read(&other).unwrap(), text);
        assert_eq!(*read(text.as_bytes()).unwrap(), text);
        assert_eq!(*read(b"\xef\xbb\xbfplain").unwrap(), "plain");
        utf16.pop();
        for wrong in [&utf16[..], b"caf\xe9", b"\xff\xfe\x00\xd8\x20\x00"] {
            assert!(read(wrong).unwrap_err().to_string().contains("save it as UTF-8"));
        }
    }
}

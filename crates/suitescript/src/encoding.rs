//! `encode.Encoding`: bytes as text, and back.

use data_encoding::{
    BASE32, BASE32_NOPAD, BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD, Encoding as Base,
    HEXLOWER_PERMISSIVE, HEXUPPER,
};

use crate::host::HostError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Hex,
    Base16,
    Base32,
    Base64,
    Base64UrlSafe,
}

impl Encoding {
    /// By its name in `encode.Encoding`.
    pub(crate) fn named(name: &str) -> Result<Self, HostError> {
        match name {
            "UTF_8" | "UTF-8" => Ok(Self::Utf8),
            "HEX" => Ok(Self::Hex),
            "BASE_16" => Ok(Self::Base16),
            "BASE_32" => Ok(Self::Base32),
            "BASE_64" => Ok(Self::Base64),
            "BASE_64_URL_SAFE" => Ok(Self::Base64UrlSafe),
            _ => Err(HostError::new(
                "SSS_INVALID_TYPE_ARG",
                format!("{name} is no encoding: use one of encode.Encoding."),
            )),
        }
    }

    pub(crate) fn encode(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Hex => HEXLOWER_PERMISSIVE.encode(bytes),
            Self::Base16 => HEXUPPER.encode(bytes),
            Self::Base32 => BASE32.encode(bytes),
            Self::Base64 => BASE64.encode(bytes),
            Self::Base64UrlSafe => BASE64URL.encode(bytes),
        }
    }

    /// Padding may be left out, and white space is not looked at, as in Base64 that came by mail.
    pub(crate) fn decode(self, text: &str) -> Result<Vec<u8>, HostError> {
        let decoded = match self {
            Self::Utf8 => return Ok(text.as_bytes().to_vec()),
            Self::Hex | Self::Base16 => decode(&HEXLOWER_PERMISSIVE, None, text),
            Self::Base32 => decode(&BASE32, Some(&BASE32_NOPAD), text),
            Self::Base64 => decode(&BASE64, Some(&BASE64_NOPAD), text),
            Self::Base64UrlSafe => decode(&BASE64URL, Some(&BASE64URL_NOPAD), text),
        };
        decoded.ok_or_else(|| HostError::new("UNEXPECTED_ERROR", format!("The text is not {self:?}.")))
    }
}

fn decode(padded: &Base, unpadded: Option<&Base>, text: &str) -> Option<Vec<u8>> {
    let text: String = text.split_ascii_whitespace().collect();
    padded
        .decode(text.as_bytes())
        .ok()
        .or_else(|| unpadded?.decode(text.as_bytes()).ok())
}

#[cfg(test)]
mod tests {
    use super::Encoding;

    #[test]
    fn every_encoding_gives_back_what_it_was_given() {
        for name in [
            "UTF_8",
            "HEX",
            "BASE_16",
            "BASE_32",
            "BASE_64",
            "BASE_64_URL_SAFE",
        ] {
            let encoding = Encoding::named(name).unwrap();
            for text in ["", "a", "ab", "abc", "Zoë ≠ Zoe"] {
                let encoded = encoding.encode(text.as_bytes());
                assert_eq!(
                    encoding.decode(&encoded).unwrap(),
                    text.as_bytes(),
                    "{name} of {text}"
                );
            }
        }
    }

    #[test]
    fn padding_may_be_left_out() {
        assert_eq!(Encoding::Base64.decode("YQ").unwrap(), b"a");
        assert_eq!(Encoding::Base32.decode("ME").unwrap(), b"a");
        Encoding::Base64.decode("Y?").unwrap_err();
    }
}

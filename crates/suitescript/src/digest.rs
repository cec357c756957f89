//! `crypto.HashAlg`: digests of bytes, plain and keyed.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::host::HostError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

impl Algorithm {
    /// By its name in `crypto.HashAlg`.
    pub(crate) fn named(name: &str) -> Result<Self, HostError> {
        match name {
            "MD5" => Ok(Self::Md5),
            "SHA1" => Ok(Self::Sha1),
            "SHA256" => Ok(Self::Sha256),
            "SHA512" => Ok(Self::Sha512),
            _ => Err(HostError::new(
                "SSS_INVALID_TYPE_ARG",
                format!("{name} is no hash algorithm: use one of crypto.HashAlg."),
            )),
        }
    }

    pub(crate) fn hash(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => Md5::digest(bytes).to_vec(),
            Self::Sha1 => Sha1::digest(bytes).to_vec(),
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }

    pub(crate) fn hmac(self, key: &[u8], bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => keyed::<Hmac<Md5>>(key, bytes),
            Self::Sha1 => keyed::<Hmac<Sha1>>(key, bytes),
            Self::Sha256 => keyed::<Hmac<Sha256>>(key, bytes),
            Self::Sha512 => keyed::<Hmac<Sha512>>(key, bytes),
        }
    }
}

fn keyed<M: Mac + KeyInit>(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    // A key of any length will do (RFC 2104 section 3), so there is no error to tell of.
    let Ok(mac) = <M as KeyInit>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.chain_update(bytes).finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::Algorithm;
    use crate::encoding::Encoding;

    /// RFC 2202 and 4231, test case 2.
    #[test]
    fn keyed_digests_are_those_of_the_rfcs() {
        let of = |name: &str| {
            let algorithm = Algorithm::named(name).unwrap();
            Encoding::Hex.encode(&algorithm.hmac(b"Jefe", b"what do ya want for nothing?"))
        };
        assert_eq!(of("MD5"), "750c783e6ab0b503eaa86e310a5db738");
        assert_eq!(of("SHA1"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert_eq!(
            of("SHA256"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert!(of("SHA512").starts_with("164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"));
    }
}

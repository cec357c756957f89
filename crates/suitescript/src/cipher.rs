//! `crypto.EncryptionAlg`: AES in CBC mode, under a key of 16, 24 or 32 bytes.

use aes::cipher::block_padding::{NoPadding, Pkcs7};
use aes::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit,
};
use aes::{Aes128, Aes192, Aes256};
use cbc::{Decryptor, Encryptor};

use crate::host::HostError;

/// Of AES, in bytes, and so of an initialization vector.
pub(crate) const BLOCK: usize = 16;

/// `crypto.Padding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Padding {
    /// Between blocks of 16 bytes that of PKCS#7 (RFC 5652 section 6.3).
    Pkcs5,
    None,
}

impl Padding {
    /// By its name in `crypto.Padding`.
    pub(crate) fn named(name: &str) -> Result<Self, HostError> {
        match name {
            "PKCS5Padding" => Ok(Self::Pkcs5),
            "NoPadding" => Ok(Self::None),
            _ => Err(HostError::new(
                "SSS_INVALID_TYPE_ARG",
                format!("{name} is no padding: use one of crypto.Padding."),
            )),
        }
    }
}

pub(crate) fn encrypt(
    key: &[u8],
    iv: &[u8; BLOCK],
    padding: Padding,
    clear: &[u8],
) -> Result<Vec<u8>, HostError> {
    if padding == Padding::None && !clear.len().is_multiple_of(BLOCK) {
        return Err(HostError::new(
            "UNEXPECTED_ERROR",
            format!(
                "Without padding a cipher takes whole blocks of {BLOCK} bytes, and was given {}. Use crypto.Padding.PKCS5Padding.",
                clear.len()
            ),
        ));
    }
    match key.len() {
        16 => encrypted::<Aes128>(key, iv, padding, clear),
        24 => encrypted::<Aes192>(key, iv, padding, clear),
        32 => encrypted::<Aes256>(key, iv, padding, clear),
        _ => None,
    }
    .ok_or_else(|| wrong_key(key))
}

pub(crate) fn decrypt(
    key: &[u8],
    iv: &[u8; BLOCK],
    padding: Padding,
    ciphered: &[u8],
) -> Result<Vec<u8>, HostError> {
    let clear = match key.len() {
        16 => decrypted::<Aes128>(key, iv, padding, ciphered),
        24 => decrypted::<Aes192>(key, iv, padding, ciphered),
        32 => decrypted::<Aes256>(key, iv, padding, ciphered),
        _ => return Err(wrong_key(key)),
    };
    clear.ok_or_else(|| {
        HostError::new(
            "UNEXPECTED_ERROR",
            "The text cannot be deciphered: its key, initialization vector, encoding or padding is another than it was ciphered with.",
        )
    })
}

/// Says how long it is, and nothing of what it is.
fn wrong_key(key: &[u8]) -> HostError {
    HostError::new(
        "INVALID_KEY_LENGTH",
        format!(
            "The secret key has {} bytes; AES takes 16, 24 or 32. Look at its length, and at the encoding given to createSecretKey.",
            key.len()
        ),
    )
}

fn encrypted<C: BlockCipherEncrypt + KeyInit>(
    key: &[u8],
    iv: &[u8; BLOCK],
    padding: Padding,
    clear: &[u8],
) -> Option<Vec<u8>> {
    let cipher = Encryptor::<C>::new_from_slices(key, iv).ok()?;
    Some(match padding {
        Padding::Pkcs5 => cipher.encrypt_padded_vec::<Pkcs7>(clear),
        Padding::None => cipher.encrypt_padded_vec::<NoPadding>(clear),
    })
}

fn decrypted<C: BlockCipherDecrypt + KeyInit>(
    key: &[u8],
    iv: &[u8; BLOCK],
    padding: Padding,
    ciphered: &[u8],
) -> Option<Vec<u8>> {
    let cipher = Decryptor::<C>::new_from_slices(key, iv).ok()?;
    match padding {
        Padding::Pkcs5 => cipher.decrypt_padded_vec::<Pkcs7>(ciphered),
        Padding::None => cipher.decrypt_padded_vec::<NoPadding>(ciphered),
    }
    .ok()
}

#[cfg(test)]
mod tests {
    use super::{Padding, decrypt, encrypt};

    const IV: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    /// NIST SP 800-38A sections F.2.1 and F.2.5: the first block.
    #[test]
    fn blocks_are_those_of_the_standard() {
        let hex = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
        let clear = hex("6bc1bee22e409f96e93d7e117393172a");
        for (key, ciphered) in [
            (
                "2b7e151628aed2a6abf7158809cf4f3c",
                "7649abac8119b246cee98e9b12e9197d",
            ),
            (
                "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
                "f58c4c04d6e5f1ba779eabfb5f7bfbd6",
            ),
        ] {
            let (key, ciphered) = (hex(key), hex(ciphered));
            assert_eq!(encrypt(&key, &IV, Padding::None, &clear).unwrap(), ciphered);
            assert_eq!(decrypt(&key, &IV, Padding::None, &ciphered).unwrap(), clear);
        }
    }

    #[test]
    fn padding_fills_the_last_block_and_is_looked_at() {
        let key = [7; 24];
        for clear in ["", "a", "sixteen letters!"] {
            let ciphered = encrypt(&key, &IV, Padding::Pkcs5, clear.as_bytes()).unwrap();
            assert!(
                ciphered.len().is_multiple_of(16) && ciphered.len() > clear.len(),
                "{clear}"
            );
            assert_eq!(
                decrypt(&key, &IV, Padding::Pkcs5, &ciphered).unwrap(),
                clear.as_bytes()
            );
            decrypt(&[8; 24], &IV, Padding::Pkcs5, &ciphered).unwrap_err();
        }
        encrypt(&key, &IV, Padding::None, b"a").unwrap_err();
        decrypt(&key, &IV, Padding::Pkcs5, b"a").unwrap_err();
        assert_eq!(
            encrypt(&[7; 15], &IV, Padding::Pkcs5, b"a").unwrap_err().name,
            "INVALID_KEY_LENGTH"
        );
    }
}

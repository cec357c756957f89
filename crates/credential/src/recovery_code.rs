//! Recovery codes: a second factor for whoever lost their authenticator app, each good once.

use countersign_model::{InvalidHash, RECOVERY_CODES, RecoveryCodeHash};
use countersign_protocol::Secret;
use countersign_world::Entropy;

use countersign_bearer::digest;

/// Crockford's base32 in lower case: no letter that is taken for a digit.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// In groups of four, 80 bits: a fast hash hides them.
const LETTERS: usize = 16;

/// Those that are made together and shown once.
#[derive(Debug)]
pub struct RecoveryCodes(Vec<Secret>);

impl RecoveryCodes {
    pub fn make(entropy: &dyn Entropy) -> Self {
        let code = |_| {
            let mut random = zeroize::Zeroizing::new([0; LETTERS]);
            entropy.fill(&mut *random);
            let letters = random.iter().map(|byte| {
                ALPHABET
                    .get(usize::from(byte & 31))
                    .map_or('0', |b| char::from(*b))
            });
            let mut code = String::with_capacity(LETTERS + 3);
            for (at, letter) in letters.enumerate() {
                if at > 0 && at % 4 == 0 {
                    code.push('-');
                }
                code.push(letter);
            }
            Secret::new(code)
        };
        Self((0..RECOVERY_CODES).map(code).collect())
    }

    pub fn codes(&self) -> &[Secret] {
        &self.0
    }

    /// What is kept of them.
    pub fn hashes(&self) -> Result<[RecoveryCodeHash; RECOVERY_CODES as usize], InvalidHash> {
        let hashes = self.0.iter().map(|code| recovery_code_hash(code.expose()));
        let hashes: Option<Vec<_>> = hashes.collect();
        hashes
            .and_then(|hashes| hashes.try_into().ok())
            .ok_or(InvalidHash)
    }
}

/// The hash of what somebody typed: white space, hyphens and upper case aside, and o, i and l as the digits they look
/// like. None where it cannot be a recovery code. Hashes are compared as they are: of 80 random bits, a timing tells
/// nothing that could be used.
pub fn recovery_code_hash(typed: &str) -> Option<RecoveryCodeHash> {
    let mut code = zeroize::Zeroizing::new(String::with_capacity(LETTERS));
    for letter in typed.chars().filter(|letter| !matches!(letter, ' ' | '-')) {
        let letter = match letter.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        };
        if code.len() == LETTERS || !letter.is_ascii() || !ALPHABET.contains(&(letter as u8)) {
            return None;
        }
        code.push(letter);
    }
    let is_whole = code.len() == LETTERS;
    is_whole
        .then(|| RecoveryCodeHash::parse(digest(&code)).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::SeededEntropy;

    #[test]
    fn ten_codes_are_made_and_each_is_its_own() {
        let codes = RecoveryCodes::make(&SeededEntropy::new(1));
        assert_eq!(codes.codes().len(), 10);
        let hashes = codes.hashes().unwrap();
        for (at, code) in codes.codes().iter().enumerate() {
            assert_eq!(code.expose().len(), 19, "four groups of four");
            let typed = recovery_code_hash(code.expose()).unwrap();
            let found: Vec<_> = (0..10).filter(|at| hashes[*at] == typed).collect();
            assert_eq!(found, [at]);
        }
    }

    #[test]
    fn a_code_may_be_typed_as_people_type() {
        let codes = RecoveryCodes::make(&SeededEntropy::new(2));
        let code = codes.codes()[0].expose();
        let right = recovery_code_hash(code).unwrap();
        for typed in [
            code.to_uppercase(),
            code.replace('-', ""),
            code.replace('-', " "),
            code.replace('0', "O").replace('1', "l"),
        ] {
            assert!(recovery_code_hash(&typed).unwrap() == right, "{typed}");
        }
        for wrong in [
            "",
            "123456",
            &code[1..],
            &format!("{code}0"),
            "ü234-5678-9abc-defg",
        ] {
            assert_eq!(recovery_code_hash(wrong), None, "{wrong}");
        }
    }
}

//! Verification codes of an authenticator app (RFC 6238: HMAC-SHA-1, six digits, thirty seconds).
//!
//! Whether a code may be used, each being good once, is for [`SecondFactor`](countersign_model::SecondFactor); here is
//! only which time step a code is of.

use base64::Engine as _;
use countersign_model::TimeStep;
use countersign_protocol::Secret;
use countersign_world::{Entropy, UnixTime};
use totp_rs::{Algorithm, Builder, Totp};

const DIGITS: u8 = 6;
const STEP: u64 = 30;
/// RFC 4226 section 4 recommends 160 bits.
const BYTES: usize = 20;

/// What an authenticator app and the account share.
pub struct AuthenticatorSecret(Totp);

/// Six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct VerificationCode(String);

impl AuthenticatorSecret {
    pub fn make(entropy: &dyn Entropy) -> Self {
        let mut bytes = zeroize::Zeroizing::new([0; BYTES]);
        entropy.fill(&mut *bytes);
        Self::of(*bytes)
    }

    fn of(bytes: [u8; BYTES]) -> Self {
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_step_duration(STEP)
            .with_secret(totp_rs::Secret::new_stack(bytes));
        Self(totp.build_noncompliant())
    }

    /// As it was given to be sealed. None where it is none of ours.
    pub fn opened(sealed: &Secret) -> Option<Self> {
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(sealed.expose())
            .ok()?;
        let bytes = zeroize::Zeroizing::new(bytes);
        Some(Self::of(<[u8; BYTES]>::try_from(bytes.as_slice()).ok()?))
    }

    /// To be sealed.
    pub fn to_seal(&self) -> Secret {
        Secret::new(base64::engine::general_purpose::STANDARD.encode(self.0.secret().as_bytes()))
    }

    /// In base32, as people type it into their app.
    pub fn to_type(&self) -> Secret {
        const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut text = String::with_capacity(BYTES * 8 / 5);
        // Twenty bytes are four times forty bits, and forty bits are eight letters: no padding.
        for bytes in self.0.secret().as_bytes().chunks(5) {
            let bits = bytes
                .iter()
                .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            let letters = (0..8)
                .rev()
                .map(|at| ALPHABET.get((bits >> (5 * at) & 31) as usize));
            text.extend(letters.flatten().map(|letter| char::from(*letter)));
        }
        Secret::new(text)
    }

    /// The address a QR code holds: `otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=ISSUER`, the de facto standard of
    /// authenticator apps.
    pub fn address(&self, issuer: &str, account: &str) -> Secret {
        let encoded = |text: &str| countersign_protocol::percent_encode(text);
        let (issuer, account) = (encoded(issuer), encoded(account));
        Secret::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}",
            self.to_type().expose()
        ))
    }

    /// The code of a time step.
    pub fn code(&self, step: TimeStep) -> VerificationCode {
        VerificationCode(self.0.generate(step.get().saturating_mul(STEP)).to_string())
    }

    /// Which of the time steps that are taken now the code is of. All are compared, whichever it is.
    pub fn step_of(&self, code: &VerificationCode, now: UnixTime) -> Option<TimeStep> {
        use subtle::ConstantTimeEq as _;
        TimeStep::accepted(now).fold(None, |found, step| {
            let is = bool::from(self.code(step).0.as_bytes().ct_eq(code.0.as_bytes()));
            if is { Some(step) } else { found }
        })
    }
}

impl VerificationCode {
    /// As somebody typed it: six digits, spaces aside. None where it cannot be one.
    pub fn typed(text: &str) -> Option<Self> {
        let code: String = text
            .chars()
            .filter(|character| *character != ' ')
            .take(7)
            .collect();
        let is_one = code.len() == usize::from(DIGITS) && code.bytes().all(|byte| byte.is_ascii_digit());
        is_one.then_some(Self(code))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for AuthenticatorSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthenticatorSecret(..)")
    }
}

impl std::fmt::Debug for VerificationCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VerificationCode(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::SeededEntropy;

    /// RFC 6238 appendix B, of which an app shows the last six digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = AuthenticatorSecret::of(*b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = TimeStep::stored(seconds / 30);
            assert_eq!(secret.code(step).as_str(), code);
        }
        assert_eq!(secret.to_type().expose(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            secret
                .address("Local Company (LOCAL1)", "ada@example.com")
                .expose(),
            "otpauth://totp/Local%20Company%20%28LOCAL1%29:ada%40example.com\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Local%20Company%20%28LOCAL1%29"
        );
    }

    #[test]
    fn a_code_is_taken_one_step_early_and_one_late_and_no_further() {
        let secret = AuthenticatorSecret::make(&SeededEntropy::new(1));
        let now = UnixTime::from_seconds(1_700_000_010);
        let code = secret.code(TimeStep::stored(1_700_000_010 / 30));
        for (seconds, is_taken) in [(-61_i64, false), (-30, true), (0, true), (30, true), (61, false)] {
            let at = UnixTime::from_seconds(now.seconds() + seconds);
            assert_eq!(secret.step_of(&code, at).is_some(), is_taken, "{seconds}");
        }
    }

    #[test]
    fn what_was_sealed_is_the_same_secret() {
        let secret = AuthenticatorSecret::make(&SeededEntropy::new(1));
        let opened = AuthenticatorSecret::opened(&secret.to_seal()).unwrap();
        assert_eq!(opened.code(TimeStep::stored(7)), secret.code(TimeStep::stored(7)));
        assert!(AuthenticatorSecret::opened(&Secret::new("short")).is_none());
    }

    #[test]
    fn a_code_is_six_digits_however_they_are_spaced() {
        assert_eq!(
            VerificationCode::typed("123 456"),
            VerificationCode::typed(" 123456 ")
        );
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(VerificationCode::typed(wrong), None, "{wrong}");
        }
    }
}

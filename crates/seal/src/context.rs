//! Where a secret belongs, as bytes that AES-GCM authenticates beside the ciphertext.
//!
//! Invariant: different places give different bytes. Every text carries its length before it, so that no text can
//! run into the next one. The encoding is part of the stored format and never changes under the same label.

/// The one place a sealed secret opens in.
///
/// `generation` counts how often the field was set, so that an old ciphertext does not pass for the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context<'a> {
    pub account: &'a str,
    pub record: &'a str,
    pub field: &'a str,
    pub generation: u64,
}

impl Context<'_> {
    pub(crate) fn associated(&self, data_key: u32) -> Vec<u8> {
        AssociatedData::labelled("countersign/seal/1")
            .number(data_key.into())
            .text(self.account)
            .text(self.record)
            .text(self.field)
            .number(self.generation)
            .into_bytes()
    }
}

/// The label says what is bound, in which format: a wrapped data key can never pass for a sealed secret.
pub(crate) struct AssociatedData(Vec<u8>);

impl AssociatedData {
    pub(crate) fn labelled(label: &str) -> Self {
        Self(Vec::with_capacity(128)).text(label)
    }

    pub(crate) fn text(self, text: &str) -> Self {
        let mut encoded = self.number(text.len() as u64);
        encoded.0.extend_from_slice(text.as_bytes());
        encoded
    }

    pub(crate) fn number(mut self, number: u64) -> Self {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_encoding_is_the_one_that_was_stored() {
        let context = Context {
            account: "A",
            record: "rr",
            field: "",
            generation: 258,
        };
        let expected = [
            b"\0\0\0\0\0\0\0\x12countersign/seal/1".as_slice(),
            b"\0\0\0\0\0\0\0\x07",
            b"\0\0\0\0\0\0\0\x01A",
            b"\0\0\0\0\0\0\0\x02rr",
            b"\0\0\0\0\0\0\0\0",
            b"\0\0\0\0\0\0\x01\x02",
        ];
        assert_eq!(context.associated(7), expected.concat());
    }

    // A small alphabet, with the bytes of lengths in it, so that clashes would be found.
    fn part() -> impl Strategy<Value = String> {
        "[a\\x00\\x01]{0,3}"
    }

    proptest! {
        #[test]
        fn different_places_are_encoded_differently(
            one in (part(), part(), part(), 0..3_u64, 0..3_u32),
            other in (part(), part(), part(), 0..3_u64, 0..3_u32),
        ) {
            let encode = |(account, record, field, generation, key): &(String, String, String, u64, u32)| {
                Context { account, record, field, generation: *generation }.associated(*key)
            };
            prop_assert_eq!(one == other, encode(&one) == encode(&other));
        }
    }
}

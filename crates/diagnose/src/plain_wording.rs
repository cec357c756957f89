//! The sentences that need no values of the request.

use crate::mistake::Mistake;

/// The sentence of a mistake that needs no values.
pub(crate) const fn plain(mistake: Mistake) -> &'static str {
    match mistake {
        Mistake::RealmSigned => "The realm was signed; it stands in the header only.",
        Mistake::VersionSignedNotSent => "oauth_version=1.0 was signed, but the header does not carry it.",
        Mistake::VersionSentNotSigned => {
            "The header carries oauth_version, but the signature does not cover it."
        }
        Mistake::BodyHashNotSigned => {
            "The header carries oauth_body_hash, but the signature does not cover it."
        }
        Mistake::BodyHashPresent => "oauth_body_hash was signed, but the header does not carry it.",
        Mistake::QueryInBaseUriAndParams => "The query was signed twice: inside the URL and as parameters.",
        Mistake::QueryInBaseUri => "The query was signed inside the URL instead of among the parameters.",
        Mistake::OuterEncodingMissing => {
            "The joined parameters, or the URL, were not percent-encoded as a whole."
        }
        Mistake::TrailingAmpersandSigned => {
            "An empty piece of the query, such as behind its last &, was signed as a parameter."
        }
        Mistake::ValuesNotSorted => "The values of a repeated parameter were not sorted byte by byte.",
        Mistake::SortedByNameOnly => "Parameters were sorted by name only; equal names are sorted by value.",
        Mistake::SortedJoinedPairs => {
            "Parameters were sorted as joined name=value texts instead of by name, then by value."
        }
        Mistake::SortedBeforeEncoding => {
            "Parameters were sorted before they were percent-encoded; they are sorted after."
        }
        Mistake::NotSorted => "The parameters were not sorted.",
        Mistake::JsonBodySigned => {
            "The body was signed as parameters, but it is no form: only a form body is signed."
        }
        Mistake::QueryOrBodyOnly => {
            "Query and form body were not signed together; all their parameters are sorted as one list."
        }
        Mistake::SecretsSwapped => {
            "The two secrets were swapped: the consumer secret comes first in the key."
        }
        Mistake::RequestSecretMissing => {
            "The key was made without the secret of the request token, which the third step needs."
        }
        Mistake::TokenSecretMissing => "The key was made without the token secret.",
        Mistake::ConsumerSecretMissing => "The key was made without the consumer secret.",
        Mistake::KeyConsumerOnly => "The key was the consumer secret alone, without & and token secret.",
        Mistake::KeyWithoutAmpersand => "The secrets were joined to a key without the & between them.",
        Mistake::SecretsNotEncoded => {
            "The secrets hold characters that must be percent-encoded before they are joined to a key."
        }
        Mistake::KeyDoubleEncoded => "The key was percent-encoded as a whole, so that its & became %26.",
        Mistake::TokenIdAsSecret => "The token ID was used where the token secret belongs.",
        Mistake::ConsumerKeyAsSecret => "The consumer key was used where the consumer secret belongs.",
        Mistake::HexDigest => "The signature is the digest in hexadecimal digits; it must be base64.",
        Mistake::Base64OfHex => {
            "The signature is base64 of the hexadecimal digits; it must be base64 of the 32 bytes."
        }
        Mistake::Base64Url => "The signature is in the base64url alphabet, with - and _ instead of + and /.",
        Mistake::NoPadding => "The signature lacks the = at its end.",
        Mistake::PlusBecameSpace => {
            "A + of the signature became a space on the way: as when the header is decoded as a form."
        }
        Mistake::SignatureDoubleEncoded => "The signature was percent-encoded twice.",
        Mistake::SignatureNewline => "The signature has a line break in it or at its end.",
        Mistake::SignatureNotEncoded => {
            "The signature was put into the header without percent-encoding its + / and =."
        }
        Mistake::Sha1Computed => "The signature was computed with SHA-1, though the header says HMAC-SHA256.",
        Mistake::Sha512Computed => {
            "The signature was computed with SHA-512, though the header says HMAC-SHA256."
        }
        Mistake::HmacArgsSwapped => "Key and base string were given to the HMAC in the wrong order.",
        Mistake::AccountFormSigned => "The account ID was signed in another form than it was sent.",
        Mistake::PassportValuesEncoded => {
            "The passport's values were percent-encoded before signing; they are signed as they are sent."
        }
        Mistake::PassportJoinedOtherwise => {
            "The passport's values were joined in another order or with another separator than &."
        }
        Mistake::SoapSignedAsHttp => {
            "The wrong kind of base string was signed: that of a header for a TokenPassport, or the reverse."
        }
        Mistake::NonceBurn => {
            "This refusal did not use up the nonce: with the right signature it would still be accepted."
        }
        other => other.title(),
    }
}

//! The cause of each mistake in a sentence that needs no values of the request.

use crate::mistake::Mistake;

/// What happened, in one sentence that is true of every request with this mistake.
pub(crate) const fn plain(mistake: Mistake) -> &'static str {
    match mistake {
        Mistake::RealmSigned => "The realm was signed; it belongs in the header, not in the signature.",
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
        Mistake::SortedByNameOnly => {
            "Parameters were sorted by name only; equal names must be sorted by value."
        }
        Mistake::SortedJoinedPairs => {
            "Parameters were sorted as joined name=value texts instead of by name, then by value."
        }
        Mistake::SortedBeforeEncoding => {
            "Parameters were sorted before they were percent-encoded; they must be sorted after."
        }
        Mistake::NotSorted => "The parameters were not sorted.",
        Mistake::JsonBodySigned => "The body was signed as if it were a form; only a form body is signed.",
        Mistake::QueryOrBodyOnly => {
            "Query and form body were not signed together: their parameters make one sorted list."
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
            "The secrets have characters that must be percent-encoded before they go into the key."
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
            "A + of the signature became a space on the way, as when the header is decoded as a form."
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
        Mistake::AccountFormSigned => "The account ID was signed in one form and sent in another.",
        Mistake::PassportValuesEncoded => {
            "The passport's values were percent-encoded before signing; they are signed as they are sent."
        }
        Mistake::PassportJoinedOtherwise => {
            "The passport's values were joined in the wrong order, or with something other than &."
        }
        Mistake::SoapSignedAsHttp => {
            "The wrong text was signed: that of a header for a TokenPassport, or the reverse."
        }
        Mistake::NonceBurn => {
            "This refusal did not use up the nonce: with the right signature it would still be accepted."
        }
        Mistake::NoHeader => {
            "The request came without an Authorization header, or the envelope without a tokenPassport."
        }
        Mistake::TwoHeaders => "The request came with more than one Authorization header.",
        Mistake::Nlauth => {
            "The request logs in with user name and password (NLAuth) where a token is expected."
        }
        Mistake::Bearer => "The request carries an OAuth 2.0 token (Bearer) where a signature is expected.",
        Mistake::OtherScheme => "The Authorization header does not begin with the word OAuth.",
        Mistake::CurlyQuotes => "The header has curly quotes, as text copied from a web page has.",
        Mistake::HeaderSyntax => "The header is not written as OAuth name=\"value\", name=\"value\".",
        Mistake::SecretSent => {
            "One of the two secrets is in the request itself: whoever saw the request can now sign as you."
        }
        Mistake::RequestMalformed => "The method, host or URL cannot be signed as it stands.",
        Mistake::Ambiguous => {
            "The request has a second way of logging in beside the token, such as a session cookie."
        }
        Mistake::DuplicateParameter => "A parameter of the header was sent twice.",
        Mistake::EmptyParameter => "A parameter of the header was sent with an empty value.",
        Mistake::EmptySignature => "The signature was sent with an empty value.",
        Mistake::MissingConsumerKey => "The consumer key was not sent.",
        Mistake::MissingToken => "The token was not sent.",
        Mistake::MissingSignatureMethod => "The signature method was not sent.",
        Mistake::MissingTimestamp => "The timestamp was not sent.",
        Mistake::MissingNonce => "The nonce was not sent.",
        Mistake::MissingSignature => "The signature was not sent.",
        Mistake::MissingAccount => "The TokenPassport names no account.",
        Mistake::Version => "The version is not 1.0; it must be 1.0, though the protocol is called 1.0a.",
        Mistake::Algorithm => "The signature method is not HMAC-SHA256, or is not spelled like that.",
        Mistake::TimestampMilliseconds => {
            "The timestamp is in milliseconds or microseconds; it must be in seconds."
        }
        Mistake::TimestampTimezone => "The timestamp is off by a time zone: local time was used as UTC.",
        Mistake::ClockSkew => {
            "The caller's clock is wrong, or the request was sent long after it was signed."
        }
        Mistake::Timestamp => {
            "The timestamp is not a whole number of seconds since 1970, or is more than five minutes off."
        }
        Mistake::HeaderReused => {
            "The same signed header was sent twice, as when a retry does not sign again."
        }
        Mistake::NonceReplay => "The nonce, a random text that is good for one request, was used before.",
        Mistake::NonceTooShort => "The nonce has fewer than six characters.",
        Mistake::EmptyNonce => "The nonce was sent with an empty value.",
        Mistake::RealmMissing => "The header names no account: it has no realm.",
        Mistake::RealmLowercase => "The account ID was sent in lower case, or with something around it.",
        Mistake::RealmHyphen => "The account ID was sent with a hyphen; only host names have one.",
        Mistake::RealmHostMismatch => "The account ID and the host mix up production and sandbox.",
        Mistake::RealmOtherAccount => {
            "The account ID that was sent is not that of the account that was called."
        }
        Mistake::TwoPassports => "The envelope has two tokenPassports.",
        Mistake::StaleVendorExample => {
            "The values are printed in Oracle's manual, and the signature does not belong to them."
        }
        Mistake::SecretHasWhitespace => {
            "A secret was used with white space that was pasted along, often a line break at its end."
        }
        Mistake::SecretInQuotes => "A secret was used with the quotes around it.",
        Mistake::SecretCutShort => "A secret was used without its first or last character.",
        Mistake::SecretsOfOtherConnection => {
            "The key holds the secrets of another token or integration record."
        }
        Mistake::WrongTokenSecret => "No known mistake fits: the token secret may be wrong.",
        Mistake::WrongConsumerSecret => "No known mistake fits: the consumer secret may be wrong.",
        Mistake::HeaderParamNotSigned => "The header carries a parameter that the signature does not cover.",
        Mistake::QueryInHeader => "The query parameters were put into the header as well as into the URL.",
        Mistake::LowercaseMethod => "The method was signed in lower case; it must be in upper case.",
        Mistake::MethodMismatch => "The signature is for one method, and the request was sent with another.",
        Mistake::UserinfoSigned => "The user information before the @ of the URL was signed with the host.",
        Mistake::FragmentSigned => "The part of the URL behind the # was signed; it is never sent.",
        Mistake::DefaultPortSigned => "The default port was signed; it must be left out.",
        Mistake::PortMissing => "The host was signed without its port; only default ports are left out.",
        Mistake::SchemeMismatch => {
            "The signature is for http:// and the request for https://, or the reverse."
        }
        Mistake::HostNotLowercased => "The host was signed in upper case; it must be in lower case.",
        Mistake::RedirectFollowed => {
            "The signature is for the host that was called first: a redirect was followed with the same header."
        }
        Mistake::HostMismatch => "The signature is for another host than the request was sent to.",
        Mistake::DotSegmentsRemoved => {
            "The path was tidied (/./ and /../ removed) before it was signed, but sent as it was."
        }
        Mistake::PathRewritten => "The path was changed after it was signed, as when a proxy rewrites it.",
        Mistake::PathEncodedDifferently => {
            "The path was percent-encoded in one way to be signed, and in another to be sent."
        }
        Mistake::PlusSignedLiterally => "A + in the query means a space, but was signed as a plus sign.",
        Mistake::PlusForSpace => {
            "Parameters were encoded as in a form, where a space is +; it must be signed as %20."
        }
        Mistake::EncodedNameDoubleEncoded => {
            "A parameter name that was percent-encoded in the URL was encoded again."
        }
        Mistake::DoubleEncoded => "Parameters were percent-encoded twice before they were joined.",
        Mistake::LowercaseHex => {
            "Percent-encoding was signed in lower case, as %2f; it must be in upper case, %2F."
        }
        Mistake::ReservedNotEncoded => {
            "Characters like ! * ' ( ) were signed as they are; they must be percent-encoded."
        }
        Mistake::TildeEncoded => "A tilde was percent-encoded; it must stay as it is.",
        Mistake::InnerEncodingMissing => "Names and values were not percent-encoded before they were joined.",
        Mistake::ZeroBecameEmpty => "A value of 0 was signed as an empty value.",
        Mistake::ValueCutAtEquals => "A value was cut at its own equals sign.",
        Mistake::EmptyFirstDuplicateLost => "A repeated parameter's empty first value was not signed.",
        Mistake::SecondDuplicateDropped => "Of a repeated parameter only the first value was signed.",
        Mistake::RepeatedKeyCollapsed => "Of a repeated parameter only one value was signed.",
        Mistake::EmptyParamNotSigned => {
            "A parameter with an empty value was left out; it must be signed as name=."
        }
        Mistake::FormBodyNotSigned => "The parameters of the form body were not signed.",
        Mistake::QueryNotSigned => "The URL was signed without its query.",
        Mistake::ExtraQueryParam => {
            "A query parameter is not in the signature: left out, or added after signing."
        }
        Mistake::SomeQueryNotSigned => "A part of the query was not signed.",
        Mistake::TimestampRecomputed => {
            "One timestamp was signed and another was sent: the clock was read twice."
        }
        Mistake::NonceRecomputed => "No known mistake fits: one nonce may have been signed and another sent.",
        Mistake::Tampered => "No known mistake fits: the request may have been changed after it was signed.",
        Mistake::NotHmac => "The signature is a plain hash; it must be an HMAC under the key.",
        Mistake::SignatureUnreadable => {
            "The signature is not an HMAC-SHA256 in base64, which has 44 characters."
        }
        Mistake::FeatureDisabled => "The feature Token-based Authentication is off in this account.",
        Mistake::ConsumerKeyUnknown => "No integration record of this account has this consumer key.",
        Mistake::IntegrationWaiting => "The integration record is Waiting for Approval.",
        Mistake::IntegrationBlocked => "The integration record is Blocked.",
        Mistake::IntegrationWithoutTba => "The integration record does not allow token-based authentication.",
        Mistake::TokenUnknown => {
            "This account has no such token: it is another account's, or a sandbox refresh deleted it."
        }
        Mistake::TokenInactive => "The token is inactive.",
        Mistake::TokenRevoked => "The token was revoked.",
        Mistake::TokenOtherIntegration => {
            "The token was made for another integration record, not the one of this consumer key."
        }
        Mistake::EntityInactive => "The token's user is inactive.",
        Mistake::EntityWithoutAccess => "The token's user was not given access.",
        Mistake::RoleHidden => "The token's user hid its role in View My Roles.",
        Mistake::RoleInactive => "The token's role is inactive.",
        Mistake::RoleRemoved => "The token's user no longer has its role.",
        Mistake::RoleWithoutTba => "The token's role may not log in with a token.",
        Mistake::RoleAtmOnly => "The token's role may manage other users' tokens, but not log in with one.",
        Mistake::WebServicesOnlyRole => {
            "The token's role is a Web Services Only role, and RESTlets take none."
        }
        Mistake::Locked => "The token's user is locked for 30 minutes after five failed passwords.",
        Mistake::IpRule => {
            "The request came from an address that the IP rules of the user or company do not allow."
        }
        Mistake::Concurrency => {
            "More requests ran at once than the account allows; the login itself was right."
        }
        Mistake::RestletMissing => {
            "The login was right, but there is no such script or deployment, or not for this role."
        }
        Mistake::FlowNotEnabled => "TBA: Authorization Flow is not checked on the integration record.",
        Mistake::CallbackMissing => {
            "The first step of the authorization flow was sent without oauth_callback."
        }
        Mistake::CallbackWildcard => {
            "The callback has more parts than the wildcard of the integration record: * is one part of a host name."
        }
        Mistake::CallbackMismatch => "The callback is not one of the integration record.",
        Mistake::VerifierWrong => "The verifier is not the one this request token was allowed with.",
        Mistake::VerifierMissing => {
            "The third step of the authorization flow was sent without oauth_verifier."
        }
        Mistake::VerifierEmpty => {
            "oauth_verifier was sent empty, as it is in the callback when access was denied."
        }
        Mistake::RoleMalformed => {
            "The role of the first step is not an internal ID, which is a whole number."
        }
        Mistake::RequestTokenNotAllowed => {
            "The third step came before the user allowed access, so no verifier was made yet."
        }
        Mistake::RequestTokenDecided => {
            "The user allowed or denied this request token before; they are asked once."
        }
        Mistake::RequestTokenUnknown => {
            "This account made no such request token, or an access token was sent in its place."
        }
        Mistake::RequestTokenOtherIntegration => {
            "The request token was made for the consumer key of another integration record."
        }
        Mistake::RequestTokenExpired => "The request token, or its verifier, has expired.",
        Mistake::EntityDeleted => "The user who allowed access was deleted before the token was made.",
        Mistake::RoleDeleted => "The role that was allowed was deleted before the token was made.",
        Mistake::NlauthSyntax => {
            "The NLAuth header cannot be read: it is a list of name=value with commas between them."
        }
        Mistake::NlauthAccountMissing => "The NLAuth header has no nlauth_account.",
        Mistake::NlauthEmailMissing => "The NLAuth header has no nlauth_email.",
        Mistake::NlauthSignatureMissing => {
            "The NLAuth header has no nlauth_signature, which is the password."
        }
        Mistake::NlauthRoleMissing => "The NLAuth header has no nlauth_role, the internal ID of a role.",
        Mistake::EmailUnknown => "Nobody with access to this account has the email address.",
        Mistake::PasswordWrong => "The password is wrong.",
        Mistake::PasswordUnset => "The user has no password yet.",
        Mistake::PasswordExpired => {
            "The user's password has expired and must be changed; tokens go on working."
        }
        Mistake::OtpMissing => "The role asks for a second factor, and no nlauth_otp was sent.",
        Mistake::OtpWrong => "The verification code is wrong, too old, or was used before.",
        Mistake::OtpNotSetUp => "The role asks for a second factor, and the user has not set one up.",
        Mistake::IssueTokenNotEnabled => "TBA: IssueToken Endpoint is not checked on the integration record.",
        Mistake::RoleWithoutOwnTokens => {
            "The role may not create tokens of its own: it has no User Access Tokens."
        }
        Mistake::TokenNameWrong => "The name of the token is too long, or holds control characters.",
        Mistake::TokenOfAnotherUser => "The token belongs to another user; here users revoke their own only.",
        Mistake::Denied => "The user did not allow access, so there is no verifier for the request token.",
        Mistake::RequestTokenUsed => "The request token was exchanged before; it works once.",
    }
}

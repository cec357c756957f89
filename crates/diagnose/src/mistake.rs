//! Every mistake that has a name: its stable id, its group, what the caller did, and the Detail word that NetSuite's
//! Login Audit Trail gives for it. A word in parentheses is ours, where NetSuite's is not public.

use std::fmt;
use std::str::FromStr;

use crate::finding::Fix;
use crate::fixes::fix;
use crate::plain_wording::plain;

/// What kind of mistake it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// The `Authorization` header as a whole.
    Header,
    /// A parameter of the header.
    Parameter,
    Time,
    Nonce,
    /// The realm, or the passport's account.
    Account,
    /// A SOAP envelope or its TokenPassport.
    Passport,
    /// How the signing key was made.
    Key,
    /// What was signed.
    BaseString,
    /// How the digest was computed, written or carried.
    Signature,
    /// The account's records, not the call.
    State,
    /// The three-step authorization flow.
    Flow,
    /// NLAuth, and what only the token services that take it refuse.
    Password,
}

impl Group {
    pub const ALL: [Self; 12] = [
        Self::Header,
        Self::Parameter,
        Self::Time,
        Self::Nonce,
        Self::Account,
        Self::Passport,
        Self::Key,
        Self::BaseString,
        Self::Signature,
        Self::State,
        Self::Flow,
        Self::Password,
    ];

    /// A heading for the mistakes of this kind.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Header => "The Authorization header",
            Self::Parameter => "A parameter of the header",
            Self::Time => "The timestamp",
            Self::Nonce => "The nonce",
            Self::Account => "The account",
            Self::Passport => "A SOAP TokenPassport",
            Self::Key => "The signing key",
            Self::BaseString => "What was signed",
            Self::Signature => "How the signature was computed and written",
            Self::State => "The account's records",
            Self::Flow => "The authorization flow",
            Self::Password => "User name and password (NLAuth)",
        }
    }
}

macro_rules! mistakes {
    ($($group:ident { $($name:ident $id:literal $word:literal $title:literal)+ })+) => {
        /// A mistake of a caller, or of an account's set-up.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Mistake {
            $($(#[doc = $title] $name,)+)+
        }

        impl Mistake {
            pub const ALL: &[Self] = &[$($(Self::$name,)+)+];

            /// The name by which scripts and rows know it. It never changes.
            pub const fn id(self) -> &'static str {
                match self { $($(Self::$name => $id,)+)+ }
            }

            pub const fn group(self) -> Group {
                match self { $($(Self::$name => Group::$group,)+)+ }
            }

            /// What the caller did, in a few words.
            pub const fn title(self) -> &'static str {
                match self { $($(Self::$name => $title,)+)+ }
            }

            /// The Detail word, as SOAP and REST spell it.
            pub const fn detail_word(self) -> &'static str {
                match self { $($(Self::$name => $word,)+)+ }
            }
        }
    };
}

mistakes! {
    Header {
        NoHeader "no_header" "MissingTokenPassportRequiredFields" "no Authorization header, or no tokenPassport"
        TwoHeaders "two_headers" "(ambiguous)" "two Authorization headers"
        Nlauth "nlauth" "(not TBA)" "user name and password (NLAuth) instead of a token"
        Bearer "bearer" "(not TBA)" "an OAuth 2.0 token (Bearer) instead of a signature"
        OtherScheme "other_scheme" "(not TBA)" "another Authorization scheme"
        CurlyQuotes "curly_quotes" "parameter_rejected" "typographic quotes in the header"
        HeaderSyntax "header_syntax" "parameter_rejected" "a header that cannot be read"
        SecretSent "secret_sent" "(no login failure)" "a secret sent with the request"
        RequestMalformed "request_malformed" "parameter_rejected" "a method, host or URL that cannot be signed"
        Ambiguous "ambiguous" "Ambiguous authentication" "a second way of logging in beside the token"
    }
    Parameter {
        DuplicateParameter "duplicate_parameter" "parameter_rejected" "a parameter sent twice"
        EmptyParameter "empty_parameter" "parameter_rejected" "a parameter sent empty"
        EmptySignature "empty_oauth_signature" "parameter_rejected" "an empty signature"
        MissingConsumerKey "missing_oauth_consumer_key" "MissingTokenPassportRequiredFields" "no consumer key"
        MissingToken "missing_oauth_token" "MissingTokenPassportRequiredFields" "no token"
        MissingSignatureMethod "missing_oauth_signature_method" "MissingTokenPassportRequiredFields" "no signature method"
        MissingTimestamp "missing_oauth_timestamp" "MissingTokenPassportRequiredFields" "no timestamp"
        MissingNonce "missing_oauth_nonce" "MissingTokenPassportRequiredFields" "no nonce"
        MissingSignature "missing_oauth_signature" "MissingTokenPassportRequiredFields" "no signature"
        MissingAccount "missing_account" "MissingTokenPassportRequiredFields" "a tokenPassport without its account"
        Version "version" "VersionRejected" "an oauth_version other than 1.0"
        Algorithm "algorithm" "UnknownAlgorithm" "a signature method other than HMAC-SHA256"
    }
    Time {
        TimestampMilliseconds "timestamp_milliseconds" "InvalidTimestamp" "a timestamp in milliseconds"
        TimestampTimezone "timestamp_timezone" "InvalidTimestamp" "local time used as UTC"
        ClockSkew "clock_skew" "InvalidTimestamp" "a clock that is wrong, or a request sent late"
        Timestamp "timestamp" "InvalidTimestamp" "a timestamp that is no recent whole second"
    }
    Nonce {
        HeaderReused "header_reused" "NonceUsed" "the same signed header sent twice"
        NonceReplay "nonce_replay" "NonceUsed" "a nonce used before with this timestamp"
        NonceTooShort "nonce_too_short" "nonce_rejected" "a nonce shorter than six characters"
        EmptyNonce "empty_nonce" "parameter_rejected" "an empty nonce"
        NonceBurn "nonce_burn" "InvalidSignature" "a bad signature with a fresh nonce, which stays unused"
    }
    Account {
        RealmMissing "realm_missing" "(login failure)" "no realm"
        RealmLowercase "realm_lowercase" "(login failure)" "the account ID in lower case"
        RealmHyphen "realm_hyphen" "(login failure)" "the account ID with a hyphen"
        RealmHostMismatch "realm_host_mismatch" "(login failure)" "production and sandbox mixed up"
        RealmOtherAccount "realm_other_account" "(login failure)" "another account's ID"
    }
    Passport {
        TwoPassports "two_passports" "(invalid login)" "two tokenPassports in one envelope"
        StaleVendorExample "stale_vendor_example" "InvalidSignature" "values of a printed example"
        AccountFormSigned "account_form_signed" "InvalidSignature" "the account ID signed in another form than sent"
        PassportValuesEncoded "passport_values_encoded" "InvalidSignature" "percent-encoded values signed in a TokenPassport"
        PassportJoinedOtherwise "passport_joined_otherwise" "InvalidSignature" "the passport's values joined in another way"
        SoapSignedAsHttp "soap_signed_as_http" "InvalidSignature" "a passport signed like a header, or a header like a passport"
    }
    Key {
        SecretsSwapped "secrets_swapped" "InvalidSignature" "the two secrets swapped"
        RequestSecretMissing "request_secret_missing" "InvalidSignature" "the request token's secret left out of the key"
        TokenSecretMissing "token_secret_missing" "InvalidSignature" "the token secret left out of the key"
        ConsumerSecretMissing "consumer_secret_missing" "InvalidSignature" "the consumer secret left out of the key"
        KeyConsumerOnly "key_consumer_only" "InvalidSignature" "the consumer secret alone as the key"
        KeyWithoutAmpersand "key_without_ampersand" "InvalidSignature" "the secrets joined without '&'"
        SecretsNotEncoded "secrets_not_encoded" "InvalidSignature" "secrets with reserved characters joined as they are"
        KeyDoubleEncoded "key_double_encoded" "InvalidSignature" "the whole key percent-encoded"
        SecretHasWhitespace "secret_has_whitespace" "InvalidSignature" "a secret pasted with white space"
        SecretInQuotes "secret_in_quotes" "InvalidSignature" "a secret with quotes around it"
        SecretCutShort "secret_cut_short" "InvalidSignature" "a secret pasted without its first or last character"
        TokenIdAsSecret "token_id_as_secret" "InvalidSignature" "the token ID used as the token secret"
        ConsumerKeyAsSecret "consumer_key_as_secret" "InvalidSignature" "the consumer key used as the consumer secret"
        SecretsOfOtherConnection "secrets_of_other_connection" "InvalidSignature" "the secrets of another token or integration"
        WrongTokenSecret "wrong_token_secret" "InvalidSignature" "another token secret"
        WrongConsumerSecret "wrong_consumer_secret" "InvalidSignature" "another consumer secret"
    }
    BaseString {
        RealmSigned "realm_signed" "InvalidSignature" "the realm signed"
        VersionSignedNotSent "version_signed_not_sent" "InvalidSignature" "oauth_version signed but not sent"
        VersionSentNotSigned "version_sent_not_signed" "InvalidSignature" "oauth_version sent but not signed"
        BodyHashNotSigned "body_hash_not_signed" "InvalidSignature" "oauth_body_hash sent but not signed"
        BodyHashPresent "body_hash_present" "InvalidSignature" "oauth_body_hash signed but not sent"
        HeaderParamNotSigned "header_param_not_signed" "InvalidSignature" "a header parameter not signed"
        QueryInHeader "query_in_header" "InvalidSignature" "query parameters put into the header"
        LowercaseMethod "lowercase_method" "InvalidSignature" "the method signed in lower case"
        MethodMismatch "method_mismatch" "InvalidSignature" "signed for another method"
        UserinfoSigned "userinfo_signed" "InvalidSignature" "user information signed with the host"
        FragmentSigned "fragment_signed" "InvalidSignature" "the fragment signed with the URL"
        DefaultPortSigned "default_port_signed" "InvalidSignature" "the default port signed"
        PortMissing "port_missing" "InvalidSignature" "the port left out"
        SchemeMismatch "scheme_mismatch" "InvalidSignature" "signed for the other scheme"
        HostNotLowercased "host_not_lowercased" "InvalidSignature" "the host signed in upper case"
        RedirectFollowed "redirect_followed" "InvalidSignature" "a redirect followed with the first host's header"
        HostMismatch "host_mismatch" "InvalidSignature" "signed for another host"
        DotSegmentsRemoved "dot_segments_removed" "InvalidSignature" "the path tidied before signing"
        PathRewritten "path_rewritten" "InvalidSignature" "the path changed on the way"
        PathEncodedDifferently "path_encoded_differently" "InvalidSignature" "the path signed in another encoding"
        QueryInBaseUriAndParams "query_in_base_uri_and_params" "InvalidSignature" "the query signed in the URL and again as parameters"
        QueryInBaseUri "query_in_base_uri" "InvalidSignature" "the query signed inside the URL"
        PlusSignedLiterally "plus_signed_literally" "InvalidSignature" "a '+' of the query signed as a plus sign"
        PlusForSpace "plus_for_space" "InvalidSignature" "a space signed as '+'"
        EncodedNameDoubleEncoded "encoded_name_double_encoded" "InvalidSignature" "an encoded parameter name encoded again"
        DoubleEncoded "double_encoded" "InvalidSignature" "parameters encoded twice"
        LowercaseHex "lowercase_hex" "InvalidSignature" "percent-encoding in lower case"
        ReservedNotEncoded "reserved_not_encoded" "InvalidSignature" "characters like ! * ' ( ) signed without encoding"
        TildeEncoded "tilde_encoded" "InvalidSignature" "a tilde signed as %7E"
        InnerEncodingMissing "inner_encoding_missing" "InvalidSignature" "names and values not encoded before joining"
        OuterEncodingMissing "outer_encoding_missing" "InvalidSignature" "the joined parameters not encoded"
        ZeroBecameEmpty "zero_became_empty" "InvalidSignature" "a 0 signed as an empty value"
        ValueCutAtEquals "value_cut_at_equals" "InvalidSignature" "a value cut at its equals sign"
        TrailingAmpersandSigned "trailing_ampersand_signed" "InvalidSignature" "an empty piece of the query signed"
        ValuesNotSorted "values_not_sorted" "InvalidSignature" "values of a repeated parameter not sorted"
        SortedByNameOnly "sorted_by_name_only" "InvalidSignature" "parameters sorted by name only"
        SortedJoinedPairs "sorted_joined_pairs" "InvalidSignature" "parameters sorted after joining name and value"
        SortedBeforeEncoding "sorted_before_encoding" "InvalidSignature" "parameters sorted before encoding"
        NotSorted "not_sorted" "InvalidSignature" "parameters not sorted"
        EmptyFirstDuplicateLost "empty_first_duplicate_lost" "InvalidSignature" "an empty first value of a repeated parameter lost"
        SecondDuplicateDropped "second_duplicate_dropped" "InvalidSignature" "only the first of a repeated parameter signed"
        RepeatedKeyCollapsed "repeated_key_collapsed" "InvalidSignature" "a repeated parameter signed once"
        EmptyParamNotSigned "empty_param_not_signed" "InvalidSignature" "an empty parameter not signed"
        JsonBodySigned "json_body_signed" "InvalidSignature" "a body signed that is no form"
        FormBodyNotSigned "form_body_not_signed" "InvalidSignature" "the form body not signed"
        QueryOrBodyOnly "query_or_body_only" "InvalidSignature" "query and form body not signed together"
        QueryNotSigned "query_not_signed" "InvalidSignature" "the query not signed"
        ExtraQueryParam "extra_query_param" "InvalidSignature" "a query parameter added after signing"
        SomeQueryNotSigned "some_query_not_signed" "InvalidSignature" "some query parameters not signed"
        TimestampRecomputed "timestamp_recomputed" "InvalidSignature" "another timestamp signed than sent"
        NonceRecomputed "nonce_recomputed" "InvalidSignature" "another nonce signed than sent"
        Tampered "tampered" "InvalidSignature" "the request changed after signing"
    }
    Signature {
        HexDigest "hex_digest" "InvalidSignature" "the digest in hexadecimal"
        Base64OfHex "base64_of_hex" "InvalidSignature" "base64 of the hexadecimal digest"
        Base64Url "base64url" "InvalidSignature" "the base64url alphabet"
        NoPadding "no_padding" "InvalidSignature" "the base64 padding removed"
        PlusBecameSpace "plus_became_space" "InvalidSignature" "a '+' of the signature turned into a space"
        SignatureDoubleEncoded "signature_double_encoded" "InvalidSignature" "the signature percent-encoded twice"
        SignatureNewline "signature_newline" "InvalidSignature" "a line break in the signature"
        SignatureNotEncoded "signature_not_encoded" "InvalidSignature" "the signature sent without percent-encoding"
        Sha1Computed "sha1_computed" "InvalidSignature" "SHA-1 computed, HMAC-SHA256 declared"
        Sha512Computed "sha512_computed" "InvalidSignature" "SHA-512 computed, HMAC-SHA256 declared"
        NotHmac "not_hmac" "InvalidSignature" "a plain hash instead of an HMAC"
        HmacArgsSwapped "hmac_args_swapped" "InvalidSignature" "key and text of the HMAC swapped"
        SignatureUnreadable "signature_unreadable" "InvalidSignature" "a signature that is no digest"
    }
    State {
        FeatureDisabled "feature_disabled" "FeatureDisabled" "Token-based Authentication is off"
        ConsumerKeyUnknown "consumer_key_unknown" "consumer_key_unknown" "a consumer key this account does not know"
        IntegrationWaiting "integration_waiting" "consumer_key_refused" "the integration record waits for approval"
        IntegrationBlocked "integration_blocked" "consumer_key_refused" "the integration record is blocked"
        IntegrationWithoutTba "integration_without_tba" "consumer_key_refused" "the integration record does not allow tokens"
        TokenUnknown "token_unknown" "token_rejected" "a token this account does not know"
        TokenInactive "token_inactive" "token_rejected" "the token is inactive"
        TokenRevoked "token_revoked" "token_rejected" "the token was revoked"
        TokenOtherIntegration "token_other_integration" "token_rejected" "the token belongs to another integration record"
        EntityInactive "entity_inactive" "permission_denied" "the user is inactive"
        EntityWithoutAccess "entity_without_access" "permission_denied" "the user was not given access"
        RoleHidden "role_hidden" "permission_denied" "the user hid the role in View My Roles"
        RoleInactive "role_inactive" "permission_denied" "the role is inactive"
        RoleRemoved "role_removed" "permission_denied" "the user no longer has the role"
        RoleWithoutTba "role_without_tba" "permission_denied" "the role may not log in with a token"
        RoleAtmOnly "role_atm_only" "permission_denied" "the role may only manage tokens"
        WebServicesOnlyRole "web_services_only_role" "permission_denied" "a Web Services Only role calls a RESTlet"
        Locked "locked" "temporary_locked" "the user is locked for 30 minutes"
        IpRule "ip_rule" "(login failure, IP rule)" "an address outside the IP rules"
        Concurrency "concurrency" "(not a login failure)" "more requests at once than the account allows"
        RestletMissing "restlet_missing" "(not a login failure)" "no such script or deployment"
    }
    Flow {
        FlowNotEnabled "flow_not_enabled" "AuthorizationFlowRequired" "TBA: Authorization Flow is not checked"
        CallbackMissing "callback_missing" "MissingRequiredParameter" "no callback"
        CallbackWildcard "callback_wildcard" "InvalidCallback" "a callback deeper than the wildcard reaches"
        CallbackMismatch "callback_mismatch" "InvalidCallback" "a callback the integration record does not have"
        RoleMalformed "role_malformed" "MissingRequiredParameter" "a role that is no internal ID"
        VerifierMissing "verifier_missing" "MissingRequiredParameter" "no verifier"
        VerifierEmpty "verifier_empty" "InvalidVerifier" "an empty verifier"
        VerifierWrong "verifier_wrong" "InvalidVerifier" "a wrong verifier"
        Denied "denied" "InvalidVerifier" "the user denied access"
        RequestTokenNotAllowed "request_token_not_allowed" "InvalidVerifier" "step three before the user allowed access"
        RequestTokenDecided "request_token_decided" "TokenRejected" "a request token allowed or denied twice"
        RequestTokenUnknown "request_token_unknown" "TokenRejected" "a request token this account does not know"
        RequestTokenOtherIntegration "request_token_other_integration" "TokenRejected" "a request token of another integration record"
        RequestTokenExpired "request_token_expired" "TokenRejected" "a request token, or its verifier, that lapsed"
        RequestTokenUsed "request_token_used" "TokenRejected" "a request token used twice"
        EntityDeleted "entity_deleted" "EntityOrRoleDisabled" "the user was deleted before the token was made"
        RoleDeleted "role_deleted" "EntityOrRoleDisabled" "the role was deleted before the token was made"
    }
    Password {
        NlauthSyntax "nlauth_syntax" "parameter_rejected" "an NLAuth header that cannot be read"
        NlauthAccountMissing "nlauth_account_missing" "MissingTokenPassportRequiredFields" "NLAuth without nlauth_account"
        NlauthEmailMissing "nlauth_email_missing" "MissingTokenPassportRequiredFields" "NLAuth without nlauth_email"
        NlauthSignatureMissing "nlauth_signature_missing" "MissingTokenPassportRequiredFields" "NLAuth without nlauth_signature"
        NlauthRoleMissing "nlauth_role_missing" "MissingTokenPassportRequiredFields" "NLAuth without nlauth_role"
        EmailUnknown "email_unknown" "(wrong password)" "an email address nobody has here"
        PasswordWrong "password_wrong" "(wrong password)" "a wrong password"
        PasswordUnset "password_unset" "(wrong password)" "a user who has no password yet"
        PasswordExpired "password_expired" "(password expired)" "a password that must be changed"
        OtpMissing "otp_missing" "(two-factor authentication required)" "no verification code"
        OtpWrong "otp_wrong" "(wrong verification code)" "a wrong verification code, or one used before"
        OtpNotSetUp "otp_not_set_up" "(two-factor authentication required)" "no authenticator app set up, where the role wants one"
        IssueTokenNotEnabled "issue_token_not_enabled" "(IssueToken endpoint)" "TBA: IssueToken Endpoint is not checked"
        RoleWithoutOwnTokens "role_without_own_tokens" "permission_denied" "the role may not create its own tokens"
        TokenNameWrong "token_name_wrong" "parameter_rejected" "a token name that cannot be saved"
        TokenOfAnotherUser "token_of_another_user" "token_rejected" "the token is another user's"
    }
}

impl Mistake {
    /// What happened, in one sentence that is true of every request with this mistake.
    pub const fn cause(self) -> &'static str {
        plain(self)
    }

    /// What to do about it.
    pub const fn fix(self) -> Fix {
        fix(self)
    }
}

/// No mistake has this id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no mistake has the id {0:?}")]
pub struct UnknownMistake(String);

impl FromStr for Mistake {
    type Err = UnknownMistake;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().copied().find(|mistake| mistake.id() == id);
        found.ok_or_else(|| UnknownMistake(id.chars().take(40).collect()))
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_id_is_its_own_and_reads_back() {
        let ids: BTreeSet<&str> = Mistake::ALL.iter().map(|mistake| mistake.id()).collect();
        assert_eq!(ids.len(), Mistake::ALL.len());
        for mistake in Mistake::ALL {
            assert_eq!(mistake.id().parse(), Ok(*mistake));
        }
        assert!("no_such".parse::<Mistake>().is_err());
    }
}

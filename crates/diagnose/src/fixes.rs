//! What to do about each mistake: a sentence, where to click, what to write.

use crate::code_hints::{ALGORITHM, DIGEST, ENCODE, KEY, LIST, NOW, SORT};
use crate::finding::{CodeHint, Fix};
use crate::mistake::{Group, Mistake};

const INTEGRATION: &str = "Setup > Integration > Manage Integrations > the record > Edit";
const TOKENS: &str = "Setup > Users/Roles > Access Tokens";
const EMPLOYEE: &str = "Lists > Employees > Employees > Edit > Access";
const ROLE: &str = "Setup > Users/Roles > User Management > Manage Roles > Edit";
const COMPANY_URLS: &str = "Setup > Company > Company Information > Company URLs";
const ACCOUNT_ID: &str = "Setup > Company > Company Information > Account ID";

const fn say(sentence: &'static str) -> Fix {
    Fix {
        sentence,
        path: None,
        code: &[],
    }
}

const fn click(sentence: &'static str, path: &'static str) -> Fix {
    Fix {
        sentence,
        path: Some(path),
        code: &[],
    }
}

const fn write(sentence: &'static str, code: &'static [CodeHint]) -> Fix {
    Fix {
        sentence,
        path: None,
        code,
    }
}

/// What to do about a mistake.
pub(crate) const fn fix(mistake: Mistake) -> Fix {
    match mistake.group() {
        Group::Header | Group::Parameter | Group::Time | Group::Nonce => sent(mistake),
        Group::Account | Group::Passport => account(mistake),
        Group::Key => key(mistake),
        Group::BaseString => base_string(mistake),
        Group::Signature => signature(mistake),
        Group::State => state(mistake),
        Group::Flow => flow(mistake),
        Group::Password => password(mistake),
    }
}

const fn sent(mistake: Mistake) -> Fix {
    match mistake {
        Mistake::NoHeader => {
            say("Sign the request, and check that no redirect, proxy or HTTP client drops the header.")
        }
        Mistake::TwoHeaders => {
            say("Send one Authorization header; a proxy or a default of the HTTP client may add another.")
        }
        Mistake::Nlauth | Mistake::Bearer | Mistake::OtherScheme => click(
            "Send a header that starts with OAuth and is signed with an access token.",
            TOKENS,
        ),
        Mistake::CurlyQuotes => say("Type the quotes again as plain double quotes."),
        Mistake::HeaderSyntax => say(
            "Write the header as OAuth name=\"value\", name=\"value\" on one line, each value percent-encoded.",
        ),
        Mistake::SecretSent => click(
            "Replace the secret at once. Send no secret: they are only for making the signature.",
            "Setup > Users/Roles > Access Tokens > New; Setup > Integration > Manage Integrations > the record > Edit > Reset Credentials",
        ),
        Mistake::RequestMalformed => {
            say("Percent-encode what may not stand in a URL: spaces, control characters, anything but ASCII.")
        }
        Mistake::Ambiguous => say(
            "Send the token's credentials alone: clear the client's cookies, and leave out passport and applicationInfo.",
        ),
        Mistake::DuplicateParameter => say("Send each oauth_ parameter once, in the header only."),
        Mistake::Version => say("Send oauth_version=\"1.0\", or leave it out."),
        Mistake::Algorithm => write(
            "Sign with HMAC-SHA256 and send exactly this word; NetSuite ended HMAC-SHA1 with 2023.1.",
            ALGORITHM,
        ),
        Mistake::TimestampMilliseconds => write("Send the whole seconds since 1970 as a plain number.", NOW),
        Mistake::Timestamp => write(
            "Send the seconds since 1970 in UTC as a plain number, by a clock that is right at the moment of sending.",
            NOW,
        ),
        Mistake::TimestampTimezone => write(
            "Take the seconds since 1970 in UTC, never from a local date.",
            NOW,
        ),
        Mistake::ClockSkew => say(
            "Set the machine's clock (NTP), and sign at the moment of sending, not when the request is queued.",
        ),
        Mistake::HeaderReused | Mistake::NonceReplay => {
            say("Sign each attempt again, with a new nonce and timestamp: sign inside the retry loop.")
        }
        Mistake::NonceTooShort | Mistake::EmptyNonce => {
            say("Send 20 random letters and digits as the nonce.")
        }
        Mistake::NonceBurn => say("Mend the signature; this nonce need not be given up."),
        Mistake::MissingAccount => click(
            "Put the account ID into the element account of the tokenPassport.",
            ACCOUNT_ID,
        ),
        Mistake::MissingConsumerKey => click(
            "Send the consumer key as oauth_consumer_key; in a tokenPassport it is consumerKey.",
            "Setup > Integration > Manage Integrations",
        ),
        Mistake::MissingToken => click(
            "Send the token ID as oauth_token; in a tokenPassport it is token.",
            TOKENS,
        ),
        Mistake::MissingSignatureMethod => write(
            "Send HMAC-SHA256 as oauth_signature_method; in a tokenPassport it is the signature's algorithm.",
            ALGORITHM,
        ),
        Mistake::MissingTimestamp => write(
            "Send the seconds since 1970 as oauth_timestamp; in a tokenPassport it is timestamp.",
            NOW,
        ),
        Mistake::MissingNonce => {
            say("Send 20 random letters and digits as oauth_nonce; in a tokenPassport it is nonce.")
        }
        Mistake::MissingSignature | Mistake::EmptySignature => write(
            "Compute the signature and send it as oauth_signature; in a tokenPassport it is signature.",
            DIGEST,
        ),
        _ => say("Send each parameter with its value, and leave out what has none."),
    }
}

const fn account(mistake: Mistake) -> Fix {
    match mistake {
        Mistake::RealmMissing => click(
            "Send the account ID in the header, as realm=\"1234567_SB1\".",
            ACCOUNT_ID,
        ),
        Mistake::RealmLowercase | Mistake::RealmHyphen | Mistake::AccountFormSigned => click(
            "Write the account ID in upper case with an underscore, such as 1234567_SB1; only host names have a hyphen.",
            ACCOUNT_ID,
        ),
        Mistake::RealmHostMismatch | Mistake::RealmOtherAccount => click(
            "Take account ID, host and all four credentials from the same account.",
            COMPANY_URLS,
        ),
        Mistake::TwoPassports => say("Put exactly one tokenPassport into the Header of each envelope."),
        Mistake::StaleVendorExample => say(
            "Compute a new signature with your own values; several of the signatures printed in manuals belong to other values.",
        ),
        Mistake::SoapSignedAsHttp => say(
            "For SOAP sign account&consumerKey&token&nonce&timestamp; for REST and RESTlets sign method, URL and parameters.",
        ),
        _ => {
            say("Sign account&consumerKey&token&nonce&timestamp, each exactly as it stands in the passport.")
        }
    }
}

const fn key(mistake: Mistake) -> Fix {
    match mistake {
        Mistake::SecretHasWhitespace | Mistake::SecretInQuotes | Mistake::SecretCutShort => say(
            "Paste the secret again, alone and whole, and trim it when it is read from a file or the environment.",
        ),
        Mistake::TokenIdAsSecret | Mistake::ConsumerKeyAsSecret | Mistake::SecretsOfOtherConnection => write(
            "Check which of the four values goes where: consumer key and token ID into the header, the two secrets into the signing key.",
            KEY,
        ),
        Mistake::SecretsSwapped => write(
            "Put the consumer secret first into the key, then &, then the token secret.",
            KEY,
        ),
        Mistake::RequestSecretMissing => write(
            "Make the key of consumer secret, & and the secret that came with the request token.",
            KEY,
        ),
        Mistake::WrongTokenSecret => click(
            "Enter the token secret again; if it is lost, create a new token, as it is shown only once.",
            "Setup > Users/Roles > Access Tokens > New",
        ),
        Mistake::WrongConsumerSecret => click(
            "Enter the consumer secret again; if it is lost, reset the credentials, which ends the old pair everywhere at once.",
            "Setup > Integration > Manage Integrations > the record > Edit > Reset Credentials",
        ),
        _ => write(
            "Make the key of consumer secret, & and token secret, each secret percent-encoded.",
            KEY,
        ),
    }
}

const fn base_string(mistake: Mistake) -> Fix {
    match mistake {
        Mistake::RealmSigned => say("Leave the realm out of what is signed."),
        Mistake::VersionSignedNotSent
        | Mistake::VersionSentNotSigned
        | Mistake::BodyHashNotSigned
        | Mistake::BodyHashPresent
        | Mistake::HeaderParamNotSigned => {
            say("Sign exactly the parameters that the header carries, except realm and oauth_signature.")
        }
        Mistake::QueryInHeader => say("Sign the query parameters, but send them in the URL only."),
        Mistake::LowercaseMethod | Mistake::MethodMismatch => {
            say("Sign the method that is sent, in upper case.")
        }
        Mistake::HostMismatch => click(
            "Sign the URL that is called, with the account's own host.",
            COMPANY_URLS,
        ),
        Mistake::RedirectFollowed => click(
            "Do not follow redirects: call the account's own host, and sign for it.",
            COMPANY_URLS,
        ),
        Mistake::SchemeMismatch => say(
            "Sign the scheme that is called, https:// at NetSuite; a server behind a proxy that ends TLS must trust its X-Forwarded-Proto.",
        ),
        Mistake::UserinfoSigned
        | Mistake::FragmentSigned
        | Mistake::DefaultPortSigned
        | Mistake::PortMissing
        | Mistake::HostNotLowercased => say(
            "Sign scheme://host/path, scheme and host in lower case, with a port only where it is not 443 (https) or 80 (http).",
        ),
        Mistake::DotSegmentsRemoved | Mistake::PathEncodedDifferently => say(
            "Sign the path byte for byte as it is sent: build the URL once, and give the same text to signer and client.",
        ),
        Mistake::PathRewritten => say(
            "Sign the whole path that is sent, and have proxies pass it on as it is; avoid %2F and double slashes in it.",
        ),
        Mistake::PlusSignedLiterally | Mistake::ValueCutAtEquals | Mistake::TrailingAmpersandSigned => write(
            "Read the query as a form: split at & and at the first =, then decode, with + as a space.",
            LIST,
        ),
        Mistake::PlusForSpace
        | Mistake::LowercaseHex
        | Mistake::ReservedNotEncoded
        | Mistake::TildeEncoded => write(
            "Encode as RFC 3986: letters, digits and - . _ ~ stay; any other byte becomes % and two upper-case digits, such as %2F.",
            ENCODE,
        ),
        Mistake::DoubleEncoded | Mistake::EncodedNameDoubleEncoded => write(
            "Decode names and values of the URL first, then encode them once.",
            ENCODE,
        ),
        Mistake::InnerEncodingMissing | Mistake::OuterEncodingMissing => write(
            "Encode each name and value, sort, join with = and &, and encode the whole once more.",
            ENCODE,
        ),
        Mistake::ZeroBecameEmpty => {
            say("Turn numbers into text before they are signed; in JavaScript, 0 || '' is empty.")
        }
        Mistake::ValuesNotSorted
        | Mistake::SortedByNameOnly
        | Mistake::SortedJoinedPairs
        | Mistake::SortedBeforeEncoding
        | Mistake::NotSorted => write(
            "Encode first, then sort by name and, for equal names, by value, byte by byte.",
            SORT,
        ),
        Mistake::EmptyFirstDuplicateLost
        | Mistake::SecondDuplicateDropped
        | Mistake::RepeatedKeyCollapsed
        | Mistake::EmptyParamNotSigned => write(
            "Keep the parameters as a list of pairs, not in a map, with empty values and repeated names.",
            LIST,
        ),
        Mistake::JsonBodySigned => say(
            "Leave a JSON or XML body out of what is signed; only application/x-www-form-urlencoded bodies are signed.",
        ),
        Mistake::FormBodyNotSigned | Mistake::QueryOrBodyOnly => say(
            "Sign the form body's parameters together with those of the query and the header, as one sorted list.",
        ),
        Mistake::TimestampRecomputed | Mistake::NonceRecomputed => say(
            "Take timestamp and nonce once, keep them in variables, and use these for signature and header.",
        ),
        Mistake::Tampered => {
            say("Sign last: nothing may change method, URL, form body or header between signing and sending.")
        }
        _ => write(
            "Sign the query's parameters too, sorted together with the oauth_ ones; the URL is signed without its query.",
            LIST,
        ),
    }
}

const fn signature(mistake: Mistake) -> Fix {
    match mistake {
        Mistake::PlusBecameSpace | Mistake::SignatureNotEncoded | Mistake::SignatureDoubleEncoded => write(
            "Percent-encode the signature exactly once when it is put into the header: + is %2B, / is %2F, = is %3D.",
            ENCODE,
        ),
        _ => write(
            "Compute HMAC-SHA256 of the base string with the signing key, and send its 32 bytes in plain base64: 44 characters.",
            DIGEST,
        ),
    }
}

const fn state(mistake: Mistake) -> Fix {
    match mistake {
        Mistake::FeatureDisabled => click(
            "Check Token-based Authentication.",
            "Setup > Company > Enable Features > SuiteCloud > Manage Authentication",
        ),
        Mistake::ConsumerKeyUnknown => click(
            "Copy the consumer key again from this account's integration record, or call the account it belongs to.",
            "Setup > Integration > Manage Integrations",
        ),
        Mistake::IntegrationWaiting | Mistake::IntegrationBlocked => {
            click("Set State to Enabled.", INTEGRATION)
        }
        Mistake::IntegrationWithoutTba => click(
            "Check Token-based Authentication on the integration record.",
            INTEGRATION,
        ),
        Mistake::TokenUnknown => click(
            "Create a token in this account; a sandbox refresh deletes the old ones.",
            "Setup > Users/Roles > Access Tokens > New",
        ),
        Mistake::TokenInactive => click("Clear Inactive on the token.", TOKENS),
        Mistake::TokenRevoked => click(
            "Create a new token: a revoked one cannot come back.",
            "Setup > Users/Roles > Access Tokens > New",
        ),
        Mistake::TokenOtherIntegration => click(
            "Use the consumer key and the token that were made for each other.",
            TOKENS,
        ),
        Mistake::EntityInactive => click("Clear Inactive on the employee.", EMPLOYEE),
        Mistake::EntityWithoutAccess => click("Check Give Access.", EMPLOYEE),
        Mistake::RoleRemoved => click(
            "Give the user the role back; the token then works again.",
            EMPLOYEE,
        ),
        Mistake::RoleHidden => click("Have the user show the role again.", "View My Roles"),
        Mistake::RoleInactive => click("Clear Inactive on the role.", ROLE),
        Mistake::RoleWithoutTba => click("Add the permission Log in using Access Tokens to the role.", ROLE),
        Mistake::RoleAtmOnly => click(
            "Add Log in using Access Tokens: Access Token Management makes tokens for others, but cannot log in with one.",
            ROLE,
        ),
        Mistake::WebServicesOnlyRole => click(
            "Clear Web Services Only Role: RESTlets do not accept such a role.",
            ROLE,
        ),
        Mistake::Locked => say("Stop retrying and wait 30 minutes."),
        Mistake::IpRule => click(
            "Add the caller's address to the rules of the employee or the company.",
            "Setup > Company > Company Information > Allowed IP Addresses",
        ),
        Mistake::Concurrency => click(
            "Send fewer requests at once, and retry later with a newly signed header.",
            "Setup > Integration > Integration Governance",
        ),
        _ => click(
            "Check the script and deployment IDs, and that the deployment is released to this role.",
            "Customization > Scripting > Script Deployments",
        ),
    }
}

const fn flow(mistake: Mistake) -> Fix {
    match mistake {
        Mistake::FlowNotEnabled => click("Check TBA: Authorization Flow.", INTEGRATION),
        Mistake::CallbackMissing => say("Send oauth_callback in the first step."),
        Mistake::CallbackWildcard | Mistake::CallbackMismatch => click(
            "Enter this callback on the integration record; a * stands for one part of a host name.",
            INTEGRATION,
        ),
        Mistake::RoleMalformed => say("Send the internal ID of the role, or leave role out."),
        Mistake::VerifierMissing | Mistake::VerifierEmpty => {
            say("Send the oauth_verifier that came to the callback.")
        }
        Mistake::VerifierWrong => say("Send the oauth_verifier that came with this very request token."),
        Mistake::Denied => say("Start again: the user has to allow access."),
        Mistake::RequestTokenNotAllowed => {
            say("Send the user's browser to the second step first, and wait for the callback.")
        }
        Mistake::RequestTokenExpired => {
            say("Start again: a request token lasts an hour, and its verifier ten minutes.")
        }
        Mistake::RequestTokenOtherIntegration => {
            say("Use one consumer key in all three steps, and the request token it was given.")
        }
        Mistake::EntityDeleted | Mistake::RoleDeleted => {
            say("Start again, with a user and a role that exist.")
        }
        _ => say("Start again with a new request token: each can be exchanged once."),
    }
}

const fn password(mistake: Mistake) -> Fix {
    match mistake {
        Mistake::EmailUnknown => say("Check the email address, and the account it is sent to."),
        Mistake::PasswordWrong => {
            say("Send the password percent-encoded; five wrong ones lock the user for 30 minutes.")
        }
        Mistake::PasswordUnset => click("Give the user a password.", EMPLOYEE),
        Mistake::PasswordExpired => {
            say("Have the user change the password on the pages; tokens go on working.")
        }
        Mistake::OtpMissing | Mistake::OtpWrong => {
            say("Send nlauth_otp with the present code of the user's authenticator app; each is good once.")
        }
        Mistake::OtpNotSetUp => say("Have the user set up an authenticator app on the pages first."),
        Mistake::IssueTokenNotEnabled => click("Check TBA: IssueToken Endpoint.", INTEGRATION),
        Mistake::RoleWithoutOwnTokens => click("Add the permission User Access Tokens to the role.", ROLE),
        Mistake::TokenNameWrong => say("Send a shorter name without control characters, or none."),
        Mistake::TokenOfAnotherUser => {
            say("Name a token of the user who asks; an administrator revokes others.")
        }
        _ => say(
            "Send NLAuth with nlauth_account, nlauth_email, nlauth_signature and nlauth_role, each percent-encoded.",
        ),
    }
}

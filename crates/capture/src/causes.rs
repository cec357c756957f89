//! What can be behind a refusal that the request itself does not show: the account's side, with where to look.

/// A cause that remains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The word that the Login Audit Trail gives for it, where it has one.
    pub word: Option<&'static str>,
    pub sentence: &'static str,
    /// Where to click.
    pub path: Option<&'static str>,
}

const fn cause(word: &'static str, sentence: &'static str, path: &'static str) -> Cause {
    Cause {
        word: Some(word),
        sentence,
        path: Some(path),
    }
}

const fn plain(sentence: &'static str, path: Option<&'static str>) -> Cause {
    Cause {
        word: None,
        sentence,
        path,
    }
}

/// Where the reason of a refused login stands.
pub(crate) const TRAIL: &str = "Setup > Users/Roles > User Management > View Login Audit Trail > Use Advanced Search > Results: add Detail";

/// A login that is refused although its request is right, the likeliest first.
pub(crate) const OF_THE_ACCOUNT: &[Cause] = &[
    cause(
        "token_rejected",
        "The token is revoked, inactive, of another integration record, or gone since a sandbox refresh.",
        "Setup > Users/Roles > Access Tokens (filter Revoked: All)",
    ),
    cause(
        "permission_denied",
        "The user or role cannot be used: inactive, without access, without the role, or the role lacks Log in using Access Tokens.",
        "Lists > Employees > Employees > Edit > Access; Setup > Users/Roles > User Management > Manage Roles > Edit",
    ),
    cause(
        "consumer_key_refused",
        "The integration record is blocked or waits for approval.",
        "Setup > Integration > Manage Integrations > the record > State",
    ),
    cause(
        "consumer_key_unknown",
        "No integration record of this account has this consumer key.",
        "Setup > Integration > Manage Integrations",
    ),
    cause(
        "nonce_used",
        "The same header was sent before: a retry that does not sign anew, or a proxy that sends twice.",
        "Setup > Users/Roles > User Management > View Login Audit Trail",
    ),
    cause(
        "InvalidTimestamp",
        "The caller's clock is more than 5 minutes off, or the request waited so long after it was signed.",
        "Setup > Users/Roles > User Management > View Login Audit Trail",
    ),
    cause(
        "temporary_locked",
        "Five failed logins locked the user for 30 minutes. Stop retrying.",
        "Setup > Users/Roles > User Management > View Login Audit Trail",
    ),
    cause(
        "FeatureDisabled",
        "Token-based Authentication is off in this account.",
        "Setup > Company > Enable Features > SuiteCloud > Manage Authentication",
    ),
    plain(
        "An IP address rule of the user or company does not allow the caller's address.",
        Some("Setup > Company > Company Information > Allowed IP Addresses"),
    ),
];

/// A header that NetSuite could not read.
pub(crate) const OF_THE_HEADER: &[Cause] = &[
    plain("The header's syntax: quotes, commas, a line break in it.", None),
    plain(
        "A signature method other than HMAC-SHA256, written exactly so.",
        None,
    ),
    plain("A version other than 1.0.", None),
    plain(
        "A timestamp that is no number of seconds, or is more than 5 minutes off.",
        None,
    ),
];

/// A login that succeeded, and a role that may not.
pub(crate) const OF_THE_ROLE: &[Cause] = &[
    plain(
        "The role lacks the permission of the service: REST Web Services, SOAP Web Services, or for SuiteQL SuiteAnalytics Workbook.",
        Some("Setup > Users/Roles > User Management > Manage Roles > Edit > Permissions"),
    ),
    plain(
        "The role lacks the permission of the record, or has it at too low a level.",
        Some("Setup > Users/Roles > User Management > Manage Roles > Edit > Permissions"),
    ),
    plain(
        "The feature of the service is off.",
        Some("Setup > Company > Enable Features > SuiteCloud > SuiteTalk"),
    ),
];

/// Too many requests at once.
pub(crate) const OF_CONCURRENCY: &[Cause] = &[
    plain(
        "All integrations of the account share one limit, 5 on the smallest tiers.",
        Some("Setup > Integration > Integration Management > Integration Governance"),
    ),
    plain(
        "Wait and try again, signed anew each time: a header that is sent twice is refused as a login.",
        None,
    ),
];

/// A RESTlet that was not found.
pub(crate) const OF_THE_SCRIPT: &[Cause] = &[
    plain(
        "script or deploy in the URL is not that of a deployment.",
        Some("Customization > Scripting > Script Deployments"),
    ),
    plain(
        "The deployment is not released, or its audience leaves the role out.",
        Some("Customization > Scripting > Script Deployments > the deployment > Audience"),
    ),
];

/// Another host than the account's own.
pub(crate) const OF_THE_HOST: &[Cause] = &[
    plain(
        "The host is not that of this account and service.",
        Some("Setup > Company > Company Information > Company URLs"),
    ),
    plain(
        "Do not let the HTTP client follow the redirect: the signature is for the first host. Sign for the right one.",
        None,
    ),
];

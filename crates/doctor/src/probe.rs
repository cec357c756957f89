//! The probes, in their order: each adds one thing to what worked before.

/// One thing that is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Probe {
    AccountId,
    SelfTest,
    Address,
    Clock,
    Login,
    Rest,
    SuiteQl,
    Restlet,
    Soap,
    Concurrency,
}

impl Probe {
    pub const ALL: [Self; 10] = [
        Self::AccountId,
        Self::SelfTest,
        Self::Address,
        Self::Clock,
        Self::Login,
        Self::Rest,
        Self::SuiteQl,
        Self::Restlet,
        Self::Soap,
        Self::Concurrency,
    ];

    /// The name by which programs know it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::AccountId => "account_id",
            Self::SelfTest => "self_test",
            Self::Address => "address",
            Self::Clock => "clock",
            Self::Login => "login",
            Self::Rest => "rest",
            Self::SuiteQl => "suiteql",
            Self::Restlet => "restlet",
            Self::Soap => "soap",
            Self::Concurrency => "concurrency",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::AccountId => "Account ID",
            Self::SelfTest => "Signature",
            Self::Address => "Address",
            Self::Clock => "Clock",
            Self::Login => "Login",
            Self::Rest => "REST",
            Self::SuiteQl => "SuiteQL",
            Self::Restlet => "RESTlets",
            Self::Soap => "SOAP",
            Self::Concurrency => "Concurrency",
        }
    }

    /// What is done.
    pub const fn tested(self) -> &'static str {
        match self {
            Self::AccountId => "the form of the account ID, and what kind of account it names",
            Self::SelfTest => "a header and a TokenPassport signed here, against known answers",
            Self::Address => {
                "name, connection and TLS of the account's host, and which hosts it says are its own"
            }
            Self::Clock => "this machine's clock against the time the host gives",
            Self::Login => "the first signed call, and /rest/tokeninfo: who the token is",
            Self::Rest => "a signed call to the catalog of record types",
            Self::SuiteQl => "a signed SuiteQL query of one row",
            Self::Restlet => "a signed call to a RESTlet that is not there: only the login counts",
            Self::Soap => "getServerTime with a TokenPassport",
            Self::Concurrency => "whether a call was refused because too many ran, and how many may",
        }
    }
}

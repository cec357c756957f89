//! The operations of SuiteTalk: what each is asked with and answers, and whether this account answers it.

/// An operation, by its name.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    pub name: &'static str,
    pub emulated: Emulated,
    /// In the order of the request: an element, its type, and whether it may come several times.
    pub(super) asked: &'static [(&'static str, &'static str, bool)],
    pub(super) answer: Answer,
}

/// How much of an operation is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emulated {
    Whole,
    /// What is not there says so.
    Partly,
    /// A fault says so.
    No,
    /// NetSuite has it no more: a fault says what to do instead.
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// An element of messages, and its type.
    Own(&'static str, &'static str),
    /// An element of core.
    Core(&'static str),
    /// What it is made of is not published in a form we could declare.
    Undeclared,
}

/// Those of NetSuite's last endpoint, and then those that only endpoints with sessions have.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter()
}

const READ: Answer = Answer::Own("readResponse", "ReadResponse");
const READ_LIST: Answer = Answer::Own("readResponseList", "ReadResponseList");
const WRITE: Answer = Answer::Own("writeResponse", "WriteResponse");
const WRITE_LIST: Answer = Answer::Own("writeResponseList", "WriteResponseList");
const SESSION: Answer = Answer::Own("sessionResponse", "SessionResponse");
const FOUND: Answer = Answer::Core("searchResult");
const JOB: Answer = Answer::Core("asyncStatusResult");

const REF: &str = "platformCore:BaseRef";
const RECORD: &str = "platformCore:Record";
const SEARCH: &str = "platformCore:SearchRecord";
const INITIALIZE: &str = "platformCore:InitializeRecord";
const INVITEE: &str = "platformCore:UpdateInviteeStatusReference";
const PAGE: (&str, &str, bool) = ("pageIndex", "xsd:int", false);
const JOB_ID: (&str, &str, bool) = ("jobId", "xsd:string", false);

type Asked = &'static [(&'static str, &'static str, bool)];

const fn operation(name: &'static str, emulated: Emulated, asked: Asked, answer: Answer) -> Operation {
    Operation {
        name,
        emulated,
        asked,
        answer,
    }
}

const fn whole(name: &'static str, asked: Asked, answer: Answer) -> Operation {
    operation(name, Emulated::Whole, asked, answer)
}

const fn partly(name: &'static str, asked: Asked, answer: Answer) -> Operation {
    operation(name, Emulated::Partly, asked, answer)
}

const fn missing(name: &'static str, asked: Asked, answer: Answer) -> Operation {
    operation(name, Emulated::No, asked, answer)
}

const fn ended(name: &'static str, asked: Asked, answer: Answer) -> Operation {
    operation(name, Emulated::Ended, asked, answer)
}

static OPERATIONS: [Operation; 48] = [
    whole("get", &[("baseRef", REF, false)], READ),
    whole("getList", &[("baseRef", REF, true)], READ_LIST),
    whole(
        "getAll",
        &[("record", "platformCore:GetAllRecord", false)],
        Answer::Core("getAllResult"),
    ),
    whole("add", &[("record", RECORD, false)], WRITE),
    whole("addList", &[("record", RECORD, true)], WRITE_LIST),
    whole("update", &[("record", RECORD, false)], WRITE),
    whole("updateList", &[("record", RECORD, true)], WRITE_LIST),
    whole("upsert", &[("record", RECORD, false)], WRITE),
    whole("upsertList", &[("record", RECORD, true)], WRITE_LIST),
    whole("delete", &[("baseRef", REF, false)], WRITE),
    whole("deleteList", &[("baseRef", REF, true)], WRITE_LIST),
    partly("search", &[("searchRecord", SEARCH, false)], FOUND),
    whole(
        "searchMoreWithId",
        &[("searchId", "xsd:string", false), PAGE],
        FOUND,
    ),
    partly("initialize", &[("initializeRecord", INITIALIZE, false)], READ),
    partly(
        "initializeList",
        &[("initializeRecord", INITIALIZE, true)],
        READ_LIST,
    ),
    whole("getServerTime", &[], Answer::Core("getServerTimeResult")),
    whole(
        "getDataCenterUrls",
        &[("account", "xsd:string", false)],
        Answer::Core("getDataCenterUrlsResult"),
    ),
    partly(
        "getSelectValue",
        &[
            (
                "fieldDescription",
                "platformCore:GetSelectValueFieldDescription",
                false,
            ),
            PAGE,
        ],
        Answer::Core("getSelectValueResult"),
    ),
    partly(
        "getCustomizationId",
        &[
            ("customizationType", "platformCore:CustomizationType", false),
            ("includeInactives", "xsd:boolean", false),
        ],
        Answer::Core("getCustomizationIdResult"),
    ),
    whole(
        "getBudgetExchangeRate",
        &[(
            "budgetExchangeRateFilter",
            "platformCore:BudgetExchangeRateFilter",
            false,
        )],
        Answer::Core("getBudgetExchangeRateResult"),
    ),
    partly(
        "getDeleted",
        &[("getDeletedFilter", "platformCore:GetDeletedFilter", false), PAGE],
        Answer::Core("getDeletedResult"),
    ),
    whole(
        "getSavedSearch",
        &[("record", "platformCore:GetSavedSearchRecord", false)],
        Answer::Core("getSavedSearchResult"),
    ),
    partly(
        "attach",
        &[("attachReference", "platformCore:AttachReference", false)],
        WRITE,
    ),
    partly(
        "detach",
        &[("detachReference", "platformCore:DetachReference", false)],
        WRITE,
    ),
    partly(
        "getItemAvailability",
        &[(
            "itemAvailabilityFilter",
            "platformCore:ItemAvailabilityFilter",
            false,
        )],
        Answer::Core("getItemAvailabilityResult"),
    ),
    missing(
        "getCurrencyRate",
        &[("currencyRateFilter", "platformCore:CurrencyRateFilter", false)],
        Answer::Core("getCurrencyRateResult"),
    ),
    missing(
        "getPostingTransactionSummary",
        &[
            ("fields", "platformCore:PostingTransactionSummaryField", false),
            ("filters", "platformCore:PostingTransactionSummaryFilter", false),
            PAGE,
            ("operationId", "xsd:string", false),
        ],
        Answer::Core("getPostingTransactionSummaryResult"),
    ),
    missing(
        "updateInviteeStatus",
        &[("updateInviteeStatusReference", INVITEE, false)],
        WRITE,
    ),
    missing(
        "updateInviteeStatusList",
        &[("updateInviteeStatusReference", INVITEE, true)],
        WRITE_LIST,
    ),
    missing("asyncAddList", &[("record", RECORD, true)], JOB),
    missing("asyncUpdateList", &[("record", RECORD, true)], JOB),
    missing("asyncUpsertList", &[("record", RECORD, true)], JOB),
    missing("asyncDeleteList", &[("baseRef", REF, true)], JOB),
    missing("asyncGetList", &[("baseRef", REF, true)], JOB),
    missing(
        "asyncInitializeList",
        &[("initializeRecord", INITIALIZE, true)],
        JOB,
    ),
    missing("asyncSearch", &[("searchRecord", SEARCH, false)], JOB),
    missing(
        "getAsyncResult",
        &[JOB_ID, PAGE],
        Answer::Own("asyncResult", "AsyncResult"),
    ),
    missing("checkAsyncStatus", &[JOB_ID], JOB),
    missing("getAccountGovernanceInfo", &[], Answer::Undeclared),
    missing("getIntegrationGovernanceInfo", &[], Answer::Undeclared),
    missing(
        "changePassword",
        &[("changePassword", "platformCore:ChangePassword", false)],
        SESSION,
    ),
    missing(
        "changeEmail",
        &[("changeEmail", "platformCore:ChangeEmail", false)],
        SESSION,
    ),
    ended("login", &[("passport", "platformCore:Passport", false)], SESSION),
    ended(
        "ssoLogin",
        &[("ssoPassport", "platformCore:SsoPassport", false)],
        SESSION,
    ),
    ended(
        "mapSso",
        &[("ssoCredentials", "platformCore:SsoCredentials", false)],
        SESSION,
    ),
    ended("logout", &[], SESSION),
    ended("searchMore", &[PAGE], FOUND),
    ended("searchNext", &[], FOUND),
];

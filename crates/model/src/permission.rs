//! Permissions, and the levels each is offered at.

use crate::word::{UnknownWord, Word, words};
use std::fmt;

/// How far a permission reaches; each level includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    View,
    Create,
    Edit,
    Full,
}

words!(Level, "permission level" { View => "View", Create => "Create", Edit => "Edit", Full => "Full" });

/// The subtab of a role's Permissions a permission is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subtab {
    Transactions,
    Reports,
    Lists,
    Setup,
}

words!(Subtab, "permission subtab" {
    Transactions => "Transactions",
    Reports => "Reports",
    Lists => "Lists",
    Setup => "Setup",
});

const FULL: &[Level] = &[Level::Full];
const VIEW: &[Level] = &[Level::View];
const EVERY: &[Level] = Level::ALL;

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident => $label:literal, $id:literal, $subtab:ident, $levels:expr;)+) => {
        /// A permission a role can be given: those that this account asks for, and those its standard roles have for
        /// the records it holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $($(#[$doc])* $name,)+
        }

        impl Permission {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// NetSuite's label, NetSuite's id, subtab, and the levels the page offers.
            const fn row(self) -> (&'static str, &'static str, Subtab, &'static [Level]) {
                match self {
                    $(Self::$name => ($label, $id, Subtab::$subtab, $levels),)+
                }
            }
        }
    };
}

permissions! {
    /// Create and manage other users' tokens, never for an Administrator role. Does not let its holder log in by token.
    AccessTokenManagement => "Access Token Management", "ADMI_MANAGE_OAUTH_TOKENS", Setup, FULL;
    /// Create and revoke one's own tokens, and log in with them.
    UserAccessTokens => "User Access Tokens", "ADMI_MANAGE_OWN_OAUTH_TOKENS", Setup, FULL;
    /// Log in with a token, not create one.
    LogInUsingAccessTokens => "Log in using Access Tokens", "ADMI_LOGIN_OAUTH", Setup, FULL;
    RestWebServices => "REST Web Services", "ADMI_RESTWEBSERVICES", Setup, EVERY;
    /// Must be at Full to use the service.
    SoapWebServices => "SOAP Web Services", "ADMI_WEBSERVICES", Setup, EVERY;
    /// Create and change integration records.
    IntegrationApplication => "Integration Application", "ADMI_INTEGRAPP", Setup, FULL;
    /// See the list of integration records, and no more.
    IntegrationApplications => "Integration Applications", "LIST_INTEGRAPP", Lists, VIEW;
    ViewLoginAuditTrail => "View Login Audit Trail", "ADMI_AUDITLOGIN", Setup, FULL;
    /// The execution logs.
    ViewWebServicesLogs => "View Web Services Logs", "ADMI_WEBSERVICESLOG", Setup, FULL;
    SetUpSoapWebServices => "Set Up SOAP Web Services", "ADMI_WEBSERVICESSETUP", Setup, FULL;
    EnableFeatures => "Enable Features", "ADMI_ENABLEFEATURES", Setup, FULL;
    /// Company Information and General Preferences.
    SetUpCompany => "Set Up Company", "ADMI_SETUPCOMPANY", Setup, EVERY;
    /// Everything an Administrator may, as a box on another role.
    CoreAdministration => "Core Administration Permissions", "ADMI_KERNEL", Setup, FULL;
    ManageRoles => "Bulk Manage Roles", "ADMI_MANAGEROLES", Setup, FULL;
    ManageUsers => "Manage Users", "ADMI_MANAGEUSERS", Setup, FULL;
    /// Say which roles need a second factor.
    TwoFactorAuthentication => "Two-Factor Authentication base", "ADMI_TWOFACTORAUTH", Setup, FULL;
    SuiteScript => "SuiteScript", "ADMI_CUSTOMSCRIPT", Setup, EVERY;
    LogInUsingOAuth2 => "Log in using OAuth 2.0 Access Tokens", "ADMI_LOGIN_OAUTH2", Setup, FULL;
    ManageOAuth2Applications =>
        "OAuth 2.0 Authorized Applications Management", "ADMI_MANAGE_OAUTH2", Setup, FULL;
    SetUpSaml => "Set Up SAML Single Sign-on", "ADMI_SAMLSSOSETUP", Setup, FULL;
    SetUpOpenIdConnect => "Set Up OpenID Connect (OIDC) Single Sign-on", "ADMI_OIDCSETUP", Setup, FULL;
    SetUpOpenId => "Set Up OpenID Single Sign-on", "ADMI_OPENIDSSOSETUP", Setup, FULL;
    SetUpOidcProvider => "OIDC Provider Setup", "ADMI_NSASOIDCPROVIDER", Setup, FULL;
    ManageDeviceIds => "Device ID Management", "ADMI_DEVICE_ID", Setup, FULL;
    ViewUnencryptedCreditCards => "View Unencrypted Credit Cards", "ADMI_VIEWCREDITCARDS", Setup, FULL;
    DeletedRecords => "Deleted Records", "ADMI_DELETEDRECORD", Setup, FULL;
    /// Terms, and other lists of accounting.
    AccountingLists => "Accounting Lists", "ADMI_ACCOUNTINGLIST", Setup, EVERY;
    ManageAccountingPeriods => "Manage Accounting Periods", "ADMI_ACCTPERIODS", Setup, EVERY;
    SuiteAnalyticsWorkbook =>
        "SuiteAnalytics Workbook", "REPO_ANALYTICS", Reports, &[Level::View, Level::Edit];
    FinancialStatements => "Financial Statements", "REPO_FINANCIALS", Reports, VIEW;
    PerformSearch => "Perform Search", "LIST_FIND", Lists, EVERY;
    Customers => "Customers", "LIST_CUSTJOB", Lists, EVERY;
    Vendors => "Vendors", "LIST_VENDOR", Lists, EVERY;
    Partners => "Partners", "LIST_PARTNER", Lists, EVERY;
    OtherNames => "Other Names", "LIST_OTHERNAME", Lists, EVERY;
    Jobs => "Jobs", "LIST_JOB", Lists, EVERY;
    Contacts => "Contacts", "LIST_CONTACT", Lists, EVERY;
    Cases => "Cases", "LIST_CASE", Lists, EVERY;
    Tasks => "Tasks", "LIST_TASK", Lists, EVERY;
    PhoneCalls => "Phone Calls", "LIST_CALL", Lists, EVERY;
    Events => "Events", "LIST_EVENT", Lists, EVERY;
    Employees => "Employees", "LIST_EMPLOYEE", Lists, EVERY;
    EmployeeRecord => "Employee Record", "LIST_EMPLOYEE_RECORD", Lists, EVERY;
    Items => "Items", "LIST_ITEM", Lists, EVERY;
    Bins => "Bins", "LIST_BIN", Lists, EVERY;
    Accounts => "Accounts", "LIST_ACCOUNT", Lists, EVERY;
    Subsidiaries => "Subsidiaries", "LIST_SUBSIDIARY", Lists, EVERY;
    Departments => "Departments", "LIST_DEPARTMENT", Lists, EVERY;
    Classes => "Classes", "LIST_CLASS", Lists, EVERY;
    Locations => "Locations", "LIST_LOCATION", Lists, EVERY;
    Currency => "Currency", "LIST_CURRENCY", Lists, EVERY;
    DocumentsAndFiles => "Documents and Files", "LIST_FILECABINET", Lists, EVERY;
    CustomRecordEntries => "Custom Record Entries", "LIST_CUSTRECORDENTRY", Lists, EVERY;
    FindTransaction => "Find Transaction", "TRAN_FIND", Transactions, EVERY;
    Opportunity => "Opportunity", "TRAN_OPPRTNTY", Transactions, EVERY;
    Estimate => "Estimate", "TRAN_ESTIMATE", Transactions, EVERY;
    SalesOrder => "Sales Order", "TRAN_SALESORD", Transactions, EVERY;
    ItemFulfillment => "Item Fulfillment", "TRAN_ITEMSHIP", Transactions, EVERY;
    ReturnAuthorization => "Return Authorization", "TRAN_RTNAUTH", Transactions, EVERY;
    Invoice => "Invoice", "TRAN_CUSTINVC", Transactions, EVERY;
    CashSale => "Cash Sale", "TRAN_CASHSALE", Transactions, EVERY;
    CashSaleRefund => "Cash Sale Refund", "TRAN_CASHRFND", Transactions, EVERY;
    CreditMemo => "Credit Memo", "TRAN_CUSTCRED", Transactions, EVERY;
    CustomerPayment => "Customer Payment", "TRAN_CUSTPYMT", Transactions, EVERY;
    CustomerDeposit => "Customer Deposit", "TRAN_CUSTDEP", Transactions, EVERY;
    DepositApplication => "Deposit Application", "TRAN_DEPAPPL", Transactions, EVERY;
    CustomerRefund => "Customer Refund", "TRAN_CUSTRFND", Transactions, EVERY;
    PurchaseOrder => "Purchase Order", "TRAN_PURCHORD", Transactions, EVERY;
    ItemReceipt => "Item Receipt", "TRAN_ITEMRCPT", Transactions, EVERY;
    Bills => "Bills", "TRAN_VENDBILL", Transactions, EVERY;
    PayBills => "Pay Bills", "TRAN_VENDPYMT", Transactions, EVERY;
    EnterVendorCredits => "Enter Vendor Credits", "TRAN_VENDCRED", Transactions, EVERY;
    VendorReturnAuthorization => "Vendor Return Authorization", "TRAN_VENDAUTH", Transactions, EVERY;
    Check => "Check", "TRAN_CHECK", Transactions, EVERY;
    Deposit => "Deposit", "TRAN_DEPOSIT", Transactions, EVERY;
    AdjustInventory => "Adjust Inventory", "TRAN_INVADJST", Transactions, EVERY;
    TransferInventory => "Transfer Inventory", "TRAN_INVTRNFR", Transactions, EVERY;
    TransferOrder => "Transfer Order", "TRAN_TRNFRORD", Transactions, EVERY;
    ExpenseReport => "Expense Report", "TRAN_EXPREPT", Transactions, EVERY;
    TrackTime => "Track Time", "TRAN_TIMEBILL", Transactions, EVERY;
    MakeJournalEntry => "Make Journal Entry", "TRAN_JOURNAL", Transactions, EVERY;
    SetUpBudgets => "Set Up Budgets", "TRAN_BUDGET", Transactions, EVERY;
}

impl Permission {
    /// The permissions for records: those of lists and transactions, but for that of integration records, and two that
    /// NetSuite has among the set-up.
    pub fn of_records() -> impl Iterator<Item = Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(|permission| match permission.subtab() {
                Subtab::Lists | Subtab::Transactions => *permission != Self::IntegrationApplications,
                Subtab::Setup => matches!(permission, Self::AccountingLists | Self::ManageAccountingPeriods),
                Subtab::Reports => false,
            })
    }

    pub const fn label(self) -> &'static str {
        self.row().0
    }

    /// NetSuite's id of the permission, by which scripts and stored accounts name it.
    pub const fn id(self) -> &'static str {
        self.row().1
    }

    pub const fn subtab(self) -> Subtab {
        self.row().2
    }

    /// The levels the permission is offered at, lowest first.
    pub const fn levels(self) -> &'static [Level] {
        self.row().3
    }

    /// Whether a role that has it needs a second factor, whatever its own box says.
    pub const fn requires_two_factor(self) -> bool {
        matches!(
            self,
            Self::AccessTokenManagement
                | Self::IntegrationApplication
                | Self::CoreAdministration
                | Self::TwoFactorAuthentication
                | Self::ManageOAuth2Applications
                | Self::SetUpSaml
                | Self::SetUpOpenIdConnect
                | Self::SetUpOpenId
                | Self::SetUpOidcProvider
                | Self::ManageDeviceIds
                | Self::ViewUnencryptedCreditCards
        )
    }

    pub fn by_id(id: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL.iter().copied().find(|permission| permission.id() == id);
        known.ok_or_else(|| UnknownWord {
            noun: "permission",
            word: id.to_owned(),
        })
    }

    pub fn by_label(label: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL
            .iter()
            .copied()
            .find(|permission| permission.label() == label);
        known.ok_or_else(|| UnknownWord {
            noun: "permission",
            word: label.to_owned(),
        })
    }
}

impl Word for Permission {
    const NOUN: &'static str = "permission";
    const WORDS: &'static [Self] = Self::ALL;

    fn word(self) -> &'static str {
        self.label()
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_its_own_id_and_label() {
        for permission in Permission::ALL.iter().copied() {
            assert_eq!(Permission::by_id(permission.id()), Ok(permission));
            assert_eq!(Permission::by_label(permission.label()), Ok(permission));
            assert!(!permission.levels().is_empty() && permission.levels().is_sorted());
        }
    }

    #[test]
    fn the_three_token_permissions_are_offered_at_full_only() {
        for permission in [
            Permission::AccessTokenManagement,
            Permission::UserAccessTokens,
            Permission::LogInUsingAccessTokens,
        ] {
            assert_eq!(permission.levels(), [Level::Full]);
        }
    }

    #[test]
    fn logging_in_by_token_needs_no_second_factor_and_managing_tokens_does() {
        assert!(Permission::AccessTokenManagement.requires_two_factor());
        assert!(!Permission::UserAccessTokens.requires_two_factor());
        assert!(!Permission::LogInUsingAccessTokens.requires_two_factor());
    }
}

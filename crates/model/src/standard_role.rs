//! NetSuite's standard roles, to start from: their ids, and of their permissions those this account knows, after the
//! Standard Roles Permissions Table.

use crate::word::words;
use crate::{Center, Level, Permission, PermissionSet, Role, RoleForm, RoleId};

/// A role every NetSuite account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StandardRole {
    Accountant,
    Administrator,
    Bookkeeper,
    Ceo,
    SalesManager,
    SalesPerson,
    EmployeeCenter,
    Cfo,
    Developer,
}

words!(StandardRole, "standard role" {
    Accountant => "Accountant",
    Administrator => "Administrator",
    Bookkeeper => "Bookkeeper",
    Ceo => "CEO",
    SalesManager => "Sales Manager",
    SalesPerson => "Sales Person",
    EmployeeCenter => "Employee Center",
    Cfo => "CFO",
    Developer => "Developer",
});

use Level::{Edit, Full, View};
use Permission as P;

/// What every one of them has: the channels, by token, and what a client looks things up with.
const CHANNELS: &[(Permission, Level)] = &[
    (P::RestWebServices, Full),
    (P::SoapWebServices, Full),
    (P::LogInUsingAccessTokens, Full),
    (P::SuiteAnalyticsWorkbook, Edit),
    (P::PerformSearch, Full),
    (P::DocumentsAndFiles, Full),
];

impl StandardRole {
    /// The internal id. Those of CFO and Developer are ours: NetSuite's are not public.
    pub const fn id(self) -> RoleId {
        RoleId::new(match self {
            Self::Accountant => 1,
            Self::Administrator => 3,
            Self::Bookkeeper => 6,
            Self::Ceo => 8,
            Self::SalesManager => 9,
            Self::SalesPerson => 10,
            Self::EmployeeCenter => 15,
            Self::Cfo => 41,
            Self::Developer => 55,
        })
    }

    pub const fn center(self) -> Center {
        match self {
            Self::Accountant | Self::Bookkeeper => Center::Accounting,
            Self::Ceo | Self::Cfo => Center::Executive,
            Self::SalesManager | Self::SalesPerson => Center::Sales,
            Self::EmployeeCenter => Center::Employee,
            Self::Developer => Center::SystemAdministrator,
            Self::Administrator => Center::Classic,
        }
    }

    /// Beside [`CHANNELS`].
    const fn own_permissions(self) -> &'static [(Permission, Level)] {
        match self {
            Self::Administrator => &[],
            Self::Accountant => ACCOUNTANT,
            Self::Bookkeeper => BOOKKEEPER,
            Self::Ceo | Self::Cfo => EXECUTIVE,
            Self::SalesManager => SALES_MANAGER,
            Self::SalesPerson => SALES_PERSON,
            Self::EmployeeCenter => EMPLOYEE_CENTER,
            Self::Developer => DEVELOPER,
        }
    }

    pub fn permissions(self) -> Vec<(Permission, Level)> {
        match self {
            Self::Administrator => Vec::new(),
            _ => [CHANNELS, self.own_permissions()].concat(),
        }
    }

    /// The role as an account is founded with it.
    pub fn role(self) -> Role {
        let given = self.permissions();
        Role {
            id: self.id(),
            name: self.label().to_owned(),
            center: self.center(),
            administrator: self == Self::Administrator,
            permissions: given
                .iter()
                .fold(PermissionSet::none(), |set, (permission, level)| {
                    // Every level of the tables is offered; a test holds that.
                    set.clone().grant(*permission, *level).unwrap_or(set)
                }),
            ..Role::administrator()
        }
    }

    /// Customize: the New Role page, filled in with this role. None of Administrator: it has every permission and no line
    /// for any, so a copy would have none.
    pub fn customize(self) -> Option<RoleForm> {
        (self != Self::Administrator).then(|| RoleForm {
            name: format!("Custom {}", self.label()),
            center: self.center(),
            permissions: self.permissions(),
            ..RoleForm::default()
        })
    }
}

const ACCOUNTANT: &[(Permission, Level)] = &[
    (P::FindTransaction, Full),
    (P::Customers, Edit),
    (P::Vendors, Edit),
    (P::Contacts, Full),
    (P::Employees, Edit),
    (P::EmployeeRecord, Full),
    (P::Items, Edit),
    (P::Accounts, Edit),
    (P::Departments, Edit),
    (P::Classes, Edit),
    (P::Locations, Edit),
    (P::FinancialStatements, View),
    (P::DeletedRecords, Full),
    (P::SalesOrder, Edit),
    (P::Invoice, Edit),
    (P::CashSale, Edit),
    (P::CashSaleRefund, Edit),
    (P::ReturnAuthorization, Edit),
    (P::CreditMemo, Edit),
    (P::CustomerPayment, Edit),
    (P::CustomerDeposit, Edit),
    (P::DepositApplication, Edit),
    (P::CustomerRefund, Edit),
    (P::PurchaseOrder, Edit),
    (P::ItemReceipt, Edit),
    (P::Bills, Full),
    (P::PayBills, Edit),
    (P::EnterVendorCredits, Edit),
    (P::Check, Edit),
    (P::Deposit, Edit),
    (P::MakeJournalEntry, Edit),
];

const BOOKKEEPER: &[(Permission, Level)] = &[
    (P::FindTransaction, Full),
    (P::Customers, Edit),
    (P::Vendors, Edit),
    (P::Contacts, Full),
    (P::Employees, Edit),
    (P::EmployeeRecord, Full),
    (P::Items, Edit),
    (P::Accounts, View),
    (P::Departments, Edit),
    (P::Classes, Edit),
    (P::Locations, Edit),
    (P::DeletedRecords, Full),
    (P::SalesOrder, Edit),
    (P::Invoice, Edit),
    (P::CashSale, Edit),
    (P::CashSaleRefund, Edit),
    (P::ReturnAuthorization, Edit),
    (P::CreditMemo, Edit),
    (P::CustomerPayment, Edit),
    (P::CustomerDeposit, Edit),
    (P::DepositApplication, Edit),
    (P::CustomerRefund, Edit),
    (P::PurchaseOrder, Edit),
    (P::ItemReceipt, Edit),
    (P::Bills, Edit),
    (P::PayBills, Edit),
    (P::EnterVendorCredits, Edit),
    (P::Check, Edit),
    (P::Deposit, Edit),
    (P::MakeJournalEntry, Edit),
];

const EXECUTIVE: &[(Permission, Level)] = &[
    (P::FindTransaction, Full),
    (P::Customers, Full),
    (P::Vendors, Full),
    (P::Contacts, Full),
    (P::Tasks, Full),
    (P::PhoneCalls, Full),
    (P::Events, Full),
    (P::Employees, Full),
    (P::EmployeeRecord, Full),
    (P::Items, Full),
    (P::Accounts, Full),
    (P::Departments, Full),
    (P::Classes, Full),
    (P::Locations, Full),
    (P::FinancialStatements, View),
    (P::DeletedRecords, Full),
    (P::Opportunity, Full),
    (P::SalesOrder, Full),
    (P::Invoice, Full),
    (P::CashSale, Full),
    (P::CashSaleRefund, Full),
    (P::ReturnAuthorization, Full),
    (P::CreditMemo, Full),
    (P::CustomerPayment, Full),
    (P::CustomerDeposit, Full),
    (P::DepositApplication, Full),
    (P::CustomerRefund, Full),
    (P::PurchaseOrder, Full),
    (P::ItemReceipt, Full),
    (P::Bills, Full),
    (P::PayBills, Full),
    (P::EnterVendorCredits, Full),
    (P::Check, Full),
    (P::Deposit, Full),
    (P::ExpenseReport, Full),
    (P::MakeJournalEntry, Full),
    (P::SetUpBudgets, Full),
];

const SALES_MANAGER: &[(Permission, Level)] = &[
    (P::FindTransaction, Full),
    (P::Customers, Full),
    (P::Contacts, Full),
    (P::Tasks, Full),
    (P::PhoneCalls, Full),
    (P::Events, Full),
    (P::EmployeeRecord, View),
    (P::Items, View),
    (P::DeletedRecords, Full),
    (P::Opportunity, Full),
    (P::Estimate, Full),
    (P::SalesOrder, Full),
    (P::CashSale, Edit),
];

const SALES_PERSON: &[(Permission, Level)] = &[
    (P::FindTransaction, Full),
    (P::Customers, Full),
    (P::Contacts, Full),
    (P::Tasks, Full),
    (P::PhoneCalls, Full),
    (P::Events, Full),
    (P::EmployeeRecord, View),
    (P::Items, View),
    (P::DeletedRecords, Full),
    (P::Opportunity, Edit),
    (P::Estimate, Full),
    (P::SalesOrder, Edit),
    (P::CashSale, Edit),
];

const EMPLOYEE_CENTER: &[(Permission, Level)] = &[
    (P::UserAccessTokens, Full),
    (P::FindTransaction, Full),
    (P::Contacts, Edit),
    (P::EmployeeRecord, Edit),
    (P::DeletedRecords, Full),
    (P::Bills, View),
    (P::ExpenseReport, Full),
    (P::PurchaseOrder, Full),
];

const DEVELOPER: &[(Permission, Level)] = &[
    (P::UserAccessTokens, Full),
    (P::LogInUsingOAuth2, Full),
    (P::ManageRoles, Full),
    (P::EnableFeatures, Full),
    (P::SuiteScript, Full),
    (P::CustomRecordEntries, Full),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RoleDraft;

    #[test]
    fn every_standard_role_but_administrator_can_be_customized_as_it_is() {
        for standard in StandardRole::ALL.iter().copied() {
            let role = standard.role();
            assert!(role.is_standard(), "{standard}");
            let Some(form) = standard.customize() else {
                assert!(role.administrator);
                continue;
            };
            let draft = RoleDraft::parse(form).unwrap();
            let custom = draft.into_role(RoleId::new(1001));
            assert_eq!(custom.permissions, role.permissions, "{standard}");
            assert_eq!(custom.center, role.center);
            assert!(!custom.administrator);
        }
    }

    #[test]
    fn standard_roles_call_the_services_by_token() {
        for standard in StandardRole::ALL.iter().copied() {
            let role = standard.role();
            assert!(role.logs_in_by_token(), "{standard}");
            assert!(role.allows(P::RestWebServices, Full), "{standard}");
        }
    }

    #[test]
    fn the_administrator_is_the_only_one_that_needs_no_permissions() {
        assert_eq!(StandardRole::Administrator.role(), Role::administrator());
        let mut others = StandardRole::ALL.iter().map(|standard| standard.role());
        assert!(others.all(|role| role.administrator || !role.permissions.is_empty()));
    }
}

//! Types that clients name when they begin, and that this account has no records of: declared with nothing in them.

use super::fragment::{complex, enumeration};
use crate::escaped::Xml;
use crate::namespace::Namespace;

/// The prefix of a namespace, and names in it. netsuitesdk asks for each of them; without some it does not begin.
const STUBS: [(&str, &[&str]); 8] = [
    (
        "platformCommon",
        &[
            "BillingAccountSearchBasic",
            "ClassificationSearchBasic",
            "ConsolidatedExchangeRateSearchBasic",
            "CurrencyRateSearchBasic",
            "CustomListSearchBasic",
            "ExpenseCategorySearchBasic",
            "InboundShipmentSearchBasic",
            "JobSearchBasic",
            "PriceLevelSearchBasic",
            "SalesTaxItemSearchBasic",
            "TaxDetails",
            "TaxDetailsList",
            "TaxGroupSearchBasic",
        ],
    ),
    (
        "listRel",
        &[
            "BillingAccount",
            "BillingAccountSearch",
            "CustomerTaxRegistration",
            "CustomerTaxRegistrationList",
            "Job",
            "JobSearch",
        ],
    ),
    (
        "listAcct",
        &[
            "ExpenseCategory",
            "ExpenseCategorySearch",
            "PriceLevelSearch",
            "SalesTaxItem",
            "SalesTaxItemSearch",
            "TaxGroup",
            "TaxGroupSearch",
            "VendorCategory",
            "VendorCategorySearch",
        ],
    ),
    ("tranSales", &["Usage"]),
    (
        "tranPurch",
        &[
            "InboundShipmentSearch",
            "VendorCredit",
            "VendorCreditApply",
            "VendorCreditApplyList",
            "VendorCreditExpense",
            "VendorCreditExpenseList",
            "VendorCreditItem",
            "VendorCreditItemList",
            "VendorPaymentCredit",
            "VendorPaymentCreditList",
        ],
    ),
    (
        "tranGeneral",
        &[
            "AdvInterCompanyJournalEntry",
            "AdvInterCompanyJournalEntryLine",
            "AdvInterCompanyJournalEntryLineList",
        ],
    ),
    (
        "setupCustom",
        &["CustomListSearch", "CustomRecordCustomField", "CustomRecordType"],
    ),
    (
        "tranEmp",
        &[
            "ExpenseReport",
            "ExpenseReportExpense",
            "ExpenseReportExpenseList",
        ],
    ),
];

/// The simple types of the same kind.
const TYPES: [(&str, &[&str]); 1] = [("platformCommon", &["ItemCostEstimateType"])];

/// Those of a namespace that are not declared otherwise.
pub(super) fn write(xml: &mut Xml, namespace: Namespace, declared: &[String]) {
    for name in missing(&STUBS, namespace, declared) {
        let base = match name {
            _ if name.ends_with("SearchBasic") => Some("platformCore:SearchRecordBasic"),
            _ if name.ends_with("Search") => Some("platformCore:SearchRecord"),
            // Lines and lists of them are no records, and nobody asks what they are.
            _ if name.ends_with("List") => None,
            _ => Some("platformCore:Record"),
        };
        let attributes: &[_] = match base {
            Some("platformCore:Record") => &[("internalId", "xsd:string"), ("externalId", "xsd:string")],
            _ => &[],
        };
        complex(xml, name, base, &[], attributes);
    }
}

pub(super) fn write_types(xml: &mut Xml, namespace: Namespace, declared: &[String]) {
    for name in missing(&TYPES, namespace, declared) {
        enumeration(xml, name, []);
    }
}

fn missing<'d>(
    table: &'static [(&str, &[&'static str])],
    namespace: Namespace,
    declared: &'d [String],
) -> impl Iterator<Item = &'static str> + 'd {
    let of = table
        .iter()
        .filter(move |(prefix, _)| *prefix == namespace.prefix());
    let names = of.flat_map(|(_, names)| names.iter().copied());
    names.filter(|name| !declared.iter().any(|known| known == name))
}

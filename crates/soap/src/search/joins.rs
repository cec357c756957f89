//! The joins of searches: what NetSuite calls them, and the references of the declared types that make them.

use countersign_records::Link;
use countersign_records::Link::{Back, BackLine, Field, Line};

/// A join of a search.
#[derive(Debug, PartialEq)]
pub(crate) struct Way {
    /// `Customer` of `CustomerSearch`.
    subject: &'static str,
    /// The element in it.
    pub(crate) name: &'static str,
    /// `Contact` of the `ContactSearchBasic` that the element is.
    pub(crate) target: &'static str,
    /// Any of these.
    pub(crate) links: &'static [Link],
}

impl Way {
    /// At most one record is joined, so that its fields can be columns of a row.
    pub(crate) fn is_single(&self) -> bool {
        self.links.iter().all(|link| matches!(link, Field(_)))
    }
}

const fn way(subject: &'static str, name: &'static str, target: &'static str, links: &'static [Link]) -> Way {
    Way {
        subject,
        name,
        target,
        links,
    }
}

/// Those of a search.
pub(crate) fn of(subject: &str) -> impl Iterator<Item = &'static Way> {
    WAYS.iter().filter(move |way| way.subject == subject)
}

pub(super) fn find(subject: &str, name: &str) -> Option<&'static Way> {
    of(subject).find(|way| way.name == name)
}

static WAYS: [Way; 39] = [
    way("Contact", "caseJoin", "SupportCase", &[Back("contact")]),
    way("Contact", "customerJoin", "Customer", &[Field("company")]),
    way("Contact", "parentCustomerJoin", "Customer", &[Field("company")]),
    way("Contact", "parentPartnerJoin", "Partner", &[Field("company")]),
    way("Contact", "parentVendorJoin", "Vendor", &[Field("company")]),
    way("Contact", "partnerJoin", "Partner", &[Field("company")]),
    way("Contact", "vendorJoin", "Vendor", &[Field("company")]),
    way("Customer", "caseJoin", "SupportCase", &[Back("company")]),
    way("Customer", "contactJoin", "Contact", &[Back("company")]),
    way("Customer", "parentCustomerJoin", "Customer", &[Field("parent")]),
    way("Customer", "salesRepJoin", "Employee", &[Field("salesRep")]),
    way("Customer", "subCustomerJoin", "Customer", &[Back("parent")]),
    way(
        "Customer",
        "transactionJoin",
        "Transaction",
        &[Back("entity"), Back("customer")],
    ),
    way("Employee", "departmentJoin", "Department", &[Field("department")]),
    way("Employee", "locationJoin", "Location", &[Field("location")]),
    way("Employee", "subsidiaryJoin", "Subsidiary", &[Field("subsidiary")]),
    way("Folder", "fileJoin", "File", &[Back("folder")]),
    way("Item", "parentJoin", "Item", &[Field("parent")]),
    way("Item", "preferredVendorJoin", "Vendor", &[Field("vendor")]),
    way("Item", "transactionJoin", "Transaction", &[BackLine("item")]),
    way("Partner", "contactJoin", "Contact", &[Back("company")]),
    way("SupportCase", "contactJoin", "Contact", &[Field("contact")]),
    way("SupportCase", "customerJoin", "Customer", &[Field("company")]),
    way("SupportCase", "employeeJoin", "Employee", &[Field("assigned")]),
    way("SupportCase", "itemJoin", "Item", &[Field("item")]),
    way(
        "Transaction",
        "accountJoin",
        "Account",
        &[Field("account"), Line("account")],
    ),
    way(
        "Transaction",
        "accountingPeriodJoin",
        "AccountingPeriod",
        &[Field("postingPeriod")],
    ),
    way(
        "Transaction",
        "appliedToTransactionJoin",
        "Transaction",
        &[Line("doc")],
    ),
    way(
        "Transaction",
        "applyingTransactionJoin",
        "Transaction",
        &[BackLine("doc")],
    ),
    way("Transaction", "classJoin", "Classification", &[Field("class")]),
    way(
        "Transaction",
        "createdFromJoin",
        "Transaction",
        &[Field("createdFrom")],
    ),
    way(
        "Transaction",
        "customerJoin",
        "Customer",
        &[Field("entity"), Field("customer")],
    ),
    way(
        "Transaction",
        "customerMainJoin",
        "Customer",
        &[Field("entity"), Field("customer")],
    ),
    way(
        "Transaction",
        "departmentJoin",
        "Department",
        &[Field("department")],
    ),
    way("Transaction", "itemJoin", "Item", &[Line("item")]),
    way("Transaction", "locationJoin", "Location", &[Field("location")]),
    way("Transaction", "salesRepJoin", "Employee", &[Field("salesRep")]),
    way(
        "Transaction",
        "subsidiaryJoin",
        "Subsidiary",
        &[Field("subsidiary")],
    ),
    way("Transaction", "vendorJoin", "Vendor", &[Field("entity")]),
];

#[cfg(test)]
mod tests {
    use super::WAYS;
    use crate::schema::family::Family;
    use countersign_records::Catalog;

    #[test]
    fn every_join_is_made_by_a_reference_that_is_declared() {
        let families = Family::all(&Catalog::built_in().unwrap());
        let family = |subject| families.iter().find(|family| family.subject == subject).unwrap();
        for way in &WAYS {
            let (from, to) = (&family(way.subject).types, &family(way.target).types);
            for link in way.links {
                let is_made = from
                    .iter()
                    .any(|of| to.iter().any(|joined| link.relates(of, joined)));
                assert!(is_made, "{} {} by {link:?}", way.subject, way.name);
            }
        }
    }
}

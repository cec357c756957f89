//! To which records a custom field belongs.

use countersign_records::Catalog;
use countersign_soap::Element;

use super::standard::standard;

/// Types, and sublists of them, by the box that adds a field there.
type Boxes = &'static [(&'static str, &'static [(&'static str, Option<&'static str>)])];

const ENTITIES: Boxes = &[
    // Leads lie in the table of customers, and are extended with them.
    ("appliestocustomer", &[("customer", None)]),
    ("appliestocontact", &[("contact", None)]),
    ("appliestovendor", &[("vendor", None)]),
    ("appliestoemployee", &[("employee", None)]),
    ("appliestopartner", &[("partner", None)]),
    ("appliestoothername", &[("otherName", None)]),
    ("appliestoproject", &[("job", None)]),
];

const ITEMS: Boxes = &[
    ("appliestoinventory", &[("inventoryItem", None)]),
    (
        "appliestononinventory",
        &[
            ("nonInventorySaleItem", None),
            ("nonInventoryResaleItem", None),
            ("nonInventoryPurchaseItem", None),
        ],
    ),
    (
        "appliestoservice",
        &[
            ("serviceSaleItem", None),
            ("serviceResaleItem", None),
            ("servicePurchaseItem", None),
        ],
    ),
    (
        "appliestoothercharge",
        &[
            ("otherChargeSaleItem", None),
            ("otherChargeResaleItem", None),
            ("otherChargePurchaseItem", None),
        ],
    ),
    ("appliestogroup", &[("itemGroup", None)]),
    ("appliestoitemassembly", &[("assemblyItem", None)]),
    ("appliestokit", &[("kitItem", None)]),
];

const CRM: Boxes = &[
    ("appliestocase", &[("supportCase", None)]),
    ("appliestoevent", &[("calendarEvent", None)]),
    ("appliestophonecall", &[("phoneCall", None)]),
    ("appliestotask", &[("task", None)]),
];

const BODIES: Boxes = &[
    (
        "bodysale",
        &[
            ("salesOrder", None),
            ("invoice", None),
            ("creditMemo", None),
            ("estimate", None),
            ("cashSale", None),
            ("cashRefund", None),
            ("returnAuthorization", None),
        ],
    ),
    ("bodyopportunity", &[("opportunity", None)]),
    (
        "bodypurchase",
        &[
            ("purchaseOrder", None),
            ("vendorBill", None),
            ("vendorCredit", None),
            ("vendorReturnAuthorization", None),
        ],
    ),
    ("bodydeposit", &[("deposit", None)]),
    ("bodyexpensereport", &[("expenseReport", None)]),
    ("bodyinventoryadjustment", &[("inventoryAdjustment", None)]),
    ("bodyitemreceipt", &[("itemReceipt", None)]),
    ("bodytransferorder", &[("transferOrder", None)]),
    ("bodycustomerpayment", &[("customerPayment", None)]),
    ("bodyvendorpayment", &[("vendorPayment", None)]),
    ("bodyjournal", &[("journalEntry", None)]),
    ("bodyitemfulfillment", &[("itemFulfillment", None)]),
];

const COLUMNS: Boxes = &[
    (
        "colsale",
        &[
            ("salesOrder", Some("item")),
            ("invoice", Some("item")),
            ("creditMemo", Some("item")),
            ("estimate", Some("item")),
            ("cashSale", Some("item")),
            ("cashRefund", Some("item")),
            ("returnAuthorization", Some("item")),
        ],
    ),
    ("colopportunity", &[("opportunity", Some("item"))]),
    (
        "colpurchase",
        &[
            ("purchaseOrder", Some("item")),
            ("vendorBill", Some("item")),
            ("vendorCredit", Some("item")),
            ("vendorReturnAuthorization", Some("item")),
        ],
    ),
    (
        "colexpense",
        &[
            ("purchaseOrder", Some("expense")),
            ("vendorBill", Some("expense")),
            ("vendorCredit", Some("expense")),
            ("check", Some("expense")),
        ],
    ),
    ("colexpensereport", &[("expenseReport", Some("expense"))]),
    (
        "colinventoryadjustment",
        &[("inventoryAdjustment", Some("inventory"))],
    ),
    ("colitemreceipt", &[("itemReceipt", Some("item"))]),
    ("coltransferorder", &[("transferOrder", Some("item"))]),
    ("coljournal", &[("journalEntry", Some("line"))]),
    ("colitemfulfillment", &[("itemFulfillment", Some("item"))]),
];

/// Boxes that are about paper and the web shop.
const SHOWN: [&str; 12] = [
    "bodystore",
    "bodyprintflag",
    "bodyprintpackingslip",
    "bodyprintstatement",
    "bodypickingticket",
    "colprintflag",
    "colpackingslip",
    "colpickingticket",
    "colreturnform",
    "colstore",
    "colstorehidden",
    "colstorewithgroups",
];

#[derive(Debug, Default)]
pub(super) struct Applies {
    pub(super) blocks: Vec<Block>,
    /// Boxes that are checked and mean nothing here.
    pub(super) elsewhere: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Block {
    record_type: String,
    sublist: Option<&'static str>,
}

impl Block {
    /// What adds the field there.
    pub(super) fn with(&self, field: &str) -> String {
        match self.sublist {
            Some(sublist) => format!("extend {}\n  sublist {sublist}\n    {field}", self.record_type),
            None => format!("extend {}\n  {field}", self.record_type),
        }
    }
}

impl Applies {
    pub(super) fn to_entities(element: &Element) -> Self {
        Self::by(element, ENTITIES, "appliesto")
    }

    pub(super) fn to_items(element: &Element) -> Self {
        Self::by(element, ITEMS, "appliesto")
    }

    pub(super) fn to_crm(element: &Element) -> Self {
        Self::by(element, CRM, "appliesto")
    }

    pub(super) fn to_bodies(element: &Element) -> Self {
        Self::by(element, BODIES, "body")
    }

    pub(super) fn to_columns(element: &Element) -> Self {
        Self::by(element, COLUMNS, "col")
    }

    /// Of one other record, by its number.
    pub(super) fn to_others(element: &Element, catalog: &Catalog) -> Self {
        let number = element.text_of("rectype").unwrap_or_default();
        let found = standard(number).filter(|name| catalog.get(name).is_some());
        match found {
            Some(name) => Self {
                blocks: vec![Block {
                    record_type: name.to_owned(),
                    sublist: None,
                }],
                elsewhere: Vec::new(),
            },
            None => Self {
                blocks: Vec::new(),
                elsewhere: vec![format!("rectype {number}")],
            },
        }
    }

    fn by(element: &Element, boxes: Boxes, beginning: &str) -> Self {
        let mut applies = Self::default();
        let checked = element
            .children()
            .filter(|child| child.name().starts_with(beginning) && child.text() == "T");
        for child in checked {
            match boxes.iter().find(|(known, _)| *known == child.name()) {
                Some((_, types)) => applies
                    .blocks
                    .extend(types.iter().map(|(record_type, sublist)| Block {
                        record_type: (*record_type).to_owned(),
                        sublist: *sublist,
                    })),
                None if SHOWN.contains(&child.name()) => {}
                None => applies.elsewhere.push(child.name().to_owned()),
            }
        }
        applies
    }
}

//! NetSuite's numbers for its own lists and records, as `selectrecordtype` and `rectype` name them.

/// Of those that custom fields choose from. A list that has no records here is kept as ids.
const NUMBERS: [(&str, &str); 53] = [
    ("-2", "customer"),
    ("-3", "vendor"),
    ("-4", "employee"),
    ("-5", "partner"),
    ("-6", "contact"),
    ("-7", "job"),
    ("-9", "entity"),
    ("-10", "item"),
    ("-20", "calendarEvent"),
    ("-21", "task"),
    ("-22", "phoneCall"),
    ("-23", "supportCase"),
    ("-24", "campaign"),
    ("-25", "solution"),
    ("-26", "issue"),
    ("-27", "projectTask"),
    ("-30", "transaction"),
    ("-31", "opportunity"),
    ("-101", "classification"),
    ("-102", "department"),
    ("-103", "location"),
    ("-104", "customerStatus"),
    ("-105", "accountingPeriod"),
    ("-109", "customerCategory"),
    ("-110", "vendorCategory"),
    ("-112", "account"),
    ("-117", "subsidiary"),
    ("-121", "promotionCode"),
    ("-122", "currency"),
    ("-126", "expenseCategory"),
    ("-128", "salesTaxItem"),
    ("-132", "supportCaseStatus"),
    ("-141", "billingSchedule"),
    ("-151", "supportCaseIssue"),
    ("-152", "supportCaseOrigin"),
    ("-153", "supportCasePriority"),
    ("-154", "supportCaseType"),
    ("-157", "contactRole"),
    ("-158", "contactCategory"),
    ("-177", "jobType"),
    ("-180", "noteType"),
    ("-182", "partnerCategory"),
    ("-183", "paymentMethod"),
    ("-186", "priceLevel"),
    ("-187", "pricingGroup"),
    ("-191", "salesRole"),
    ("-199", "term"),
    ("-201", "unitsType"),
    ("-203", "winLossReason"),
    ("-242", "bin"),
    ("-264", "role"),
    ("-266", "inventoryNumber"),
    ("-400", "nexus"),
];

pub(super) struct Target {
    pub(super) name: String,
    /// A number that is not among them.
    pub(super) is_unknown: bool,
}

/// `-112`, or `[scriptid=customrecord_shelf]`, with or without an `appid` before it.
pub(super) fn target(said: &str) -> Option<Target> {
    if let Some(known) = standard(said) {
        return Some(Target {
            name: known.to_owned(),
            is_unknown: false,
        });
    }
    if let Some(inside) = said.strip_prefix('[').and_then(|said| said.strip_suffix(']')) {
        let mut parts = inside.split(',').map(str::trim);
        let script_id = parts.find_map(|part| part.strip_prefix("scriptid="))?;
        let name = script_id.to_ascii_lowercase();
        return crate::line::is_name(&name).then_some(Target {
            name,
            is_unknown: false,
        });
    }
    let number: u32 = said.strip_prefix('-')?.parse().ok()?;
    Some(Target {
        name: format!("list_{number}"),
        is_unknown: true,
    })
}

/// The REST name of what a number stands for.
pub(super) fn standard(number: &str) -> Option<&'static str> {
    let found = NUMBERS.iter().find(|(known, _)| *known == number);
    found.map(|(_, name)| *name)
}

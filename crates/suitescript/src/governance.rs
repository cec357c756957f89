//! Usage units: what each call of the API costs a server script (SuiteScript 2.x API Governance).

/// What kind of record an operation is about: it costs less where NetSuite does less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RecordClass {
    Custom,
    NonTransaction,
    Transaction,
}

impl RecordClass {
    fn of(name: &str) -> Option<Self> {
        match name {
            "custom" => Some(Self::Custom),
            "nontransaction" => Some(Self::NonTransaction),
            "transaction" => Some(Self::Transaction),
            _ => None,
        }
    }

    const fn choose(self, custom: u32, non_transaction: u32, transaction: u32) -> u32 {
        match self {
            Self::Custom => custom,
            Self::NonTransaction => non_transaction,
            Self::Transaction => transaction,
        }
    }
}

/// The usage units of one call of `operation` (`module.member`, or `module.Class.member`) on a record of `record_class`, which
/// is `custom`, `nontransaction` or `transaction`; without one, as on a transaction. `None` for an operation that is not known.
pub fn units(operation: &str, record_class: Option<&str>) -> Option<u32> {
    let class = record_class
        .and_then(RecordClass::of)
        .unwrap_or(RecordClass::Transaction);
    Some(match operation {
        "record.load" | "record.create" | "record.copy" | "record.transform" | "record.submitFields" => {
            class.choose(2, 5, 10)
        }
        "record.save" | "record.delete" => class.choose(4, 10, 20),
        "record.attach" | "record.detach" | "record.executeMacro" | "transaction.void" => 10,
        "search.create" | "search.run" => 0,
        "search.lookupFields" => 1,
        "search.load" | "search.save" | "search.delete" | "search.runPaged" | "search.fetch" => 5,
        // `each` for a thousand results, `getRange` a call.
        "search.each" | "search.getRange" | "search.duplicates" | "search.global" => 10,
        "query.load" | "query.delete" => 5,
        "query.run" | "query.runPaged" | "query.runSuiteQL" | "query.runSuiteQLPaged" | "query.fetch" => 10,
        "file.load" => 10,
        "file.save" | "file.copy" | "file.delete" => 20,
        "cache.get" | "cache.put" | "cache.remove" => 1,
        // A value that its loader had to make.
        "cache.load" => 2,
        "http.request" | "https.request" | "https.requestRestlet" | "https.requestSuiteTalkRest" => 10,
        // Also for a statement and what is made of XML.
        "render.transaction" | "render.pdf" => 10,
        // Also for a trigger.
        "workflow.initiate" => 20,
        "currency.exchangeRate" => 10,
        // Also for making what formats.
        "format.number" => 10,
        "email.send" | "email.sendBulk" => 20,
        "email.sendCampaignEvent" => 10,
        "task.submit" => 20,
        // Imports, deduplications, searches and queries.
        "task.submitBulk" => 100,
        "config.load" => 10,
        "config.save" => 20,
        _ => return None,
    })
}

/// The least that a script has paid for what makes one call of the host; 0 for calls of which one payment makes as many as it takes:
/// those that read, and those that save a record with its children.
pub(crate) fn least(call: &str) -> u32 {
    match call {
        "file.save" | "file.copy" | "file.delete" | "email.send" | "task.submit" => 20,
        "file.load" | "http.send" | "http.restlet" | "http.rest" | "record.attach" | "config.load" => 10,
        "search.save" | "search.delete" => 5,
        "record.submitFields" => 2,
        "cache.get" | "cache.put" | "cache.remove" => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{least, units};

    #[test]
    fn a_record_costs_less_where_netsuite_does_less() {
        assert_eq!(units("record.load", Some("transaction")), Some(10));
        assert_eq!(units("record.load", Some("nontransaction")), Some(5));
        assert_eq!(units("record.load", Some("custom")), Some(2));
        assert_eq!(units("record.save", Some("custom")), Some(4));
        assert_eq!(units("record.delete", None), Some(20));
    }

    #[test]
    fn an_operation_nobody_knows_has_no_price() {
        assert_eq!(units("record.lode", None), None);
    }

    #[test]
    fn no_call_of_the_host_is_counted_higher_than_the_operation_of_its_name() {
        for call in [
            "file.save",
            "file.load",
            "email.send",
            "task.submit",
            "search.save",
            "cache.put",
        ] {
            assert_eq!(Some(least(call)), units(call, None), "{call}");
        }
        assert_eq!(
            Some(least("record.submitFields")),
            units("record.submitFields", Some("custom"))
        );
        assert_eq!((least("record.save"), least("query.run")), (0, 0));
    }
}

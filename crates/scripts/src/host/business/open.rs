//! `record.open`: what a payment or a credit can be applied to.

use countersign_model::Level;
use countersign_suiteql::{Page, Value as Cell};
use countersign_suitescript::HostError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Business;
use super::changes::key;
use super::error::no_such_record;

/// As many as a form lists.
const MOST: usize = 1000;

#[derive(Deserialize)]
pub(super) struct Party {
    #[serde(rename = "type")]
    record_type: String,
    /// The customer or vendor.
    entity: Value,
}

impl Business {
    /// The open invoices or bills of a customer or vendor, the oldest first, as lines of the sublist `apply`.
    pub(super) fn open_documents(&self, party: &Party) -> Result<Value, HostError> {
        let of = self.record_type(&party.record_type)?;
        let doc = of.sublist("apply").and_then(|apply| apply.field("doc"));
        let Some(target) = doc
            .and_then(|doc| doc.target())
            .and_then(|target| self.records.record_type(target))
        else {
            return Ok(json!([]));
        };
        self.require(target, Level::View)?;
        let word = target.constants.iter().find(|(column, _)| column == "type");
        let word = word.map(|(_, word)| word.as_str()).unwrap_or_default();
        let Some(countersign_records::Key::Internal(entity)) = key(&party.entity) else {
            return Err(no_such_record());
        };
        let statement = "SELECT id, tranid, foreigntotal, foreignamountunpaid, TO_CHAR(trandate, 'YYYY-MM-DD'), \
                         BUILTIN.DF(currency) FROM transaction \
                         WHERE type = ? AND entity = ? AND foreignamountunpaid > 0 ORDER BY trandate, id";
        let page = Page {
            limit: MOST,
            offset: 0,
        };
        let rows = self.ask(statement.to_owned(), vec![word.into(), entity.into()], page)?;
        let number = |cell: Option<&Cell>| match cell {
            #[expect(clippy::cast_precision_loss, reason = "an amount is below 2^53")]
            Some(Cell::Integer(number)) => *number as f64,
            Some(Cell::Number(number)) => *number,
            _ => 0.0,
        };
        let text = |cell: Option<&Cell>| cell.and_then(Cell::to_text).unwrap_or_default();
        let line = |row: &Vec<Cell>| {
            json!({
                "doc": text(row.first()),
                "refnum": text(row.get(1)),
                "total": number(row.get(2)),
                "due": number(row.get(3)),
                "applydate": text(row.get(4)),
                "currency": text(row.get(5)),
                "type": target.label,
                "trantype": word,
            })
        };
        Ok(rows.rows.iter().map(line).collect())
    }
}

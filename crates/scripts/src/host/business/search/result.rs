//! A row as a result: values as searches write them.

use countersign_suiteql::Value as Cell;
use jiff::civil::DateTime;
use serde_json::{Value, json};

use super::super::body::camel;
use super::scope::RowType;
use super::statement::{Output, Search};
use super::term::Kind;

impl Search {
    /// `id` and `recordType` of what was found, and of each column its value and its text.
    pub(super) fn result(&self, row: &[Cell]) -> Value {
        let text = |at: usize| row.get(at).and_then(Cell::to_text);
        let values: Vec<Value> = self.outputs.iter().map(|output| value(output, row)).collect();
        let (id, record_type) = match &self.row_type {
            Some(RowType::Always(name)) => (text(0), Some(name.clone())),
            Some(RowType::Told(_)) => (text(0), text(1)),
            None => (None, None),
        };
        json!({ "id": id, "recordType": record_type, "values": values })
    }
}

/// `[value]`, or `[id, text]` of what has a text of its own.
fn value(output: &Output, row: &[Cell]) -> Value {
    let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or(&Cell::Null);
    let held = cell(output.value);
    let text = held.to_text();
    match output.kind {
        Kind::Bool => json!([text.as_deref() == Some("T")]),
        Kind::Amount => json!([amount(held)]),
        Kind::Number => json!([text.map(without_zero).unwrap_or_default()]),
        Kind::DateTime => json!([text.map(|text| moment(&text)).unwrap_or_default()]),
        Kind::Choice | Kind::Reference | Kind::Word => {
            let shown = cell(output.text).to_text().unwrap_or_default();
            match output.is_status {
                true => {
                    let status = shown.rsplit(" : ").next().unwrap_or_default();
                    json!([camel(status), status])
                }
                false => json!([text.unwrap_or_default(), shown]),
            }
        }
        Kind::Id => {
            let id = text.unwrap_or_default();
            json!([id, id])
        }
        Kind::Text | Kind::Name | Kind::Date => json!([text.unwrap_or_default()]),
    }
}

/// Two places, and no zero before the point, as Oracle writes it.
fn amount(cell: &Cell) -> String {
    match cell {
        #[expect(clippy::cast_precision_loss, reason = "an amount is below 2^53")]
        Cell::Integer(number) => without_zero(format!("{:.2}", *number as f64)),
        Cell::Number(number) => without_zero(format!("{:.2}", number + 0.0)),
        Cell::Text(text) => text.clone(),
        Cell::Null => String::new(),
    }
}

fn without_zero(number: String) -> String {
    if let Some(rest) = number.strip_prefix("0.") {
        return format!(".{rest}");
    }
    match number.strip_prefix("-0.") {
        Some(rest) => format!("-.{rest}"),
        None => number,
    }
}

/// `11/22/2026 3:05 pm`
fn moment(text: &str) -> String {
    match DateTime::strptime("%Y-%m-%d %H:%M:%S", text) {
        Ok(moment) => moment.strftime("%-m/%-d/%Y %-I:%M %P").to_string(),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_searches_write_them() {
        assert_eq!(amount(&Cell::Number(0.5)), ".50");
        assert_eq!(amount(&Cell::Number(-0.25)), "-.25");
        assert_eq!(amount(&Cell::Integer(12)), "12.00");
        assert_eq!(moment("2026-02-09 15:05:00"), "2/9/2026 3:05 pm");
        assert_eq!(
            camel("Pending Billing/Partially Fulfilled"),
            "pendingBillingPartiallyFulfilled"
        );
    }
}

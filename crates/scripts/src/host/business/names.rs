//! Records by what they are called: what `setText` looks up and what a select field offers.

use countersign_records::{Kind, TableInfo};
use countersign_suiteql::{Page, Value as Cell};
use countersign_suitescript::HostError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Business;

/// What a select field offers at most.
const MOST_OPTIONS: usize = 1000;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(rename = "type")]
    record_type: String,
    sublist: Option<String>,
    field: String,
    filter: Option<String>,
    operator: Option<String>,
}

impl Business {
    pub(super) fn id_by_name(&self, target: &str, name: &str) -> Result<Option<i64>, HostError> {
        let Some((table, display)) = self.shown_as(target) else {
            return Ok(None);
        };
        let statement = format!(
            "SELECT id FROM {} WHERE UPPER({display}) = UPPER(?) ORDER BY id",
            table.name
        );
        let page = Page { limit: 1, offset: 0 };
        let rows = self.ask(statement, vec![name.into()], page)?;
        Ok(match rows.rows.first().and_then(|row| row.first()) {
            Some(Cell::Integer(id)) => Some(*id),
            _ => None,
        })
    }

    /// `record.options`
    pub(super) fn options(&self, asked: &Asked) -> Result<Value, HostError> {
        let of = self.record_type(&asked.record_type)?;
        let Some(field) = of.field_by_script_id(asked.sublist.as_deref(), &asked.field) else {
            return Ok(json!([]));
        };
        if let Kind::Enum(choices) = &field.kind {
            let option =
                |choice: &countersign_records::Choice| json!({ "value": choice.id, "text": choice.label });
            return Ok(choices.iter().map(option).collect());
        }
        let Some((table, display)) = field.target().and_then(|target| self.shown_as(target)) else {
            return Ok(json!([]));
        };
        let (condition, parameters) = match &asked.filter {
            Some(filter) => {
                let condition = match asked.operator.as_deref() {
                    Some("is") => format!("WHERE UPPER({display}) = UPPER(?)"),
                    Some("startswith") => format!("WHERE INSTR(UPPER({display}), UPPER(?)) = 1"),
                    _ => format!("WHERE INSTR(UPPER({display}), UPPER(?)) > 0"),
                };
                (condition, vec![filter.as_str().into()])
            }
            None => (String::new(), Vec::new()),
        };
        let statement = format!(
            "SELECT id, {display} FROM {} {condition} ORDER BY {display}, id",
            table.name
        );
        let page = Page {
            limit: MOST_OPTIONS,
            offset: 0,
        };
        let rows = self.ask(statement, parameters, page)?;
        let text = |cell: Option<&Cell>| cell.and_then(Cell::to_text).unwrap_or_default();
        let option = |row: &Vec<Cell>| json!({ "value": text(row.first()), "text": text(row.get(1)) });
        Ok(rows.rows.iter().map(option).collect())
    }

    /// The table that a target's records lie in, and the column that they are shown as.
    fn shown_as(&self, target: &str) -> Option<(&TableInfo, &str)> {
        let of = self.records.record_type(target);
        let name = of.map_or_else(|| target.to_lowercase(), |of| of.table.clone());
        let table = self.table(&name)?;
        Some((table, table.display.as_deref()?))
    }
}

//! `record.children`: the custom records that name a record, as lines of its sublist `recmach…`.

use countersign_model::Level;
use countersign_records::Key;
use countersign_suiteql::{Page, Value as Cell};
use countersign_suitescript::HostError;
use serde::Deserialize;
use serde_json::Value;

use super::Business;
use super::error::{invalid_key, of_records};
use super::{body, changes};

/// As many as a sublist shows.
const MOST: usize = 1000;

#[derive(Deserialize)]
pub(super) struct Children {
    #[serde(rename = "type")]
    record_type: String,
    /// The field that names the parent.
    by: String,
    id: Value,
}

impl Business {
    pub(super) fn children_of(&self, given: &Children) -> Result<Value, HostError> {
        let of = self.record_type(&given.record_type)?;
        self.require(&of, Level::View)?;
        let field = of.fields.iter().find(|field| field.script_id == given.by);
        let (Some(field), Some(Key::Internal(parent))) = (field, changes::key(&given.id)) else {
            return Err(invalid_key(&given.by, &changes::written(&given.id)));
        };
        let statement = format!(
            "SELECT id FROM {} WHERE {} = ? ORDER BY id",
            of.table,
            field.column()
        );
        let page = Page {
            limit: MOST,
            offset: 0,
        };
        let rows = self.ask(statement, vec![parent.into()], page)?;
        let mut lines = Vec::new();
        for row in &rows.rows {
            let Some(Cell::Integer(id)) = row.first() else {
                continue;
            };
            let child = self.wait(self.records.get(&of, Key::Internal(*id)));
            let mut line = body::write(
                &child.map_err(|error| of_records(error, &of))?,
                &of,
                self.records.catalog(),
            );
            if let Some(line) = line.as_object_mut() {
                // A line's number is the record's id.
                line.insert("line".to_owned(), (*id).into());
            }
            lines.push(line);
        }
        Ok(lines.into())
    }
}

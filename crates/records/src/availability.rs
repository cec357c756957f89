//! How much of an item there is. Statements see the same in `aggregateitemlocation`, but for what moved without a location.

use rusqlite::{Connection, Row};

use crate::error::RecordsError;

/// The stock of an inventory item where it has moved: at a location, or at none. Quantities are in the item's own unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Availability {
    /// The internal id of the location, and its name.
    pub location: Option<i64>,
    pub location_name: Option<String>,
    pub on_hand: f64,
    /// In the currency of the company.
    pub on_hand_value: Option<f64>,
    pub reorder_point: Option<f64>,
    pub preferred_stock_level: Option<f64>,
    pub on_order: f64,
    pub committed: f64,
    pub back_ordered: f64,
    pub available: f64,
}

pub(crate) fn of_item(connection: &Connection, item: i64) -> Result<Vec<Availability>, RecordsError> {
    let sql = "SELECT s.location, (SELECT name FROM location AS l WHERE l.id = s.location), s.onhand, i.cost * s.onhand,
                      i.reorderpoint, i.preferredstocklevel, s.onorder, s.committed, s.ordered - s.committed,
                      s.onhand - s.committed
               FROM itemposition AS s JOIN item AS i ON i.id = s.item
               WHERE s.item = ?1 AND i.itemtype = 'InvtPart' ORDER BY s.location";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([item], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Availability> {
    Ok(Availability {
        location: row.get(0)?,
        location_name: row.get(1)?,
        on_hand: row.get(2)?,
        on_hand_value: row.get(3)?,
        reorder_point: row.get(4)?,
        preferred_stock_level: row.get(5)?,
        on_order: row.get(6)?,
        committed: row.get(7)?,
        back_ordered: row.get(8)?,
        available: row.get(9)?,
    })
}

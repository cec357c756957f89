//! How much of an item there is: what statements see as `aggregateitemlocation`, for one item.

use rusqlite::{Connection, Row};

use crate::error::RecordsError;

/// The stock of an inventory item at a location where it has moved. Quantities are in the item's own unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Availability {
    /// The internal id of the location, and its name.
    pub location: i64,
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
    let sql = "SELECT location, (SELECT name FROM location AS l WHERE l.id = a.location), quantityonhand,
                      onhandvaluemli, reorderpoint, preferredstocklevel, quantityonorder, quantitycommitted,
                      quantitybackordered, quantityavailable
               FROM aggregateitemlocation AS a WHERE item = ?1 ORDER BY location";
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

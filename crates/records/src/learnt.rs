//! Names that were learnt from references to records of a type that nobody declared: once the type is declared, what they
//! name becomes records of it, so that the references lead somewhere.

use rusqlite::Connection;

use crate::catalog::Catalog;
use crate::error::RecordsError;
use crate::record_type::RecordType;

/// Under the ids the references have. They were made when the first record was.
pub(crate) fn become_records(connection: &Connection, catalog: &Catalog) -> Result<(), RecordsError> {
    let mut learnt = connection.prepare("SELECT DISTINCT type FROM _name")?;
    let learnt: Vec<String> = learnt
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for of in learnt
        .iter()
        .filter_map(|name| catalog.get(name))
        .filter(|of| stands_alone(of))
    {
        let (table, column) = (&of.table, of.naming_column());
        let sql = format!(
            r#"INSERT OR IGNORE INTO "{table}" (id, _created, _createdby, _modified, _modifiedby, "{column}")
               SELECT n.id, s.date, 0, s.date, 0, n.name FROM _name AS n, (SELECT coalesce(min(date), '') AS date FROM systemnote) AS s
               WHERE n.type = ?1"#
        );
        connection.execute(&sql, [&of.script_id])?;
        let sql = format!(
            r#"INSERT INTO _sequence SELECT ?1, max(id) FROM "{table}" WHERE id > 0 HAVING max(id) IS NOT NULL
               ON CONFLICT (name) DO UPDATE SET last = max(last, excluded.last)"#
        );
        connection.execute(&sql, [of.ids()])?;
        connection.execute("DELETE FROM _name WHERE type = ?1", [&of.script_id])?;
    }
    Ok(())
}

/// Its rows are in a table of their own and have a name.
fn stands_alone(of: &RecordType) -> bool {
    !of.in_family && of.view.is_none() && of.naming_field != "id"
}

//! The record types, fields and lists that an account has of its own. They lie in the file of its records, so that a
//! snapshot, a backup and a refresh take them along.
//!
//! Invariant: what is stored was declared beside the types that were there. A later version of this program may have a field
//! of the same name itself: then its own holds, and the account opens without the other.

use rusqlite::{Connection, OptionalExtension};

use crate::catalog::Catalog;
use crate::changes::Changes;
use crate::error::RecordsError;
use crate::record::Stamp;
use crate::table::Table;
use crate::value::{Value, iso};
use crate::{save, schema};

/// The most that one account declares.
pub(crate) const MOST_DECLARATIONS: usize = 20_000;

/// The record type that system notes have for a change of a declaration.
const NOTED_AS: &str = "customrecordtype";

/// One record type, one list or one field of an account's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Its script id (`customrecord_shelf`, `custbody_channel`), or type and field (`customer.taxRounding`) where it is no
    /// custom field.
    pub name: String,
    /// One or more blocks of the language of [`declaration`](crate::declaration).
    pub text: String,
    /// What it was read from, for people.
    pub source: String,
}

impl Declaration {
    /// What is stored under that name gives way to this: a type says all its fields, and a field all its types, so that what
    /// was learnt of them one at a time is not needed any more.
    pub fn takes_the_place_of(&self, name: &str) -> bool {
        let (name, own) = (name.to_ascii_lowercase(), self.name.to_ascii_lowercase());
        let rest = name
            .strip_prefix(&own)
            .map(|rest| rest.is_empty() || rest.starts_with('.'));
        let before = name.strip_suffix(&own).map(|before| before.ends_with('.'));
        rest == Some(true) || before == Some(true)
    }
}

/// What a custom list offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListValues {
    /// The script id of the list.
    pub list: String,
    /// In their order.
    pub values: Vec<ListValue>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListValue {
    /// By which it is known when it comes again.
    pub script_id: String,
    pub name: String,
    pub is_inactive: bool,
}

/// What declaring something came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// By name.
    pub added: Vec<String>,
    /// There before, and other now.
    pub changed: Vec<String>,
    /// There before as they are.
    pub unchanged: Vec<String>,
    /// Values of lists that were made or changed.
    pub list_values: usize,
}

/// Beside the types of `base`, those that are stored.
pub(crate) fn catalog(connection: &Connection, base: &Catalog) -> Result<Catalog, RecordsError> {
    let mut catalog = base.clone();
    for declaration in stored(connection)? {
        match catalog.clone().extended(&declaration.name, &declaration.text) {
            Ok(extended) => catalog = extended,
            Err(error) => tracing::warn!(%error, "a declaration of the account does not hold any more"),
        }
    }
    Ok(catalog)
}

/// Types before what extends them.
pub(crate) fn stored(connection: &Connection) -> Result<Vec<Declaration>, RecordsError> {
    let sql = "SELECT name, text, source FROM _declaration ORDER BY text NOT LIKE 'record %', id";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(Declaration {
            name: row.get(0)?,
            text: row.get(1)?,
            source: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds to what is stored, and gives the types there are then. All of it holds, or nothing is done.
pub(crate) fn declare(
    connection: &Connection,
    base: &Catalog,
    declarations: &[Declaration],
    lists: &[ListValues],
    stamp: Stamp,
) -> Result<(Catalog, Declared), RecordsError> {
    let mut declared = Declared::default();
    let before = stored(connection)?;
    for declaration in declarations {
        store(connection, declaration, &before, &mut declared, stamp)?;
    }
    let all = stored(connection)?;
    if all.len() > MOST_DECLARATIONS {
        return Err(RecordsError::TooManyDeclarations);
    }
    let mut catalog = base.clone();
    for declaration in &all {
        // What was there before and does not hold any more is no reason to refuse what is new.
        let is_new = declarations.iter().any(|new| new.name == declaration.name);
        match catalog.clone().extended(&declaration.name, &declaration.text) {
            Ok(extended) => catalog = extended,
            Err(error) if is_new => return Err(error.into()),
            Err(_) => {}
        }
    }
    schema::build(connection, &catalog)?;
    for list in lists {
        if let Some(record_type) = catalog.get(&list.list) {
            let table = Table {
                connection,
                catalog: &catalog,
                record_type,
            };
            for value in &list.values {
                declared.list_values += usize::from(keep_value(&table, value, stamp)?);
            }
        }
    }
    Ok((catalog, declared))
}

fn store(
    connection: &Connection,
    declaration: &Declaration,
    before: &[Declaration],
    declared: &mut Declared,
    stamp: Stamp,
) -> Result<(), RecordsError> {
    let Declaration { name, text, source } = declaration;
    let known: Option<(i64, String)> = connection
        .prepare_cached("SELECT id, text FROM _declaration WHERE name = ?1")?
        .query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((_, known)) = &known
        && known == text
    {
        declared.unchanged.push(name.clone());
        return Ok(());
    }
    for other in before {
        if !other.name.eq_ignore_ascii_case(name) && declaration.takes_the_place_of(&other.name) {
            connection
                .prepare_cached("DELETE FROM _declaration WHERE name = ?1")?
                .execute([&other.name])?;
        }
    }
    let sql = "INSERT INTO _declaration (name, text, source) VALUES (?1, ?2, ?3)
               ON CONFLICT (name) DO UPDATE SET text = ?2, source = ?3 RETURNING id";
    let id: i64 = connection
        .prepare_cached(sql)?
        .query_row((name, text, source), |row| row.get(0))?;
    let sql = "INSERT INTO systemnote (date, author, recordtype, recordid, action, field, oldvalue, newvalue)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let action = if known.is_some() { "change" } else { "create" };
    let old = known.map(|(_, text)| text);
    connection.prepare_cached(sql)?.execute((
        iso(stamp.at),
        stamp.by,
        NOTED_AS,
        id,
        action,
        name,
        &old,
        text,
    ))?;
    match old {
        Some(_) => declared.changed.push(name.clone()),
        None => declared.added.push(name.clone()),
    }
    Ok(())
}

/// Whether anything was written.
fn keep_value(table: &Table<'_>, value: &ListValue, stamp: Stamp) -> Result<bool, RecordsError> {
    let changes = Changes::new()
        .set("scriptId", Value::Text(value.script_id.clone()))
        .set("name", Value::Text(value.name.clone()))
        .set("isInactive", Value::Bool(value.is_inactive));
    let Some(id) = value_called(table, &value.script_id)? else {
        save::create(table, &changes, stamp)?;
        return Ok(true);
    };
    let record = table.load(id)?;
    let is_same = changes.iter().all(|(name, value)| record.get(name) == value);
    if !is_same {
        save::update(table, id, &changes, stamp)?;
    }
    Ok(!is_same)
}

fn value_called(table: &Table<'_>, script_id: &str) -> Result<Option<i64>, RecordsError> {
    let sql = format!(
        r#"SELECT id FROM "{}" WHERE scriptid = ?1"#,
        table.record_type.table
    );
    let found = table
        .connection
        .prepare_cached(&sql)?
        .query_row([script_id], |row| row.get(0));
    Ok(found.optional()?)
}

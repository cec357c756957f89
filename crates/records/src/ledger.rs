//! What a transaction does to the general ledger: a debit or credit a line, from the posting rules of its type. Debits
//! and credits of one transaction are equal, or it is not written.

use rusqlite::OptionalExtension;

use crate::calculation::{Path, Scope};
use crate::cents::to_cents;
use crate::error::{FieldError, Problem, RecordsError};
use crate::record::{Line, Record};
use crate::record_type::{Posting, Side, Sublist};
use crate::table::Table;
use crate::value::Value;

struct Entry {
    row: i64,
    account: Option<i64>,
    side: Side,
    /// Never below zero.
    amount: f64,
}

impl Table<'_> {
    /// Writes the ledger lines anew.
    pub(crate) fn post(&self, record: &Record) -> Result<(), RecordsError> {
        if self.record_type.postings.is_empty() {
            return Ok(());
        }
        self.unpost(record.id)?;
        let sql = r#"SELECT id FROM transactionline WHERE "transaction" = ?1 AND mainline = 'T'"#;
        let main: Option<i64> = self
            .connection
            .prepare_cached(sql)?
            .query_row([record.id], |row| row.get(0))
            .optional()?;
        let mut entries = Vec::new();
        for posting in &self.record_type.postings {
            match posting
                .each
                .as_ref()
                .and_then(|each| self.record_type.sublist(each))
            {
                Some(sublist) => {
                    for line in record.lines(&sublist.name) {
                        let row = line.row.or(main).unwrap_or_default();
                        entries.extend(self.entry(posting, record, Some((sublist, line)), row)?);
                    }
                }
                None => entries.extend(self.entry(posting, record, None, main.unwrap_or_default())?),
            }
        }
        if !self.record_type.is_nonposting {
            self.balance(record, main, &mut entries)?;
        }
        entries
            .iter()
            .try_for_each(|entry| self.write_entry(record.id, entry))
    }

    pub(crate) fn unpost(&self, id: i64) -> Result<(), RecordsError> {
        if !self.record_type.postings.is_empty() {
            self.connection
                .prepare_cached(r#"DELETE FROM transactionaccountingline WHERE "transaction" = ?1"#)?
                .execute([id])?;
        }
        Ok(())
    }

    /// Nothing for an amount of zero. One below zero is on the other side.
    fn entry(
        &self,
        posting: &Posting,
        record: &Record,
        line: Option<(&Sublist, &Line)>,
        row: i64,
    ) -> Result<Option<Entry>, RecordsError> {
        let lines = |sublist: &str| record.lines(sublist).iter().collect();
        let scope = Scope {
            line: line.map(|(_, line)| &line.values),
            body: &record.values,
            lines: &lines,
        };
        let amount = to_cents(posting.amount.evaluate(scope));
        if amount == 0.0 {
            return Ok(None);
        }
        let mut account = None;
        for path in &posting.accounts {
            account = self.account(path, record, line)?;
            if account.is_some() {
                break;
            }
        }
        let side = match (posting.side, amount > 0.0) {
            (side, true) => side,
            (Side::Debit, false) => Side::Credit,
            (Side::Credit, false) => Side::Debit,
        };
        Ok(Some(Entry {
            row,
            account,
            side,
            amount: amount.abs(),
        }))
    }

    fn account(
        &self,
        path: &Path,
        record: &Record,
        line: Option<(&Sublist, &Line)>,
    ) -> Result<Option<i64>, RecordsError> {
        let id = |value: Option<&Value>| match value {
            Some(Value::Reference(reference)) => reference.id(),
            _ => None,
        };
        let of_line =
            line.and_then(|(sublist, line)| Some((sublist.field(&path.field)?, id(line.get(&path.field)))));
        let of_body = || {
            let field = self.record_type.field(&path.field)?;
            Some((field, id(record.get(&path.field))))
        };
        let Some((field, Some(referred))) = of_line.or_else(of_body) else {
            return Ok(None);
        };
        match (&path.of_referred, field.target()) {
            (Some(name), Some(target)) => Ok(id(self.value_of(target, referred, name)?.as_ref())),
            _ => Ok(Some(referred)),
        }
    }

    /// What rounding in another currency leaves over goes to the largest line: the whole is what it was converted to.
    fn balance(&self, record: &Record, main: Option<i64>, entries: &mut [Entry]) -> Result<(), RecordsError> {
        let sum = |side| -> f64 {
            let of_side = entries.iter().filter(|entry| entry.side == side);
            to_cents(of_side.map(|entry| entry.amount).sum())
        };
        let (debits, credits) = (sum(Side::Debit), sum(Side::Credit));
        let difference = to_cents(debits - credits);
        if difference == 0.0 {
            return Ok(());
        }
        let rate = record.get("exchangeRate").and_then(Value::number);
        #[expect(clippy::cast_precision_loss, reason = "ten thousand lines at most")]
        let rounding = 0.01 * entries.len() as f64;
        let largest = entries
            .iter_mut()
            .filter(|entry| Some(entry.row) != main)
            .max_by(|one, other| one.amount.total_cmp(&other.amount));
        match largest {
            Some(largest) if rate.is_some_and(|rate| rate != 1.0) && difference.abs() <= rounding => {
                largest.amount = to_cents(match largest.side {
                    Side::Debit => largest.amount - difference,
                    Side::Credit => largest.amount + difference,
                });
                Ok(())
            }
            _ => {
                let path = self.record_type.sublists.first();
                Err(RecordsError::Invalid(vec![FieldError {
                    path: path.map_or("total", |sublist| &sublist.name).to_owned(),
                    problem: Problem::Unbalanced { debits, credits },
                }]))
            }
        }
    }

    fn write_entry(&self, id: i64, entry: &Entry) -> Result<(), RecordsError> {
        let (debit, credit, amount) = match entry.side {
            Side::Debit => (Some(entry.amount), None, entry.amount),
            Side::Credit => (None, Some(entry.amount), -entry.amount),
        };
        let posting = if self.record_type.is_nonposting { "F" } else { "T" };
        let sql = r#"INSERT INTO transactionaccountingline
                         ("transaction", transactionline, account, debit, credit, amount, posting)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"#;
        self.connection.prepare_cached(sql)?.execute((
            id,
            entry.row,
            entry.account,
            debit,
            credit,
            amount,
            posting,
        ))?;
        Ok(())
    }
}

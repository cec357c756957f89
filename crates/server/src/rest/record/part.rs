//! Sub-resources: sublists, their lines, and subrecords.

use countersign_model::Level;
use countersign_records::json::{self as record_json, Expands};
use countersign_records::{Kind, LineEdit, Problem, RecordsError, Sublist, number_of};
use http::StatusCode;
use http::header::LOCATION;

use super::super::error::{self, Detail};
use super::path::key;
use super::service::{COLLECTION, SINGULAR, Service};
use crate::reply::{self, Reply, empty, with};
use crate::server::Pending;

impl Service<'_> {
    pub(super) async fn part(&self, id: &str, part: &str) -> Result<Reply, Reply> {
        self.require(Level::View)?;
        let base = self.base();
        let style = self.style(&base, Expands::Nothing);
        if let Some(sublist) = self.of.sublist(part) {
            let record = self.found(id).await?;
            let body = record_json::write_lines(&record, &self.of, sublist, style);
            return Ok(reply::json(StatusCode::OK, COLLECTION, &body));
        }
        let field = self
            .of
            .field(part)
            .filter(|field| matches!(field.kind, Kind::Subrecord(_)))
            .ok_or_else(|| self.no_part(part))?;
        let record = self.found(id).await?;
        let body = record_json::write_subrecord(&record, &self.of, field, style);
        let body = body.ok_or_else(|| self.no_part(part))?;
        Ok(reply::json(StatusCode::OK, SINGULAR, &body))
    }

    pub(super) async fn add_line(&self, id: &str, part: &str, body: Pending) -> Result<Reply, Reply> {
        let sublist = self.sublist(part)?;
        let object = self.object(body).await?;
        let changes = self.judged(record_json::read_line(&object, sublist))?;
        let number = self.edit(id, sublist, LineEdit::Add(changes)).await?;
        Ok(self.line_written(id, sublist, number))
    }

    pub(super) async fn line(&self, id: &str, sublist: &str, line: &str) -> Result<Reply, Reply> {
        self.require(Level::View)?;
        let sublist = self.of.sublist(sublist).ok_or_else(|| self.no_part(sublist))?;
        let number = number(line)?;
        let record = self.found(id).await?;
        let lines = record.lines(&sublist.name);
        let line = lines
            .iter()
            .find(|line| line.number == number)
            .ok_or_else(no_line)?;
        let base = self.base();
        let style = self.style(&base, Expands::Nothing);
        let body = record_json::write_line(&record, &self.of, sublist, line, style);
        Ok(reply::json(StatusCode::OK, SINGULAR, &body))
    }

    pub(super) async fn part_of_line(
        &self,
        id: &str,
        sublist: &str,
        line: &str,
        part: &str,
    ) -> Result<Reply, Reply> {
        self.require(Level::View)?;
        let sublist = self.of.sublist(sublist).ok_or_else(|| self.no_part(sublist))?;
        let number = number(line)?;
        let record = self.found(id).await?;
        let lines = record.lines(&sublist.name);
        let line = lines.iter().find(|line| line.number == number);
        let base = self.base();
        let style = self.style(&base, Expands::Nothing);
        let body = record_json::write_subrecord_of_line(
            &record,
            &self.of,
            sublist,
            line.ok_or_else(no_line)?,
            part,
            style,
        );
        let body = body.ok_or_else(|| self.no_part(part))?;
        Ok(reply::json(StatusCode::OK, SINGULAR, &body))
    }

    pub(super) async fn change_line(
        &self,
        id: &str,
        sublist: &str,
        line: &str,
        body: Pending,
    ) -> Result<Reply, Reply> {
        let sublist = self.sublist(sublist)?;
        let number = number(line)?;
        let object = self.object(body).await?;
        let changes = self.judged(record_json::read_line(&object, sublist))?;
        self.edit(id, sublist, LineEdit::Change(number, changes)).await?;
        Ok(self.line_written(id, sublist, number))
    }

    pub(super) async fn remove_line(&self, id: &str, sublist: &str, line: &str) -> Result<Reply, Reply> {
        let sublist = self.sublist(sublist)?;
        self.edit(id, sublist, LineEdit::Remove(number(line)?)).await?;
        Ok(empty(StatusCode::NO_CONTENT))
    }

    pub(super) fn has_subrecord(&self, name: &str) -> bool {
        let field = self.of.field(name);
        field.is_some_and(|field| matches!(field.kind, Kind::Subrecord(_)))
    }

    /// The sublist, to somebody who may change it.
    fn sublist(&self, name: &str) -> Result<&Sublist, Reply> {
        self.require(Level::Edit)?;
        self.of.sublist(name).ok_or_else(|| self.no_part(name))
    }

    async fn edit(&self, id: &str, sublist: &Sublist, edit: LineEdit) -> Result<i64, Reply> {
        let edited = self
            .server
            .records
            .edit_line(&self.of, key(id)?, &sublist.name, edit, self.stamp())
            .await;
        edited.map_err(|error| match &error {
            RecordsError::Invalid(errors)
                if errors
                    .iter()
                    .any(|error| matches!(error.problem, Problem::NoSuchLine { .. })) =>
            {
                no_line()
            }
            _ => error::records(error),
        })
    }

    fn line_written(&self, id: &str, sublist: &Sublist, number: i64) -> Reply {
        let location = format!("{}/{}/{id}/{}/{number}", self.base(), self.of.name, sublist.name);
        with(empty(StatusCode::NO_CONTENT), LOCATION, &location)
    }

    fn no_part(&self, name: &str) -> Reply {
        let name: String = name.chars().take(80).collect();
        let detail = format!("The resource {:?} has no sub-resource {name:?}.", self.of.name);
        error::error(
            StatusCode::NOT_FOUND,
            &[Detail::new("INVALID_PARAMETER", detail).at("o:errorUrlPath", "subResource")],
        )
    }
}

fn number(line: &str) -> Result<i64, Reply> {
    number_of(line).ok_or_else(no_line)
}

fn no_line() -> Reply {
    let detail = "The line does not exist. Provide the number of a line of this sublist.";
    error::error(
        StatusCode::NOT_FOUND,
        &[Detail::new("NONEXISTENT_ID", detail).at("o:errorUrlPath", "line")],
    )
}

//! What the script of a RESTlet's call wrote, and where it failed.

use countersign_model::{Level, LoginRow, LoginStatus, Permission, Surface};
use countersign_records::{LogLevel, RecordsError, ScriptLogLine, ScriptLogQuery};
use countersign_scripts::Position;
use countersign_web::{Markup, Pager, html};

use crate::desk::Desk;
use crate::needs::Needs;
use crate::scripts::log_table;

/// Lines that are shown.
const MOST: u32 = 200;

/// Whoever may look at the execution log.
const NEEDS: Needs = Needs::One(&[(Permission::SuiteScript, Level::View)]);

/// Lines, the last first, and where the error at their end was thrown.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) lines: Vec<ScriptLogLine>,
    pub(super) position: Option<Position>,
}

impl Written {
    /// None of a call that ran no script, and for whoever may not see what scripts write.
    pub(super) async fn by(row: &LoginRow, desk: &Desk) -> Result<Option<Self>, RecordsError> {
        let is_restlet = row.surface == Surface::Restlet && row.status == LoginStatus::Success;
        let user = row
            .user
            .as_ref()
            .filter(|_| is_restlet && NEEDS.met_by(&desk.caller));
        let Some(user) = user else { return Ok(None) };
        let query = ScriptLogQuery {
            user: Some(user.id.get()),
            at: Some(row.at),
            limit: MOST,
            ..ScriptLogQuery::default()
        };
        let records = &desk.visit.records;
        let lines = records.script_log(query).await?;
        let failed = lines.iter().find(|line| line.level == LogLevel::System);
        let position = match failed {
            Some(line) => Position::of_logged(&line.details, records).await?,
            None => None,
        };
        Ok(Some(Self { lines, position }))
    }

    pub(super) fn show(&self) -> Markup {
        let mut executions: Vec<i64> = self.lines.iter().map(|line| line.execution).collect();
        executions.dedup();
        html! {
            section.section aria-labelledby="h-script" {
                h2 id="h-script" { "What the script wrote" }
                @if let Some(at) = &self.position { (thrown_at(at)) }
                @if executions.len() > 1 {
                    p.help { "These are of " (executions.len()) " executions: of others by this user in the same second, and of scripts that this one called." }
                }
                @if self.lines.is_empty() {
                    p { "Nothing: neither N/log wrote, above the log level of the deployment, nor was an error left uncaught." }
                } @else { (log_table(&self.lines, Pager::default())) }
            }
        }
    }
}

fn thrown_at(at: &Position) -> Markup {
    html! {
        p { "An error that nobody caught was thrown at " code { (at.path) ":" (at.line) ":" (at.column) } "." }
        p.base { (at.line) " " (at.text.trim()) }
    }
}

//! What was done and who was let in: System Notes, the Login Audit Trail, the execution log, the governance overview.

use std::collections::BTreeMap;

use countersign_model::{
    ExecutionId, ExecutionRow, ExecutionSearch, ExecutionStatus, Governance, Integration, Level, LoginId,
    LoginRow, LoginSearch, LoginStatus, NoteId, NotedRecord, Permission, SystemNote,
};
use countersign_store::{ExecutionPage, LoginPage, NoteFilter};

use super::AdministrationError;
use crate::authority::Authority;
use crate::caller::{Caller, Forbidden};

/// Integration > Integration Governance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GovernanceOverview {
    pub governance: Governance,
    /// Requests the account runs at once: what the contract gives, unless the start said otherwise.
    pub limit: u32,
    /// Requests running now, of every integration.
    pub running: u32,
    /// What integration records have of their own, together.
    pub allocated: u32,
    /// Those that have some, by internal id.
    pub shares: Vec<Share>,
}

/// What an integration record has of the account's concurrent requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub record: Integration,
    /// Of its own limit.
    pub running: u32,
}

impl Authority {
    /// Rows of the Login Audit Trail, the last first, with every login before this call among them.
    pub async fn login_audit_trail(
        &self,
        caller: &Caller,
        search: LoginSearch,
        before: Option<LoginId>,
        limit: u32,
    ) -> Result<LoginPage, AdministrationError> {
        caller.require(Permission::ViewLoginAuditTrail, Level::Full)?;
        Ok(self.logins(search, before, limit).await?)
    }

    /// The HTTP status with which each of these logins was answered, as far as the execution log has it; 0 where the
    /// connection was closed without an answer. Of several calls alike in one millisecond it is not known which is whose: they
    /// have one only where all were answered alike.
    pub async fn answers(
        &self,
        caller: &Caller,
        rows: &[(LoginId, LoginRow)],
    ) -> Result<BTreeMap<LoginId, u16>, AdministrationError> {
        caller.require(Permission::ViewLoginAuditTrail, Level::Full)?;
        let let_in = || rows.iter().filter(|(_, row)| row.status == LoginStatus::Success);
        let moments = let_in().map(|(_, row)| row.at).collect();
        self.execution_log.flush().await;
        let executions = self.store.executions_at(moments).await?;
        let answer = |row: &LoginRow| {
            let its = executions.iter().filter(|execution| is_of(execution, row));
            let mut statuses = its.map(|execution| execution.http_status);
            let first = statuses.next()?;
            statuses.all(|other| other == first).then_some(first)
        };
        Ok(let_in()
            .filter_map(|(id, row)| Some((*id, answer(row)?)))
            .collect())
    }

    /// One row of the Login Audit Trail, and the document of its diagnosis where it has one.
    pub async fn login(
        &self,
        caller: &Caller,
        id: LoginId,
    ) -> Result<Option<(LoginRow, Option<String>)>, AdministrationError> {
        caller.require(Permission::ViewLoginAuditTrail, Level::Full)?;
        Ok(self.store.login(id).await?)
    }

    /// The execution logs of the integration records, with every request answered before this call among them.
    pub async fn execution_log(
        &self,
        caller: &Caller,
        search: ExecutionSearch,
        before: Option<ExecutionId>,
        limit: u32,
    ) -> Result<ExecutionPage, AdministrationError> {
        caller.require(Permission::ViewWebServicesLogs, Level::Full)?;
        self.execution_log.flush().await;
        Ok(self.store.executions(search, before, limit).await?)
    }

    /// System Notes, the last first: of a record, for whoever may see it, or of everything, for an Administrator.
    pub async fn system_notes(
        &self,
        caller: &Caller,
        filter: NoteFilter,
    ) -> Result<Vec<(NoteId, SystemNote)>, AdministrationError> {
        may_see_notes(caller, filter.record)?;
        Ok(self.store.system_notes(filter).await?)
    }

    pub async fn governance(&self, caller: &Caller) -> Result<GovernanceOverview, AdministrationError> {
        caller.require(Permission::IntegrationApplication, Level::Full)?;
        let records = self.store.allocations().await?;
        let share = |record: Integration| Share {
            running: self.running_of(&record),
            record,
        };
        let (running, limit) = self.concurrency();
        Ok(GovernanceOverview {
            governance: self.snapshot().settings.governance,
            limit,
            running,
            allocated: self.store.allocated_concurrency().await?,
            shares: records.into_iter().map(share).collect(),
        })
    }
}

/// Whether a request that was let in is that of a login: both are written with the moment of the login.
fn is_of(execution: &ExecutionRow, login: &LoginRow) -> bool {
    execution.status != ExecutionStatus::Rejected
        && execution.at == login.at
        && execution.surface == login.surface
        && execution.request_uri == login.request_uri
        && Some(&execution.user) == login.user.as_ref()
        && Some(&execution.role) == login.role.as_ref()
}

fn may_see_notes(caller: &Caller, record: Option<NotedRecord>) -> Result<(), Forbidden> {
    let (permission, level) = match record {
        None | Some(NotedRecord::ApiKey(_)) => return caller.require_administrator(),
        Some(NotedRecord::Account) => (Permission::SetUpCompany, Level::View),
        Some(NotedRecord::Integration(_)) => (Permission::IntegrationApplication, Level::Full),
        Some(NotedRecord::Role(_)) => (Permission::ManageRoles, Level::Full),
        Some(NotedRecord::User(_)) => (Permission::ManageUsers, Level::Full),
        Some(NotedRecord::AccessToken(_)) => (Permission::AccessTokenManagement, Level::Full),
    };
    caller.require(permission, level)
}

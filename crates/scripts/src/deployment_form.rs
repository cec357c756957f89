//! What somebody changes of a deployment by hand.

use countersign_records::{Changes, Key, LogLevel, Records, RecordsError, Reference, Stamp, Together, Value};

use crate::deployment::Deployment;

/// What a deployment is to be. Its script, IDs, owner and parameters stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeploymentForm {
    pub title: String,
    pub is_deployed: bool,
    /// Released, or in testing for its owner alone.
    pub is_released: bool,
    /// Lines below it are not written; Debug where none is said.
    pub log_level: Option<LogLevel>,
    /// Execute As Role; none: as the role of whoever calls.
    pub runs_as: Option<i64>,
    pub all_roles: bool,
    pub roles: Vec<i64>,
    pub all_employees: bool,
}

impl DeploymentForm {
    pub fn of(deployment: &Deployment) -> Self {
        Self {
            title: deployment.title.clone(),
            is_deployed: deployment.is_deployed,
            is_released: deployment.is_released,
            log_level: Some(deployment.log_level),
            runs_as: deployment.runs_as,
            all_roles: deployment.audience.all_roles,
            roles: deployment.audience.roles.clone(),
            all_employees: deployment.audience.all_employees,
        }
    }

    fn changes(self) -> Changes {
        let status = if self.is_released { "RELEASED" } else { "TESTING" };
        let level = self.log_level.unwrap_or(LogLevel::Debug);
        let roles = self.roles.into_iter().map(Reference::to).collect();
        let changes = Changes::new();
        let changes = match self.runs_as {
            Some(role) => changes.set("runAsRole", Value::Reference(Reference::to(role))),
            None => changes.clear("runAsRole"),
        };
        changes
            .set("title", Value::Text(self.title))
            .set("isDeployed", Value::Bool(self.is_deployed))
            .set("status", Value::Choice(status.to_owned()))
            .set("logLevel", Value::Choice(level.word().to_owned()))
            .set("allRoles", Value::Bool(self.all_roles))
            .set("audSlctRole", Value::References(roles))
            .set("allEmployees", Value::Bool(self.all_employees))
    }
}

impl Deployment {
    /// By internal id; none where there is none.
    pub async fn numbered(records: &Records, id: i64) -> Result<Option<Self>, RecordsError> {
        let read = move |records: &Together<'_>| {
            let of = records.record_type("scriptDeployment")?;
            match records.get(of, &Key::Internal(id)) {
                Ok(_) => Self::read(records, id).map(Some),
                Err(RecordsError::NotFound { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        };
        records.look(read).await
    }

    /// # Errors
    /// What is wrong with the form, as [`RecordsError::Invalid`].
    pub async fn edit(
        records: &Records,
        id: i64,
        form: DeploymentForm,
        stamp: Stamp,
    ) -> Result<(), RecordsError> {
        let edit = move |records: &Together<'_>| {
            let of = records.record_type("scriptDeployment")?;
            records.update(of, id, &form.changes(), stamp)
        };
        records.together(edit).await
    }
}

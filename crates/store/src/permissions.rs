//! Permissions in one column, for what has few of them: a line each, `ADMI_LOGIN_OAUTH Full`.

use countersign_database::Row;
use countersign_model::{Level, Permission, PermissionSet};

use crate::StoreError;

pub(crate) fn written(permissions: &PermissionSet) -> String {
    let lines: Vec<String> = permissions
        .iter()
        .map(|(permission, level)| format!("{} {level}", permission.id()))
        .collect();
    lines.join("\n")
}

/// What [`written`] wrote into a column of `what`.
pub(crate) fn read(row: &Row<'_>, column: &str, what: &'static str) -> Result<PermissionSet, StoreError> {
    let unreadable = StoreError::unreadable(what);
    let text = row.text(column)?;
    text.lines().try_fold(PermissionSet::none(), |permissions, line| {
        let (permission, level) = line.split_once(' ').unwrap_or((line, ""));
        let permission = Permission::by_id(permission).map_err(|error| unreadable(&error))?;
        let level: Level = level.parse().map_err(|error| unreadable(&error))?;
        permissions
            .grant(permission, level)
            .map_err(|error| unreadable(&error))
    })
}

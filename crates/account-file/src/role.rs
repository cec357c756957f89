//! `[[role]]`: a role described whole. Of a standard role only Inactive can be said.

use crate::entry::{Entry, Labels};
use crate::table::{Reader, Table};
use countersign_model::{Level, MinimumPermissions, Permission, RoleDraft, RoleForm, StandardRole, Word};
use toml::Spanned;
use toml::de::DeValue;

const FIELDS: &[&str] = &[
    "name",
    "center_type",
    "inactive",
    "web_services_only",
    "two_factor_authentication_required",
    "customizes",
    "minimum_permissions",
    "permissions",
];
pub(crate) const LABELS: Labels = &[
    ("Name", &["name"]),
    ("Center Type", &["center_type", "customizes"]),
    (
        "Two-Factor Authentication Required",
        &["two_factor_authentication_required"],
    ),
    ("Permissions", &["permissions"]),
];

#[derive(Debug)]
pub(crate) struct RolePart {
    pub(crate) entry: Entry,
    pub(crate) form: RoleForm,
}

impl RolePart {
    pub(crate) fn read<'d>(
        number: usize,
        value: &'d Spanned<DeValue<'d>>,
        reader: &mut Reader<'_>,
    ) -> Option<Self> {
        let table = Table::open("role", Some(number), value, FIELDS, reader)?;
        let name = table.required("name", reader)?.trim().to_owned();
        let form = match StandardRole::named(&name) {
            Ok(standard) => standard_form(standard, &table, reader),
            Err(_) => own_form(name, &table, reader),
        };
        if let Err(errors) = RoleDraft::parse(form.clone()) {
            table.entry.refused(LABELS, errors.iter(), &mut reader.mistakes);
        }
        Some(Self {
            entry: table.entry,
            form,
        })
    }
}

fn own_form(name: String, table: &Table<'_>, reader: &mut Reader<'_>) -> RoleForm {
    let template: Option<StandardRole> = table.word("customizes", reader);
    let base = template.map(StandardRole::customize);
    if base == Some(None) {
        let message = "names Administrator, which cannot be customized.";
        reader.mistakes.add(table.entry.mistake("customizes", message));
    }
    let base = base.flatten().unwrap_or_default();
    let services = table.words::<MinimumPermissions>("minimum_permissions", reader);
    let minimum = services
        .iter()
        .flatten()
        .flat_map(|service| service.value.permissions());
    let mut permissions = base.permissions;
    for (permission, level) in minimum.copied() {
        let has = permissions
            .iter()
            .any(|(known, given)| *known == permission && *given >= level);
        if !has {
            give(&mut permissions, permission, level);
        }
    }
    for (permission, level) in table.permissions("permissions", reader) {
        give(&mut permissions, permission, level);
    }
    RoleForm {
        name,
        center: table.word("center_type", reader).unwrap_or(base.center),
        inactive: table.flag("inactive", reader).unwrap_or_default(),
        web_services_only: table.flag("web_services_only", reader).unwrap_or_default(),
        two_factor_required: table
            .flag("two_factor_authentication_required", reader)
            .unwrap_or_default(),
        permissions,
    }
}

/// In place of the level it had.
fn give(permissions: &mut Vec<(Permission, Level)>, permission: Permission, level: Level) {
    permissions.retain(|(known, _)| *known != permission);
    permissions.push((permission, level));
}

fn standard_form(standard: StandardRole, table: &Table<'_>, reader: &mut Reader<'_>) -> RoleForm {
    if standard == StandardRole::Administrator {
        let message =
            "is Administrator, a role that every account has and that cannot be changed: leave it out.";
        reader.mistakes.add(table.entry.mistake("name", message));
    }
    for key in FIELDS.iter().filter(|key| !matches!(**key, "name" | "inactive")) {
        if table.has(key) {
            let message = format!(
                "cannot be said of {standard}, a standard role: only inactive can. Give the role a name of its own, with \
                 customizes = \"{standard}\"."
            );
            reader.mistakes.add(table.entry.mistake(key, message));
        }
    }
    RoleForm {
        inactive: table.flag("inactive", reader).unwrap_or_default(),
        ..RoleForm::from(&standard.role())
    }
}

//! `countersign role`.

use countersign_admin::{GrantJson, Named, PermissionJson, PermissionWord, RoleJson};
use countersign_model::Role;
use serde_json::json;

use super::administration::{print_list, shown_grants, yes_no};
use crate::admin_client::AdminClient;
use crate::command::{self, At, RoleAction};
use crate::failure::{Exit, Failure};
use crate::output;
use crate::pick::Pick;
use crate::table::{self, Cell, Table};

pub(crate) async fn run(command::Role { action, at }: command::Role) -> Result<Exit, Failure> {
    let (data, account) = (at.data.clone(), at.account.clone());
    AdminClient::with(data, account, async |client| act(client, action, &at).await).await?;
    Ok(Exit::Success)
}

async fn act(client: &AdminClient, action: RoleAction, at: &At) -> Result<(), Failure> {
    let pick = Pick::Role;
    match action {
        RoleAction::List => list(client, at).await,
        RoleAction::Show { role } => show(&client.get(&pick.at(client, &role).await?).await?, at),
        RoleAction::Create {
            name,
            customizes,
            minimum_permissions,
            fields,
        } => {
            let mut input = fields.input(Some(name));
            input.customizes = customizes;
            input.minimum_permissions = minimum_permissions;
            if !fields.permissions.is_empty() {
                let begins = input.beginning().permissions.into_iter();
                let begins = begins.map(|(permission, level)| GrantJson {
                    permission: Named(permission),
                    level: Named(level),
                });
                input.permissions = Some(changed(begins.collect(), &[], &fields.permissions));
            }
            show(&client.post(pick.path(), &input).await?, at)
        }
        RoleAction::Edit {
            role,
            name,
            without,
            fields,
        } => {
            let path = pick.at(client, &role).await?;
            let mut input = fields.input(name);
            if !fields.permissions.is_empty() || !without.is_empty() {
                let before: RoleJson = client.get(&path).await?;
                input.permissions = Some(changed(before.permissions, &without, &fields.permissions));
            }
            show(&client.patch(&path, &input).await?, at)
        }
        RoleAction::Permissions { subtab } => {
            let mut all: Vec<PermissionJson> = client.get("permissions").await?;
            all.retain(|permission| subtab.is_none_or(|subtab| permission.subtab == subtab));
            let mut table = Table::new(&["PERMISSION", "SUBTAB", "LEVELS", "2FA"]);
            for permission in &all {
                let levels: Vec<_> = permission.levels.iter().map(|level| level.0.label()).collect();
                table.add([
                    Cell::from(permission.permission.0.label()),
                    Cell::from(permission.subtab.0.label()),
                    Cell::from(levels.join(", ")),
                    Cell::from(if permission.requires_two_factor { "yes" } else { "" }),
                ]);
            }
            print_list(&all, &table, false, "There is no such permission.", at)
        }
    }
}

/// Permissions with these taken away, and then those given: one that is there already changes its level.
fn changed(mut all: Vec<GrantJson>, without: &[PermissionWord], given: &[GrantJson]) -> Vec<GrantJson> {
    all.retain(|grant| !without.contains(&grant.permission));
    for grant in given {
        match all.iter_mut().find(|known| known.permission == grant.permission) {
            Some(known) => known.level = grant.level,
            None => all.push(*grant),
        }
    }
    all
}

async fn list(client: &AdminClient, at: &At) -> Result<(), Failure> {
    let roles: Vec<RoleJson> = client.get(Pick::Role.path()).await?;
    let mut table = Table::new(&["ID", "NAME", "KIND", "PERMISSIONS", "2FA", "INACTIVE"]);
    for role in &roles {
        table.add([
            Cell::from(role.id),
            Cell::from(&role.name),
            Cell::from(kind(role)),
            permissions(role),
            Cell::from(if role.asks_for_second_factor { "yes" } else { "" }),
            Cell::from(if role.inactive { "yes" } else { "" }),
        ]);
    }
    print_list(&roles, &table, false, "There is no role.", at)
}

fn show(role: &RoleJson, at: &At) -> Result<(), Failure> {
    if at.json {
        return output::say_json(&json!(role));
    }
    table::fields(
        &role.name,
        &[
            ("Internal ID", Cell::from(role.id)),
            ("Kind", Cell::from(kind(role))),
            ("Center type", Cell::from(role.center_type.0.label())),
            ("Inactive", Cell::from(yes_no(role.inactive))),
            (
                "Web services only",
                Cell::from(yes_no(role.web_services_only_role)),
            ),
            ("Asks for 2FA", Cell::from(yes_no(role.asks_for_second_factor))),
            ("Permissions", Cell::from(shown_grants(&role.permissions))),
            ("Advice", Cell::from(role.advice.join(" "))),
        ],
    )
}

/// How many; an Administrator has them all, and none in particular.
fn permissions(role: &RoleJson) -> Cell {
    match role.id == Role::ADMINISTRATOR.get() {
        true => Cell::from("all"),
        false => Cell::from(role.permissions.len()),
    }
}

const fn kind(role: &RoleJson) -> &'static str {
    if role.standard { "Standard" } else { "Custom" }
}

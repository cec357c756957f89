//! `countersign role`.

use countersign_admin::{GrantJson, LevelInput, Named, PermissionJson, RoleJson};
use countersign_model::{Role, RoleForm, Subtab};
use serde_json::json;

use super::administration::{permission_at, print_list, shown_grants, yes_no};
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
            // One that cannot begin so is refused by the account, in its words.
            if let Some(begins) = input.beginning() {
                let give = |form: RoleForm, grant: &GrantJson| {
                    form.with_permission(grant.permission.0, Some(grant.level.0))
                };
                let permissions = fields.permissions.iter().fold(begins, give).permissions;
                let grant = |(permission, level)| GrantJson {
                    permission: Named(permission),
                    level: Named(level),
                };
                input.permissions = Some(permissions.into_iter().map(grant).collect());
            }
            show(&client.post(pick.path(), &input).await?, at)
        }
        RoleAction::Edit {
            role,
            name,
            remove_permission,
            fields,
        } => {
            let path = pick.at(client, &role).await?;
            client.patch::<RoleJson>(&path, &fields.input(name)).await?;
            for permission in &remove_permission {
                client.delete::<()>(&permission_at(&path, permission)).await?;
            }
            for GrantJson { permission, level } in &fields.permissions {
                let level = LevelInput { level: *level };
                client
                    .put::<RoleJson>(&permission_at(&path, permission), &level)
                    .await?;
            }
            show(&client.get(&path).await?, at)
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
    let mut fields = vec![
        ("Internal ID", Cell::from(role.id)),
        ("Kind", Cell::from(kind(role))),
        ("Center type", Cell::from(role.center_type.0.label())),
        ("Inactive", Cell::from(yes_no(role.inactive))),
        (
            "Web services only",
            Cell::from(yes_no(role.web_services_only_role)),
        ),
        ("Asks for 2FA", Cell::from(yes_no(role.asks_for_second_factor))),
        ("Permissions", permissions(role)),
    ];
    for subtab in Subtab::ALL {
        let of_subtab = role.permissions.iter().copied();
        let of_subtab = of_subtab.filter(|grant| grant.permission.0.subtab() == *subtab);
        let shown = shown_grants(&of_subtab.collect::<Vec<_>>());
        fields.push((subtab.label(), Cell::from(shown)));
    }
    fields.push(("Advice", Cell::from(role.advice.join(" "))));
    table::fields(&role.name, &fields)
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

//! `countersign user`.

use countersign_admin::{
    LevelInput, PasswordInput, PermissionWord, RoleJson, UserInput, UserJson, UserQuery,
};
use serde_json::json;

use super::administration::{list_all, print_list, shown_grants, yes_no};
use crate::admin_client::AdminClient;
use crate::ask;
use crate::command::{At, Length, User, UserAction};
use crate::failure::{Exit, Failure};
use crate::output::{self, RED};
use crate::pick::Pick;
use crate::table::{self, Cell, Table, moment, or_empty};

pub(crate) async fn run(User { action, at }: User) -> Result<Exit, Failure> {
    let (data, account) = (at.data.clone(), at.account.clone());
    AdminClient::with(data, account, async |client| act(client, action, &at).await).await?;
    Ok(Exit::Success)
}

async fn act(client: &AdminClient, action: UserAction, at: &At) -> Result<(), Failure> {
    let pick = Pick::User;
    match action {
        UserAction::List {
            name,
            email,
            kind,
            inactive,
            length,
        } => {
            let query = UserQuery {
                name,
                email,
                kind,
                inactive,
                ..UserQuery::default()
            };
            list(client, query, length, at).await
        }
        UserAction::Show { user } => {
            let user = client.get(&pick.at(client, &user).await?).await?;
            show(client, &user, at).await
        }
        UserAction::Create { name, fields } => {
            let roles = Pick::Role.ids(client, &fields.roles).await?;
            let has_roles = !roles.is_empty();
            let mut input = fields.input(Some(name), roles);
            input.give_access = input.give_access.or(has_roles.then_some(true));
            let user = client.post(pick.path(), &input).await?;
            show(client, &user, at).await
        }
        UserAction::Edit { user, name, fields } => {
            let path = pick.at(client, &user).await?;
            let roles = Pick::Role.ids(client, &fields.roles).await?;
            let user = client.patch(&path, &fields.input(name, roles)).await?;
            show(client, &user, at).await
        }
        UserAction::Password {
            user,
            require_password_change_on_next_login,
        } => {
            let path = pick.at(client, &user).await?;
            let user: UserJson = client.get(&path).await?;
            let password = ask::new_password(&user.name)?;
            let input = PasswordInput {
                password: password.expose().to_owned(),
                require_password_change_on_next_login,
            };
            client.put::<()>(&format!("{path}/password"), &input).await?;
            done(&user, "has a new password", at)
        }
        UserAction::Unlock { user } => {
            let path = pick.at(client, &user).await?;
            client.post::<()>(&format!("{path}/unlock"), &()).await?;
            done(&client.get(&path).await?, "is not locked", at)
        }
        UserAction::RemoveSecondFactor { user } => {
            let path = pick.at(client, &user).await?;
            client.delete::<()>(&format!("{path}/second-factor")).await?;
            done(&client.get(&path).await?, "has no second factor", at)
        }
        UserAction::GiveRole { user, role } => give_role(client, &user, &role, at).await,
        UserAction::TakeRole { user, role } => take_role(client, &user, &role, at).await,
        UserAction::GiveGlobalPermission { user, grant } => {
            let path = pick.at(client, &user).await?;
            let level = LevelInput { level: grant.level };
            let path = global_permission_at(&path, grant.permission);
            show(client, &client.put(&path, &level).await?, at).await
        }
        UserAction::TakeGlobalPermission { user, permission } => {
            let path = pick.at(client, &user).await?;
            client
                .delete::<()>(&global_permission_at(&path, permission))
                .await?;
            show(client, &client.get(&path).await?, at).await
        }
        UserAction::Delete { user, sure } => {
            let path = pick.at(client, &user).await?;
            let user: UserJson = client.get(&path).await?;
            ask::sure(&format!("Deleting {} and its tokens", user.name), &sure)?;
            client.delete::<()>(&path).await?;
            match at.json {
                true => output::say_json(&json!({ "deleted": user.id })),
                false => output::say(&format!("{} is deleted.", user.name)),
            }
        }
    }
}

fn global_permission_at(user: &str, permission: PermissionWord) -> String {
    format!("{user}/global-permissions/{}", permission.0.id())
}

/// Whoever gets a role gets access, as with a new user.
async fn give_role(client: &AdminClient, user: &str, role: &str, at: &At) -> Result<(), Failure> {
    let path = Pick::User.at(client, user).await?;
    let role = Pick::Role.id(client, role).await?;
    let mut user: UserJson = client.put(&format!("{path}/roles/{role}"), &()).await?;
    if !user.give_access {
        let access = UserInput {
            give_access: Some(true),
            ..UserInput::default()
        };
        user = client.patch(&path, &access).await?;
    }
    show(client, &user, at).await
}

async fn take_role(client: &AdminClient, user: &str, role: &str, at: &At) -> Result<(), Failure> {
    let path = Pick::User.at(client, user).await?;
    let role = Pick::Role.id(client, role).await?;
    let before: UserJson = client.get(&path).await?;
    if before.roles.iter().all(|assigned| assigned.role != role) {
        let role: RoleJson = client.get(&format!("roles/{role}")).await?;
        let message = format!("{} does not have the role {}", before.name, role.name);
        return Err(Failure::unusable(message));
    }
    client.delete::<()>(&format!("{path}/roles/{role}")).await?;
    show(client, &client.get(&path).await?, at).await
}

fn done(user: &UserJson, what: &str, at: &At) -> Result<(), Failure> {
    match at.json {
        true => output::say_json(&json!(user)),
        false => output::say(&format!("{} {what}.", user.name)),
    }
}

async fn list(client: &AdminClient, query: UserQuery, length: Length, at: &At) -> Result<(), Failure> {
    let (users, more) = list_all::<UserJson>(client, Pick::User.path(), &query, length).await?;
    let names = RoleNames::of(client).await?;
    let mut table = Table::new(&["ID", "NAME", "EMAIL", "TYPE", "ROLES", "STATE"]);
    for user in &users {
        table.add([
            Cell::from(user.id),
            Cell::from(&user.name),
            Cell::from(&user.email),
            Cell::from(user.kind.0.label()),
            Cell::from(names.of_user(user)),
            state(user),
        ]);
    }
    print_list(&users, &table, more, "There is no such user.", at)
}

async fn show(client: &AdminClient, user: &UserJson, at: &At) -> Result<(), Failure> {
    if at.json {
        return output::say_json(&json!(user));
    }
    let names = RoleNames::of(client).await?;
    let web_services = match (user.web_services_user, user.concurrent_web_services_user) {
        (_, true) => "concurrent web services user",
        (true, false) => "web services user",
        (false, false) => "",
    };
    let inherits = user.inherit_ip_rules_from_company;
    table::fields(
        &user.name,
        &[
            ("Internal ID", Cell::from(user.id)),
            ("Type", Cell::from(user.kind.0.label())),
            ("Email", Cell::from(&user.email)),
            ("State", state(user)),
            ("Access", Cell::from(yes_no(user.give_access))),
            ("Roles", Cell::from(names.of_user(user))),
            (
                "Global permissions",
                Cell::from(shown_grants(&user.global_permissions)),
            ),
            ("Web services", Cell::from(web_services)),
            ("Addresses", Cell::from(&user.ip_address_restriction)),
            ("Company's IP rules", Cell::from(yes_no(inherits))),
            ("Locked until", or_empty(user.locked_until.map(moment))),
        ],
    )
}

fn state(user: &UserJson) -> Cell {
    if user.inactive {
        return Cell::from("Inactive").styled(RED);
    }
    match (user.locked_until.is_some(), user.give_access) {
        (true, _) => Cell::from("Locked").styled(RED),
        (false, true) => Cell::from("Active"),
        (false, false) => Cell::from("No access"),
    }
}

/// Roles by internal id.
struct RoleNames(Vec<RoleJson>);

impl RoleNames {
    async fn of(client: &AdminClient) -> Result<Self, Failure> {
        Ok(Self(client.get(Pick::Role.path()).await?))
    }

    fn of_user(&self, user: &UserJson) -> String {
        let name = |id: i64| {
            self.0
                .iter()
                .find(|role| role.id == id)
                .map(|role| role.name.as_str())
        };
        let roles = user.roles.iter().filter_map(|assigned| {
            let hidden = if assigned.hidden { " (hidden)" } else { "" };
            name(assigned.role).map(|name| format!("{name}{hidden}"))
        });
        roles.collect::<Vec<_>>().join(", ")
    }
}

//! What an administrator does on the pages: saved whole or shown again as it was typed, and told first what it breaks.

use countersign_model::{EntityId, Role, RoleForm, UserForm};
use countersign_protocol::percent_encode;
use countersign_store::UserFilter;

use crate::stage::{ADMINISTRATOR, POWERLESS, Stage, Visitor};

const USERS: &str = "/app/setup/users-roles/manage-users";
const RESET: &str = "/app/setup/users-roles/user-access-reset";

async fn id_of(stage: &Stage, email: &str) -> EntityId {
    let filter = UserFilter {
        email: Some(email.to_owned()),
        ..UserFilter::default()
    };
    let (authority, owner) = (&stage.account.authority, stage.account.owner());
    let mut found = authority.users(&owner, filter, None, 1).await.unwrap();
    found.pop().unwrap().id
}

/// The names of a list, from the top.
fn listed<'p>(page: &'p str, names: &[&'p str]) -> Vec<&'p str> {
    let mut at: Vec<_> = names
        .iter()
        .filter_map(|name| page.find(&format!(">{name}</a>")).map(|place| (place, *name)))
        .collect();
    at.sort_unstable();
    at.into_iter().map(|(_, name)| name).collect()
}

#[tokio::test]
async fn a_list_is_sorted_either_way_and_narrowed_by_the_server() {
    let stage = Stage::ready().await;
    let visitor = Visitor::new(&stage).await;
    let outsider = UserForm {
        name: "Zoe Outside".to_owned(),
        email: "zoe@example.com".to_owned(),
        ..UserForm::default()
    };
    let owner = stage.account.owner();
    stage.account.authority.add_user(&owner, outsider).await.unwrap();
    let names = [ADMINISTRATOR, POWERLESS, "Zoe Outside"];
    let up = visitor.see(USERS).await;
    assert_eq!(listed(&up, &names), [ADMINISTRATOR, POWERLESS]);
    assert!(up.contains("aria-sort=\"ascending\""), "{up}");
    let down = visitor.see(&format!("{USERS}?sort=name&down&access=All")).await;
    assert_eq!(listed(&down, &names), ["Zoe Outside", POWERLESS, ADMINISTRATOR]);
    assert!(down.contains("aria-sort=\"descending\"") && down.contains("?access=All&amp;sort=name\""));
    let narrowed = visitor.see(&format!("{USERS}?name=PAT&type=Employee")).await;
    assert_eq!(listed(&narrowed, &names), [POWERLESS]);
    let nobody = visitor.see(&format!("{USERS}?type=Vendor")).await;
    assert!(nobody.contains("Nobody fits these filters"), "{nobody}");
}

#[tokio::test]
async fn a_person_is_saved_with_every_field_of_the_access_subtab_and_its_history_says_so() {
    let stage = Stage::ready().await;
    let visitor = Visitor::new(&stage).await;
    let id = id_of(&stage, POWERLESS).await;
    let path = format!("/app/lists/employees/{id}");
    let wrong = [
        ("name", "Pat \"Again\""),
        ("email", POWERLESS),
        ("give-access", "on"),
        ("addresses", "nowhere"),
    ];
    let again = visitor.send(&path, &wrong).await;
    assert_eq!(again.status, 422);
    for kept in [
        "Pat &quot;Again&quot;",
        "Roles are required when Give Access is checked",
        "IP Address Restriction has &quot;nowhere&quot;",
    ] {
        assert!(again.text().contains(kept), "{kept}: {}", again.text());
    }
    let right = [
        ("name", "Pat"),
        ("email", POWERLESS),
        ("give-access", "on"),
        ("role", "3"),
        ("web-services-user", "on"),
        ("addresses", "192.0.2.0/24"),
        ("grant LIST_CUSTJOB", "View"),
    ];
    let saved = visitor.send(&path, &right).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let owner = stage.account.owner();
    let user = stage.account.authority.user(&owner, id).await.unwrap();
    assert!(user.web_services_user && !user.ip_restriction.inherit_from_company);
    assert!(user.ip_restriction.own.is_some() && user.assignment(Role::ADMINISTRATOR).is_some());
    assert_eq!(user.global_permissions.iter().count(), 1);
    let history = visitor.see(&format!("{path}/history")).await;
    for field in [
        "Web Services User",
        "IP Address Restriction",
        "Global Permissions: Customers",
    ] {
        assert!(history.contains(field), "{field}: {history}");
    }
}

#[tokio::test]
async fn a_step_that_breaks_calls_says_first_how_many_tokens_rely_on_it() {
    let stage = Stage::ready().await;
    let visitor = Visitor::new(&stage).await;
    let record = stage.account.integration.id;
    let record = format!("/app/setup/integration/manage-integrations/{record}");
    for step in ["block", "reset-credentials", "uninstall"] {
        let asked = visitor.see(&format!("{record}/{step}")).await;
        assert!(
            asked.contains("<strong>1 active token</strong>, never used"),
            "{step}: {asked}"
        );
    }
    let user = stage.account.user.id;
    let person = format!("/app/lists/employees/{user}");
    for page in [person.clone(), format!("{person}/delete")] {
        let asked = visitor.see(&page).await;
        assert!(
            asked.contains("<strong>1 active token</strong>"),
            "{page}: {asked}"
        );
    }
    let blocked = visitor.send(&format!("{record}/block"), &[]).await;
    assert_eq!(blocked.status, 303);
    let caller = stage.server.caller(&stage.account.application());
    let refused = caller
        .get("/services/rest/record/v1/customer?limit=1")
        .send()
        .await;
    assert_eq!(refused.status, 401);
    let gone = visitor.send(&format!("{record}/uninstall"), &[]).await;
    assert_eq!(gone.status, 303);
    let asked = visitor.see(&format!("{person}/delete")).await;
    assert!(asked.contains("no active token"), "{asked}");
}

#[tokio::test]
async fn whoever_may_not_see_tokens_is_told_of_none_rather_than_of_too_few() {
    let stage = Stage::ready().await;
    let owner = stage.account.owner();
    let role = RoleForm {
        name: "Integrations".to_owned(),
        permissions: vec![(
            countersign_model::Permission::IntegrationApplication,
            countersign_model::Level::Full,
        )],
        ..RoleForm::default()
    };
    let authority = &stage.account.authority;
    let role = authority.add_role(&owner, role).await.unwrap();
    let id = id_of(&stage, POWERLESS).await;
    let give = move |form: UserForm| form.with_role(role.id, true);
    authority.edit_user(&owner, id, give).await.unwrap();
    let cookie = stage.sign_in_as(POWERLESS, Some(role.id)).await;
    let record = stage.account.integration.id;
    let record = format!("/app/setup/integration/manage-integrations/{record}");
    let asked = stage.get(&format!("{record}/block"), Some(&cookie)).await;
    assert_eq!(asked.status, 200);
    assert!(!asked.text().contains("active token"), "{}", asked.text());
}

#[tokio::test]
async fn a_lost_way_in_is_opened_again_by_the_reset_tool() {
    let stage = Stage::ready().await;
    let visitor = Visitor::new(&stage).await;
    let id = id_of(&stage, POWERLESS).await;
    for _ in 0..5 {
        let guess = format!("email={}&password=Wrong-Guess-1", percent_encode(POWERLESS));
        stage.post("/app/login", "", &guess).await;
    }
    let found = visitor.see(&format!("{RESET}?email={POWERLESS}")).await;
    assert!(found.contains("locked until"), "{found}");
    let of_user = format!("{RESET}?user={id}");
    let user = id.to_string();
    let unlocked = visitor
        .send(&of_user, &[("user", &user), ("reset", "lock")])
        .await;
    assert_eq!(unlocked.status, 303);
    assert!(!visitor.see(&of_user).await.contains("locked until"));

    let password = |password| {
        [
            ("user", user.as_str()),
            ("reset", "password"),
            ("password", password),
        ]
    };
    let weak = visitor.send(&of_user, &password("weak")).await;
    assert_eq!(weak.status, 422);
    assert!(
        weak.text().contains("Password must have 10 characters or more"),
        "{}",
        weak.text()
    );
    let set = visitor.send(&of_user, &password("Another-Horse-7")).await;
    assert_eq!(set.status, 303, "{}", set.text());
    let sign_in = format!("email={}&password=Another-Horse-7", percent_encode(POWERLESS));
    assert_eq!(stage.post("/app/login", "", &sign_in).await.status, 303);
    assert_eq!(
        visitor
            .send(&of_user, &[("user", &user), ("reset", "all")])
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn company_information_shows_the_addresses_a_program_calls_and_keeps_what_was_typed_wrong() {
    let stage = Stage::ready().await;
    let visitor = Visitor::new(&stage).await;
    let path = "/app/setup/company/company-information";
    let shown = visitor.see(path).await;
    let account = stage.account.authority.account();
    for address in [
        "http://localhost/services/rest".to_owned(),
        format!(
            "https://{}/services/rest",
            account.host(countersign_protocol::Service::SuiteTalk)
        ),
    ] {
        assert!(shown.contains(&address), "{address}: {shown}");
    }
    let wrong = [
        ("company", "Bees"),
        ("addresses", "192.0.2.1"),
        ("tier", "Premium"),
        ("licences", "two"),
    ];
    let again = visitor.send(path, &wrong).await;
    assert_eq!(again.status, 422);
    assert!(again.text().contains("value=\"two\"") && again.text().contains("value=\"Bees\""));
    let right = [
        ("company", "Bees"),
        ("addresses", ""),
        ("tier", "Premium"),
        ("licences", "1"),
    ];
    assert_eq!(visitor.send(path, &right).await.status, 303);
    let governance = visitor.see("/app/setup/integration/integration-governance").await;
    assert!(
        governance.contains("Premium, 1 SuiteCloud Plus licenses"),
        "{governance}"
    );
    assert!(governance.contains("25 together"), "{governance}");
}

#[tokio::test]
async fn preferences_are_in_force_when_they_are_saved() {
    let stage = Stage::ready().await;
    let visitor = Visitor::new(&stage).await;
    let path = "/app/setup/company/general-preferences";
    let fields = |idle| {
        [
            ("strength", "Strong"),
            ("length", "12"),
            ("expiration", ""),
            ("idle", idle),
            ("retention", "30"),
            ("approval", "on"),
        ]
    };
    let again = visitor.send(path, &fields("5 minutes")).await;
    assert_eq!(again.status, 422);
    assert!(again.text().contains("value=\"5 minutes\""), "{}", again.text());
    assert_eq!(visitor.send(path, &fields("30")).await.status, 303);
    let settings = stage.account.authority.snapshot().settings.clone();
    assert!(settings.require_approval && !settings.mandatory_two_factor);
    assert_eq!(
        (settings.idle_session_timeout, settings.password_policy.min_length),
        (30, 12)
    );
}

#[tokio::test]
async fn a_role_is_offered_to_whom_it_belongs_without_a_script_too() {
    let stage = Stage::ready().await;
    let visitor = Visitor::new(&stage).await;
    let path = "/app/setup/users-roles/access-tokens/new";
    let administrator = id_of(&stage, ADMINISTRATOR).await.to_string();
    let asked = [
        ("application", "1"),
        ("user", &*administrator),
        ("show-roles", "on"),
        ("name", "x\"y"),
    ];
    let shown = visitor.send(path, &asked).await;
    assert_eq!(shown.status, 200);
    let text = shown.text();
    let (_, roles) = text.split_once("id=\"f-role\"").unwrap();
    let (roles, _) = roles.split_once("</select>").unwrap();
    let offered: Vec<&str> = roles
        .split("<option")
        .skip(1)
        .filter(|role| !role.contains(" hidden disabled"))
        .collect();
    assert_eq!(offered.len(), 2, "{offered:?}");
    assert!(offered[1].contains("Administrator"), "{offered:?}");
    assert!(text.contains("value=\"x&quot;y\""), "{text}");
}

#[tokio::test]
async fn a_permission_of_a_guide_is_found_and_told_by_todays_name() {
    let stage = Stage::ready().await;
    let visitor = Visitor::new(&stage).await;
    let query = percent_encode("Token-Based Authentication permission");
    let found = stage
        .get(&format!("/app/search?q={query}"), Some(&visitor.cookie))
        .await;
    let led_to = found.header("location").unwrap().to_owned();
    let page = visitor.see(&led_to).await;
    assert!(
        page.contains("Today the permission is called User Access Tokens or Log in using Access Tokens."),
        "{page}"
    );
    let role = stage.account.role.id;
    let copy = visitor
        .see(&format!("/app/setup/users-roles/manage-roles/new?copy={role}"))
        .await;
    assert!(copy.contains("<option value=\"Full\" selected>"), "{copy}");
}

use super::*;
use crate::user::tests::user;

#[test]
fn access_needs_a_role_and_each_role_once() {
    let form = |roles| UserForm {
        name: "Ada Byron".into(),
        email: "ada@example.com".into(),
        give_access: true,
        roles,
        ..UserForm::default()
    };
    let message = |roles| UserDraft::parse(form(roles)).unwrap_err().to_string();
    assert_eq!(
        message(vec![]),
        "Roles are required when Give Access is checked; give one, or clear the box."
    );
    assert_eq!(
        message(vec![RoleId::new(3), RoleId::new(3)]),
        "Roles name the same role twice."
    );
    let user = UserDraft::parse(form(vec![RoleId::new(3)]))
        .unwrap()
        .into_user(EntityId::new(1));
    assert_eq!(
        user.roles,
        [AssignedRole {
            role: RoleId::new(3),
            hidden: false
        }]
    );
}

#[test]
fn every_wrong_field_is_named_at_once_by_the_label_of_its_page() {
    let wrong = UserForm {
        kind: EntityKind::Vendor,
        email: "ada".into(),
        concurrent_web_services_user: true,
        global_permissions: vec![(Permission::UserAccessTokens, Level::View)],
        ip_address_restriction: "home".into(),
        ..UserForm::default()
    };
    let errors = UserDraft::parse(wrong).unwrap_err();
    let fields: Vec<&str> = errors.iter().map(|error| error.field).collect();
    assert_eq!(
        fields,
        [
            "Company Name",
            "Email",
            "Concurrent Web Services User",
            "Global Permissions",
            "IP Address Restriction"
        ]
    );
}

#[test]
fn an_edit_that_changes_nothing_gives_the_same_user() {
    let current = User {
        ip_restriction: IpRestriction {
            inherit_from_company: false,
            own: Some("192.0.2.0/24".parse().unwrap()),
        },
        ..user().with_role_hidden(RoleId::new(1001), true).unwrap()
    };
    let edit = UserEdit::parse(&current, UserForm::from(&current)).unwrap();
    assert_eq!(edit.into_user(), current);
}

#[test]
fn a_role_given_back_is_shown() {
    let hidden = user().with_role_hidden(RoleId::new(1001), true).unwrap();
    let form = |roles: Vec<RoleId>| UserForm {
        roles,
        give_access: false,
        ..UserForm::from(&hidden)
    };
    let without = UserEdit::parse(&hidden, form(vec![])).unwrap().into_user();
    let again = UserEdit::parse(&without, form(vec![RoleId::new(1001)]))
        .unwrap()
        .into_user();
    assert!(!again.roles[0].hidden);
}

#[test]
fn a_record_keeps_its_type() {
    let form = UserForm {
        kind: EntityKind::Partner,
        ..UserForm::from(&user())
    };
    assert_eq!(
        UserEdit::parse(&user(), form).unwrap_err().to_string(),
        "Type stays Employee: a record does not become another type."
    );
}

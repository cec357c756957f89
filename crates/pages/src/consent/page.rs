//! What somebody is asked: which application, in which role, and what that role lets it do.

use countersign_authority::Authorization;
use countersign_model::{Level, Role, RoleId, Subtab};
use countersign_web::{Lock, Markup, Notice, Page, Tone, Weight, button, facts, html, link_button};

use super::asked::Asked;

/// A role in words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RoleInWords {
    id: RoleId,
    name: String,
    may: May,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum May {
    Everything,
    /// What it may do, and with what: `See and change`, `Customers, Items`.
    These(Vec<(&'static str, String)>),
}

impl RoleInWords {
    fn of(role: &Role) -> Self {
        Self {
            id: role.id,
            name: role.name.clone(),
            may: May::of(role),
        }
    }
}

impl May {
    fn of(role: &Role) -> Self {
        if role.administrator {
            return Self::Everything;
        }
        let named = |wanted: &dyn Fn(Subtab, Level) -> bool| {
            let permissions = role.permissions.iter();
            let wanted = permissions.filter(|(permission, level)| wanted(permission.subtab(), *level));
            let labels: Vec<&str> = wanted.map(|(permission, _)| permission.label()).collect();
            labels.join(", ")
        };
        let records = [Level::Full, Level::Edit, Level::Create, Level::View].map(|level| {
            let of_level = named(&|subtab, at| subtab != Subtab::Setup && at == level);
            (words(level), of_level)
        });
        let setup = ("Setup permissions", named(&|subtab, _| subtab == Subtab::Setup));
        let all = records.into_iter().chain([setup]);
        Self::These(all.filter(|(_, what)| !what.is_empty()).collect())
    }

    fn show(&self) -> Markup {
        match self {
            Self::Everything => {
                html! { p { "Everything in this account: see, change and delete all of it." } }
            }
            Self::These(lines) if lines.is_empty() => html! { p { "Nothing: the role has no permission." } },
            Self::These(lines) => html! {
                dl.grants-in-words {
                    @for (may, what) in lines { div { dt { (may) } dd { (what) } } }
                }
            },
        }
    }
}

const fn words(level: Level) -> &'static str {
    match level {
        Level::View => "See",
        Level::Create => "See and create",
        Level::Edit => "See, create and change",
        Level::Full => "See, create, change and delete",
    }
}

/// Allow or Deny.
#[derive(Debug)]
pub(super) struct Consent {
    application: String,
    user: String,
    callback_host: String,
    /// None where no role of the user's may log in by token.
    role: Option<RoleInWords>,
    has_other_roles: bool,
    address: String,
}

impl Consent {
    pub(super) fn of(asks: &Authorization, asked: &Asked) -> Self {
        Self {
            application: asks.application.clone(),
            user: asks.user.clone(),
            callback_host: asks.callback_host.clone(),
            role: chosen(asks, asked).map(|role| RoleInWords::of(role)),
            has_other_roles: asks.roles.len() > 1,
            address: asked.address.clone(),
        }
    }

    pub(super) fn page(&self, lock: &Lock) -> Page {
        let refused = self.role.is_none().then(|| {
            let text = "You have no role that may log in by token with what you signed in with.";
            Notice::new(Weight::Warning, text)
        });
        Page {
            title: format!("Allow {}?", self.application),
            notices: refused.into_iter().collect(),
            body: html! {
                // The answer to a sign-in looks the same when it is loaded again, without the password.
                div.stack data-address=(self.address) {
                    p { strong { (self.application) } " asks to call this account as you, " (self.user) "." }
                    @if let Some(role) = &self.role {
                        div.role-in-words {
                            p { "In the role " strong { (role.name) } " it may" }
                            (role.may.show())
                        }
                    }
                    p.help {
                        @if self.role.is_some() {
                            "What it does counts as done by you, until its token is revoked: by itself a token does not end. "
                        }
                        "Either way you go on to " strong { (self.callback_host) } "."
                    }
                    (lock.form(&self.address, self.buttons()))
                }
            },
            ..Page::default()
        }
    }

    fn buttons(&self) -> Markup {
        html! {
            @if let Some(role) = &self.role { input type="hidden" name="role" value=(role.id); }
            div.submit {
                @if self.role.is_some() { (button("Allow", Tone::Primary, Some(("answer", "allow")))) }
                (button("Deny", Tone::Plain, Some(("answer", "deny"))))
                @if self.has_other_roles {
                    (link_button("Change Role", &format!("{}&roles", self.address), Tone::Plain))
                }
            }
        }
    }
}

/// Change Role.
#[derive(Debug)]
pub(super) struct RoleChoices {
    application: String,
    roles: Vec<RoleInWords>,
    chosen: Option<RoleId>,
    address: String,
}

impl RoleChoices {
    pub(super) fn of(asks: &Authorization, asked: &Asked) -> Self {
        Self {
            application: asks.application.clone(),
            roles: asks.roles.iter().map(|role| RoleInWords::of(role)).collect(),
            chosen: chosen(asks, asked).map(|role| role.id),
            address: asked.address.clone(),
        }
    }

    pub(super) fn page(&self) -> Page {
        let roles: Vec<(&str, Markup)> = self
            .roles
            .iter()
            .map(|role| (role.name.as_str(), self.choice(role)))
            .collect();
        Page {
            title: format!("In which role may {} act?", self.application),
            body: html! {
                p.help { "Those of your roles that may log in by token. Nothing is allowed yet." }
                div.role-choices { (facts(&roles)) }
            },
            ..Page::default()
        }
    }

    fn choice(&self, role: &RoleInWords) -> Markup {
        let to = format!("{}&role={}", self.address, role.id);
        html! {
            (role.may.show())
            @if self.chosen == Some(role.id) { p.help { "The present choice." } }
            (link_button(&format!("Choose {}", role.name), &to, Tone::Plain))
        }
    }
}

/// The role that is asked about: the one in the address where the user may choose it, else the proposed one.
fn chosen<'a>(asks: &'a Authorization, asked: &Asked) -> Option<&'a std::sync::Arc<Role>> {
    let of = |id: Option<RoleId>| asks.roles.iter().find(|role| Some(role.id) == id);
    of(asked.role).or_else(|| of(asks.chosen))
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use countersign_model::{Permission, PermissionSet};

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        let permissions = PermissionSet::none()
            .grant(Permission::Customers, Level::Full)
            .and_then(|set| set.grant(Permission::RestWebServices, Level::Full))
            .unwrap();
        let integrator = Role {
            id: RoleId::new(1001),
            name: "Integrator <b>".to_owned(),
            administrator: false,
            permissions,
            ..Role::administrator()
        };
        let address = format!("{}?oauth_token=a", super::super::PATH);
        let roles: Vec<RoleInWords> = [Role::administrator(), integrator]
            .iter()
            .map(RoleInWords::of)
            .collect();
        let consent = |role: Option<RoleInWords>| Consent {
            application: "Warehouse <Sync>".to_owned(),
            user: "Ada".to_owned(),
            callback_host: "my.example.com".to_owned(),
            has_other_roles: role.is_some(),
            role,
            address: address.clone(),
        };
        let mut pages: Vec<Page> = roles
            .iter()
            .map(|role| consent(Some(role.clone())).page(lock))
            .collect();
        pages.push(consent(None).page(lock));
        let choices = RoleChoices {
            application: "Warehouse".to_owned(),
            chosen: Some(RoleId::new(1001)),
            roles,
            address: address.clone(),
        };
        pages.push(choices.page());
        pages
    }

    #[test]
    fn a_role_says_in_words_what_it_lets_an_application_do() {
        let permissions = [
            (Permission::Customers, Level::Full),
            (Permission::Items, Level::View),
            (Permission::RestWebServices, Level::Full),
        ];
        let permissions = permissions
            .into_iter()
            .try_fold(PermissionSet::none(), |set, (permission, level)| {
                set.grant(permission, level)
            });
        let role = Role {
            administrator: false,
            permissions: permissions.unwrap(),
            ..Role::administrator()
        };
        let lines = [
            ("See, create, change and delete", "Customers"),
            ("See", "Items"),
            ("Setup permissions", "REST Web Services"),
        ];
        let lines = lines.map(|(may, what)| (may, what.to_owned())).to_vec();
        assert_eq!(May::of(&role), May::These(lines));
        assert_eq!(May::of(&Role::administrator()), May::Everything);
    }
}

//! A person as they are filled in: the record, and the Access subtab with roles, global permissions and addresses.

use countersign_model::{FieldErrors, RoleId, User, UserForm};
use countersign_web::{
    Field, Lock, Markup, Notice, Page, TextArea, Tick, Tone, button, field_error, html, link_button, tabs,
};

use super::{NEW, path_of};
use crate::place::{EMPLOYEES, Place, USER_ACCESS_RESET};
use crate::reliance::Reliance;
use crate::roles::Picker;
use crate::view::{View, wrong};

#[derive(Debug, Default)]
pub(super) struct EmployeePage {
    /// As they are stored; none for a new one.
    pub(super) stored: Option<User>,
    pub(super) form: UserForm,
    pub(super) roles: Vec<(RoleId, String)>,
    /// None where it is not this user's to see.
    pub(super) reliance: Option<Reliance>,
    pub(super) features: Features,
    pub(super) errors: Option<FieldErrors>,
    pub(super) notice: Option<Notice>,
}

/// Which features that fields of the page depend on are on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Features {
    pub(super) global_permissions: bool,
    pub(super) ip_address_rules: bool,
}

impl View for EmployeePage {
    const PLACE: &'static Place = &EMPLOYEES;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::samples;
        let page = |reliance| Self {
            stored: Some(samples::user()),
            form: UserForm::from(&samples::user()),
            roles: samples::roles(),
            reliance: Some(reliance),
            notice: Some(Notice::new(countersign_web::Weight::Done, "Saved.")),
            ..Self::default()
        };
        let nobody = UserForm {
            give_access: true,
            ip_address_restriction: "\"".to_owned(),
            ..UserForm::default()
        };
        let again = Self {
            errors: countersign_model::UserDraft::parse(nobody.clone()).err(),
            form: nobody,
            roles: samples::roles(),
            features: Features {
                global_permissions: true,
                ip_address_rules: true,
            },
            ..Self::default()
        };
        let mut pages: Vec<Self> = crate::reliance::samples::reliances()
            .into_iter()
            .map(page)
            .collect();
        pages.extend([again, Self::default()]);
        pages
    }

    fn page(&self, lock: &Lock) -> Page {
        let path = self.stored.as_ref().map(|user| path_of(user.id));
        let title = match &self.stored {
            None => "New Employee".to_owned(),
            Some(user) => user.name.clone(),
        };
        Page {
            title,
            crumbs: EMPLOYEES.crumbs_below(),
            notices: self.notice.iter().cloned().collect(),
            actions: self.stored.as_ref().map(|user| {
                html! {
                    (link_button("Reset access", &format!("{}?user={}", USER_ACCESS_RESET.path, user.id), Tone::Plain))
                    (link_button("Delete", &format!("{}/delete", path_of(user.id)), Tone::Danger))
                }
            }),
            body: html! {
                (self.subtabs(path.as_deref()))
                (lock.form(path.as_deref().unwrap_or(NEW), html! {
                    (self.record())
                    (self.access())
                    (self.given_roles())
                    (self.global_permissions())
                    (self.password())
                    div.submit {
                        (button("Save", Tone::Primary, None))
                        (link_button("Cancel", EMPLOYEES.path, Tone::Plain))
                    }
                }))
            },
        }
    }
}

impl EmployeePage {
    fn wrong(&self, label: &str) -> Option<&str> {
        wrong(self.errors.as_ref(), label)
    }

    fn subtabs(&self, path: Option<&str>) -> Markup {
        let history = path.map(|path| format!("{path}/history"));
        let mut subtabs = vec![
            ("Access", "#access"),
            ("Roles", "#roles"),
            ("Global Permissions", "#global-permissions"),
        ];
        subtabs.extend(history.as_deref().map(|history| ("History", history)));
        tabs(&subtabs, None)
    }

    fn tick(&self, name: &str, label: &str, checked: bool, help: &str) -> Markup {
        Tick {
            name,
            label,
            checked,
            help: Some(help).filter(|help| !help.is_empty()),
            error: self.wrong(label),
            ..Tick::default()
        }
        .show()
    }

    fn record(&self) -> Markup {
        let label = self.form.kind.name_label();
        let name = Field {
            name: "name",
            label,
            value: &self.form.name,
            error: self.wrong(label).or_else(|| self.wrong("Name")),
            required: true,
            ..Field::default()
        };
        let email = Field {
            name: "email",
            label: "Email",
            kind: "email",
            value: &self.form.email,
            error: self.wrong("Email"),
            required: true,
            ..Field::default()
        };
        html! {
            section.section {
                div.columns { (name.show()) (email.show()) }
                (self.tick("inactive", "Inactive", self.form.inactive, ""))
            }
        }
    }

    fn access(&self) -> Markup {
        let form = &self.form;
        let addresses = TextArea {
            name: "addresses",
            label: "IP Address Restriction",
            value: &form.ip_address_restriction,
            error: self.wrong("IP Address Restriction"),
            help: Some("From where this person may log in: addresses, ranges and networks, or NONE."),
        };
        html! {
            section.section id="access" aria-labelledby="h-access" {
                h2 id="h-access" { "Access" }
                (self.tick("give-access", "Give Access", form.give_access, "Without it nobody comes in as this person, by password or by token."))
                @if let Some(reliance) = &self.reliance {
                    @if !reliance.is_none() {
                        p.breaks { (reliance.said()) ". Without access, without the role of a token, or inactive, calls with it are refused." }
                    }
                }
                div.columns {
                    div {
                        (self.tick("inherit-ip", "Inherit IP Rules from Company", form.inherit_ip_rules, "The addresses of Company Information are allowed as well."))
                        @if !self.features.ip_address_rules { p.help { "The feature IP Address Rules is off: no address is asked for." } }
                        (addresses.show())
                    }
                    div {
                        (self.tick("web-services-user", "Web Services User", form.web_services_user, "Of the time before 2017.2. It means nothing for tokens, which share the account's requests."))
                        (self.tick("concurrent-web-services-user", "Concurrent Web Services User", form.concurrent_web_services_user, "Likewise; it takes a SuiteCloud Plus license, and needs Concurrent Users for Web Services."))
                    }
                }
            }
        }
    }

    fn given_roles(&self) -> Markup {
        let role = |(role, name): &(RoleId, String)| {
            let relied = self.reliance.as_ref().map(|reliance| reliance.in_role(*role));
            let relied = relied.filter(|relied| !relied.is_none());
            let assigned = self.stored.as_ref().and_then(|user| user.assignment(*role));
            let is_hidden = assigned.is_some_and(|assigned| assigned.hidden);
            let id = role.to_string();
            html! {
                div {
                    (Tick {
                        name: "role",
                        value: &id,
                        label: name,
                        checked: self.form.roles.contains(role),
                        help: is_hidden.then_some("Hidden by the user on View My Roles: no token logs in with it."),
                        ..Tick::default()
                    }.show())
                    @if let Some(relied) = relied { p.help.under { (relied.said()) } }
                }
            }
        };
        html! {
            section.section id="roles" aria-labelledby="h-roles" {
                h2 id="h-roles" { "Roles" }
                @if let Some(error) = self.wrong("Roles") { (field_error("Roles", error)) }
                fieldset.roles {
                    legend.unseen { "Roles of this person" }
                    @for known in &self.roles { (role(known)) }
                }
            }
        }
    }

    fn global_permissions(&self) -> Markup {
        let picker = Picker {
            id: "global-permissions",
            label: "Global Permissions",
            granted: &self.form.global_permissions,
            error: self.wrong("Global Permissions"),
        };
        html! {
            details.section.folded open[picker.error.is_some()] {
                summary {
                    h2 { "Global Permissions" }
                    span.help { (given(self.form.global_permissions.len())) @if !self.features.global_permissions { "; the feature Global Permissions is off" } }
                }
                p.help { "What this person may do in every role. Where a role has the same permission, the level here counts." }
                (picker.show())
            }
        }
    }

    fn password(&self) -> Markup {
        let field = |name, label, help| {
            Field {
                name,
                label,
                kind: "password",
                help,
                error: self.wrong(label),
                autocomplete: "new-password",
                ..Field::default()
            }
            .show()
        };
        html! {
            section.section aria-labelledby="h-password" {
                h2 id="h-password" { "Manually Assign or Change Password" }
                p.help { "For the pages. Empty leaves it as it is; calls with a token need none." }
                div.columns {
                    (field("password", "Password", Some("At least 10 characters, of three kinds.")))
                    (field("confirmation", "Confirm Password", None))
                }
                (self.tick("must-change", "Require Password Change on Next Login", false, ""))
            }
        }
    }
}

fn given(count: usize) -> String {
    match count {
        0 => "none given".to_owned(),
        count => format!("{count} given"),
    }
}

//! The picker of permissions with their levels, on a role and on a person: every one, under today's name and those that
//! guides have for it.

use countersign_model::{Level, Permission, Subtab};
use countersign_web::{Filled, Markup, field_error, html};

/// What guides call a permission besides its name of today.
const fn also_called(permission: Permission) -> &'static [&'static str] {
    match permission {
        Permission::SoapWebServices | Permission::RestWebServices => &["Web Services"],
        Permission::UserAccessTokens => &["User Access Token", "Token-Based Authentication"],
        Permission::LogInUsingAccessTokens => &["Token-Based Authentication"],
        Permission::IntegrationApplication => &["Manage Integration", "Manage Integrations"],
        Permission::LogInUsingOAuth2 => &["OAuth 2.0"],
        Permission::ViewWebServicesLogs => &["View SOAP Web Services Logs"],
        Permission::ManageRoles => &["Manage Roles"],
        _ => &[],
    }
}

/// What a permission of a guide is called today; nothing where it is called that today, or was no permission ever.
pub(crate) fn todays_permissions(asked: &str) -> Vec<&'static str> {
    let asked = asked.trim().to_lowercase();
    let Some(asked) = asked.strip_suffix("permission").map(str::trim) else {
        return Vec::new();
    };
    let is_asked = |name: &str| name.to_lowercase() == asked;
    if Permission::ALL
        .iter()
        .any(|permission| is_asked(permission.label()))
    {
        return Vec::new();
    }
    let known = Permission::ALL.iter().copied();
    known
        .filter(|permission| also_called(*permission).iter().any(|name| is_asked(name)))
        .map(Permission::label)
        .collect()
}

/// What was picked.
pub(crate) fn granted(form: &Filled) -> Vec<(Permission, Level)> {
    let picked = Permission::ALL.iter().filter_map(|permission| {
        let level = form.text(&name(*permission)).parse().ok()?;
        Some((*permission, level))
    });
    picked.collect()
}

fn name(permission: Permission) -> String {
    format!("grant {}", permission.id())
}

#[derive(Debug)]
pub(crate) struct Picker<'a> {
    /// Of the element; a page has one picker.
    pub(crate) id: &'a str,
    pub(crate) label: &'a str,
    pub(crate) granted: &'a [(Permission, Level)],
    pub(crate) error: Option<&'a str>,
}

impl Picker<'_> {
    pub(crate) fn show(&self) -> Markup {
        html! {
            div.picker id=(self.id) {
                @if let Some(error) = self.error { (field_error(self.label, error)) }
                div.narrowing hidden {
                    label.unseen for="narrow" { "Show permissions with these words" }
                    input id="narrow" type="search" placeholder="Narrow the list: token, web services, customers" data-narrows=(self.id) autocomplete="off";
                    p.help role="status" {}
                }
                @for subtab in [Subtab::Setup, Subtab::Lists, Subtab::Transactions, Subtab::Reports] {
                    h3 id=(subtab) { (subtab) }
                    ul.grants { @for permission in on(subtab) { (self.grant(permission)) } }
                }
            }
        }
    }

    fn grant(&self, permission: Permission) -> Markup {
        let (id, also) = (permission.id(), also_called(permission).join(", "));
        let mut granted = self.granted.iter();
        let level = granted
            .find(|(known, _)| *known == permission)
            .map(|(_, level)| *level);
        html! {
            li data-words={ (permission.label().to_lowercase()) " " (also.to_lowercase()) } {
                label for=(id) {
                    (permission)
                    @if !also.is_empty() { span.sub { "guides say " (also) } }
                }
                select id=(id) name=(name(permission)) {
                    option value="" { "None" }
                    @for offered in permission.levels() {
                        option value=(offered) selected[level == Some(*offered)] { (offered) }
                    }
                }
            }
        }
    }
}

fn on(subtab: Subtab) -> impl Iterator<Item = Permission> {
    let is_on = move |permission: &Permission| permission.subtab() == subtab;
    Permission::ALL.iter().copied().filter(is_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picker_knows_the_words_of_every_guide() {
        let known = |words: &str| {
            Permission::ALL
                .iter()
                .any(|permission| permission.label() == words || also_called(*permission).contains(&words))
        };
        for words in [
            "Access Token Management",
            "Log in using Access Tokens",
            "User Access Tokens",
            "User Access Token",
            "View Web Services Logs",
            "Web Services",
            "SOAP Web Services",
            "REST Web Services",
            "Token-Based Authentication",
            "OAuth 2.0",
            "Integration Application",
            "Manage Integration",
        ] {
            assert!(known(words), "{words}");
        }
    }

    #[test]
    fn a_permission_of_a_guide_is_told_by_its_name_of_today() {
        assert_eq!(
            todays_permissions("Token-Based Authentication permission"),
            ["User Access Tokens", "Log in using Access Tokens"]
        );
        assert_eq!(
            todays_permissions("web services Permission"),
            ["REST Web Services", "SOAP Web Services"]
        );
        for today in [
            "REST Web Services permission",
            "Web Services",
            "Flying permission",
        ] {
            assert_eq!(todays_permissions(today), [""; 0], "{today}");
        }
    }
}

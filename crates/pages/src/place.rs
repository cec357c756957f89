//! The places of the account: each says where it is in the menus, whom it opens to, and what guides called it. Menus,
//! search, breadcrumbs and the access test are all made of this one table.

use countersign_model::{Level, Permission};
use countersign_web::Crumb;

use crate::needs::Needs;

#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// As NetSuite's menus call it today.
    pub title: &'static str,
    pub path: &'static str,
    /// The menu and its heading; none for what is opened from Home.
    pub menu: Option<(&'static str, &'static str)>,
    pub needs: Needs,
    /// One line: what it is for.
    pub about: &'static str,
    /// What it was called, in click paths and words of guides.
    pub also: &'static [&'static str],
}

pub(crate) const HOME: Place = Place {
    title: "Home",
    path: "/app",
    menu: None,
    needs: Needs::Session,
    about: "Where you start: the way to a first signed call, and your own settings.",
    also: &[
        "Homepage",
        "Home dashboard",
        "Home icon",
        "Dashboard",
        "Settings portlet",
    ],
};

/// Home, for whoever has just signed in: an account with nothing in it shows the way first.
pub(crate) const BEGIN: &str = "/app?begin";

pub(crate) const FIRST_CALL: Place = Place {
    title: "First Signed Call",
    path: "/app/first-call",
    menu: None,
    needs: Needs::Session,
    about: "The way from an empty account to an answered call, ticked as far as it is done.",
    also: &[
        "Checklist",
        "Setup checklist",
        "Getting started",
        "Guided path",
        "First call",
        "Before you use token-based authentication",
    ],
};

pub(crate) const COMPANY_INFORMATION: Place = Place {
    title: "Company Information",
    path: "/app/setup/company/company-information",
    menu: Some(("Setup", "Company")),
    needs: Needs::One(&[(Permission::SetUpCompany, Level::View)]),
    about: "The account ID, the addresses a program calls, from where one may log in, and the contract.",
    also: &[
        "Setup > Company > Setup Tasks > Company Information",
        "Setup > Company > Company Information > Company URLs",
        "Company URLs",
        "Company URLs subtab",
        "Account ID",
        "Account Specific Domain",
        "Realm",
        "Allowed IP Addresses",
        "Service Tier",
        "SuiteCloud Plus",
        "Billing Information",
    ],
};

pub(crate) const GENERAL_PREFERENCES: Place = Place {
    title: "General Preferences",
    path: "/app/setup/company/general-preferences",
    menu: Some(("Setup", "Company")),
    needs: Needs::One(&[(Permission::SetUpCompany, Level::View)]),
    about: "Passwords, sessions and second factors of the pages; approval of installed integrations; how long the trail is kept.",
    also: &[
        "Setup > Company > Preferences > General Preferences",
        "Setup > Integration > SOAP Web Services Preferences",
        "Setup > Integration > Web Services Preferences",
        "SOAP Web Services Preferences",
        "Web Services Preferences",
        "Require Approval during Auto-Installation of Integration",
        "Password Policy",
        "Idle Session Timeout",
        "Two-Factor Authentication Roles",
    ],
};

pub(crate) const ENABLE_FEATURES: Place = Place {
    title: "Enable Features",
    path: "/app/setup/company/enable-features",
    menu: Some(("Setup", "Company")),
    needs: Needs::One(&[(Permission::EnableFeatures, Level::Full)]),
    about: "Switch on Token-based Authentication and the services that are called with it.",
    also: &[
        "Setup > Company > Setup Tasks > Enable Features",
        "SuiteCloud tab",
        "SuiteCloud subtab",
        "Manage Authentication",
        "SuiteTalk",
        "Token-based Authentication feature",
        "SOAP Web Services feature",
        "REST Web Services feature",
        "Client SuiteScript",
        "Server SuiteScript",
        "Concurrent Users for Web Services",
    ],
};

pub(crate) const MANAGE_INTEGRATIONS: Place = Place {
    title: "Manage Integrations",
    path: "/app/setup/integration/manage-integrations",
    menu: Some(("Setup", "Integration")),
    needs: Needs::One(&[
        (Permission::IntegrationApplication, Level::Full),
        (Permission::IntegrationApplications, Level::View),
    ]),
    about: "Integration records: the applications that may call, each with its Consumer Key and Secret.",
    also: &[
        "Setup > Integrations > Manage Integrations",
        "Setup > Manage Integrations",
        "Setup > Manage Integrations > New",
        "Setup > Integration > Manage Integrations > New",
        "Setup > Integrations > Manage Integrations > New",
        "Integration record",
        "Integration application",
        "New integration",
        "Consumer Key",
        "Consumer Secret",
        "Client ID",
        "Client Secret",
        "User Credentials",
        "Reset Credentials",
    ],
};

pub(crate) const INTEGRATION_GOVERNANCE: Place = Place {
    title: "Integration Governance",
    path: "/app/setup/integration/integration-governance",
    menu: Some(("Setup", "Integration")),
    needs: Needs::One(&[(Permission::IntegrationApplication, Level::Full)]),
    about: "How many requests the account runs at once, which integrations have some of them, and what runs now.",
    also: &[
        "Setup > Integration > Integration Management > Integration Governance",
        "Concurrency Limit",
        "MAX Concurrency Limit",
        "Account Concurrency Limit",
        "Concurrency Governance",
        "Concurrency Monitor",
        "WS_REQUEST_BLOCKED",
        "SSS_REQUEST_LIMIT_EXCEEDED",
    ],
};

pub(crate) const ACCESS_TOKENS: Place = Place {
    title: "Access Tokens",
    path: "/app/setup/users-roles/access-tokens",
    menu: Some(("Setup", "Users/Roles")),
    needs: Needs::One(&[(Permission::AccessTokenManagement, Level::Full)]),
    about: "Every access token of the account: for which application, user and role, and when it was used.",
    also: &[
        "Setup > Users/Roles > Access Tokens > New",
        "Setup > Users/Roles > Access Tokens > New Access Token",
        "Setup > Users/Roles > User Management > Access Tokens",
        "Access Token Management",
        "New Access Token",
        "Token ID",
        "Token Secret",
        "Revoke",
    ],
};

pub(crate) const MY_ACCESS_TOKENS: Place = Place {
    title: "My Access Tokens",
    path: "/app/home/my-access-tokens",
    menu: None,
    needs: Needs::One(&[(Permission::UserAccessTokens, Level::Full)]),
    about: "Tokens of your own, for the role you are in.",
    also: &[
        "Manage Access Tokens",
        "Setup > Integration > Manage Access Tokens",
        "Home > Settings > Manage Access Tokens",
        "New My Access Token",
        "User Access Token",
    ],
};

pub(crate) const MANAGE_ROLES: Place = Place {
    title: "Manage Roles",
    path: "/app/setup/users-roles/manage-roles",
    menu: Some(("Setup", "Users/Roles")),
    needs: Needs::One(&[(Permission::ManageRoles, Level::Full)]),
    about: "Roles and their permissions.",
    also: &[
        "Setup > Users/Roles > User Management > Manage Roles",
        "Setup > Users/Roles > Manage Roles > New",
        "Permissions",
        "Role permissions",
        "Token-Based Authentication permission",
        "Web Services permission",
        "SOAP Web Services permission",
        "REST Web Services permission",
        "Log in using Access Tokens",
        "Log in using Access Tokens permission",
        "User Access Tokens permission",
        "User Access Token permission",
        "Access Token Management permission",
        "Manage Integration permission",
        "Integration Application permission",
        "Web Services Only Role",
    ],
};

pub(crate) const MANAGE_USERS: Place = Place {
    title: "Manage Users",
    path: "/app/setup/users-roles/manage-users",
    menu: Some(("Setup", "Users/Roles")),
    needs: Needs::One(&[(Permission::ManageUsers, Level::Full)]),
    about: "Who has access, of whatever type, and in which roles.",
    also: &[
        "Setup > Users/Roles > User Management > Manage Users",
        "Web Services User",
        "Concurrent Web Services User",
        "Users",
    ],
};

pub(crate) const USER_ACCESS_RESET: Place = Place {
    title: "User Access Reset Tool",
    path: "/app/setup/users-roles/user-access-reset",
    menu: Some(("Setup", "Users/Roles")),
    needs: Needs::One(&[(Permission::ManageUsers, Level::Full)]),
    about: "For somebody who cannot sign in: the lock, the password, the second factor.",
    also: &[
        "Setup > Users/Roles > User Management > User Access Reset Tool",
        "Reset 2FA Settings",
        "Reset Password",
        "Unlock user",
        "temporary_locked",
    ],
};

pub(crate) const EMPLOYEES: Place = Place {
    title: "Employees",
    path: "/app/lists/employees",
    menu: Some(("Lists", "Employees")),
    needs: Needs::One(&[(Permission::ManageUsers, Level::Full)]),
    about: "People and their access: the roles of each.",
    also: &[
        "Lists > Employees > Employees",
        "Lists > Employees > Employees > New",
        "Access subtab",
        "Global Permissions",
        "IP Address Restriction",
        "Give Access",
        "Assign role",
    ],
};

pub(crate) const LOGIN_AUDIT_TRAIL: Place = Place {
    title: "View Login Audit Trail",
    path: "/app/setup/users-roles/login-audit-trail",
    menu: Some(("Setup", "Users/Roles")),
    needs: Needs::One(&[(Permission::ViewLoginAuditTrail, Level::Full)]),
    about: "Every login, and why one was refused.",
    also: &[
        "Setup > Users/Roles > User Management > View Login Audit Trail",
        "Login Audit Trail",
        "Login history",
        "Invalid login attempt",
        "InvalidSignature",
        "NonceUsed",
    ],
};

pub(crate) const INSPECTOR: Place = Place {
    title: "Inspector",
    path: "/app/setup/integration/inspector",
    menu: Some(("Setup", "Integration")),
    needs: Needs::One(&[(Permission::ViewLoginAuditTrail, Level::Full)]),
    about: "The logins as they come, and what is wrong with a refused one.",
    also: &[
        "Base string",
        "Signature base string",
        "Debug a signature",
        "Why was a call refused",
        "Network inspector",
    ],
};

pub(crate) const EXECUTION_LOGS: Place = Place {
    title: "Execution Logs",
    path: "/app/setup/integration/execution-logs",
    menu: Some(("Setup", "Integration")),
    needs: Needs::One(&[(Permission::ViewWebServicesLogs, Level::Full)]),
    about: "What applications called, as whom, and how it ended: SOAP, REST and RESTlets.",
    also: &[
        "SOAP Web Services Usage Log",
        "Web Services Usage Log",
        "Setup > Integration > Web Services Usage Log",
        "Setup > Integration > SOAP Web Services Usage Log",
        "RESTlet execution log",
        "SOAP execution log",
        "Web services logs",
    ],
};

pub(crate) const SCRIPTS: Place = Place {
    title: "Scripts",
    path: "/app/customization/scripts",
    menu: Some(("Customization", "Scripting")),
    needs: Needs::One(&[(Permission::SuiteScript, Level::View)]),
    about: "RESTlets: the file of each, where it is deployed, and what it wrote.",
    also: &[
        "Customization > Scripting > Scripts",
        "Customization > Scripting > Scripts > New",
        "RESTlets",
        "Script record",
        "Script ID",
        "SuiteScript",
    ],
};

pub(crate) const SCRIPT_DEPLOYMENTS: Place = Place {
    title: "Script Deployments",
    path: "/app/customization/script-deployments",
    menu: Some(("Customization", "Scripting")),
    needs: Needs::One(&[(Permission::SuiteScript, Level::View)]),
    about: "The addresses of RESTlets: which script each one runs, and for whom.",
    also: &[
        "Customization > Scripting > Script Deployments",
        "Script deployment record",
        "Deployment ID",
        "External URL",
        "restlet.nl",
        "Audience",
    ],
};

pub(crate) const SCRIPT_LOG: Place = Place {
    title: "Script Execution Logs",
    path: "/app/customization/script-execution-logs",
    menu: Some(("Customization", "Scripting")),
    needs: Needs::One(&[(Permission::SuiteScript, Level::View)]),
    about: "What scripts wrote with N/log, and the errors that nobody caught.",
    also: &[
        "Customization > Scripting > Script Execution Logs",
        "Execution Log subtab",
        "N/log",
        "log.debug",
    ],
};

pub(crate) const API_SECRETS: Place = Place {
    title: "API Secrets",
    path: "/app/setup/company/api-secrets",
    menu: Some(("Setup", "Company")),
    needs: Needs::Administrator,
    about: "Secrets that scripts use with N/crypto and N/https, and that nobody sees.",
    also: &[
        "Setup > Company > API Secrets",
        "custsecret",
        "createSecretKey",
        "Secrets Management",
    ],
};

pub(crate) const SENT_EMAILS: Place = Place {
    title: "Sent Emails",
    path: "/app/setup/company/sent-emails",
    menu: Some(("Setup", "Company")),
    needs: Needs::Administrator,
    about: "What scripts sent with N/email: it is kept here, and nothing of it leaves the account.",
    also: &["Outbox", "N/email", "email.send", "Sent Email List"],
};

pub(crate) const SUBMITTED_TASKS: Place = Place {
    title: "Submitted Tasks",
    path: "/app/customization/submitted-tasks",
    menu: Some(("Customization", "Scripting")),
    needs: Needs::One(&[(Permission::SuiteScript, Level::View)]),
    about: "What scripts gave to N/task, with its parameters: it is recorded, and nothing of it runs here.",
    also: &[
        "N/task",
        "task.submit",
        "Scheduled Script Status",
        "Map/Reduce Script Status",
        "Customization > Scripting > Script Status",
    ],
};

pub(crate) const CHANGE_ROLE: Place = Place {
    title: "Change Role",
    path: "/app/role",
    menu: None,
    needs: Needs::Session,
    about: "Go on in another role of yours.",
    also: &["Switch role", "Role selector", "Choose role", "View My Roles"],
};

pub(crate) const TWO_FACTOR: Place = Place {
    title: "Two-Factor Authentication",
    path: "/app/home/two-factor",
    menu: None,
    needs: Needs::Session,
    about: "Your authenticator app and your recovery codes.",
    also: &[
        "Home > Settings > Manage Two-Factor Authentication",
        "2FA",
        "Backup codes",
        "Recovery codes",
        "Verification code",
        "Authenticator app",
    ],
};

/// All of them, in the order of the menus.
pub const PLACES: &[&Place] = &[
    &HOME,
    &FIRST_CALL,
    &COMPANY_INFORMATION,
    &ENABLE_FEATURES,
    &GENERAL_PREFERENCES,
    &API_SECRETS,
    &SENT_EMAILS,
    &MANAGE_INTEGRATIONS,
    &INTEGRATION_GOVERNANCE,
    &INSPECTOR,
    &EXECUTION_LOGS,
    &ACCESS_TOKENS,
    &MANAGE_ROLES,
    &MANAGE_USERS,
    &USER_ACCESS_RESET,
    &LOGIN_AUDIT_TRAIL,
    &EMPLOYEES,
    &SCRIPTS,
    &SCRIPT_DEPLOYMENTS,
    &SCRIPT_LOG,
    &SUBMITTED_TASKS,
    &MY_ACCESS_TOKENS,
    &TWO_FACTOR,
    &CHANGE_ROLE,
];

impl Place {
    /// `Setup › Integration › Manage Integrations`.
    pub fn click_path(&self) -> String {
        match self.menu {
            Some((menu, group)) => format!("{menu} \u{203a} {group} \u{203a} {}", self.title),
            None if self.path == HOME.path => self.title.to_owned(),
            None => format!("Home \u{203a} {}", self.title),
        }
    }

    /// The way to the place's own page.
    pub(crate) fn crumbs(&self) -> Vec<Crumb> {
        let step = |label: &str, href: Option<&str>| Crumb {
            label: label.to_owned(),
            href: href.map(str::to_owned),
        };
        match self.menu {
            Some((menu, group)) => vec![step(menu, None), step(group, None)],
            None => vec![step(HOME.title, Some(HOME.path))],
        }
    }

    /// The way to a page below it.
    pub(crate) fn crumbs_below(&self) -> Vec<Crumb> {
        let mut crumbs = self.crumbs();
        crumbs.push(Crumb {
            label: self.title.to_owned(),
            href: Some(self.path.to_owned()),
        });
        crumbs
    }
}

//! The columns of the Login Audit Trail, as a page shows them and an export writes them.

use crate::word::words;
use crate::{LoginRow, LoginStatus};

/// One column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoginColumn {
    Date,
    User,
    EmailAddress,
    Role,
    Status,
    Detail,
    Reason,
    Mistake,
    Service,
    IpAddress,
    RequestUri,
    UserAgent,
    SecurityChallenge,
    ApplicationName,
    AccessTokenName,
    ConsumerKey,
    TokenId,
    Count,
}

words!(LoginColumn, "column" {
    Date => "Date",
    User => "User",
    EmailAddress => "Email Address",
    Role => "Role",
    Status => "Status",
    Detail => "Detail",
    Reason => "Reason",
    Mistake => "Mistake",
    Service => "Service",
    IpAddress => "IP Address",
    RequestUri => "Request URI",
    UserAgent => "User Agent",
    SecurityChallenge => "Security Challenge",
    ApplicationName => "Token-based Application Name",
    AccessTokenName => "Token-based Access Token Name",
    ConsumerKey => "Consumer Key",
    TokenId => "Token ID",
    Count => "Count",
});

impl LoginColumn {
    /// Whether NetSuite has the column too.
    pub const fn is_netsuites(self) -> bool {
        !matches!(
            self,
            Self::Reason | Self::Mistake | Self::Service | Self::ConsumerKey | Self::TokenId | Self::Count
        )
    }

    /// Whether NetSuite shows it only where Use Advanced Search > Results adds it.
    pub const fn is_advanced(self) -> bool {
        matches!(self, Self::Detail | Self::ApplicationName | Self::AccessTokenName)
    }

    /// What stands in it, empty where nothing does.
    pub fn text(self, row: &LoginRow) -> String {
        let (reason, mistake) = match &row.status {
            LoginStatus::Success => ("", ""),
            LoginStatus::Failure { reason, mistake, .. } => {
                (reason.as_str(), mistake.as_deref().unwrap_or(""))
            }
        };
        let user = row.user.as_ref();
        let shown = |text: Option<&String>| text.cloned().unwrap_or_default();
        match self {
            Self::Date => row.at.to_string(),
            Self::User => shown(user.map(|user| &user.name)),
            Self::EmailAddress => shown(user.map(|user| &user.email)),
            Self::Role => shown(row.role.as_ref().map(|role| &role.name)),
            Self::Status => row.status.label().to_owned(),
            Self::Detail => row.detail_column(),
            Self::Reason => reason.to_owned(),
            Self::Mistake => mistake.to_owned(),
            Self::Service => row.surface.label().to_owned(),
            Self::IpAddress => row.ip.map(|ip| ip.to_string()).unwrap_or_default(),
            Self::RequestUri => row.request_uri.to_string(),
            Self::UserAgent => row
                .user_agent
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            Self::SecurityChallenge => row.security_challenge.label().to_owned(),
            Self::ApplicationName => shown(row.application_name.as_ref()),
            Self::AccessTokenName => shown(row.token_name.as_ref()),
            Self::ConsumerKey => row
                .consumer_key
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            Self::TokenId => row.token_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            Self::Count => row.count.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Detail;
    use crate::login_audit_trail::tests::{failure, row};

    #[test]
    fn a_row_reads_across_as_the_page_shows_it() {
        let row = row(failure(Detail::TokenRejected));
        let line: Vec<String> = LoginColumn::ALL
            .iter()
            .filter(|column| column.is_netsuites())
            .map(|column| column.text(&row))
            .collect();
        assert_eq!(
            line,
            [
                "1970-01-01T00:00:05Z",
                "Ada Byron",
                "ada@example.com",
                "Integrator",
                "Failure",
                "token_rejected",
                "198.51.100.7",
                "/services/rest/record/v1/customer",
                "python-requests/2.0",
                "",
                "Warehouse sync",
                "nightly",
            ]
        );
    }
}

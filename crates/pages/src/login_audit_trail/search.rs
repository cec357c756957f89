//! What the search of the trail asks for, as it was typed.

use countersign_model::{Detail, IpRules, LoginColumn, LoginSearch, RoleId, Word as _};
use countersign_protocol::percent_encode;
use countersign_world::UnixTime;

use crate::desk::Desk;
use crate::filters;

/// What the simple search shows. Like NetSuite's it leaves out Detail and the names of application and token.
const USUAL: [LoginColumn; 7] = [
    LoginColumn::Date,
    LoginColumn::Status,
    LoginColumn::User,
    LoginColumn::Role,
    LoginColumn::Service,
    LoginColumn::RequestUri,
    LoginColumn::IpAddress,
];

/// What the advanced search adds to these, until something else is chosen.
const ADDED: [LoginColumn; 3] = [
    LoginColumn::Detail,
    LoginColumn::ApplicationName,
    LoginColumn::AccessTokenName,
];

/// Both are always there: when, and how it ended.
pub(super) const ALWAYS: [LoginColumn; 2] = [LoginColumn::Date, LoginColumn::Status];

/// As they were typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Filters {
    pub(super) is_advanced: bool,
    /// What the advanced search shows.
    pub(super) columns: Vec<LoginColumn>,
    pub(super) status: String,
    pub(super) service: String,
    pub(super) email: String,
    pub(super) role: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) detail: String,
    pub(super) application: String,
    pub(super) token: String,
    pub(super) ip: String,
    pub(super) user_agent: String,
    pub(super) request_uri: String,
}

impl Filters {
    pub(super) fn of(desk: &Desk) -> Self {
        let text = |name| desk.query.text(name).trim().to_owned();
        let chosen = desk
            .query
            .all("column")
            .filter_map(|word| LoginColumn::named(word).ok());
        let columns: Vec<LoginColumn> = chosen.collect();
        Self {
            is_advanced: desk.query.has("advanced"),
            columns: match columns.is_empty() {
                true => USUAL.into_iter().chain(ADDED).collect(),
                false => columns,
            },
            status: text("status"),
            service: text("service"),
            email: text("email"),
            role: text("role"),
            from: text("from"),
            to: text("to"),
            detail: text("detail"),
            application: text("application"),
            token: text("token"),
            ip: text("ip"),
            user_agent: text("agent"),
            request_uri: text("uri"),
        }
    }

    /// What cannot be read as what its field asks for filters nothing, and is said at the field.
    pub(super) fn search(&self) -> LoginSearch {
        let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        LoginSearch {
            success: match self.status.as_str() {
                "Success" => Some(true),
                "Failure" => Some(false),
                _ => None,
            },
            surface: self.service.parse().ok(),
            email: text(&self.email),
            role: self.role.parse().ok().map(RoleId::new),
            since: midnight(&self.from, 0),
            until: midnight(&self.to, 1),
            detail: Detail::parse(&self.detail).ok(),
            application_name: text(&self.application),
            token_name: text(&self.token),
            ip: text(&self.ip).and_then(|ip| ip.parse::<IpRules>().ok()),
            user_agent: text(&self.user_agent),
            request_uri: text(&self.request_uri),
            ..LoginSearch::default()
        }
    }

    pub(super) fn shown(&self) -> Vec<LoginColumn> {
        if !self.is_advanced {
            return USUAL.to_vec();
        }
        let is_shown = |column: &LoginColumn| ALWAYS.contains(column) || self.columns.contains(column);
        let optional = LoginColumn::ALL
            .iter()
            .copied()
            .filter(|column| !ALWAYS.contains(column));
        ALWAYS.into_iter().chain(optional).filter(is_shown).collect()
    }

    pub(super) fn values(&self) -> [(&'static str, &str); 12] {
        [
            ("status", &self.status),
            ("service", &self.service),
            ("email", &self.email),
            ("role", &self.role),
            ("from", &self.from),
            ("to", &self.to),
            ("detail", &self.detail),
            ("application", &self.application),
            ("token", &self.token),
            ("ip", &self.ip),
            ("agent", &self.user_agent),
            ("uri", &self.request_uri),
        ]
    }

    pub(super) fn is_empty(&self) -> bool {
        self.values().iter().all(|(_, value)| value.is_empty())
    }

    /// `?` and each filter with an `&` behind it.
    pub(super) fn query(&self) -> String {
        let mut query = filters::query(&self.values());
        if self.is_advanced {
            query.push_str("advanced=on&");
            for column in &self.columns {
                query.push_str(&format!("column={}&", percent_encode(column.word())));
            }
        }
        query
    }
}

/// The beginning of a day, or of one so many days later, in UTC; none where it is no date.
pub(super) fn midnight(date: &str, days_later: i64) -> Option<UnixTime> {
    let date: jiff::civil::Date = date.parse().ok()?;
    let date = date.checked_add(jiff::Span::new().days(days_later)).ok()?;
    let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(UnixTime::from_millis(zoned.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_utc_and_what_is_no_date_is_none() {
        assert_eq!(
            midnight("2026-01-01", 0),
            Some(UnixTime::from_seconds(1_767_225_600))
        );
        assert_eq!(
            midnight("2026-01-01", 1),
            Some(UnixTime::from_seconds(1_767_312_000))
        );
        for wrong in ["", "yesterday", "9999-12-31"] {
            assert_eq!(midnight(wrong, 1), None, "{wrong}");
        }
    }

    #[test]
    fn when_and_how_it_ended_is_always_shown_and_other_columns_as_chosen() {
        let simple = Filters::default();
        assert_eq!(simple.shown(), USUAL);
        let advanced = Filters {
            is_advanced: true,
            columns: vec![LoginColumn::Detail],
            ..Filters::default()
        };
        let [date, status] = ALWAYS;
        assert_eq!(advanced.shown(), [date, status, LoginColumn::Detail]);
        assert_eq!(advanced.query(), "?advanced=on&column=Detail&");
    }
}

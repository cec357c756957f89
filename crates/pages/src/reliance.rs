//! What relies on a record: its active tokens, and when one was last used. Said before a step that takes something away.

use countersign_authority::{AdministrationError, TokenWithUse};
use countersign_model::RoleId;
use countersign_store::{MAX_ROWS, TokenFilter};
use countersign_web::{Markup, html, moment};
use countersign_world::UnixTime;

use crate::desk::Desk;
use crate::place::ACCESS_TOKENS;

#[derive(Debug, Default)]
pub(crate) struct Reliance {
    /// The role of each, and when it was last used.
    active: Vec<(RoleId, Option<UnixTime>)>,
    /// There are more tokens than were looked at.
    is_more: bool,
}

impl Reliance {
    /// None where other users' tokens are not this caller's to see: theirs alone would say too little.
    pub(crate) async fn on(desk: &Desk, filter: TokenFilter) -> Result<Option<Self>, AdministrationError> {
        if !ACCESS_TOKENS.needs.met_by(&desk.caller) {
            return Ok(None);
        }
        let filter = TokenFilter {
            revoked: Some(false),
            ..filter
        };
        let tokens = desk
            .authority()
            .tokens(&desk.caller, filter, None, MAX_ROWS)
            .await?;
        Ok(Some(Self::of(&tokens)))
    }

    fn of(tokens: &[TokenWithUse]) -> Self {
        let active = tokens.iter().filter(|token| token.token.is_active());
        Self {
            active: active.map(|token| (token.token.role, token.used.last)).collect(),
            is_more: tokens.len() >= MAX_ROWS as usize,
        }
    }

    /// Those of one role.
    pub(crate) fn in_role(&self, role: RoleId) -> Self {
        let active = self.active.iter().filter(|(of, _)| *of == role);
        Self {
            active: active.copied().collect(),
            is_more: self.is_more,
        }
    }

    pub(crate) fn is_none(&self) -> bool {
        self.active.is_empty()
    }

    /// `3 active tokens, last used 2026-11-22 08:30:00 UTC`.
    pub(crate) fn said(&self) -> Markup {
        let count = self.active.len();
        let last = self.active.iter().filter_map(|(_, last)| *last).max();
        html! {
            strong {
                @if self.is_more && count > 0 { "at least " }
                @match count {
                    0 => "no active token",
                    1 => "1 active token",
                    _ => { (count) " active tokens" },
                }
            }
            @match last {
                Some(last) => { ", last used " (moment(last)) },
                None if count == 0 => "",
                None => ", never used",
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use countersign_model::{TokenState, TokenUse};

    /// None, one that was never used, and two of which one was.
    pub(crate) fn reliances() -> Vec<Reliance> {
        let token = |id| crate::tokens::samples::token(id, TokenState::Active);
        let unused = TokenWithUse {
            used: TokenUse::default(),
            ..token(1)
        };
        let all = [Vec::new(), vec![unused.clone()], vec![unused, token(2)]];
        all.map(|tokens| Reliance::of(&tokens)).into()
    }

    #[test]
    fn what_relies_on_a_record_is_counted_with_its_last_use() {
        let said: Vec<String> = reliances()
            .iter()
            .map(|reliance| reliance.said().into_string())
            .collect();
        assert_eq!(said[0], "<strong>no active token</strong>");
        assert_eq!(said[1], "<strong>1 active token</strong>, never used");
        assert!(
            said[2].starts_with("<strong>2 active tokens</strong>, last used <time"),
            "{}",
            said[2]
        );
    }
}

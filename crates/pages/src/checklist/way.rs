//! The steps of the way, in their order: only those that open to whoever looks.

use countersign_authority::AdministrationError;
use countersign_web::{Markup, html};

use super::done::Done;
use crate::desk::Desk;
use crate::place::{
    ACCESS_TOKENS, EMPLOYEES, ENABLE_FEATURES, FIRST_CALL, LOGIN_AUDIT_TRAIL, MANAGE_INTEGRATIONS,
    MANAGE_ROLES, MY_ACCESS_TOKENS, Place,
};

/// One step of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) place: &'static Place,
    pub(super) name: &'static str,
    pub(super) is_done: bool,
    pub(super) how: &'static str,
}

/// The steps that open to whoever looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Way {
    pub(super) steps: Vec<Step>,
    is_nothing: bool,
}

impl Way {
    pub(crate) async fn of(desk: &Desk) -> Result<Self, AdministrationError> {
        let done = Done::of(desk.authority(), &desk.caller).await?;
        Ok(Self::from(done, |place| place.needs.met_by(&desk.caller)))
    }

    pub(super) fn from(done: Done, opens: impl Fn(&Place) -> bool) -> Self {
        let tokens = if opens(&ACCESS_TOKENS) {
            &ACCESS_TOKENS
        } else {
            &MY_ACCESS_TOKENS
        };
        let calls = if opens(&LOGIN_AUDIT_TRAIL) {
            &LOGIN_AUDIT_TRAIL
        } else {
            tokens
        };
        let call = match (done.answered, done.let_in) {
            (Some(false), Some(true)) => {
                "A login was let in, but no call in the execution logs was answered well: the answer to it says why."
            }
            (None, Some(true)) => "A login was let in.",
            _ => {
                "The page of a new token has a button for it; a program takes the four values. The trail shows the login."
            }
        };
        let steps = [
            (
                &ENABLE_FEATURES,
                "Enable the features",
                Some(done.feature),
                "Token-based Authentication and REST Web Services, on the SuiteCloud tab.",
            ),
            (
                &MANAGE_INTEGRATIONS,
                "Make an integration record",
                done.integration,
                "It stands for the program that will call. Saving shows its Consumer Key and Consumer Secret, once.",
            ),
            (
                &MANAGE_ROLES,
                "Make a role",
                Some(done.role),
                "What the program may do. It needs Log in using Access Tokens, REST Web Services, and the records it is to see.",
            ),
            (
                &EMPLOYEES,
                "Give it to a user",
                done.user,
                "The calls count as this user's. On the Access subtab, tick Give Access and the role.",
            ),
            (
                tokens,
                "Make an access token",
                done.token,
                "For the application, the user and the role. Saving shows its Token ID and Token Secret, once.",
            ),
            (calls, "Make a call", done.called(), call),
        ];
        let steps = steps.into_iter().filter(|(place, ..)| opens(place));
        let steps = steps.filter_map(|(place, name, is_done, how)| {
            Some(Step {
                place,
                name,
                is_done: is_done?,
                how,
            })
        });
        Self {
            steps: steps.collect(),
            is_nothing: done.is_nothing(),
        }
    }

    /// Nobody has begun: whoever signs in is shown the way first.
    pub(crate) const fn is_nothing(&self) -> bool {
        self.is_nothing
    }

    pub(super) fn next(&self) -> Option<&Step> {
        self.steps.iter().find(|step| !step.is_done)
    }

    pub(super) fn progress(&self) -> String {
        let done = self.steps.iter().filter(|step| step.is_done).count();
        match self.steps.len() {
            all if all == done => "All of it is done.".to_owned(),
            all => format!("{done} of {all} done."),
        }
    }

    /// The portlet on Home; nothing where no step opens.
    pub(crate) fn portlet(&self) -> Markup {
        html! {
            @if !self.steps.is_empty() {
                section.section {
                    h2 { "To a first signed call" }
                    p.help { (self.progress()) }
                    (self.list(|_| html! {}))
                    p.after { a href=(FIRST_CALL.path) { "What each step is for" } }
                }
            }
        }
    }

    pub(super) fn list(&self, more: impl Fn(&Step) -> Markup) -> Markup {
        html! {
            ol.steps {
                @for step in &self.steps {
                    li.done[step.is_done] {
                        a href=(step.place.path) { (step.name) }
                        @if step.is_done { span.unseen { " (done)" } }
                        (more(step))
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_has_the_steps_that_open_and_tells_the_next() {
        let done = Done {
            feature: true,
            integration: Some(true),
            role: false,
            user: Some(false),
            token: Some(false),
            let_in: Some(false),
            answered: Some(false),
        };
        let way = Way::from(done, |_| true);
        assert_eq!(way.steps.len(), 6);
        assert_eq!(way.next().unwrap().place, &MANAGE_ROLES);
        assert_eq!(way.progress(), "2 of 6 done.");

        let own = Way::from(done, |place| *place == MY_ACCESS_TOKENS);
        let places: Vec<_> = own.steps.iter().map(|step| step.place.title).collect();
        assert_eq!(places, [MY_ACCESS_TOKENS.title; 2]);
        assert!(Way::from(done, |_| false).steps.is_empty());
    }

    #[test]
    fn a_call_that_was_let_in_and_refused_is_no_answered_call() {
        let of = |answered| {
            let done = Done {
                let_in: Some(true),
                answered,
                ..Done::default()
            };
            let way = Way::from(done, |_| true);
            let last = *way.steps.last().unwrap();
            (last.is_done, last.how.starts_with("A login was let in"))
        };
        assert_eq!(of(Some(false)), (false, true));
        assert_eq!(of(None), (true, true));
        assert_eq!(of(Some(true)), (true, false));
    }
}

use super::*;
use crate::login::tests::{NOW, features, role, scene};
use crate::user::tests::user;
use crate::{PasswordHash, TimeStep};
use std::time::Duration;

const RIGHT: PasswordAnswer = PasswordAnswer {
    password_is_right: true,
    code: CodeAnswer::NotGiven,
};

struct Attempt {
    user: User,
    role: Role,
    password: Option<Password>,
    factor: SecondFactor,
    answer: PasswordAnswer,
    surface: Surface,
}

impl Attempt {
    fn make(&self) -> Result<MayLogInByPassword, PasswordDenied> {
        let features = features();
        let at = PasswordScene {
            scene: scene(self.surface, &features),
            policy: &PasswordPolicy::default(),
            mandatory_two_factor: true,
        };
        may_log_in_by_password(
            &self.user,
            &self.role,
            self.password.as_ref(),
            self.factor,
            self.answer,
            &at,
        )
    }

    fn denied(&self) -> PasswordDenied {
        self.make().unwrap_err()
    }
}

fn attempt(surface: Surface) -> Attempt {
    Attempt {
        user: user(),
        role: role(),
        password: Some(Password::first(PasswordHash::parse("h").unwrap(), false, NOW)),
        factor: SecondFactor::None,
        answer: RIGHT,
        surface,
    }
}

fn enrolled() -> SecondFactor {
    SecondFactor::Pending.use_code(TimeStep::stored(1), NOW).unwrap()
}

#[test]
fn the_right_password_opens_the_pages_and_the_token_services_only() {
    assert!(attempt(Surface::Page).make().is_ok());
    assert!(attempt(Surface::TokenService).make().is_ok());
    for surface in [Surface::Rest, Surface::Restlet, Surface::Soap] {
        assert_eq!(attempt(surface).denied().detail(), Detail::NotTokenBased);
    }
}

#[test]
fn a_lock_holds_against_the_right_password_and_looks_like_a_wrong_one() {
    let mut locked = attempt(Surface::Page);
    locked.user.locked_until = Some(NOW.plus(Duration::from_secs(60)));
    let refused = locked.denied();
    assert_eq!(refused.detail(), Detail::TemporaryLocked);
    assert_eq!(refused.public(), PasswordDenied::WrongPassword.public());
    assert!(!refused.counts_as_failure());
}

#[test]
fn nothing_is_said_of_an_inactive_user_to_whoever_has_not_their_password() {
    let mut inactive = attempt(Surface::Page);
    inactive.user.inactive = true;
    inactive.answer.password_is_right = false;
    assert_eq!(inactive.denied(), PasswordDenied::WrongPassword);
    inactive.answer = RIGHT;
    assert_eq!(inactive.denied().detail(), Detail::PermissionDenied);
}

#[test]
fn an_expired_password_is_changed_on_the_pages_and_refused_elsewhere() {
    let mut old = attempt(Surface::Page);
    let set = NOW.minus(Duration::from_secs(181 * 86_400));
    old.password = Some(Password::first(PasswordHash::parse("h").unwrap(), false, set));
    assert!(old.make().unwrap().must_change());
    old.surface = Surface::TokenService;
    assert_eq!(old.denied().detail(), Detail::PasswordExpired);
}

#[test]
fn a_role_that_requires_a_second_factor_gets_none_without_its_code() {
    let mut login = attempt(Surface::TokenService);
    login.role.two_factor_required = true;
    assert!(matches!(login.denied(), PasswordDenied::NotEnrolled { .. }));
    login.factor = enrolled();
    let asked = login.denied();
    assert_eq!(
        (asked.public().code, asked.public().asks_for_code),
        ("TWO_FA_REQD", true)
    );
    assert!(!asked.counts_as_failure());
    login.answer.code = CodeAnswer::Wrong;
    assert!(login.denied().counts_as_failure());
    login.answer.code = CodeAnswer::Right;
    assert!(login.make().unwrap().two_factor());
}

#[test]
fn a_user_without_the_second_factor_they_must_have_gets_in_to_set_it_up() {
    let mut login = attempt(Surface::Page);
    login.role.two_factor_required = true;
    let may = login.make().unwrap();
    assert!(may.must_enrol() && !may.two_factor());
}

#[test]
fn a_web_services_only_role_opens_no_page() {
    let mut login = attempt(Surface::Page);
    login.role.web_services_only = true;
    assert_eq!(
        login.denied(),
        PasswordDenied::Login(LoginDenied::WebServicesOnlyOnPage {
            role: "Integrator".into()
        })
    );
}

#[test]
fn a_user_without_a_password_is_told_apart_only_in_the_trail() {
    let mut without = attempt(Surface::Page);
    without.password = None;
    assert_eq!(without.denied().public(), PasswordDenied::UnknownEmail.public());
}

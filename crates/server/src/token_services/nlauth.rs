//! Who a request says it is by NLAuth, and the refusal of what names nobody here.

use countersign_authority::{NlAuthField, PasswordAttempt, Source, Unusable};
use countersign_model::{RoleId, Surface};
use countersign_protocol::{NlAuth, Secret};
use http::StatusCode;
use http::request::Parts;

use super::error;
use crate::accounts::Meant;
use crate::named;
use crate::reply::Reply;

/// An email and a password, read and not proved.
pub(super) struct NlLogin {
    email: String,
    password: Secret,
    role: Option<RoleId>,
    otp: Option<Secret>,
    account: Option<String>,
}

impl NlLogin {
    /// Email and password.
    pub(super) fn read(parts: &Parts) -> Result<Self, Unusable> {
        let header = named::authorization(parts).ok_or(Unusable::Missing)?;
        let header = NlAuth::parse(header).map_err(|error| Unusable::Malformed(error.to_string()))?;
        let role = header.role.map(|role| role.parse().ok().filter(|id| *id > 0));
        let role = role.map(|id| id.map(RoleId::new).ok_or("nlauth_role is not an internal id"));
        Ok(Self {
            email: header.email.ok_or(Unusable::Field(NlAuthField::Email))?,
            password: header.signature.ok_or(Unusable::Field(NlAuthField::Signature))?,
            role: role
                .transpose()
                .map_err(|why| Unusable::Malformed(why.to_owned()))?,
            otp: header.otp,
            account: header.account,
        })
    }

    /// With account and role, as the services want it that act for somebody.
    fn read_in_full(parts: &Parts) -> Result<Self, Unusable> {
        let login = Self::read(parts)?;
        if login.account.is_none() {
            return Err(Unusable::Field(NlAuthField::Account));
        }
        match login.role {
            None => Err(Unusable::Field(NlAuthField::Role)),
            Some(_) => Ok(login),
        }
    }

    /// For a service that takes a verification code.
    pub(super) fn attempt<'a>(&'a self, source: Source<'a>) -> PasswordAttempt<'a> {
        PasswordAttempt {
            surface: Surface::TokenService,
            email: &self.email,
            password: &self.password,
            role: self.role,
            code: self.otp.as_ref().map(Secret::expose),
            source,
        }
    }

    /// For one that is about no role in particular.
    pub(super) fn attempt_for_any_role<'a>(&'a self, source: Source<'a>) -> PasswordAttempt<'a> {
        PasswordAttempt {
            role: None,
            ..self.attempt_without_code(source)
        }
    }

    /// For one that takes none: only issuetoken does.
    pub(super) fn attempt_without_code<'a>(&'a self, source: Source<'a>) -> PasswordAttempt<'a> {
        PasswordAttempt {
            code: None,
            ..self.attempt(source)
        }
    }
}

impl Meant {
    /// Credentials for this account; what is none is refused with its row.
    pub(super) async fn nl_login(&self, parts: &Parts, source: Source<'_>) -> Result<NlLogin, Reply> {
        let login = match NlLogin::read_in_full(parts) {
            Ok(login) => login,
            Err(unusable) => return Err(self.refuse(&unusable, None, source, error::invalid_login()).await),
        };
        if login.account.as_deref() == Some(self.account.id().as_str()) {
            return Ok(login);
        }
        let unusable = Unusable::Account(login.account);
        let public = wrong_password();
        Err(self
            .refuse(&unusable, Some(&login.password), source, public)
            .await)
    }

    pub(super) async fn refuse(
        &self,
        unusable: &Unusable,
        password: Option<&Secret>,
        source: Source<'_>,
        public: Reply,
    ) -> Reply {
        tracing::info!(account = %self.account.id(), reason = %unusable, "login refused");
        let authority = &self.account.authority;
        match authority.refuse_credentials(unusable, password, source).await {
            Ok(()) => public,
            Err(error) => error::failed(&error),
        }
    }
}

/// In the words for a wrong password: nobody finds out which accounts there are.
pub(super) fn wrong_password() -> Reply {
    let public = countersign_model::PasswordDenied::UnknownEmail.public();
    error::error(StatusCode::UNAUTHORIZED, public.code, public.message)
}

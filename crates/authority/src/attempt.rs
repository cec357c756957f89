//! A login as it arrives, and what it claims.

use std::net::IpAddr;

use countersign_levers::Service;
use countersign_model::{LoginRow, LoginStatus, OneLine, RequestUri, SecurityChallenge, Surface};

use countersign_protocol::{
    BaseString, Needs, Refusal, Request, RequestError, Scratch, SignatureMismatch, SignatureValid,
    SigningKey, SoapHeader, TokenPassport, Unverified,
};
use countersign_world::UnixTime;

use crate::audit_trail::ONE;
use crate::refusal::Refused;

/// One request that wants to be logged in.
#[derive(Clone, Copy, Debug)]
pub struct LoginAttempt<'a> {
    pub surface: Surface,
    /// What fault rules call the service: tokeninfo and revoketoken speak as RESTlets do, and are token services.
    pub service: Option<Service>,
    pub presented: Presented<'a>,
    /// A `JSESSIONID` cookie came along.
    pub session_cookie: bool,
    pub source: Source<'a>,
}

/// The credentials as they were sent.
#[derive(Clone, Copy, Debug)]
pub enum Presented<'a> {
    /// The values of all `Authorization` headers, and the request they sign where it can be signed at all.
    Headers {
        request: Result<Request<'a>, &'a RequestError>,
        authorization: &'a [&'a str],
    },
    /// A SOAP envelope with a TokenPassport in its header.
    Envelope(&'a str),
}

/// Where a request came from, for the trail.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub ip: Option<IpAddr>,
    pub user_agent: Option<&'a str>,
    pub uri: &'a str,
}

impl Source<'_> {
    /// One login from here, of nobody yet.
    pub(crate) fn row(&self, surface: Surface, status: LoginStatus, at: UnixTime) -> LoginRow {
        LoginRow {
            at,
            status,
            surface,
            user: None,
            role: None,
            token_name: None,
            application_name: None,
            ip: self.ip,
            user_agent: self.user_agent.map(OneLine::of),
            request_uri: RequestUri::of(self.uri),
            security_challenge: SecurityChallenge::NotAsked,
            callback: None,
            consumer_key: None,
            token_id: None,
            count: ONE,
        }
    }
}

/// Credentials that could be read. Nothing of them is proved.
#[derive(Debug)]
pub(crate) enum Claim<'a> {
    Header(Box<Unverified<'a>>),
    Passport(TokenPassport),
}

impl<'a> LoginAttempt<'a> {
    /// One way of logging in; readable, nothing doubled or empty; nothing missing; version and method.
    pub(crate) fn claim(&self) -> Result<Claim<'a>, Refused> {
        let claim = match self.presented {
            Presented::Headers {
                request,
                authorization,
            } => match authorization {
                [] => return Err(Refused::no_header()),
                [one] => match Unverified::parse(request.map_err(Refused::request)?, one, Needs::Token) {
                    Ok(unverified) => Claim::Header(Box::new(unverified)),
                    Err(refusal) => return Err(refusal.into()),
                },
                _ => return Err(Refused::two_headers()),
            },
            Presented::Envelope(envelope) => {
                let header = SoapHeader::read(envelope)?;
                if let Some(other) = header.other_credentials {
                    return Err(Refused::ambiguous_envelope(other));
                }
                let passport = header.token_passport.ok_or_else(Refused::no_passport)?;
                passport.check_fields()?;
                Claim::Passport(passport)
            }
        };
        if self.session_cookie {
            Err(Refused::session_cookie())
        } else {
            Ok(claim)
        }
    }
}

impl Claim<'_> {
    /// The account the caller means: the header's realm, the passport's account.
    pub(crate) fn account(&self) -> Option<&str> {
        match self {
            Self::Header(header) => header.realm(),
            Self::Passport(passport) => passport.account.as_deref(),
        }
    }

    pub(crate) fn consumer_key(&self) -> &str {
        match self {
            Self::Header(header) => header.consumer_key(),
            Self::Passport(passport) => passport.consumer_key.as_deref().unwrap_or_default(),
        }
    }

    pub(crate) fn token(&self) -> &str {
        match self {
            Self::Header(header) => header.token(),
            Self::Passport(passport) => passport.token.as_deref().unwrap_or_default(),
        }
    }

    pub(crate) fn nonce(&self) -> &str {
        match self {
            Self::Header(header) => header.nonce(),
            Self::Passport(passport) => passport.nonce.as_deref().unwrap_or_default(),
        }
    }

    pub(crate) fn check_stamp(&self, now: i64) -> Result<i64, Refusal> {
        match self {
            Self::Header(header) => header.check_stamp(now),
            Self::Passport(passport) => passport.check_stamp(now),
        }
    }

    pub(crate) fn verify(
        &self,
        key: &SigningKey,
        scratch: &mut Scratch,
    ) -> Result<SignatureValid, SignatureMismatch> {
        match self {
            Self::Header(header) => header.verify(key, scratch),
            Self::Passport(passport) => passport.verify(key),
        }
    }

    /// What this account signs for the request as it was received.
    pub(crate) fn base_string(&self) -> String {
        match self {
            Self::Header(header) => BaseString::as_str(&header.base_string()).to_owned(),
            Self::Passport(passport) => passport.base_string(),
        }
    }
}

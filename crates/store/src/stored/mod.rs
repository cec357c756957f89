//! What a stored row means: the same in every database, whose folders keep only their statements.

mod account;
mod integration;
mod login;
mod note;
mod role;
mod row;
mod secret;
mod token;
mod user;

pub(crate) use account::{account, feature};
pub(crate) use integration::integration;
pub(crate) use login::{first_login_id, login, login_status};
pub(crate) use note::{note, noted_record};
pub(crate) use role::{STANDARD_ROLES, permission, role};
pub(crate) use row::{Row, name_key, stored};
pub(crate) use secret::{secret, secret_and_owner, secret_owner};
pub(crate) use token::{token, token_state};
pub(crate) use user::{assigned_role, user};

//! Integration records.

use super::row::{Row, count, parsed, small, time};
use crate::StoreError;
use countersign_model::{Authentication, ConsumerKey, Integration, IntegrationId};

const WHAT: &str = "integration record";

pub(crate) fn integration(row: &dyn Row) -> Result<Integration, StoreError> {
    let concurrency_limit = match row.optional_integer("concurrency_limit")? {
        Some(_) => Some(small(row, "concurrency_limit", WHAT)?),
        None => None,
    };
    Ok(Integration {
        id: IntegrationId::new(row.integer("id")?),
        name: row.text("name")?,
        description: row.text("description")?,
        note: row.text("note")?,
        state: parsed(row, "state", WHAT)?,
        application_id: parsed(row, "application_id", WHAT)?,
        authentication: Authentication {
            token_based_authentication: row.boolean("token_based_authentication")?,
            issue_token_endpoint: row.boolean("issue_token_endpoint")?,
            authorization_flow: row.boolean("authorization_flow")?,
            callback_url: row.optional_text("callback_url")?,
            user_credentials: row.boolean("user_credentials")?,
            authorization_code_grant: row.boolean("authorization_code_grant")?,
        },
        concurrency_limit,
        consumer_key: ConsumerKey::parse(row.text("consumer_key")?)
            .map_err(|error| StoreError::unreadable(WHAT)(&error))?,
        secret_generation: count(row, "secret_generation")?,
        created: time(row, "created")?,
        last_modified: time(row, "last_modified")?,
    })
}

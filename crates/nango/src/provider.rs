//! The one provider: `netsuite-tba`, as Nango describes its providers.

use countersign_proxy::AnswerBody;
use http::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::absent;
use crate::asked::Asked;
use crate::problem::{Problem, reply};

pub(crate) const NAME: &str = "netsuite-tba";
pub(crate) const DISPLAY_NAME: &str = "NetSuite (TBA)";
pub(crate) const AUTH_MODE: &str = "TBA";
/// What an endpoint is appended to.
pub(crate) const BASE_PATH: &str = "/services/rest/record/v1";

/// Nothing where something else is asked for.
pub(crate) fn answer(asked: &Asked) -> Result<Option<Response<AnswerBody>>, Problem> {
    let segments: Vec<&str> = asked.segments.iter().map(String::as_str).collect();
    let data = match (&asked.method, segments.as_slice()) {
        (&Method::GET, ["providers"]) => {
            asked.only(&["search"])?;
            let search = asked.parameter("search").unwrap_or_default().to_ascii_lowercase();
            let is_meant = NAME.contains(&search) || DISPLAY_NAME.to_ascii_lowercase().contains(&search);
            let found = is_meant.then(described);
            Value::from_iter(found)
        }
        (&Method::GET, ["providers", NAME]) => described(),
        (&Method::GET, ["providers", _]) => {
            let message = format!("There is one provider here: {NAME}.");
            return Err(Problem::not_found(message));
        }
        (_, ["providers", _, "templates"]) => return Err(absent::functions()),
        _ => return Ok(None),
    };
    Ok(Some(reply(StatusCode::OK, &json!({ "data": data }))))
}

fn described() -> Value {
    json!({
        "name": NAME,
        "display_name": DISPLAY_NAME,
        "auth_mode": AUTH_MODE,
        "categories": ["accounting", "erp"],
        "logo_url": "",
        "docs": "https://nango.dev/docs/api-integrations/netsuite-tba",
        "proxy": {
            "base_url": format!("https://${{connectionConfig.accountId}}.suitetalk.api.netsuite.com{BASE_PATH}"),
            "retry": { "after": ["retry-after"] },
        },
        "connection_config": {
            "accountId": {
                "type": "string",
                "title": "Account ID",
                "description": "The ID of the NetSuite account, as in its addresses.",
                "pattern": "^[a-zA-Z0-9-_]+$",
                "example": "1234567-sb1",
            },
        },
        "integration_config": {
            "server": {
                "type": "string",
                "title": "Server",
                "description": "The address of the server of local accounts. Without one, accounts are at NetSuite.",
                "example": "http://127.0.0.1:8080",
                "optional": true,
            },
        },
    })
}

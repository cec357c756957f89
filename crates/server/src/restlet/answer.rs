//! One call of a RESTlet: what it is given of the request, and what its answer becomes.

use countersign_protocol::Request as Signed;
use countersign_records::Records;
use countersign_scripts::{Actor, Called, Closed, Execution, WithinScript, json_body, text_body};
use countersign_suitescript::{Argument, Returned, Thrown};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};

use super::error;
use super::form::Form;
use crate::account::AccountServer;
use crate::addressed::Addressed;
use crate::login::target;
use crate::reply::{JSON, Reply, TEXT, reply};
use crate::server::{Pending, body_status};

/// Runs the script that the address names, as `actor`. The method and the type of the body are right.
pub(crate) async fn run(
    server: &AccountServer,
    actor: Actor,
    parts: &Parts,
    body: Pending,
    addressed: &Addressed,
) -> Reply {
    let signed = Signed::received("GET", addressed.scheme, &addressed.authority, target(parts));
    let Ok(called) = signed.as_ref().map(Called::of) else {
        return invalid(parts);
    };
    let found = server
        .scripts
        .deployment(&server.records, &called.script, &called.deploy)
        .await;
    let deployment = match found {
        Ok(Some(deployment)) => deployment,
        Ok(None) => return invalid(parts),
        Err(error) => return failed(parts, &error),
    };
    let path = match deployment.open_to(&actor) {
        Ok(path) => path.to_owned(),
        Err(Closed::Unavailable) => return invalid(parts),
        Err(Closed::NotForThem) => {
            let message = "You do not have privileges to view this page.";
            return error(parts, StatusCode::FORBIDDEN, "INSUFFICIENT_PERMISSION", message);
        }
    };
    let form = Form::of(parts);
    let (entry_point, argument) = match asked(parts, form, called, body).await {
        Ok(asked) => asked,
        Err(refused) => return refused,
    };
    let execution = Execution {
        records: Records::clone(&server.records),
        deployment,
        path,
        actor,
        entry_point,
        argument,
        depth: parts
            .extensions
            .get::<WithinScript>()
            .map_or(0, |within| within.0),
    };
    let executed = server.scripts.execute(execution).await;
    match executed.outcome.result {
        Ok(returned) => answered(parts, form, returned),
        Err(thrown) => uncaught(parts, &thrown),
    }
}

/// The entry point of the method, and what it is given.
async fn asked(
    parts: &Parts,
    form: Form,
    called: Called,
    body: Pending,
) -> Result<(&'static str, Argument), Reply> {
    let entry_point = match parts.method {
        Method::GET => return Ok(("get", called.argument())),
        Method::DELETE => return Ok(("delete", called.argument())),
        Method::PUT => "put",
        _ => "post",
    };
    let bytes = body.read().await.map_err(|broken| {
        error(
            parts,
            body_status(&broken),
            "INVALID_REQUEST",
            &broken.to_string(),
        )
    })?;
    let argument = match form {
        Form::Json => json_body(&bytes),
        Form::Xml | Form::Text => text_body(&bytes),
    };
    match argument {
        Ok(argument) => Ok((entry_point, argument)),
        Err(bad) => {
            let message = bad.to_string();
            Err(error(
                parts,
                StatusCode::BAD_REQUEST,
                "UNEXPECTED_ERROR",
                &message,
            ))
        }
    }
}

fn answered(parts: &Parts, form: Form, returned: Returned) -> Reply {
    let (content_type, body) = match returned {
        Returned::Response {
            content,
            content_type,
        } => {
            let mut reply = reply(StatusCode::OK, TEXT, content);
            if let Ok(content_type) = HeaderValue::from_str(&content_type) {
                reply.headers_mut().insert(CONTENT_TYPE, content_type);
            }
            return reply;
        }
        Returned::Text(text) => (form.content_type(), text),
        Returned::Json(json) if form == Form::Json => (JSON, json),
        Returned::Nothing if form == Form::Json => (JSON, String::new()),
        Returned::Json(_) | Returned::Nothing => {
            let message = format!("Invalid data format. You should return {}.", form.word());
            return error(
                parts,
                StatusCode::BAD_REQUEST,
                "INVALID_RETURN_DATA_FORMAT",
                &message,
            );
        }
    };
    reply(StatusCode::OK, content_type, body)
}

/// The code is the name of the error, and the message all of it as JSON, as scripts see it where they catch it.
fn uncaught(parts: &Parts, thrown: &Thrown) -> Reply {
    // The engine says so of a script that has no function for the verb; a script's own error may have that name too.
    let is_verb = thrown.name == "METHOD_NOT_ALLOWED" && thrown.message.contains(" has no entry point ");
    let status = match is_verb {
        true => StatusCode::METHOD_NOT_ALLOWED,
        false => StatusCode::BAD_REQUEST,
    };
    let message = match is_verb {
        true => &thrown.message,
        false => &thrown.json,
    };
    error(parts, status, &thrown.name, message)
}

fn invalid(parts: &Parts) -> Reply {
    let message = "That Suitelet is invalid, disabled, or no longer exists.";
    error(
        parts,
        StatusCode::BAD_REQUEST,
        "SSS_INVALID_SCRIPTLET_ID",
        message,
    )
}

fn failed(parts: &Parts, why: &dyn std::fmt::Display) -> Reply {
    tracing::error!(error = %why, "restlet");
    let message = "The script could not be read; the log says why.";
    error(
        parts,
        StatusCode::INTERNAL_SERVER_ERROR,
        "UNEXPECTED_ERROR",
        message,
    )
}

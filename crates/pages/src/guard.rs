//! What every request passes before it reaches its page: who asks, whether the page opens to them, and where a form
//! came from. A handler sees a form only once its proof was right.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use countersign_authority::CallerRefused;
use countersign_model::Via;
use countersign_protocol::Secret;
use countersign_web::{
    Answer, Filled, Lock, Page, Reach, bare, html, is_of_another_site, page, redirect, session_cookie,
};
use http::{Method, StatusCode};

use crate::desk::{Browser, Desk, Visit};
use crate::needs::Needs;
use crate::place::HOME;
use crate::sheets::{Sheets, Whose};
use crate::{sign_in, trouble};

/// The longest form.
const LARGEST_FORM: usize = 128 * 1024;

pub(crate) async fn guard(
    State((needs, sheets)): State<(Needs, Arc<Sheets>)>,
    request: Request,
    next: Next,
) -> Response {
    let request = match admitted(needs, &sheets, request).await {
        Ok(request) => request,
        Err(answer) => return answer.into_response(),
    };
    let Some((desk, whose, number)) = sheet_of(&request) else {
        return next.run(request).await;
    };
    let Some(taken) = sheets.take(whose, number) else {
        let (status, shown) = trouble::sent_before();
        return desk.framed(status, &HOME, &shown).into_response();
    };
    let response = next.run(request).await;
    // What a form leads to can be looked at again; what stands in its own answer, such as a secret, is there once.
    if response.status() == StatusCode::OK {
        taken.keep();
    }
    response
}

/// The form that was posted in a session, with the number it was shown with.
fn sheet_of(request: &Request) -> Option<(Arc<Desk>, Whose, u128)> {
    let extensions = request.extensions();
    let (desk, filled) = (extensions.get::<Arc<Desk>>()?, extensions.get::<Arc<Filled>>()?);
    let whose = Whose {
        account: desk.authority().account(),
        session: desk.caller.session()?.id,
    };
    Some((Arc::clone(desk), whose, filled.number_of_form()?))
}

async fn admitted(needs: Needs, sheets: &Sheets, request: Request) -> Result<Request, Answer> {
    let (mut parts, body) = request.into_parts();
    let visit = parts
        .extensions
        .get::<Visit>()
        .cloned()
        .ok_or_else(|| broken(StatusCode::INTERNAL_SERVER_ERROR))?;
    let is_change = !matches!(parts.method, Method::GET | Method::HEAD);
    if is_change && is_of_another_site(&parts.headers, &visit.origin) {
        let text = "This form was sent from another site. Nothing was done.";
        return Err(said(StatusCode::FORBIDDEN, "Not taken", text));
    }
    let desk = match needs {
        Needs::Nothing => None,
        _ => Some(Arc::new(signed_in(&visit, &parts, (needs, sheets)).await?)),
    };
    let body = match is_change {
        false => body,
        true => {
            let read = axum::body::to_bytes(body, LARGEST_FORM).await;
            let form = read.map_err(|_| {
                let text = "The form is too long, or did not arrive whole. Nothing was done.";
                said(StatusCode::PAYLOAD_TOO_LARGE, "Not taken", text)
            })?;
            let filled = match &desk {
                None => Filled::of_nobody(&form),
                Some(desk) => desk.lock.open(&form).map_err(|_| {
                    let text = "This form is of another session. Go back, load the page again and send it once more.";
                    let (status, shown) = trouble::said(StatusCode::FORBIDDEN, "Not taken", text);
                    desk.framed(status, &HOME, &shown)
                })?,
            };
            parts.extensions.insert(Arc::new(filled));
            axum::body::Body::empty()
        }
    };
    if let Some(desk) = desk {
        parts.extensions.insert(desk);
    }
    Ok(Request::from_parts(parts, body))
}

/// The desk of whoever has a session; where they have none, or the page does not open to them, what they are answered.
pub(crate) async fn signed_in(
    visit: &Visit,
    parts: &http::request::Parts,
    (needs, sheets): (Needs, &Sheets),
) -> Result<Desk, Answer> {
    let to = sign_in::address(parts);
    let cookie = session_cookie(&parts.headers).ok_or_else(|| redirect(&to))?;
    let authority = &visit.authority;
    let caller = authority
        .caller_by_session(cookie, visit.address, Via::Page)
        .await;
    let caller = caller.map_err(|refused| match refused {
        CallerRefused::Unknown | CallerRefused::Over(_) => redirect(&to),
        CallerRefused::Failed(error) => {
            tracing::error!(%error, "a session cannot be looked up");
            let text = "The account cannot answer now; its log says why.";
            said(StatusCode::SERVICE_UNAVAILABLE, "Try again later", text)
        }
    })?;
    let desk = Desk {
        visit: visit.clone(),
        browser: Browser::of(parts),
        caller,
        lock: Lock::of(&Secret::new(cookie)).numbered(sheets.number(authority.now())),
        query: Filled::of_query(parts.uri.query().unwrap_or_default()),
    };
    if needs.met_by(&desk.caller) {
        return Ok(desk);
    }
    if desk.caller.is_limited() {
        return Err(desk.set_first());
    }
    let (status, shown) = trouble::said(StatusCode::FORBIDDEN, "Not allowed", &needs.lacking());
    Err(desk.framed(status, &HOME, &shown))
}

/// Tells nobody whose account this is.
pub(crate) fn said(status: StatusCode, title: &str, text: &str) -> Answer {
    let shown = Page {
        title: title.to_owned(),
        body: html! { p { (text) } },
        ..Page::default()
    };
    page(status, bare(None, &shown), Reach::Here)
}

fn broken(status: StatusCode) -> Answer {
    let mut answer = Answer::default();
    *answer.status_mut() = status;
    answer
}

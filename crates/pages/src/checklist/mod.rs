//! First Signed Call: the way there, ticked by what the account holds, and what comes after token-based authentication.
//! What a role may not see is left out.

mod done;
mod page;
mod way;

use axum::routing::get;
use countersign_authority::AdministrationError;
use countersign_web::Notice;

use crate::desk::Desk;
use crate::pages::Route;
use crate::place::FIRST_CALL;

#[cfg(test)]
pub(crate) use page::samples;
pub(crate) use way::Way;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::new(FIRST_CALL.path, FIRST_CALL.needs, get(page::show))]
}

/// What a page that was just saved says: with the next step, while there is one. Nothing on a page that was not.
pub(crate) async fn saved(desk: &Desk, said: &str) -> Result<Option<Notice>, AdministrationError> {
    if !desk.query.has("saved") {
        return Ok(None);
    }
    let way = Way::of(desk).await?;
    let next = way
        .next()
        .map(|step| (step.name.to_owned(), step.place.path.to_owned()));
    Ok(Some(Notice::done(said, next.into_iter().collect())))
}

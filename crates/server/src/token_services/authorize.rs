//! Step two of the authorization flow: whose account a browser means that an application sent here. The page itself is one
//! of the account's pages.

use countersign_model::RequestTokenId;
use http::request::Parts;

use crate::accounts::{Accounts, MeantInFlow, NamedRecord};
use crate::addressed::Addressed;
use crate::named::{self, text_parameter};

/// Where the host names no account, `company` may; else it is the one that issued the request token.
pub(crate) async fn meant_by_page(
    accounts: &Accounts,
    parts: &Parts,
    addressed: &Addressed,
) -> Option<MeantInFlow> {
    let token = text_parameter(parts.uri.query().unwrap_or_default(), "oauth_token");
    let token = token.and_then(|token| RequestTokenId::parse(token).ok());
    let company = named::by_company(parts);
    accounts
        .meant_by_record(&addressed.host, company, token.map(NamedRecord::RequestToken))
        .await
}

//! `/rest/roles`: the accounts and roles of whoever gives an email and a password.
//!
//! Every account that could be meant is asked, and each has its row and its lock. What comes back names only those in
//! which the password is right: nobody learns of another.

use countersign_authority::{PasswordRefused, ServiceRefused};
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::nlauth::{NlLogin, wrong_password};
use super::{data_center_urls, error};
use crate::accounts::Accounts;
use crate::addressed::Addressed;
use crate::login::source;
use crate::reply::{JSON, Reply, json};

pub(crate) async fn roles(accounts: &Accounts, parts: &Parts, addressed: &Addressed) -> Reply {
    if parts.method != Method::GET {
        return error::method("GET");
    }
    let source = source(parts, addressed);
    let login = match NlLogin::read(parts) {
        Ok(login) => login,
        Err(unusable) => {
            return match accounts.meant(&addressed.host, || None) {
                Some(meant) => {
                    meant
                        .refuse(&unusable, None, source, error::invalid_login())
                        .await
                }
                None => error::invalid_login(),
            };
        }
    };
    let asked: Vec<_> = match addressed.host.account() {
        Some(account) => accounts.get(account).into_iter().collect(),
        None => accounts.all(),
    };
    let attempt = login.attempt_for_any_role(source);
    let (mut listed, mut knows_them) = (Vec::new(), Vec::new());
    for account in &asked {
        let authority = account.authority();
        match authority.roles_by_password(&attempt).await {
            Ok(roles) => {
                let company = &authority.snapshot().account;
                let urls = data_center_urls::urls(&company.id, addressed);
                knows_them.push(account.clone());
                listed.extend(roles.iter().map(|role| {
                    json!({
                        "account": { "internalId": company.id.as_str(), "name": company.company_name },
                        "role": { "internalId": role.id.get(), "name": role.name },
                        "dataCenterURLs": urls,
                    })
                }));
            }
            Err(ServiceRefused::Password(PasswordRefused::Denied(_))) => {}
            Err(refused) => return account.marked(error::service(&refused)),
        }
    }
    if listed.is_empty() {
        for account in &asked {
            account.authority().count_failed_password(source.ip);
        }
        return wrong_password();
    }
    let reply = json(StatusCode::OK, JSON, &Value::Array(listed));
    knows_them
        .iter()
        .fold(reply, |reply, account| account.marked(reply))
}

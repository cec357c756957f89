//! Pages that work without a script, and the headers that keep them to themselves.

use countersign_model::Account;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY};
use quick_xml::escape::escape;

use crate::reply::{Reply, reply, with};

const HTML: &str = "text/html; charset=UTF-8";

/// No script, no frame around it, nothing from elsewhere. `form_action` is where its forms may lead besides here, with a
/// space before each.
pub(crate) fn protected(page: Reply, form_action: &str, referrer: &str) -> Reply {
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'{form_action}; frame-ancestors 'none'; base-uri 'none'"
    );
    let page = with(page, CONTENT_SECURITY_POLICY, &policy);
    let page = with(page, HeaderName::from_static("x-content-type-options"), "nosniff");
    with(page, REFERRER_POLICY, referrer)
}

/// A page of the account, which only the link's owner sees, or of none: then it tells nobody that the account is here.
pub(crate) fn page(status: StatusCode, account: Option<&Account>, body: &str) -> Reply {
    let (title, heading, below) = match account {
        Some(Account { id, company_name, .. }) => {
            (id.as_str(), company_name.as_str(), format!("Local account {id}"))
        }
        None => ("Countersign", "Countersign", "A local account".to_owned()),
    };
    let heading = escape(heading);
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style><main><h1>{heading}</h1><p class=\"dim\">{below}</p>{body}</main></html>"
    );
    reply(status, HTML, html)
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;color:#1d2733;background:#f4f6f8;margin:0}\
main{max-width:44rem;margin:4rem auto;padding:2rem 2.5rem;background:#fff;border-radius:8px;box-shadow:0 1px 4px #0002}\
h1{font-size:1.5rem;margin:0}.dim{color:#667}table{border-collapse:collapse;width:100%;margin:1.5rem 0}\
th{text-align:left;vertical-align:top;padding:.5rem 1.5rem .5rem 0;font-weight:600;white-space:nowrap}\
td{padding:.5rem 0}tr+tr{border-top:1px solid #e3e7ec}\
button{font:inherit;padding:.5rem 1.25rem;border:0;border-radius:6px;background:#1b6e5a;color:#fff;cursor:pointer}\
button.plain{background:#e3e7ec;color:#1d2733;margin-left:.75rem}label{display:block;margin:1rem 0;font-weight:600}\
input,select{display:block;font:inherit;width:100%;box-sizing:border-box;padding:.5rem;margin-top:.25rem;border:1px solid #98a2ad;border-radius:6px}\
.wrong{color:#9b1c1c}";

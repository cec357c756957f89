//! Pages as HTTP answers, with the headers that keep them to themselves.

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, REFERRER_POLICY,
};
use http::{Response, StatusCode};
use http_body_util::Full;
use maud::Markup;

use crate::asset::Asset;

/// What pages answer with.
pub type Answer = Response<Full<Bytes>>;

/// Where the forms of a page may lead besides its own host.
#[derive(Clone, Copy, Debug, Default)]
pub enum Reach<'a> {
    #[default]
    Here,
    /// One more origin: browsers hold a form to this through its redirect as well.
    AlsoTo(&'a str),
}

/// No inline script or style, no frame around it, nothing from elsewhere, kept by no cache. The referrer stays on this
/// host, because a form must say where it comes from.
pub fn page(status: StatusCode, markup: Markup, reach: Reach<'_>) -> Answer {
    let mut answer = Response::new(Full::from(markup.into_string()));
    *answer.status_mut() = status;
    let also = match reach {
        Reach::Here => String::new(),
        Reach::AlsoTo(origin) => format!(" {origin}"),
    };
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'{also}; frame-ancestors 'none'; base-uri 'none'"
    );
    set(&mut answer, CONTENT_TYPE, "text/html; charset=UTF-8");
    set(&mut answer, CACHE_CONTROL, "no-store");
    set(&mut answer, CONTENT_SECURITY_POLICY, &policy);
    set(&mut answer, REFERRER_POLICY, "same-origin");
    sealed_off(&mut answer);
    answer
}

/// 303: what was posted is done, and the page to look at is another one.
pub fn redirect(to: &str) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = StatusCode::SEE_OTHER;
    set(&mut answer, LOCATION, to);
    set(&mut answer, CACHE_CONTROL, "no-store");
    answer
}

impl Asset {
    pub fn answer(self) -> Answer {
        let mut answer = Response::new(Full::from(self.contents));
        set(&mut answer, CONTENT_TYPE, self.content_type);
        set(&mut answer, CACHE_CONTROL, "public, max-age=31536000, immutable");
        sealed_off(&mut answer);
        answer
    }
}

fn sealed_off(answer: &mut Answer) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ] {
        set(answer, HeaderName::from_static(name), value);
    }
}

/// A value that cannot be sent is left out.
fn set(answer: &mut Answer, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_runs_nothing_inline_and_stands_in_no_frame() {
        let answer = page(StatusCode::OK, maud::html! { p { "<" } }, Reach::Here);
        let policy = answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"));
        assert_eq!(answer.headers()[CACHE_CONTROL], "no-store");
    }

    #[test]
    fn a_header_cannot_be_broken_by_what_it_leads_to() {
        assert!(redirect("/a\r\nSet-Cookie: b").headers().get(LOCATION).is_none());
    }
}

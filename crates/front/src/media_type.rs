//! What a body says it is.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// The media type in `Content-Type`, without its parameters (RFC 9110 section 8.3.1); empty where there is none.
#[derive(Clone, Copy, Debug)]
pub struct MediaType<'h>(&'h str);

impl<'h> MediaType<'h> {
    pub fn of(headers: &'h HeaderMap) -> Self {
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = content_type.and_then(|value| value.split(';').next());
        Self(media_type.unwrap_or_default().trim())
    }

    /// Upper and lower case aside.
    pub fn is(self, media_type: &str) -> bool {
        self.0.eq_ignore_ascii_case(media_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_is_known_in_any_case_and_with_parameters() {
        let json = |content_type: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
            MediaType::of(&headers).is("application/json")
        };
        assert!(json("application/json") && json("Application/JSON ; charset=utf-8"));
        assert!(!json("application/json5") && !json("text/plain; a=application/json") && !json(""));
        assert!(MediaType::of(&HeaderMap::new()).is(""));
    }
}

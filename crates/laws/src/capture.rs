//! A capture somebody pasted: each form is read or refused, the error has its place, and what was read is compared and
//! translated.

use countersign_capture::{CapturedAnswer, Form, Meaning, compare, read};

pub fn capture(data: &[u8]) {
    for form in Form::ALL.into_iter().map(Some).chain([None]) {
        match read(data, form) {
            Ok(requests) => {
                for request in requests.iter().take(3) {
                    let _ = (
                        request.authority(),
                        request.envelope(),
                        request.has_session_cookie(),
                    );
                    assert!(
                        compare(request, request).differences.is_empty(),
                        "a request does not differ from itself"
                    );
                }
            }
            Err(error) => {
                assert!(!error.problem.is_empty() && !error.advice.is_empty());
                if let Some(place) = error.at {
                    assert!(place.line >= 1 && place.column >= 1);
                }
            }
        }
    }
    if let Ok(answer) = CapturedAnswer::read(data) {
        assert!(!Meaning::of(&answer).sentence.is_empty());
    }
}

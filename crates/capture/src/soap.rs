//! A SOAP envelope without the HTTP around it.

use crate::captured::{CapturedRequest, Form};

/// The envelope is not looked into: whoever reads its header says what is wrong with it.
pub(crate) fn read(text: &str) -> CapturedRequest {
    let mut request = CapturedRequest::new(Form::Soap);
    request.method = Some("POST".to_owned());
    request.headers = vec![("Content-Type".to_owned(), "text/xml".to_owned())];
    request.body = text.trim().as_bytes().to_vec();
    request
}

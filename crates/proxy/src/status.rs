//! Health, readiness, metrics and what runs now, on listeners of their own: nobody needs a key there, and nobody learns one.

use std::convert::Infallible;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;

use crate::proxy::Proxy;

const METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

impl Proxy {
    /// `GET /healthz`, `/readyz`, `/metrics` and `/governor`, which is a [`Survey`](crate::Survey) as JSON.
    pub async fn status<B>(&self, request: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
        let is_asked = matches!(*request.method(), Method::GET | Method::HEAD);
        let path = request.uri().path().to_owned();
        drop(request);
        let (status, media_type, text) = match path.as_str() {
            _ if !is_asked => (
                StatusCode::METHOD_NOT_ALLOWED,
                "text/plain",
                "Only GET.\n".to_owned(),
            ),
            "/healthz" => (StatusCode::OK, "text/plain", "ok\n".to_owned()),
            "/readyz" => match self.is_ready().await {
                true => (StatusCode::OK, "text/plain", "ready\n".to_owned()),
                false => (
                    StatusCode::SERVICE_UNAVAILABLE,
                    "text/plain",
                    "the vault cannot be read\n".to_owned(),
                ),
            },
            "/metrics" => match self.metrics() {
                Some(text) => (StatusCode::OK, METRICS, text),
                None => (StatusCode::INTERNAL_SERVER_ERROR, "text/plain", String::new()),
            },
            "/governor" => match serde_json::to_string(&self.survey()) {
                Ok(text) => (StatusCode::OK, "application/json", text),
                Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "text/plain", String::new()),
            },
            _ => (
                StatusCode::NOT_FOUND,
                "text/plain",
                "/healthz, /readyz, /metrics, /governor\n".to_owned(),
            ),
        };
        let mut response = Response::new(Full::new(Bytes::from(text)));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        Ok(response)
    }
}

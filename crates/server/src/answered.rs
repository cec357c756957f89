//! What is done with an answer before it leaves: its row in the execution log, and the mark of the levers that are in force.

use countersign_authority::{Answered, Execution};
use countersign_levers::LEVERS_HEADER;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{HeaderName, Response};
use http_body::Body as _;

use crate::account::AccountServer;
use crate::accounts::Meant;
use crate::reply::{Reply, is_dropped, with};

/// A call, as the execution log names it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Called<'a> {
    /// The SOAP operation, or the HTTP method.
    pub(crate) operation: &'a str,
    pub(crate) request_bytes: u64,
}

impl<'a> Called<'a> {
    /// By its method, with a body of the length it was announced with. One in chunks is not counted.
    pub(crate) fn by_method(parts: &'a Parts) -> Self {
        let length = parts.headers.get(CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        Self {
            operation: parts.method.as_str(),
            request_bytes: length.unwrap_or(0),
        }
    }
}

impl AccountServer {
    /// The answer to a known caller.
    pub(crate) async fn answered(&self, execution: Execution, called: Called<'_>, reply: Reply) -> Reply {
        let http_status = (!is_dropped(&reply)).then(|| reply.status().as_u16());
        let answered = Answered {
            operation: called.operation,
            http_status,
            request_bytes: called.request_bytes,
            response_bytes: reply.body().size_hint().exact().unwrap_or(0),
        };
        self.authority.log_execution(execution, answered).await;
        self.marked(reply)
    }

    /// Nothing that a lever may have had a hand in goes out without saying so.
    pub(crate) fn marked<B>(&self, reply: Response<B>) -> Response<B> {
        match self.authority.levers_header() {
            Some(levers) => with(reply, HeaderName::from_static(LEVERS_HEADER), &levers),
            None => reply,
        }
    }
}

impl Meant {
    /// The answer to whoever was refused: only a known caller gets a row.
    pub(crate) async fn refused(
        &self,
        execution: Option<Box<Execution>>,
        called: Called<'_>,
        reply: Reply,
    ) -> Reply {
        match execution {
            Some(execution) => self.account.answered(*execution, called, reply).await,
            None => self.marked(reply),
        }
    }

    /// Attack: where the credentials alone say which account is meant, a mark would tell a stranger that it is held here,
    /// and that it is a test account. There only somebody who was let in is told.
    pub(crate) fn marked<B>(&self, reply: Response<B>) -> Response<B> {
        match self.is_open {
            true => self.account.marked(reply),
            false => reply,
        }
    }
}

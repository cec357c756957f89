//! The admin API as a command sees it: through the socket of the running server, or, where none runs, over the data folder
//! opened and locked in this process. Both are the same router, and in both the caller owns the folder.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use countersign_admin::{Admin, PREFIX, Problem};
use countersign_protocol::{AccountId, percent_encode};
use countersign_server::Accounts;
use http::{Method, Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::UnixStream;

use crate::accounts;
use crate::accounts_folder::AccountsFolder;
use crate::events::Events;
use crate::failure::Failure;
use crate::folder::{self, Folder, World};
use crate::paste;
use crate::running;

/// A path without a slash in front is below the chosen account: `users/7` is `/accounts/1234567_SB1/users/7`.
pub(crate) struct AdminClient {
    data: PathBuf,
    asked: Option<AccountId>,
    way: Way,
}

enum Way {
    Running,
    Stopped(Box<Stopped>),
}

/// A data folder that this process has to itself.
struct Stopped {
    #[expect(
        dead_code,
        reason = "held as long as the accounts are open: its lock goes with it"
    )]
    folder: Folder,
    accounts: Accounts,
    admin: Admin,
}

impl AdminClient {
    /// Lets `work` make its calls, and closes what was opened for them, whatever came of it.
    pub(crate) async fn with<T>(
        data: Option<PathBuf>,
        account: Option<AccountId>,
        work: impl AsyncFnOnce(&Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let client = Self::open(data, account).await?;
        let result = work(&client).await;
        let closed = client.close().await;
        let result = result?;
        closed.map(|()| result)
    }

    async fn open(data: Option<PathBuf>, asked: Option<AccountId>) -> Result<Self, Failure> {
        let data = folder::of_accounts(data)?;
        let way = match connect(&data).await? {
            Some(_) => Way::Running,
            None => Way::Stopped(Box::new(Stopped::open(&data).await?)),
        };
        Ok(Self { data, asked, way })
    }

    async fn close(self) -> Result<(), Failure> {
        match self.way {
            Way::Running => Ok(()),
            Way::Stopped(stopped) => running::close(&stopped.accounts).await,
        }
    }

    /// The account that was asked for, or the only one.
    pub(crate) fn account(&self) -> Result<AccountId, Failure> {
        accounts::choose(&accounts::ids(&self.data)?, self.asked.as_ref())
    }

    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    pub(crate) const fn is_running(&self) -> bool {
        matches!(self.way, Way::Running)
    }

    /// For what only a running account has.
    pub(crate) fn must_run(&self, otherwise: &str) -> Result<(), Failure> {
        if self.is_running() {
            return Ok(());
        }
        let message = format!(
            "the account in {} is not running, so {otherwise}",
            self.data.display()
        );
        let start = paste::command_on(&["serve"], &self.data);
        Err(Failure::no_connection(message).hint(format!("start it with: {start}")))
    }

    /// The events of a running account.
    pub(crate) async fn follow(&self, path: &str) -> Result<Events, Failure> {
        let target = format!("{PREFIX}/accounts/{}/{path}", self.account()?);
        let request = Request::get(target).header(http::header::HOST, "localhost");
        let request = request.body(Bytes::new());
        let request =
            request.map_err(|error| Failure::usage(format!("this cannot be asked for: {error}")))?;
        let answer = over_socket(&self.data, request).await?;
        if answer.status().is_success() {
            return Ok(Events::of(answer.into_body()));
        }
        let problem = serde_json::from_slice::<Problem>(&whole(answer.into_body()).await?);
        Err(problem.map_or_else(|error| unreadable(&error), Failure::from))
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.sent(Method::GET, path, None).await
    }

    /// GET with a query, of what is set in it.
    pub(crate) async fn find<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &impl Serialize,
    ) -> Result<T, Failure> {
        self.get(&with_query(path, query)?).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        self.sent(Method::POST, path, Some(json(body)?)).await
    }

    pub(crate) async fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        self.sent(Method::PATCH, path, Some(json(body)?)).await
    }

    pub(crate) async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        self.sent(Method::PUT, path, Some(json(body)?)).await
    }

    pub(crate) async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.sent(Method::DELETE, path, None).await
    }

    async fn sent<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Bytes>,
    ) -> Result<T, Failure> {
        let answer = self.answer(method, path, body).await?;
        // What is done without an answer (204) reads as nothing.
        let body: &[u8] = match answer.body().as_ref() {
            b"" => b"null",
            body => body,
        };
        serde_json::from_slice(body).map_err(|error| unreadable(&error))
    }

    /// A call whose body is of another kind than JSON.
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        content_type: &'static str,
        body: Bytes,
    ) -> Result<T, Failure> {
        let answer = self.answer_to(method, path, Some((content_type, body))).await?;
        serde_json::from_slice(answer.body()).map_err(|error| unreadable(&error))
    }

    /// The answer itself, of a call that did what it should. `body` is JSON.
    pub(crate) async fn answer(
        &self,
        method: Method,
        path: &str,
        body: Option<Bytes>,
    ) -> Result<Response<Bytes>, Failure> {
        let body = body.map(|body| ("application/json", body));
        self.answer_to(method, path, body).await
    }

    async fn answer_to(
        &self,
        method: Method,
        path: &str,
        body: Option<(&'static str, Bytes)>,
    ) -> Result<Response<Bytes>, Failure> {
        let (parts, body) = self.ask(method, path, body).await?.into_parts();
        Ok(Response::from_parts(parts, whole(body).await?))
    }

    /// Gives the answer to `take` as it comes, however long it is.
    pub(crate) async fn pour(
        &self,
        path: &str,
        take: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.pour_answer(Method::GET, path, None, take).await
    }

    /// The same, of any call.
    pub(crate) async fn pour_answer(
        &self,
        method: Method,
        path: &str,
        body: Option<(&'static str, Bytes)>,
        mut take: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut body = self.ask(method, path, body).await?.into_body();
        while let Some(frame) = body.frame().await {
            if let Ok(part) = frame?.into_data() {
                take(&part)?;
            }
        }
        Ok(())
    }

    /// A call that did what it should; its answer has begun.
    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<(&'static str, Bytes)>,
    ) -> Result<Response<Answer>, Failure> {
        let target = match path.starts_with('/') {
            true => format!("{PREFIX}{path}"),
            false => format!("{PREFIX}/accounts/{}/{path}", self.account()?),
        };
        let mut request = Request::builder().method(method).uri(target);
        request = request.header(http::header::HOST, "localhost");
        if let Some((content_type, _)) = &body {
            request = request.header(http::header::CONTENT_TYPE, *content_type);
        }
        let request = request.body(body.map(|(_, body)| body).unwrap_or_default());
        let request =
            request.map_err(|error| Failure::usage(format!("this cannot be asked for: {error}")))?;
        let answer = match &self.way {
            Way::Running => over_socket(&self.data, request).await?,
            Way::Stopped(stopped) => {
                let cannot = |error| Failure::system("read the account's answer", &error);
                let answer = stopped.admin.answer_owner(request).await;
                answer.map(|body| body.map_err(cannot).boxed_unsync())
            }
        };
        if answer.status().is_success() {
            return Ok(answer);
        }
        let problem = serde_json::from_slice::<Problem>(&whole(answer.into_body()).await?);
        Err(problem.map_or_else(|error| unreadable(&error), Failure::from))
    }
}

/// What comes of a call.
pub(crate) type Answer = UnsyncBoxBody<Bytes, Failure>;

async fn whole(answer: Answer) -> Result<Bytes, Failure> {
    Ok(answer.collect().await?.to_bytes())
}

impl Stopped {
    async fn open(data: &Path) -> Result<Self, Failure> {
        let folder = Folder::open(data)?;
        let accounts = Accounts::default();
        let world = World::system();
        AccountsFolder::keep(&accounts, &folder, &world, None);
        if let Err(failure) = running::open(&accounts, &folder, &world, None).await {
            // What stopped the opening is said; a ledger that does not close is no worse than after a kill.
            let _ = running::close(&accounts).await;
            return Err(failure);
        }
        let admin = Admin::over(Arc::new(accounts.clone()));
        Ok(Self {
            folder,
            accounts,
            admin,
        })
    }
}

/// The running server's socket; nothing where none runs.
pub(crate) async fn connect(data: &Path) -> Result<Option<UnixStream>, Failure> {
    match UnixStream::connect(folder::socket(data)).await {
        Ok(stream) => Ok(Some(stream)),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            let message = format!("the account in {} runs as another user: {error}", data.display());
            Err(Failure::unusable(message).hint("run this as the user who runs it"))
        }
        Err(_) => Ok(None),
    }
}

fn broken(error: hyper::Error) -> Failure {
    Failure::no_connection(format!("the running account broke off: {error}")).hint("its log says why")
}

async fn over_socket(data: &Path, request: Request<Bytes>) -> Result<Response<Answer>, Failure> {
    let stream = connect(data).await?.ok_or_else(|| {
        let start = paste::command_on(&["serve"], data);
        Failure::no_connection(format!("the account in {} has stopped", data.display()))
            .hint(format!("start it with: {start}"))
    })?;
    over(stream, request, broken).await
}

/// A call to whoever listens on a socket, and what is said where it breaks off.
pub(crate) async fn over(
    stream: UnixStream,
    request: Request<Bytes>,
    broken: fn(hyper::Error) -> Failure,
) -> Result<Response<Answer>, Failure> {
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    tokio::spawn(connection);
    let answer = sender
        .send_request(request.map(Full::new))
        .await
        .map_err(broken)?;
    Ok(answer.map(|body| body.map_err(broken).boxed_unsync()))
}

/// The path with what is set in a query.
pub(crate) fn with_query(path: &str, query: &impl Serialize) -> Result<String, Failure> {
    let query = serde_json::to_value(query).map_err(Failure::unusable)?;
    let members = query.as_object().into_iter().flatten();
    let pairs = members.filter_map(|(name, value)| {
        let text = match value {
            Value::Null => return None,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some(format!("{name}={}", percent_encode(text)))
    });
    let pairs: Vec<String> = pairs.collect();
    let mark = if pairs.is_empty() { "" } else { "?" };
    Ok(format!("{path}{mark}{}", pairs.join("&")))
}

fn json(body: &impl Serialize) -> Result<Bytes, Failure> {
    let body = serde_json::to_vec(body).map_err(Failure::unusable)?;
    Ok(body.into())
}

fn unreadable(error: &dyn std::fmt::Display) -> Failure {
    Failure::unusable(format!("the account's answer cannot be read: {error}"))
        .hint("use the same version of countersign for both")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_query_holds_what_is_set_as_the_api_reads_it() {
        let query = json!({ "name": "Ada & Co", "limit": 5, "inactive": false, "after": null });
        assert_eq!(
            with_query("users", &query).unwrap(),
            "users?name=Ada%20%26%20Co&limit=5&inactive=false"
        );
        assert_eq!(with_query("users", &json!({})).unwrap(), "users");
    }
}

//! The connections to one server, shared by the accounts on it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{
    Client, Hook, HookError, Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType,
};
use tokio_postgres::NoTls;

use super::address::Transport;
use super::{Address, PostgresError, tls};
use crate::DatabaseError;

/// The most connections of one node. Work is short and an account has one writer at a time, so that they serve many
/// accounts; a server of PostgreSQL's default size (100) serves several such nodes.
const CONNECTIONS: usize = 12;

/// How long work waits for a connection, one to be made included.
const PATIENCE: Duration = Duration::from_secs(10);

/// Every session is set up so, once. No statement runs for longer than a minute, nothing waits for another's lock for
/// longer than ten seconds, and a transaction that was forgotten ends by itself. A commit that returned is on the
/// disk, even where the server was set to be content with less. Tables are found only in the schema that each
/// transaction names.
const SESSION: &str = "
    SET statement_timeout = '60s';
    SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '20s';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
    SELECT set_config('search_path', '', false);
";

/// A PostgreSQL server, connected. Clones share its connections.
#[derive(Clone)]
pub struct Server {
    pool: Pool,
    address: Arc<Address>,
}

impl Server {
    /// Connects, so that a wrong address is told at start; further connections are made when they are needed.
    ///
    /// # Errors
    /// Those of reaching the server and logging in, and [`PostgresError::Encoding`].
    pub async fn connect(address: Address) -> Result<Self, DatabaseError> {
        let config = address.config();
        // A connection is asked whether it is open when it is taken, and not by a query: `begin` finds out anyway.
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = match address.transport() {
            Transport::Plain => Manager::from_config(config, NoTls, recycling),
            Transport::Tls => {
                Manager::from_config(config, tls::connector(address.root_certificates())?, recycling)
            }
        };
        let set_up = Hook::async_fn(|client: &mut deadpool_postgres::ClientWrapper, _| {
            Box::pin(async move { client.batch_execute(SESSION).await.map_err(HookError::Backend) })
        });
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .recycle_timeout(Some(PATIENCE))
            .runtime(Runtime::Tokio1)
            .post_create(set_up)
            .build()
            .map_err(|error| PostgresError::Driver {
                reason: error.to_string(),
            })?;
        let server = Self {
            pool,
            address: Arc::new(address),
        };
        server.require_unicode().await?;
        Ok(server)
    }

    /// Every [`Database`](super::Database) on it answers [`DatabaseError::Closed`] from here on. Work under way is
    /// done to its end.
    pub fn close(&self) {
        self.pool.close();
    }

    pub(super) async fn client(&self) -> Result<Client, DatabaseError> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Closed => DatabaseError::Closed,
            PoolError::Timeout(TimeoutType::Wait) => PostgresError::Busy.into(),
            PoolError::Timeout(_) => self.unreachable(&"no answer in time"),
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
                match PostgresError::from(error) {
                    PostgresError::Lost { reason } | PostgresError::Driver { reason } => {
                        self.unreachable(&reason)
                    }
                    refused => refused.into(),
                }
            }
            other => self.unreachable(&other),
        })
    }

    /// How many connections may have to be found dead before one is known to be fresh.
    pub(super) const fn most_stale_connections() -> usize {
        CONNECTIONS
    }

    /// A text that the model lets through must fit into the database.
    async fn require_unicode(&self) -> Result<(), DatabaseError> {
        let client = self.client().await?;
        let row = client.query_one("SHOW server_encoding", &[]).await;
        let found: String = row.and_then(|row| row.try_get(0)).map_err(PostgresError::from)?;
        match found.as_str() {
            "UTF8" => Ok(()),
            _ => Err(PostgresError::Encoding { found }.into()),
        }
    }

    fn unreachable(&self, reason: &dyn fmt::Display) -> DatabaseError {
        let unreachable = PostgresError::Unreachable {
            server: self.address.to_string(),
            reason: reason.to_string(),
        };
        unreachable.into()
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({})", self.address)
    }
}

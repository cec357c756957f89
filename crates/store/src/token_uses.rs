//! How often each token was used and when last: added up, many calls at once, beside everything else.

use std::collections::BTreeMap;

use countersign_database::{Row, Transaction, Value};
use countersign_model::{AccessTokenId, TokenUse};
use countersign_world::UnixTime;

use crate::column::{count, counted, optional_time};
use crate::{Store, StoreError};

const COLUMNS: [&str; 3] = ["token", "count", "last"];

const ADD: &str = "ON CONFLICT (token) DO UPDATE SET
    count = token_use.count + excluded.count,
    last = CASE WHEN token_use.last IS NULL OR excluded.last > token_use.last THEN excluded.last
                ELSE token_use.last END";

/// How many tokens one statement asks for; the last is named again where there are fewer, so that its text stays the
/// same.
const ASKED: usize = 100;

impl Store {
    /// Adds to what is counted. A token may come several times; one that is gone is counted all the same.
    pub async fn add_token_uses(&self, batch: Vec<(AccessTokenId, TokenUse)>) -> Result<(), StoreError> {
        let mut uses: BTreeMap<AccessTokenId, TokenUse> = BTreeMap::new();
        for (token, used) in batch {
            let sum = uses.entry(token).or_default();
            *sum = sum.and(used);
        }
        let add = async move |transaction: &mut Transaction<'_>| {
            let rows: Vec<[Value<'_>; 3]> = uses.iter().map(stored).collect();
            Ok(transaction.upsert_all("token_use", COLUMNS, &rows, ADD).await?)
        };
        self.database.append(add).await
    }

    /// The use of each of these tokens that was ever used.
    pub async fn token_uses(
        &self,
        tokens: Vec<AccessTokenId>,
    ) -> Result<BTreeMap<AccessTokenId, TokenUse>, StoreError> {
        let read = async move |snapshot: &mut Transaction<'_>| {
            let places: Vec<_> = (1..=ASKED).map(|place| format!("?{place}")).collect();
            let sql = format!(
                "SELECT token, count, last FROM token_use WHERE token IN ({})",
                places.join(", ")
            );
            let mut uses = BTreeMap::new();
            for asked in tokens.chunks(ASKED) {
                let ids = asked.iter().chain(asked.last().into_iter().cycle());
                let values: Vec<Value<'_>> = ids.take(ASKED).map(|token| token.get().into()).collect();
                uses.extend(snapshot.rows(&sql, &values, token_use).await?);
            }
            Ok(uses)
        };
        self.database.read(read).await
    }
}

/// In the order of [`COLUMNS`].
fn stored<'a>((token, used): (&AccessTokenId, &TokenUse)) -> [Value<'a>; 3] {
    let last = used.last.map(UnixTime::millis);
    [token.get().into(), counted(used.count).into(), last.into()]
}

fn token_use(row: &Row<'_>) -> Result<(AccessTokenId, TokenUse), StoreError> {
    let used = TokenUse {
        count: count(row, "count")?,
        last: optional_time(row, "last")?,
    };
    Ok((AccessTokenId::new(row.integer("token")?), used))
}

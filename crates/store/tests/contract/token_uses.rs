//! How often tokens were used.

use super::founded;
use countersign_model::{AccessTokenId, TokenUse};
use countersign_world::UnixTime;

fn used(count: u64, last: Option<i64>) -> TokenUse {
    TokenUse {
        count,
        last: last.map(UnixTime::from_seconds),
    }
}

fn token(id: i64) -> AccessTokenId {
    AccessTokenId::new(id)
}

#[tokio::test]
async fn batches_add_up_and_the_latest_moment_stays() {
    let (store, _place) = founded().await;
    let uses = async |ids: &[i64]| {
        let uses = store.token_uses(ids.iter().copied().map(token).collect()).await;
        uses.unwrap()
            .into_iter()
            .map(|(id, used)| (id.get(), used))
            .collect::<Vec<_>>()
    };
    assert_eq!(uses(&[]).await, []);
    let batch = vec![
        (token(1), used(2, Some(5))),
        (token(2), used(1, None)),
        (token(1), used(1, Some(9))),
    ];
    store.add_token_uses(batch).await.unwrap();
    assert_eq!(
        uses(&[1, 2, 3]).await,
        [(1, used(3, Some(9))), (2, used(1, None))]
    );
    let batch = vec![(token(1), used(4, Some(7))), (token(2), used(1, Some(1)))];
    store.add_token_uses(batch).await.unwrap();
    store
        .add_token_uses(vec![(token(2), used(1, None))])
        .await
        .unwrap();
    store.add_token_uses(Vec::new()).await.unwrap();
    assert_eq!(
        uses(&[2, 1]).await,
        [(1, used(7, Some(9))), (2, used(3, Some(1)))]
    );
}

#[tokio::test]
async fn five_thousand_tokens_are_added_at_once_and_read_a_page_at_a_time() {
    let (store, _place) = founded().await;
    for second in [1, 2] {
        let batch = (0..5000).map(|id| (token(id), TokenUse::once(UnixTime::from_seconds(second))));
        store.add_token_uses(batch.collect()).await.unwrap();
    }
    let page = store.token_uses((4200..5200).map(token).collect()).await.unwrap();
    assert_eq!(page.len(), 800);
    assert!(page.values().all(|use_of_one| *use_of_one == used(2, Some(2))));
}

//! The Login Audit Trail.

use super::founded;
use countersign_model::{
    Detail, EntityId, LoginId, LoginRole, LoginRow, LoginSearch, LoginStatus, LoginUser, Masked, OneLine,
    RequestUri, RoleId, SecurityChallenge, Surface,
};
use countersign_store::{LoginPage, MAX_ROWS, NamedMistake, Store};
use countersign_world::UnixTime;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::num::NonZeroU32;

pub(crate) fn success(second: i64) -> LoginRow {
    LoginRow {
        at: UnixTime::from_seconds(second),
        status: LoginStatus::Success,
        surface: Surface::Rest,
        user: Some(LoginUser {
            id: EntityId::new(42),
            name: "Ada Byron".into(),
            email: "ada@example.com".into(),
        }),
        role: Some(LoginRole {
            id: RoleId::new(1000),
            name: "Integrator".into(),
        }),
        token_name: Some("nightly".into()),
        application_name: Some("Warehouse sync".into()),
        ip: Some("2001:db8::7".parse().unwrap()),
        user_agent: Some(OneLine::of("curl/8.0\r\nX: y")),
        request_uri: RequestUri::of("/app/site/hosting/restlet.nl?script=6&deploy=1&secret=x"),
        security_challenge: SecurityChallenge::Passed,
        callback: Some(OneLine::of("https://evil.example/cb")),
        consumer_key: Some(Masked::of("ef40afdd8abaac111b13825dd5e5e2dd")),
        token_id: Some(Masked::of("short")),
        count: NonZeroU32::MIN,
    }
}

fn failure(second: i64, surface: Surface, detail: Detail) -> LoginRow {
    LoginRow {
        status: LoginStatus::Failure {
            detail,
            reason: "Sent twice.".into(),
            mistake: Some("header_reused".into()),
        },
        surface,
        user: None,
        role: None,
        token_name: None,
        application_name: None,
        ip: None,
        user_agent: None,
        consumer_key: None,
        token_id: None,
        count: NonZeroU32::new(4_000_000_000).unwrap(),
        ..success(second)
    }
}

/// Everything a search gives, with as many calls as it takes.
async fn found(store: &Store, search: &LoginSearch, limit: u32) -> Vec<(LoginId, LoginRow)> {
    let mut rows = Vec::new();
    let mut before = None;
    loop {
        let page = store.logins(search.clone(), before, limit).await.unwrap();
        assert!(page.rows.len() <= limit as usize);
        rows.extend(page.rows);
        match page.rest {
            Some(rest) => before = Some(rest),
            None => return rows,
        }
    }
}

pub(crate) async fn rows_of(store: &Store, search: LoginSearch) -> Vec<LoginRow> {
    let rows = found(store, &search, MAX_ROWS).await.into_iter();
    rows.map(|(_, row)| row).collect()
}

fn since(since: UnixTime) -> LoginSearch {
    LoginSearch {
        since: Some(since),
        ..LoginSearch::default()
    }
}

#[tokio::test]
async fn every_kind_of_row_comes_back_newest_first() {
    let (store, _folder) = founded().await;
    let mut rows = vec![success(0)];
    let mut second = 0;
    for detail in Detail::ALL.iter().copied() {
        for surface in Surface::ALL.iter().copied() {
            second += 1;
            rows.push(failure(second, surface, detail));
        }
    }
    store.append_logins(rows.clone()).await.unwrap();
    rows.reverse();
    assert_eq!(rows_of(&store, LoginSearch::default()).await, rows);
}

#[tokio::test]
async fn the_trail_is_in_the_order_it_was_written_wherever_the_clock_is_moved() {
    let (store, _folder) = founded().await;
    let year_9999 = 253_402_300_799;
    let mut written = Vec::new();
    for second in [5, 5, 4, year_9999, year_9999, -1, 5] {
        store
            .append_logins(vec![
                success(second),
                failure(second, Surface::Soap, Detail::NonceUsed),
            ])
            .await
            .unwrap();
        written.insert(0, success(second));
        written.insert(0, failure(second, Surface::Soap, Detail::NonceUsed));
    }
    assert_eq!(rows_of(&store, LoginSearch::default()).await, written);
    for moment in [-1, 0, 4, 5, year_9999, year_9999 + 1] {
        let moment = UnixTime::from_seconds(moment);
        let until = LoginSearch {
            until: Some(moment),
            ..LoginSearch::default()
        };
        for search in [since(moment), until] {
            let fits = |row: &&LoginRow| search.admits(row);
            let expected: Vec<_> = written.iter().filter(fits).cloned().collect();
            assert_eq!(rows_of(&store, search).await, expected);
        }
    }
}

#[tokio::test]
async fn the_trail_is_filtered_by_status_and_time() {
    let (store, _folder) = founded().await;
    let failed = |second| failure(second, Surface::Restlet, Detail::InvalidSignature);
    store
        .append_logins(vec![success(1), failed(2), success(3), failed(4)])
        .await
        .unwrap();
    let rows = async |success, from: i64, limit| {
        let search = LoginSearch {
            success,
            ..since(UnixTime::from_seconds(from))
        };
        let page = store.logins(search, None, limit).await.unwrap();
        page.rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>()
    };
    assert_eq!(rows(Some(false), 0, 9).await, [failed(4), failed(2)]);
    assert_eq!(rows(Some(true), 0, 9).await, [success(3), success(1)]);
    assert_eq!(rows(None, 3, 9).await, [failed(4), success(3)]);
    assert_eq!(rows(None, 0, 1).await, [failed(4)]);
    assert_eq!(rows(None, 0, 0).await, []);
}

#[tokio::test]
async fn one_call_gives_a_bounded_number_of_rows() {
    let (store, _folder) = founded().await;
    let rows = (0..i64::from(MAX_ROWS) + 1).map(success).collect();
    store.append_logins(rows).await.unwrap();
    let page = store
        .logins(LoginSearch::default(), None, u32::MAX)
        .await
        .unwrap();
    assert_eq!(page.rows.len(), MAX_ROWS as usize);
    let page = store
        .logins(LoginSearch::default(), page.rest, u32::MAX)
        .await
        .unwrap();
    assert_eq!(page.rows.len(), 1);
    assert_eq!(page.rest, None);
}

#[tokio::test]
async fn a_moment_is_kept_to_the_millisecond_however_far_off_it_lies() {
    let (store, _folder) = founded().await;
    let at = |millis| LoginRow {
        at: UnixTime::from_millis(millis),
        ..success(0)
    };
    let mut rows = vec![at(i64::MIN), at(-1), at(0), at(1_700_000_000_123), at(i64::MAX)];
    store.append_logins(rows.clone()).await.unwrap();
    rows.reverse();
    assert_eq!(rows_of(&store, LoginSearch::default()).await, rows);
    let last = since(UnixTime::from_millis(i64::MAX));
    assert_eq!(rows_of(&store, last).await, [at(i64::MAX)]);
}

#[tokio::test]
async fn a_row_keeps_its_id_and_the_next_page_begins_below_it() {
    let (store, _folder) = founded().await;
    let all = LoginSearch::default();
    store.append_logins((0..5).map(success).collect()).await.unwrap();
    let before = found(&store, &all, 2).await;
    store.append_logins(vec![success(9)]).await.unwrap();
    let LoginPage { rows, .. } = store.logins(all.clone(), Some(before[1].0), 9).await.unwrap();
    assert_eq!(rows, before[2..]);
    assert_eq!(found(&store, &all, 1).await[1..], before);
}

/// A search that finds nothing among the first rows comes back, so that it holds no connection for long.
#[tokio::test]
async fn one_call_looks_at_a_bounded_number_of_rows_and_says_where_to_go_on() {
    let (store, _folder) = founded().await;
    let mut rows: Vec<_> = (0..25_000).map(success).collect();
    rows[7].token_name = Some("Rare".into());
    store.append_logins(rows).await.unwrap();
    let search = LoginSearch {
        token_name: Some("rare".into()),
        ..LoginSearch::default()
    };
    let first = store.logins(search.clone(), None, 10).await.unwrap();
    assert_eq!((first.rows.len(), first.rest.is_some()), (0, true));
    let second = store.logins(search.clone(), first.rest, 10).await.unwrap();
    assert_eq!((second.rows.len(), second.rest.is_some()), (0, true));
    let third = store.logins(search, second.rest, 10).await.unwrap();
    assert_eq!((third.rows.len(), third.rest), (1, None));
    assert_eq!(third.rows[0].1.at, UnixTime::from_seconds(7));
}

#[tokio::test]
async fn an_old_time_is_found_without_looking_at_what_came_after() {
    let (store, _folder) = founded().await;
    store
        .append_logins((0..25_000).map(|hour| success(hour * 3600)).collect())
        .await
        .unwrap();
    let search = LoginSearch {
        since: Some(UnixTime::from_seconds(3 * 3600)),
        until: Some(UnixTime::from_seconds(5 * 3600)),
        ..LoginSearch::default()
    };
    let page = store.logins(search, None, 10).await.unwrap();
    let seconds: Vec<_> = page.rows.iter().map(|(_, row)| row.at.seconds()).collect();
    assert_eq!(
        (seconds.as_slice(), page.rest),
        ([4 * 3600, 3 * 3600].as_slice(), None)
    );
}

#[tokio::test]
async fn a_diagnosis_is_kept_with_its_row_and_names_its_mistake() {
    let (store, _folder) = founded().await;
    let of_several = failure(5, Surface::Rest, Detail::InvalidSignature);
    let refused = LoginRow {
        count: NonZeroU32::MIN,
        ..of_several.clone()
    };
    let ids = store
        .append_logins(vec![success(4), refused.clone()])
        .await
        .unwrap();
    assert_eq!(store.login(ids[0]).await.unwrap(), Some((success(4), None)));
    assert_eq!(store.login(ids[1]).await.unwrap(), Some((refused.clone(), None)));

    let add = |id, named, document: &str| store.add_diagnosis(id, named, document.to_owned());
    assert!(add(ids[1], None, "{}").await.unwrap());
    let kept = store.login(ids[1]).await.unwrap();
    assert_eq!(kept, Some((refused.clone(), Some("{}".to_owned()))));
    let named = NamedMistake {
        mistake: Some("query_not_signed".to_owned()),
        reason: Some("The URL was signed without its query.".to_owned()),
    };
    assert!(add(ids[1], Some(named.clone()), "{\"tried\":7}").await.unwrap());
    let better = LoginRow {
        status: LoginStatus::Failure {
            detail: Detail::InvalidSignature,
            reason: "The URL was signed without its query.".to_owned(),
            mistake: named.mistake.clone(),
        },
        ..refused
    };
    let kept = store.login(ids[1]).await.unwrap();
    assert_eq!(kept, Some((better, Some("{\"tried\":7}".to_owned()))));
    let search = LoginSearch {
        mistake: named.mistake.clone(),
        ..LoginSearch::default()
    };
    assert_eq!(rows_of(&store, search).await.len(), 1);

    let reasonless = NamedMistake {
        reason: None,
        ..named.clone()
    };
    assert!(add(ids[1], Some(reasonless), "{\"tried\":7}").await.unwrap());
    assert_eq!(store.login(ids[1]).await.unwrap(), kept, "the reason stays");
    let nameless = NamedMistake {
        mistake: None,
        ..named.clone()
    };
    assert!(add(ids[1], Some(nameless), "{\"tried\":7}").await.unwrap());
    assert_eq!(store.login(ids[1]).await.unwrap(), kept, "the mistake stays");

    let id = store.append_logins(vec![of_several.clone()]).await.unwrap()[0];
    assert!(add(id, Some(named.clone()), "{}").await.unwrap());
    let (row, _) = store.login(id).await.unwrap().unwrap();
    let LoginStatus::Failure { reason, mistake, .. } = row.status else {
        panic!("it was refused");
    };
    let is_of_all =
        matches!(&of_several.status, LoginStatus::Failure { reason: of_all, .. } if *of_all == reason);
    assert!(is_of_all, "of several it stays: {reason}");
    assert_eq!(mistake, named.mistake);

    // There is none of a success, and none of a row that is gone; it goes with its row.
    assert!(!add(ids[0], Some(named.clone()), "{}").await.unwrap());
    assert_eq!(store.purge_logins(UnixTime::from_seconds(6), 9).await.unwrap(), 3);
    assert_eq!(store.login(ids[1]).await.unwrap(), None);
    assert!(!add(ids[1], Some(named), "{}").await.unwrap());
    let again = store
        .append_logins(vec![failure(5, Surface::Rest, Detail::NonceUsed)])
        .await;
    assert_eq!(store.login(again.unwrap()[0]).await.unwrap().unwrap().1, None);
}

#[tokio::test]
async fn rows_are_purged_oldest_first_a_batch_at_a_time() {
    let (store, _folder) = founded().await;
    let year_9999 = 253_402_300_799;
    store.append_logins((0..10).map(success).collect()).await.unwrap();
    store
        .append_logins(vec![success(year_9999), success(3)])
        .await
        .unwrap();
    let purge = |limit| store.purge_logins(UnixTime::from_seconds(5), limit);
    assert_eq!(purge(2).await.unwrap(), 2);
    let left = rows_of(&store, LoginSearch::default()).await;
    assert_eq!(left.last(), Some(&success(2)));
    assert_eq!((purge(9).await.unwrap(), purge(9).await.unwrap()), (4, 0));
    let left = rows_of(&store, LoginSearch::default()).await;
    let expected: Vec<_> = [5, 6, 7, 8, 9, year_9999]
        .into_iter()
        .rev()
        .map(success)
        .collect();
    assert_eq!(left, expected, "also what a clock wrote that was moved back");
    let error = store.purge_logins(UnixTime::from_millis(i64::MIN), 9).await;
    assert_eq!(error.unwrap(), 0);
}

/// Few values, so that filters meet rows they fit.
fn any_row() -> impl Strategy<Value = LoginRow> {
    let text = || {
        prop::option::of(prop::sample::select(vec![
            "Nightly",
            "NIGHT ΣΊΣΥΦΟΣ",
            "İ sync",
            "",
        ]))
    };
    let status = prop::option::of((
        prop::sample::select(Detail::ALL),
        prop::option::of("clock_skew|reused"),
    ));
    let who = (
        prop::option::of(1..3_i64),
        prop::option::of(1..3_i64),
        any::<bool>(),
    );
    let texts = (text(), text(), text(), text());
    let place = (
        prop::option::of(0..3_u8),
        prop::sample::select(Surface::ALL),
        prop::sample::select(SecurityChallenge::ALL),
    );
    let hour = prop_oneof![0..9_i64, Just(90_000)];
    (status, who, texts, place, hour).prop_map(|(status, (user, role, is_upper), texts, place, hour)| {
        LoginRow {
            status: match status {
                None => LoginStatus::Success,
                Some((detail, mistake)) => LoginStatus::Failure {
                    detail,
                    reason: "why".into(),
                    mistake,
                },
            },
            user: user.map(|id| LoginUser {
                id: EntityId::new(id),
                name: "Ada".into(),
                email: if is_upper {
                    "ÁDA@EXAMPLE.COM"
                } else {
                    "áda@example.com"
                }
                .into(),
            }),
            role: role.map(|id| LoginRole {
                id: RoleId::new(id),
                name: "Integrator".into(),
            }),
            token_name: texts.0.map(str::to_owned),
            application_name: texts.1.map(str::to_owned),
            user_agent: texts.2.map(OneLine::of),
            request_uri: RequestUri::of(texts.3.unwrap_or("/services/REST")),
            ip: place.0.map(|last| [192, 0, 2, last].into()),
            surface: place.1,
            security_challenge: place.2,
            ..success(hour * 3600)
        }
    })
}

fn any_search() -> impl Strategy<Value = LoginSearch> {
    let maybe = |text: &'static [&'static str]| prop::option::weighted(0.2, prop::sample::select(text));
    let texts = (
        maybe(&["night", "ΣΊ", "i", "", "a\0b"]),
        maybe(&["sync", "σί"]),
        maybe(&["NIGHT"]),
        maybe(&["rest"]),
        maybe(&["Áda@example.com", "da@example.com"]),
    );
    let few = |range: std::ops::Range<i64>| prop::option::weighted(0.3, range);
    let ids = (few(1..3), few(1..3), few(0..11), few(0..11));
    let words = (
        prop::option::weighted(0.3, any::<bool>()),
        prop::option::weighted(0.2, prop::sample::select(Surface::ALL)),
        prop::option::weighted(0.1, prop::sample::select(Detail::ALL)),
        prop::option::weighted(0.2, prop::sample::select(SecurityChallenge::ALL)),
        maybe(&["clock_skew"]),
        maybe(&["192.0.2.0-192.0.2.1", "NONE"]),
    );
    (texts, ids, words).prop_map(|(texts, ids, words)| LoginSearch {
        success: words.0,
        user: ids.0.map(EntityId::new),
        role: ids.1.map(RoleId::new),
        since: ids.2.map(|hour| UnixTime::from_seconds(hour * 3600)),
        until: ids.3.map(|hour| UnixTime::from_seconds(hour * 3600)),
        email: texts.4.map(str::to_owned),
        ip: words.5.map(|rules| rules.parse().unwrap()),
        user_agent: texts.2.map(str::to_owned),
        request_uri: texts.3.map(str::to_owned),
        security_challenge: words.3,
        application_name: texts.1.map(str::to_owned),
        token_name: texts.0.map(str::to_owned),
        detail: words.2,
        surface: words.1,
        mistake: words.4.map(str::to_owned),
    })
}

#[test]
fn a_search_gives_the_rows_that_its_meaning_admits() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let trails = (
        prop::collection::vec(any_row(), 0..60),
        prop::collection::vec(any_search(), 20),
        1..9_u32,
    );
    let mut runner = TestRunner::new(Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    });
    let law = |(mut rows, searches, limit): (Vec<LoginRow>, Vec<LoginSearch>, u32)| {
        runtime.block_on(async {
            let (store, _folder) = founded().await;
            store.append_logins(rows.clone()).await.unwrap();
            rows.reverse();
            for search in searches {
                let found = found(&store, &search, limit).await.into_iter();
                let found: Vec<_> = found.map(|(_, row)| row).collect();
                let fits = |row: &&LoginRow| search.admits(row);
                let expected: Vec<_> = rows.iter().filter(fits).cloned().collect();
                prop_assert_eq!(found, expected, "{:?}", search);
            }
            Ok(())
        })
    };
    runner.run(&trails, law).unwrap();
}

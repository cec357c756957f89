//! Tasks that wait for a slot, go away, and come again.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use countersign_governor::{Ask, Busy, Governor, Limit, Settings};
use countersign_world::SystemClock;

const LONG: Duration = Duration::from_secs(60);

fn governor(slots: u32) -> Governor {
    let limit = Limit::Set(NonZeroU32::new(slots).unwrap());
    Governor::new(Settings::of(limit), Arc::new(SystemClock::new()))
}

#[tokio::test]
async fn a_slot_is_free_again_when_its_permit_is_dropped() {
    let governor = governor(1);
    let first = governor.acquire(Ask::of("a", LONG)).await.unwrap();
    let waiter = tokio::spawn({
        let governor = governor.clone();
        async move { governor.acquire(Ask::of("b", LONG)).await.map(drop) }
    });
    while governor.gauge().waiting == 0 {
        tokio::task::yield_now().await;
    }
    drop(first);
    waiter.await.unwrap().unwrap();
    assert_eq!(governor.gauge().running, 0);
}

#[tokio::test]
async fn whoever_waits_too_long_is_told_when_to_come_again_and_keeps_no_place() {
    let governor = governor(1);
    let _held = governor.acquire(Ask::of("a", LONG)).await.unwrap();
    let late = governor
        .acquire(Ask::of("b", Duration::from_millis(20)))
        .await
        .unwrap_err();
    assert!(matches!(late, Busy::Late { .. }) && late.retry_after() >= Duration::from_secs(1));
    assert_eq!(governor.gauge().waiting, 0);
}

#[tokio::test]
async fn a_waiter_that_is_dropped_gives_its_place_and_a_slot_it_was_just_given() {
    let governor = governor(1);
    let held = governor.acquire(Ask::of("a", LONG)).await.unwrap();
    let mut waits = Box::pin(governor.acquire(Ask::of("b", LONG)));
    let mut gets = Box::pin(governor.acquire(Ask::of("c", LONG)));
    assert!(
        tokio::time::timeout(Duration::from_millis(5), &mut waits)
            .await
            .is_err()
    );
    assert!(
        tokio::time::timeout(Duration::from_millis(5), &mut gets)
            .await
            .is_err()
    );
    drop(waits);
    assert_eq!(governor.gauge().waiting, 1);
    drop(held);
    // It has the slot and has not looked yet.
    assert_eq!((governor.gauge().running, governor.gauge().waiting), (1, 0));
    drop(gets);
    assert_eq!(governor.gauge().running, 0);
}

#[tokio::test]
async fn a_full_queue_turns_away_at_once() {
    let settings = Settings {
        queue: 2,
        queue_per_caller: 1,
        ..Settings::of(Limit::Set(NonZeroU32::MIN))
    };
    let governor = Governor::new(settings, Arc::new(SystemClock::new()));
    let _held = governor.acquire(Ask::of("a", LONG)).await.unwrap();
    let mut waiters = Vec::new();
    for name in ["a", "b"] {
        let mut waits = Box::pin(governor.acquire(Ask::of(name, LONG)));
        assert!(
            tokio::time::timeout(Duration::from_millis(5), &mut waits)
                .await
                .is_err()
        );
        waiters.push(waits);
    }
    let own = governor.acquire(Ask::of("a", LONG)).await.unwrap_err();
    let all = governor.acquire(Ask::of("c", LONG)).await.unwrap_err();
    assert!(matches!(own, Busy::CallerQueueFull { .. }), "{own}");
    assert!(matches!(all, Busy::QueueFull { .. }), "{all}");
}

/// Counts like an account that refuses what is beyond its slots.
struct Account {
    slots: u32,
    running: AtomicU32,
    most: AtomicU32,
}

impl Account {
    async fn serve(&self) -> bool {
        let before = self.running.fetch_add(1, Ordering::SeqCst);
        let served = before < self.slots;
        if served {
            self.most.fetch_max(before + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        self.running.fetch_sub(1, Ordering::SeqCst);
        served
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_of_many_tasks_is_lost_to_refusals_or_to_neighbours_that_give_up() {
    let governor = governor(5);
    let account = Arc::new(Account {
        slots: 3,
        running: AtomicU32::new(0),
        most: AtomicU32::new(0),
    });
    let done = Arc::new(AtomicU64::new(0));
    let mut tasks = Vec::new();
    for caller in 0..64 {
        let (governor, account, done) = (governor.clone(), account.clone(), done.clone());
        tasks.push(tokio::spawn(async move {
            for turn in 0..20 {
                let name = format!("caller {caller}");
                if (caller + turn) % 5 == 0 {
                    let impatient = governor.acquire(Ask::of(name.as_str(), LONG));
                    let _ = tokio::time::timeout(Duration::from_micros(300), impatient).await;
                }
                let mut permit = governor.acquire(Ask::of(name, LONG)).await.unwrap();
                while !account.serve().await {
                    permit = permit.refused().await.unwrap();
                }
                permit.answered();
                done.fetch_add(1, Ordering::SeqCst);
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let gauge = governor.gauge();
    assert_eq!(done.load(Ordering::SeqCst), 64 * 20);
    assert_eq!((gauge.running, gauge.waiting, gauge.late), (0, 0, 0));
    assert!(account.most.load(Ordering::SeqCst) <= 3);
}

#[tokio::test]
async fn a_pause_after_a_refusal_ends_with_the_patience() {
    let governor = governor(1);
    let mut permit = governor
        .acquire(Ask::of("a", Duration::from_millis(250)))
        .await
        .unwrap();
    let mut refusals = 0;
    let late = loop {
        refusals += 1;
        match permit.refused().await {
            Ok(again) => permit = again,
            Err(busy) => break busy,
        }
    };
    assert!(matches!(late, Busy::Late { .. }));
    assert!((2..=5).contains(&refusals), "{refusals}");
    assert_eq!(governor.gauge().running, 0);
}

//! Which request gets which fault.

use std::num::NonZeroU32;

use countersign_model::IntegrationId;
use proptest::prelude::*;

use super::*;
use crate::call::Service;
use crate::fault::ServerError;

const REST: Call = Call {
    service: Service::Rest,
    integration: Some(IntegrationId::new(1)),
};

fn every(n: u32, fault: Fault) -> FaultRule {
    FaultRule {
        service: None,
        integration: None,
        when: When::Every(NonZeroU32::new(n).unwrap()),
        fault,
    }
}

fn next(n: u32, fault: Fault) -> FaultRule {
    FaultRule {
        when: When::Next(NonZeroU32::new(n).unwrap()),
        ..every(1, fault)
    }
}

#[test]
fn without_rules_nothing_happens() {
    assert_eq!(Faults::default().next(REST), None);
}

#[test]
fn every_third_request_of_its_kind_gets_the_fault() {
    let faults = Faults::default();
    let rule = FaultRule {
        service: Some(Service::Rest),
        ..every(3, Fault::RefusedForConcurrency)
    };
    faults.add(rule).unwrap();
    let soap = Call {
        service: Service::Soap,
        ..REST
    };
    let got: Vec<bool> = [REST, soap, REST, soap, soap, REST, REST, REST, REST]
        .map(|call| faults.next(call).is_some())
        .into();
    let due = [false, false, false, false, false, true, false, false, true];
    assert_eq!(got, due);
    let state = &faults.list()[0];
    assert_eq!((state.matched, state.fired), (6, 2));
    assert_eq!(
        state.says,
        "every 3rd REST request is refused for concurrency; fired 2 times"
    );
}

#[test]
fn a_rule_for_the_next_requests_is_spent_after_them() {
    let faults = Faults::default();
    let id = faults.add(next(2, Fault::Dropped)).unwrap();
    let got: Vec<_> = (0..4).map(|_| faults.next(REST)).collect();
    assert_eq!(got, [Some(Fault::Dropped), Some(Fault::Dropped), None, None]);
    assert_eq!(faults.waiting(), 0);
    let spent = faults.remove(id).unwrap();
    assert!(spent.spent && spent.fired == 2);
    assert_eq!(
        spent.says,
        "no further request is dropped without an answer; fired 2 times"
    );
}

#[test]
fn a_rule_for_one_integration_lets_all_others_through() {
    let faults = Faults::default();
    let rule = FaultRule {
        integration: Some(IntegrationId::new(1)),
        ..every(1, Fault::TokenRevoked)
    };
    faults.add(rule).unwrap();
    assert_eq!(faults.next(REST), Some(Fault::TokenRevoked));
    for integration in [None, Some(IntegrationId::new(2))] {
        assert_eq!(faults.next(Call { integration, ..REST }), None);
    }
}

#[test]
fn of_two_rules_that_are_due_the_first_one_added_fires() {
    let faults = Faults::default();
    let (unavailable, dropped) = (Fault::Answered(ServerError::Unavailable), Fault::Dropped);
    faults.add(every(2, unavailable)).unwrap();
    faults.add(every(1, dropped)).unwrap();
    let got: Vec<_> = (0..4).filter_map(|_| faults.next(REST)).collect();
    assert_eq!(got, [dropped, unavailable, dropped, unavailable]);
}

#[test]
fn a_rule_for_the_next_requests_waits_while_another_fires() {
    let faults = Faults::default();
    faults.add(next(1, Fault::TokenRevoked)).unwrap();
    faults.add(next(1, Fault::Dropped)).unwrap();
    assert_eq!(faults.next(REST), Some(Fault::TokenRevoked));
    assert_eq!(faults.next(REST), Some(Fault::Dropped));
}

#[test]
fn a_full_dial_forgets_a_spent_rule_or_refuses() {
    let faults = Faults::default();
    let first = faults.add(next(1, Fault::Dropped)).unwrap();
    for _ in 1..Faults::MOST {
        faults.add(every(9, Fault::Dropped)).unwrap();
    }
    assert_eq!(faults.add(every(1, Fault::Dropped)), Err(TooManyRules));
    faults.next(REST).unwrap();
    let newest = faults.add(every(1, Fault::Dropped)).unwrap();
    assert_eq!(faults.remove(first), None);
    assert_eq!(faults.list().len(), Faults::MOST);
    assert!(newest > first);
}

#[test]
fn a_cleared_dial_does_nothing_and_gives_no_id_again() {
    let faults = Faults::default();
    let first = faults.add(every(1, Fault::Dropped)).unwrap();
    assert_eq!(faults.clear(), 1);
    assert_eq!(faults.next(REST), None);
    assert!(faults.list().is_empty());
    assert!(faults.add(every(1, Fault::Dropped)).unwrap() > first);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn of_requests_made_at_once_exactly_every_nth_gets_the_fault(n in 1..50_u32, each in 1..400_u64, threads in 1..6_u64) {
        let faults = Faults::default();
        faults.add(every(n, Fault::Dropped)).unwrap();
        let fired: u64 = std::thread::scope(|scope| {
            let ask = || (0..each).filter(|_| faults.next(REST).is_some()).count() as u64;
            let asking: Vec<_> = (0..threads).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        prop_assert_eq!(fired, each * threads / u64::from(n));
        let state = &faults.list()[0];
        prop_assert_eq!((state.matched, state.fired), (each * threads, fired));
    }

    #[test]
    fn of_requests_made_at_once_exactly_the_next_n_get_the_fault(n in 1..200_u32, each in 1..100_u64) {
        let faults = Faults::default();
        faults.add(next(n, Fault::Dropped)).unwrap();
        let fired: u64 = std::thread::scope(|scope| {
            let ask = || (0..each).filter(|_| faults.next(REST).is_some()).count() as u64;
            let asking: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        prop_assert_eq!(fired, u64::from(n).min(each * 4));
    }

    #[test]
    fn the_same_requests_get_the_same_faults(
        rules in prop::collection::vec((1..5_u32, any::<bool>(), 0..3_i64, 0..5_usize), 0..6),
        calls in prop::collection::vec((0..3_i64, 0..4_usize), 0..100),
    ) {
        let play = || {
            let faults = Faults::default();
            for (n, is_next, integration, service) in &rules {
                let n = NonZeroU32::new(*n).unwrap();
                let rule = FaultRule {
                    service: Service::ALL.get(*service).copied(),
                    integration: (*integration > 0).then(|| IntegrationId::new(*integration)),
                    when: if *is_next { When::Next(n) } else { When::Every(n) },
                    fault: Fault::Dropped,
                };
                faults.add(rule).unwrap();
            }
            let got: Vec<_> = calls
                .iter()
                .map(|(integration, service)| {
                    faults.next(Call {
                        service: Service::ALL[*service],
                        integration: (*integration > 0).then(|| IntegrationId::new(*integration)),
                    })
                })
                .collect();
            (got, faults.list())
        };
        prop_assert_eq!(play(), play());
    }
}

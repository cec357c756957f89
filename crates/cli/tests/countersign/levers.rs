//! `countersign lever`: a running test account, played with from the command line.

use crate::machine::Machine;

const CUSTOMER: &str = "/services/rest/record/v1/customer";

#[test]
fn the_levers_of_a_running_test_account_are_pulled_shown_and_let_go() {
    let machine = Machine::new();
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let serving = machine.serve(data, &[]);
    let caller = serving.caller(&serving.application());
    let lever = |arguments: &[&str]| machine.run(&[&["lever", "--data", data], arguments].concat());
    let status = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let answer = runtime.unwrap().block_on(caller.get(CUSTOMER).send());
        let levers = answer.header("x-countersign-levers").map(str::to_owned);
        (answer.status, levers)
    };

    let refused = lever(&["clock", "freeze"]).ends_with(1);
    assert!(refused.err.contains("no test account"), "{}", refused.err);
    machine
        .run(&[
            "account",
            "--data",
            data,
            "settings",
            "--test-account",
            "--test-lever",
            "Clock",
            "--test-lever",
            "Faults",
        ])
        .ends_with(0);
    assert_eq!(status(), (200, None));

    let turned = lever(&["clock", "skew", "-2h"]).ends_with(0).out;
    assert_eq!(turned, "Now the clock runs 2h behind the machine's.\n");
    assert_eq!(status(), (401, Some("clock=moved".to_owned())));
    assert!(
        lever(&["show"])
            .ends_with(0)
            .out
            .contains("In force:  the clock runs 2h behind")
    );
    lever(&["clock", "follow-system"]).ends_with(0);
    assert_eq!(status(), (200, None));

    let added = lever(&["fault", "add", "refuse", "--every", "2", "--service", "rest"]).ends_with(0);
    assert!(
        added.out.starts_with("Rule 1: every 2nd REST request is refused"),
        "{}",
        added.out
    );
    let waiting = Some("faults=1".to_owned());
    assert_eq!([status(), status()], [(200, waiting.clone()), (429, waiting)]);
    let listed = lever(&["fault", "list", "--json"]).ends_with(0).json();
    assert_eq!(
        (&listed[0]["matched"], &listed[0]["fired"]),
        (&2.into(), &1.into())
    );
    lever(&["fault", "remove", "1"]).ends_with(0);
    assert_eq!(
        lever(&["fault", "list"]).ends_with(0).out,
        "There are no fault rules.\n"
    );
    lever(&["fault", "remove", "1"]).ends_with(3);
    lever(&["fault", "add", "delay=0", "--next", "1"]).ends_with(3);
    lever(&["fault", "add", "drop"]).ends_with(2);
    assert_eq!(status(), (200, None));

    serving.stop();
    let stopped = lever(&["show"]).ends_with(4);
    assert!(
        stopped.err.contains("a lever acts on running ones only"),
        "{}",
        stopped.err
    );
}

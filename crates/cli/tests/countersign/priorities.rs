//! What a long script costs others: its thread steps back for good, and no other does.

use std::{fs, thread};

use crate::lifecycle::Place;
use crate::machine::until;

/// Works for a while, and then has the account work, or another script.
const LONG: &str = "/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/https', 'N/query'], (https, query) => {
  const accounts = 'account a, account b, account c, account d, currency e, currency f';
  const get = ({ depth }) => {
    for (let step = 0; step < 3e6; step += 1);
    if (depth === '0') return query.runSuiteQL({ query: `SELECT COUNT(*) AS count FROM ${accounts}` }).asMappedResults();
    const { body } = https.requestRestlet({
      scriptId: 'customscript_long',
      deploymentId: 'customdeploy1',
      method: 'GET',
      headers: { 'Content-Type': 'application/json' },
      urlParams: { depth: depth - 1 },
    });
    return JSON.parse(body);
  };
  return { get };
});
";

/// The priority of each thread: at first, that of the thread it was started by.
fn priorities(process: u32) -> Vec<String> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    // A thread may end while it is looked at.
    let stats = threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("stat")).ok());
    let nice = stats.filter_map(|stat| {
        let numbers = stat.rsplit_once(')')?.1;
        numbers.split_whitespace().nth(16).map(str::to_owned)
    });
    nice.collect()
}

#[test]
fn what_a_long_script_has_the_account_do_has_the_priority_of_the_account() {
    let place = Place::new();
    let serving = place.machine.serve(&place.data, &[]);
    let file = place.machine.write("long.js", LONG);
    place.run(&["script", "deploy", &file]).ends_with(0);
    // At the same time: of threads that have nothing to do, none is started.
    thread::scope(|scope| {
        for depth in ["depth=0", "depth=1"].into_iter().cycle().take(6) {
            scope.spawn(|| {
                let called = place.run(&["script", "call", "customscript_long", depth]);
                let called = called.ends_with(0);
                assert!(called.out.contains(r#""count""#), "{}", called.out);
            });
        }
    });

    // Those of the two executions come last on the machine, and end with them.
    until("no thread is left with a lower priority", || {
        let priorities = priorities(serving.pid());
        priorities.iter().all(|one| *one == priorities[0])
    });
    serving.stop().ends_with(0);
}

//! A crash leaves no core: it would hold every open secret.

use std::fs;

use rustix::process::Signal;

use crate::machine::Machine;

#[test]
fn a_running_account_writes_no_core_even_when_it_is_aborted() {
    let machine = Machine::new();
    let data = machine.path("data");
    let mut serving = machine.serve(data.to_str().unwrap(), &[]);
    let limits = fs::read_to_string(format!("/proc/{}/limits", serving.pid())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    let values: Vec<&str> = core
        .trim_start_matches("Max core file size")
        .split_whitespace()
        .collect();
    assert_eq!(values, ["0", "0", "bytes"], "neither now nor later");

    serving.signal(Signal::ABORT);
    let run = serving.wait();
    assert_eq!(run.code, -1, "ended by the signal");
    let names: Vec<String> = fs::read_dir(machine.home())
        .unwrap()
        .chain(fs::read_dir(&data).unwrap())
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(!names.iter().any(|name| name.starts_with("core")), "{names:?}");
}

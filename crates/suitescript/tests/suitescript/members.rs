//! All of NetSuite's modules and their members: each is here, or says that it is not.

use std::collections::BTreeMap;

use countersign_suitescript::members;
use serde_json::Value;

#[test]
fn no_member_of_any_module_of_netsuites_is_undefined() {
    let listed = include_str!("../../modules/shapes.tsv");
    let here: BTreeMap<String, BTreeMap<String, Value>> =
        serde_json::from_str(&members().expect("every module loads")).expect("JSON");
    let mut missing = BTreeMap::new();
    for line in listed.lines() {
        let (module, shape) = line.split_once('\t').expect("a module and its shape");
        let shape: Value = serde_json::from_str(shape).expect("JSON");
        for member in shape["members"].as_object().expect("members").keys() {
            match here[module].get(member) {
                None => panic!("{module}.{member} is undefined"),
                Some(Value::String(kind)) if kind == "undefined" => panic!("{module}.{member} is undefined"),
                Some(Value::String(kind)) if kind == "not emulated" => {
                    missing
                        .entry(module)
                        .or_insert_with(Vec::new)
                        .push(member.clone());
                }
                Some(_) => {}
            }
        }
    }
    for (module, members) in &missing {
        println!("{module}: not emulated: {}", members.join(" "));
    }
    // Those that scripts use most are all here.
    for module in [
        "N/log", "N/error", "N/util", "N/cache", "N/encode", "N/format", "N/file", "N/http",
    ] {
        assert!(!missing.contains_key(module), "{module}");
    }
}

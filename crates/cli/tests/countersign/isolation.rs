//! `serve --isolate process`: each script in a process of its own.

use crate::lifecycle::Place;

const ALONE: &str = "/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/record', 'N/search'], (record, search) => ({
  get: () => {
    const customer = record.create({ type: 'customer' });
    customer.setValue({ fieldId: 'companyname', value: 'Alone' });
    const id = customer.save();
    return search.lookupFields({ type: 'customer', id, columns: ['companyname'] });
  },
}));
";

#[test]
fn a_script_in_a_process_of_its_own_works_on_the_accounts_records() {
    let place = Place::new();
    let serving = place
        .machine
        .serve(&place.data, &["--empty", "--isolate", "process"]);
    let file = place.machine.write("alone.js", ALONE);
    place.run(&["script", "deploy", &file]).ends_with(0);
    let called = place.run(&["script", "call", "customscript_alone"]).ends_with(0);
    assert!(called.out.contains(r#""companyname": "Alone""#), "{}", called.out);
    serving.stop().ends_with(0);
}

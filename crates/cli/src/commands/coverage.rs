//! `countersign coverage`: which services, record types and functions are there.

use countersign_records::Catalog;
use countersign_server::{Coverage, coverage};

use crate::command::CoverageAsked;
use crate::failure::{Exit, Failure};
use crate::output::{self, BOLD};
use crate::table::{Cell, Table, indented};

pub(crate) fn run(asked: &CoverageAsked) -> Result<Exit, Failure> {
    let catalog = Catalog::built_in().map_err(|error| Failure::system("read the declarations", &error))?;
    let coverage = coverage(&catalog);
    if asked.json {
        let json = serde_json::to_value(&coverage);
        output::say_json(&json.map_err(|error| Failure::system("write JSON", &error))?)?;
    } else {
        tell(&coverage)?;
    }
    Ok(Exit::Success)
}

fn tell(coverage: &Coverage) -> Result<(), Failure> {
    let mut services = Table::new(&["SERVICE", "PATH", "ANSWER"]);
    for service in &coverage.services {
        let state = service.state.words();
        services.add([
            Cell::from(service.service),
            Cell::from(service.path),
            Cell::from(state),
        ]);
    }
    services.print()?;
    output::say("")?;
    let mut operations = Table::new(&["BELOW /services/rest/record/v1", "METHODS"]);
    for operation in &coverage.record_operations {
        operations.add([Cell::from(&operation.path), Cell::from(operation.methods)]);
    }
    operations.print()?;
    output::say("")?;
    let mut soap = Table::new(&["SOAP OPERATION", "ANSWER"]);
    for operation in &coverage.soap_operations {
        soap.add([
            Cell::from(operation.operation),
            Cell::from(operation.state.words()),
        ]);
    }
    soap.print()?;
    output::say("")?;
    let mut types = Table::new(&["RECORD TYPE", "DEPTH", "FIELDS", "SUBLISTS", "BECOMES"]);
    for of in &coverage.record_types {
        types.add([
            Cell::from(&of.name),
            Cell::from(of.depth),
            Cell::from(of.fields),
            Cell::from(of.sublists.join(", ")),
            Cell::from(of.transforms.join(", ")),
        ]);
    }
    types.print()?;
    let lists = [
        (
            "Record types that answer 501",
            coverage.missing_record_types.join(" "),
        ),
        ("Functions of SuiteQL", coverage.suiteql_functions.join(" ")),
        (
            "Functions of SuiteQL that answer 501",
            coverage.missing_suiteql_functions.join(" "),
        ),
    ];
    for (title, names) in lists {
        output::say(&format!("\n{BOLD}{title}{BOLD:#}"))?;
        indented(&names, 2)
            .iter()
            .try_for_each(|line| output::say(line))?;
    }
    Ok(())
}

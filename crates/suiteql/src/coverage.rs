//! Which of SuiteQL's functions there are: from the tables the translation reads.

use std::collections::BTreeSet;

use crate::translate::{builtin, function_names};

/// The functions of SuiteQL, as they are written: in capitals, each list in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Functions {
    pub answered: Vec<String>,
    /// NetSuite has them; a statement that calls one is told that this account does not.
    pub not_emulated: Vec<String>,
}

pub fn functions() -> Functions {
    let named = |plain: &mut dyn Iterator<Item = &str>, builtin: &mut dyn Iterator<Item = &str>| {
        let plain = plain.map(str::to_uppercase);
        let builtin = builtin.map(|name| format!("BUILTIN.{}", name.to_uppercase()));
        let names: BTreeSet<String> = plain.chain(builtin).collect();
        names.into_iter().collect()
    };
    Functions {
        answered: named(&mut function_names::names(), &mut builtin::names()),
        not_emulated: named(&mut function_names::missing(), &mut builtin::missing()),
    }
}

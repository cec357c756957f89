//! A scope in words, for people and for the audit: `REST, SuiteQL; GET; customer; only reading`.

use std::fmt;

use crate::{Method, Scope, ServiceKind, Target, Targets};

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.services.len() == ServiceKind::ALL.len() {
            true => f.write_str("every service")?,
            false => listed(f, &self.services)?,
        }
        if self.methods.len() < Method::ALL.len() {
            f.write_str("; ")?;
            listed(f, self.methods.iter().map(|method| method.as_str()))?;
        }
        if let Targets::Only(targets) = &self.targets {
            f.write_str("; ")?;
            listed(f, targets)?;
        }
        match self.read_only {
            true => f.write_str("; only reading"),
            false => Ok(()),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(text) | Self::RecordType(text) => f.write_str(text),
            Self::Script { script, deploy: None } => write!(f, "script {script}"),
            Self::Script {
                script,
                deploy: Some(deploy),
            } => write!(f, "script {script}:{deploy}"),
        }
    }
}

fn listed<T: fmt::Display>(f: &mut fmt::Formatter<'_>, all: impl IntoIterator<Item = T>) -> fmt::Result {
    for (place, one) in all.into_iter().enumerate() {
        let before = if place == 0 { "" } else { ", " };
        write!(f, "{before}{one}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_says_what_it_opens_and_nothing_it_leaves_open() {
        assert_eq!(Scope::everything().to_string(), "every service");
        let scope = Scope {
            services: [ServiceKind::Rest, ServiceKind::Restlet].into(),
            methods: [Method::Get].into(),
            targets: Targets::Only(vec![
                Target::RecordType("customer".to_owned()),
                Target::Script {
                    script: "12".to_owned(),
                    deploy: Some("1".to_owned()),
                },
            ]),
            read_only: true,
        };
        assert_eq!(
            scope.to_string(),
            "REST, RESTlets; GET; customer, script 12:1; only reading"
        );
    }
}

//! Ratios held against what they must not exceed.

use std::fmt;

/// A ratio and its limits: `must` is what a change may not break, `aim` what a bare prototype reached.
pub struct Target {
    pub name: &'static str,
    pub ratio: f64,
    pub must: f64,
    pub aim: f64,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            ratio,
            must,
            aim,
        } = self;
        let verdict = match ratio {
            ratio if ratio <= aim => "met, and the aim",
            ratio if ratio <= must => "met",
            _ => "MISSED",
        };
        write!(
            f,
            "{name:<52} {ratio:>6.2}   must {must:.2}, aim {aim:.2}   {verdict}"
        )
    }
}

//! Terms of service, which some boxes of Enable Features open and which must be accepted before the box stays checked.

use crate::word::words;
use crate::{By, Feature};

/// Terms somebody has to agree to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Terms {
    SuiteCloud,
}

words!(Terms, "terms of service" { SuiteCloud => "SuiteCloud Terms of Service" });

/// That somebody clicked I Agree for a box. By whoever saves the page, for the company, anew each time the box is
/// checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermsAccepted {
    pub terms: Terms,
    pub feature: Feature,
    pub by: By,
}

//! The services a token can log in to.

use crate::word::words;

/// The service a signed call goes to; the spelling of an audit word depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Surface {
    /// REST web services and SuiteQL.
    Rest,
    Restlet,
    /// SOAP web services.
    Soap,
}

words!(Surface, "service" { Rest => "REST", Restlet => "RESTlet", Soap => "SOAP" });

//! The center of a role: which pages NetSuite shows to whoever has it.

use crate::word::words;

/// The Center Type of a role. It is chosen once: a saved role keeps its center.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Center {
    #[default]
    Classic,
    Accounting,
    Basic,
    Ecommerce,
    Employee,
    Engineering,
    Executive,
    Marketing,
    Project,
    Sales,
    Shipping,
    Support,
    SystemAdministrator,
    Customer,
    Partner,
    Vendor,
}

words!(Center, "center type" {
    Classic => "Classic Center",
    Accounting => "Accounting Center",
    Basic => "Basic Center",
    Ecommerce => "E-Commerce Management Center",
    Employee => "Employee Center",
    Engineering => "Engineering Center",
    Executive => "Executive Center",
    Marketing => "Marketing Center",
    Project => "Project Center",
    Sales => "Sales Center",
    Shipping => "Shipping Center",
    Support => "Support Center",
    SystemAdministrator => "System Administrator Center",
    Customer => "Customer Center",
    Partner => "Partner Center",
    Vendor => "Vendor Center",
});

//! `POST …/salesOrder/5/!transform/invoice`: one record becomes another.

use std::sync::Arc;

use countersign_model::Level;

use super::super::error;
use super::path::key;
use super::service::{Service, may};
use super::unknown_type;
use crate::reply::Reply;
use crate::server::Pending;

impl Service<'_> {
    pub(super) async fn transform(&self, id: &str, to: &str, body: Pending) -> Result<Reply, Reply> {
        self.require(Level::View)?;
        let records = &self.server.records;
        if self.of.transform(to).is_none() && is_netsuites(&self.of.script_id, to) {
            let feature = format!("record/v1/{}/!transform/{to}", self.of.name);
            return Err(error::not_emulated(&feature));
        }
        let to = records
            .record_type(to)
            .map(Arc::clone)
            .ok_or_else(|| unknown_type(to))?;
        may(self.asking, &to, Level::Create).map_err(|detail| error::denied(&detail))?;
        let over = self.changes(&to, body).await?;
        let made = records
            .transform(&self.of, key(id)?, &to, over, self.stamp())
            .await;
        Ok(self.written(&to, made.map_err(error::records)?))
    }
}

/// What NetSuite makes of types that are here: from `N/record`'s list of transforms. Those that are declared are done.
const NETSUITES: [(&str, &[&str]); 6] = [
    (
        "customer",
        &[
            "cashSale",
            "customerPayment",
            "estimate",
            "invoice",
            "opportunity",
            "salesOrder",
        ],
    ),
    ("lead", &["opportunity"]),
    ("employee", &["expenseReport", "timeBill"]),
    ("vendor", &["purchaseOrder", "vendorBill"]),
    ("opportunity", &["cashSale", "invoice"]),
    ("salesorder", &["revenueCommitment"]),
];

fn is_netsuites(from: &str, to: &str) -> bool {
    let found = NETSUITES.iter().find(|(known, _)| *known == from);
    found.is_some_and(|(_, all)| all.iter().any(|known| known.eq_ignore_ascii_case(to)))
}

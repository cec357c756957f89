//! getItemAvailability: how much there is of items, by location.

use std::sync::Arc;

use countersign_model::Level;
use countersign_records::{Availability, RecordType, RecordsError};
use countersign_soap::{Detail, Element, Status, Xml, key};

use super::read::unreadable;
use super::service::{Answered, Refused, Service, listed, required};

/// The table of every kind of item.
const ITEMS: &str = "item";

impl Service<'_> {
    /// An item that keeps no stock, or never moved, has no lines.
    pub(super) async fn get_item_availability(&self, operation: &Element) -> Answered {
        let filter = required(operation, "itemAvailabilityFilter")?;
        if filter.child("lastQtyAvailableChange").is_some() {
            let feature = "SOAP itemAvailabilityFilter lastQtyAvailableChange";
            return Err(Refused::NotEmulated(feature.to_owned()));
        }
        let asked = match filter.child("item") {
            Some(items) => listed(items, "recordRef")?,
            None => Vec::new(),
        };
        if asked.is_empty() {
            let missing = Detail::new(
                "USER_ERROR",
                "Please enter value(s) for: itemAvailabilityFilter.item",
            );
            return Ok(result(&Err(vec![missing]), |_| {}));
        }
        let mut lines = Xml::new();
        for reference in asked {
            let (of, id) = match self.item(reference).await? {
                Ok(item) => item,
                Err(details) => return Ok(result(&Err(details), |_| {})),
            };
            let stock = self.server.records.availability(id).await;
            let stock = stock.map_err(|error| unreadable(&error))?;
            stock.iter().for_each(|there| write(&mut lines, &of, id, there));
        }
        Ok(result(&Ok(()), |xml| {
            xml.element("platformCore:itemAvailabilityList", &[], |xml| {
                xml.push(lines.as_str());
            });
        }))
    }

    /// The kind and the internal id of an item. Whoever refers to one need not say of which kind it is.
    async fn item(
        &self,
        reference: &Element,
    ) -> Result<Result<(Arc<RecordType>, i64), Vec<Detail>>, Refused> {
        let unknown = || {
            let told = ["internalId", "externalId"].map(|name| reference.attribute(name));
            let told = told.into_iter().flatten().next().unwrap_or_default();
            vec![Detail::new(
                "INVALID_KEY_OR_REF",
                format!("Invalid item reference key {told}."),
            )]
        };
        let Some(key) = key(reference) else {
            return Ok(Err(unknown()));
        };
        for of in self.server.records.catalog().family(ITEMS) {
            match self.server.records.get(of, key.clone()).await {
                Ok(record) => {
                    let may = self.may(of, Level::View);
                    return Ok(may.map(|()| (Arc::clone(of), record.id)));
                }
                Err(RecordsError::NotFound { .. }) => {}
                Err(error) => return Err(unreadable(&error)),
            }
        }
        Ok(Err(unknown()))
    }
}

fn write(xml: &mut Xml, of: &RecordType, item: i64, there: &Availability) {
    let item = item.to_string();
    xml.element("platformCore:itemAvailability", &[], |xml| {
        let reference = [("internalId", item.as_str()), ("type", of.name.as_str())];
        xml.element("platformCore:item", &reference, |_| {});
        if let Some(location) = there.location {
            let location = location.to_string();
            xml.element(
                "platformCore:locationId",
                &[("internalId", location.as_str())],
                |xml| {
                    if let Some(name) = &there.location_name {
                        xml.leaf("platformCore:name", name);
                    }
                },
            );
        }
        let quantities = [
            ("quantityOnHand", Some(there.on_hand)),
            ("onHandValueMli", there.on_hand_value),
            ("reorderPoint", there.reorder_point),
            ("preferredStockLevel", there.preferred_stock_level),
            ("quantityOnOrder", Some(there.on_order)),
            ("quantityCommitted", Some(there.committed)),
            ("quantityBackOrdered", Some(there.back_ordered)),
            ("quantityAvailable", Some(there.available)),
        ];
        for (name, quantity) in quantities {
            if let Some(quantity) = quantity {
                xml.leaf(&format!("platformCore:{name}"), &quantity.to_string());
            }
        }
    });
}

fn result(status: &Status, content: impl FnOnce(&mut Xml)) -> Xml {
    let mut xml = Xml::new();
    xml.element("platformCore:getItemAvailabilityResult", &[], |xml| {
        xml.status(status);
        content(xml);
    });
    xml
}

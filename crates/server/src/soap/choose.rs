//! What a field may hold, which customizations there are, and the rates budgets are converted by.

use std::sync::Arc;

use countersign_model::Level;
use countersign_records::{Field, Filter, Kind, Query, Record, RecordType, Value};
use countersign_soap::{Detail, Element, Status, Xml, is_list, key};

use super::find::Found;
use super::read::unreadable;
use super::service::{Answered, Refused, Service, required};

/// Values of a page.
const PAGE: u32 = 1000;

/// Rates of one answer.
const MOST_RATES: usize = 1000;

/// The kinds of customization, and how the script ids of their fields begin.
const CUSTOM_FIELDS: [(&str, &str); 5] = [
    ("entityCustomField", "custentity"),
    ("itemCustomField", "custitem"),
    ("transactionBodyCustomField", "custbody"),
    ("transactionColumnCustomField", "custcol"),
    ("crmCustomField", "custevent"),
];

impl Service<'_> {
    pub(super) async fn get_select_value(&self, operation: &Element) -> Answered {
        let description = required(operation, "fieldDescription")?;
        for part in [
            "filter",
            "filterByValueList",
            "customRecordType",
            "customTransactionType",
        ] {
            if description.child(part).is_some() {
                return Err(Refused::NotEmulated(format!("SOAP getSelectValue {part}")));
            }
        }
        let of = self.record_type(description.text_of("recordType").unwrap_or_default())?;
        if let Err(denied) = self.may(of, Level::View) {
            return Ok(values(&Err(denied), &[], 0));
        }
        let Some(field) = selected(of, description) else {
            let text = format!("{} has no such field to select a value of.", of.soap_name);
            return Ok(values(
                &Err(vec![Detail::new("INVALID_KEY_OR_REF", text)]),
                &[],
                0,
            ));
        };
        let index = operation
            .text_of("pageIndex")
            .and_then(|index| index.parse().ok());
        let index: u32 = index.filter(|index| *index > 0).unwrap_or(1);
        let (page, total) = match &field.kind {
            Kind::Enum(choices) if is_list(choices) => {
                let values = choices
                    .iter()
                    .map(|choice| (choice.id.clone(), choice.label.clone()));
                (values.collect(), choices.len() as u64)
            }
            Kind::Ref(target) | Kind::MultiRef(target) => self.named(target, index).await?,
            _ => {
                let text = format!("{} is not a field whose value is selected.", field.name);
                return Ok(values(
                    &Err(vec![Detail::new("INVALID_KEY_OR_REF", text)]),
                    &[],
                    0,
                ));
            }
        };
        Ok(values(&Ok(()), &page, total))
    }

    /// The records a reference may point to, with what they are called.
    async fn named(&self, target: &str, index: u32) -> Result<(Vec<(String, String)>, u64), Refused> {
        let catalog = self.server.records.catalog();
        let types: Vec<_> = match catalog.get(target) {
            Some(of) => vec![of],
            None => catalog
                .family(target)
                .chain(catalog.seen_through(target))
                .collect(),
        };
        if types.is_empty() {
            return Err(Refused::NotEmulated(format!("SOAP record type {target}")));
        }
        // Whoever may see the field may see what it is chosen from, by name.
        let reached: Vec<_> = types
            .into_iter()
            .map(|of| (Arc::clone(of), None::<Filter>))
            .collect();
        let offset = u64::from(index - 1) * u64::from(PAGE);
        let Found { records, total } = self.find(&reached, &[], PAGE, offset).await?;
        let named = |(record, of): &(Record, Arc<RecordType>)| {
            let name = record.get(&of.naming_field).map(ToString::to_string);
            (
                record.id.to_string(),
                name.unwrap_or_else(|| record.id.to_string()),
            )
        };
        Ok((records.iter().map(named).collect(), total))
    }

    pub(super) fn get_customization_id(&self, operation: &Element) -> Answered {
        let kind = required(operation, "customizationType")?;
        let kind = kind.attribute("getCustomizationType").unwrap_or_default();
        if kind == "customRecordType" {
            let types = self.server.records.catalog().custom_record_types();
            let types =
                types.map(|(number, of)| (Some(number.to_string()), of.script_id.clone(), of.label.clone()));
            return Ok(customizations(kind, &types.collect::<Vec<_>>()));
        }
        let Some((_, beginning)) = CUSTOM_FIELDS.iter().find(|(known, _)| *known == kind) else {
            return Err(Refused::NotEmulated(format!("SOAP customization type {kind}")));
        };
        let mut fields = std::collections::BTreeMap::new();
        for of in self.server.records.types() {
            let lines = of.sublists.iter().flat_map(|sublist| &sublist.fields);
            let custom = of.fields.iter().chain(lines).filter(|field| field.is_custom());
            for field in custom.filter(|field| field.script_id.starts_with(beginning)) {
                fields.insert(field.script_id.clone(), field.label.clone());
            }
        }
        let fields: Vec<_> = fields
            .into_iter()
            .map(|(script_id, label)| (None, script_id, label))
            .collect();
        Ok(customizations(kind, &fields))
    }

    /// An account keeps one rate a currency: it is the current, the average and the historical one of every period.
    pub(super) async fn get_budget_exchange_rate(&self, operation: &Element) -> Answered {
        let filter = required(operation, "budgetExchangeRateFilter")?;
        let (subsidiary, currency) = (self.record_type("subsidiary")?, self.record_type("currency")?);
        let period = self.record_type("accountingPeriod")?;
        let denied = [subsidiary, currency]
            .into_iter()
            .find_map(|of| self.may(of, Level::View).err());
        if let Some(details) = denied {
            return Ok(rates(&Err(details), "", &[]));
        }
        let asked = match filter.child("period").and_then(key) {
            Some(asked) => self.server.records.get(period, asked).await.ok(),
            None => None,
        };
        let Some(asked) = asked else {
            let detail = Detail::new("INVALID_KEY_OR_REF", "Please enter value(s) for: period");
            return Ok(rates(&Err(vec![detail]), "", &[]));
        };
        let page = self.server.records.list(subsidiary, Query::default()).await;
        let page = page.map_err(|error| unreadable(&error))?;
        let mut all = Vec::new();
        for id in page.ids {
            let Some(company) = self.found(subsidiary, id).await? else {
                continue;
            };
            if let Some(Value::Reference(to)) = company.get("currency")
                && let Some(money) = to.id()
                && let Some(money) = self.found(currency, money).await?
                && let Some(Value::Decimal(rate)) = money.get("exchangeRate")
                && *rate > 0.0
            {
                let name = company.get("name").map(ToString::to_string).unwrap_or_default();
                all.push((id, name, *rate));
            }
        }
        let side = |name: &str| filter.child(name).and_then(|side| side.attribute("internalId"));
        let meant = |id: i64, said: Option<&str>| said.is_none_or(|said| said == id.to_string());
        let to = || all.iter().filter(|(id, ..)| meant(*id, side("toSubsidiary")));
        let from = all.iter().filter(|(id, ..)| meant(*id, side("fromSubsidiary")));
        let pairs = from.flat_map(|from| to().map(move |to| (from.clone(), to.clone())));
        let pairs: Vec<_> = pairs
            .filter(|(from, to)| from.0 != to.0)
            .take(MOST_RATES)
            .collect();
        Ok(rates(&Ok(()), &asked.id.to_string(), &pairs))
    }
}

/// The id, the name and the rate of the currency of a subsidiary.
type Company = (i64, String, f64);

fn rates(status: &Status, period: &str, pairs: &[(Company, Company)]) -> Xml {
    let mut xml = Xml::new();
    xml.element("platformCore:getBudgetExchangeRateResult", &[], |xml| {
        xml.status(status);
        if status.is_err() {
            return;
        }
        xml.element("platformCore:budgetExchangeRateList", &[], |xml| {
            for (from, to) in pairs {
                xml.element("platformCore:budgetExchangeRate", &[], |xml| {
                    xml.element("platformCore:period", &[("internalId", period)], |_| {});
                    for (element, (id, name, _)) in [("fromSubsidiary", from), ("toSubsidiary", to)] {
                        let element = format!("platformCore:{element}");
                        xml.element(&element, &[("internalId", &id.to_string())], |xml| {
                            xml.leaf("platformCore:name", name);
                        });
                    }
                    let rate = (from.2 / to.2).to_string();
                    for element in ["currentRate", "averageRate", "historicalRate"] {
                        xml.leaf(&format!("platformCore:{element}"), &rate);
                    }
                });
            }
        });
    });
    xml
}

/// The field of a `fieldDescription`, in the sublist it names: `itemList` or `item`.
fn selected<'f>(of: &'f RecordType, description: &Element) -> Option<&'f Arc<Field>> {
    let name = description.text_of("field")?;
    let fields = match description
        .text_of("sublist")
        .filter(|sublist| !sublist.is_empty())
    {
        None => &of.fields,
        Some(sublist) => {
            let sublist = sublist.strip_suffix("List").unwrap_or(sublist);
            &of.sublists
                .iter()
                .find(|known| known.script_id.eq_ignore_ascii_case(sublist))?
                .fields
        }
    };
    fields.iter().find(|field| !field.hidden && field.name == name)
}

/// Each with its number, script id and label.
fn customizations(kind: &str, found: &[(Option<String>, String, String)]) -> Xml {
    let mut xml = Xml::new();
    xml.element("platformCore:getCustomizationIdResult", &[], |xml| {
        xml.status(&Ok(()));
        xml.leaf("platformCore:totalRecords", &found.len().to_string());
        xml.element("platformCore:customizationRefList", &[], |xml| {
            for (number, script_id, label) in found {
                let mut attributes = vec![("scriptId", script_id.as_str()), ("type", kind)];
                attributes.extend(number.as_deref().map(|number| ("internalId", number)));
                xml.element("platformCore:customizationRef", &attributes, |xml| {
                    xml.leaf("platformCore:name", label);
                });
            }
        });
    });
    xml
}

fn values(status: &Status, page: &[(String, String)], total: u64) -> Xml {
    let mut xml = Xml::new();
    xml.element("platformCore:getSelectValueResult", &[], |xml| {
        xml.status(status);
        if status.is_err() {
            return;
        }
        xml.leaf("platformCore:totalRecords", &total.to_string());
        xml.leaf(
            "platformCore:totalPages",
            &total.div_ceil(u64::from(PAGE)).to_string(),
        );
        xml.element("platformCore:baseRefList", &[], |xml| {
            for (id, name) in page {
                let attributes = [
                    ("internalId", id.as_str()),
                    ("xsi:type", "platformCore:RecordRef"),
                ];
                xml.element("platformCore:baseRef", &attributes, |xml| {
                    xml.leaf("platformCore:name", name);
                });
            }
        });
    });
    xml
}

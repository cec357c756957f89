//! Setup > Company > Enable Features.

use axum::response::Response;
use countersign_model::{Feature, FeatureSet, FeaturesForm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::Routes;
use crate::body::Json;
use crate::caller::Administrator;
use crate::named::{FeatureWord, Named};
use crate::problem::{Problem, Problems};
use crate::reply::shown;

/// A box of Enable Features.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FeatureJson {
    pub feature: FeatureWord,
    pub enabled: bool,
    pub subtab: String,
    pub section: String,
    /// The features that must be on before this one can be.
    pub prerequisites: Vec<FeatureWord>,
    /// The terms to agree to when the box is checked.
    pub terms: Option<String>,
    /// What is so while it is off.
    pub effect_when_off: String,
}

/// Boxes to check and to clear; the others stay as they are.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FeaturesInput {
    pub enable: Vec<FeatureWord>,
    pub disable: Vec<FeatureWord>,
    /// The features whose terms of service you agree to.
    pub agree_to_terms_of: Vec<FeatureWord>,
}

impl FeatureJson {
    fn all(on: &FeatureSet) -> Vec<Self> {
        let feature = |feature: &Feature| Self {
            feature: Named(*feature),
            enabled: on.has(*feature),
            subtab: feature.subtab().to_owned(),
            section: feature.section().to_owned(),
            prerequisites: feature.prerequisites().iter().copied().map(Named).collect(),
            terms: feature.terms().map(|terms| terms.to_string()),
            effect_when_off: feature.effect_when_off().to_owned(),
        };
        Feature::ALL.iter().map(feature).collect()
    }
}

impl From<FeaturesInput> for FeaturesForm {
    fn from(input: FeaturesInput) -> Self {
        let features = |named: Vec<FeatureWord>| named.into_iter().map(|named| named.0).collect();
        Self {
            check: features(input.enable),
            clear: features(input.disable),
            agreed: features(input.agree_to_terms_of),
        }
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new().routes(routes!(list, save))
}

/// Every feature, and whether it is on.
#[utoipa::path(get, path = "/accounts/{account}/features", tag = "Features",
    params(("account" = String, Path)),
    responses((status = 200, body = Vec<FeatureJson>), Problems),
    extensions(("x-permission" = json!([["Enable Features", "Full"]]))))]
async fn list(administrator: Administrator) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    Ok(shown(&FeatureJson::all(&authority.features(&caller)?)))
}

/// Save Enable Features: all boxes or none. A feature that is turned off is off at once.
#[utoipa::path(patch, path = "/accounts/{account}/features", tag = "Features",
    params(("account" = String, Path)), request_body = FeaturesInput,
    responses((status = 200, body = Vec<FeatureJson>), Problems),
    extensions(("x-permission" = json!([["Enable Features", "Full"]]))))]
async fn save(administrator: Administrator, Json(input): Json<FeaturesInput>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let enabled = input.enable.clone();
    let saved = authority.save_features(&caller, input.into()).await;
    let on = saved.map_err(|error| {
        let member = |feature: &Feature| {
            if enabled.contains(&Named(*feature)) {
                "enable"
            } else {
                "disable"
            }
        };
        let members: Vec<_> = Feature::ALL
            .iter()
            .map(|feature| (feature.label(), member(feature)))
            .collect();
        Problem::from(error).naming(&members)
    })?;
    Ok(shown(&FeatureJson::all(&on)))
}

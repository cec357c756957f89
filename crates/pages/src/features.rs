//! Setup › Company › Enable Features: one form over every subtab, saved as a whole.

use axum::routing::get;
use countersign_model::{Feature, FeatureSet, FeaturesForm, FieldErrors};
use countersign_web::{Answer, Lock, Notice, Page, Tick, Tone, button, html, link_button, redirect};

use crate::checklist;
use crate::desk::{At, Form};
use crate::pages::Route;
use crate::place::{ENABLE_FEATURES, HOME, Place};
use crate::trouble::of_form;
use crate::view::{View, wrong};

pub(crate) fn routes() -> Vec<Route> {
    let Place { path, needs, .. } = ENABLE_FEATURES;
    vec![Route::new(path, needs, get(show).post(save))]
}

/// The subtabs with boxes of this account, in the order in which a guide looks for them.
const SUBTABS: &[&str] = &["SuiteCloud", "Company", "Employees", "Analytics"];

#[derive(Debug)]
struct FeaturesPage {
    /// As they are now.
    stored: FeatureSet,
    /// As the boxes stand.
    ticked: Vec<Feature>,
    agreed: bool,
    errors: Option<FieldErrors>,
    notice: Option<Notice>,
}

impl View for FeaturesPage {
    const PLACE: &'static Place = &ENABLE_FEATURES;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let stored = FeatureSet::none();
        let form = FeaturesForm {
            check: vec![Feature::ServerSuiteScript, Feature::TokenBasedAuthentication],
            ..FeaturesForm::default()
        };
        let errors = countersign_model::FeaturesDraft::parse(&stored, form.clone()).err();
        vec![
            Self {
                stored: stored.clone(),
                ticked: Vec::new(),
                agreed: false,
                errors: None,
                notice: Some(Notice::new(countersign_web::Weight::Done, "Saved.")),
            },
            Self {
                stored,
                ticked: form.check,
                agreed: false,
                errors,
                notice: None,
            },
        ]
    }

    fn page(&self, lock: &Lock) -> Page {
        Page {
            title: ENABLE_FEATURES.title.to_owned(),
            crumbs: ENABLE_FEATURES.crumbs(),
            notices: self.notice.iter().cloned().collect(),
            body: html! {
                p.lede { "Below a box that is not ticked stands what does not work while it is off." }
                nav.tabs.jumps aria-label="Subtabs" {
                    @for subtab in SUBTABS { a href={ "#" (subtab) } { (subtab) } }
                }
                (lock.form(ENABLE_FEATURES.path, html! {
                    @for subtab in SUBTABS {
                        section.section id=(subtab) aria-labelledby={ "h-" (subtab) } {
                            h2 id={ "h-" (subtab) } { (subtab) }
                            div.columns {
                                @for section in sections(subtab) {
                                    div {
                                        h3 { (section) }
                                        @for feature in in_section(subtab, section) { (self.tick(feature)) }
                                    }
                                }
                            }
                        }
                    }
                    div.section {
                        (Tick {
                            name: "agree",
                            label: "I agree to the SuiteCloud Terms of Service",
                            checked: self.agreed,
                            help: Some("Asked when a SuiteCloud box is newly ticked, as NetSuite asks. Here nobody holds you to them: it is noted who agreed, and when."),
                            ..Tick::default()
                        }.show())
                    }
                    div.submit {
                        (button("Save", Tone::Primary, None))
                        (link_button("Cancel", HOME.path, Tone::Plain))
                    }
                }))
            },
            ..Page::default()
        }
    }
}

impl FeaturesPage {
    fn tick(&self, feature: Feature) -> countersign_web::Markup {
        Tick {
            name: "feature",
            value: feature.id(),
            label: feature.label(),
            checked: self.ticked.contains(&feature),
            help: (!self.stored.has(feature)).then(|| feature.effect_when_off()),
            error: wrong(self.errors.as_ref(), feature.label()),
        }
        .show()
    }
}

fn sections(subtab: &str) -> Vec<&'static str> {
    let mut sections: Vec<&str> = Vec::new();
    for feature in Feature::ALL.iter().filter(|feature| feature.subtab() == subtab) {
        if !sections.contains(&feature.section()) {
            sections.push(feature.section());
        }
    }
    sections
}

fn in_section(subtab: &str, section: &str) -> impl Iterator<Item = Feature> {
    let is_in = move |feature: &Feature| feature.subtab() == subtab && feature.section() == section;
    Feature::ALL.iter().copied().filter(is_in)
}

async fn show(At(desk): At) -> Answer {
    let stored = match desk.authority().features(&desk.caller) {
        Ok(stored) => stored,
        Err(forbidden) => return desk.failed(forbidden.into()),
    };
    let said = "The features were saved, and are in force.";
    match checklist::saved(&desk, said).await {
        Ok(notice) => desk.show(&FeaturesPage {
            ticked: stored.iter().collect(),
            stored,
            agreed: false,
            errors: None,
            notice,
        }),
        Err(error) => desk.failed(error),
    }
}

async fn save(At(desk): At, Form(form): Form) -> Answer {
    let stored = match desk.authority().features(&desk.caller) {
        Ok(stored) => stored,
        Err(forbidden) => return desk.failed(forbidden.into()),
    };
    let ticked: Vec<Feature> = form
        .all("feature")
        .filter_map(|id| Feature::by_id(id).ok())
        .collect();
    let check: Vec<Feature> = ticked
        .iter()
        .copied()
        .filter(|feature| !stored.has(*feature))
        .collect();
    let clear = stored
        .iter()
        .filter(|feature| !ticked.contains(feature))
        .collect();
    let agreed = form.has("agree");
    let wanted = FeaturesForm {
        agreed: if agreed { check.clone() } else { Vec::new() },
        check,
        clear,
    };
    match desk.authority().save_features(&desk.caller, wanted).await {
        Ok(_) => redirect(&format!("{}?saved", ENABLE_FEATURES.path)),
        Err(error) => match of_form(error) {
            Ok((errors, notice)) => desk.again(&FeaturesPage {
                stored,
                ticked,
                agreed,
                errors,
                notice,
            }),
            Err(error) => desk.failed(error),
        },
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        FeaturesPage::samples()
            .iter()
            .map(|view| view.page(lock))
            .collect()
    }

    #[test]
    fn every_feature_has_its_place_on_the_page() {
        let shown: Vec<Feature> = SUBTABS
            .iter()
            .flat_map(|subtab| {
                sections(subtab)
                    .into_iter()
                    .flat_map(|section| in_section(subtab, section))
            })
            .collect();
        assert_eq!(shown.len(), Feature::ALL.len());
    }
}

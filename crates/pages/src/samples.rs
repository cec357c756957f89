//! Every page in every way it can look.

use countersign_protocol::{AccountId, Secret};
use countersign_testkit::faults_of_html;
use countersign_web::{Frame, Lock, Page, Person, bare, framed, html};

use crate::{
    access_reset, checklist, company, consent, employees, execution_logs, features, first_start, governance,
    home, inspector, integrations, login_audit_trail, roles, scripts, second_factor, session, sign_in,
    tokens, trouble, which_account,
};

fn lock() -> Lock {
    Lock::of(&Secret::new("a sample"))
}

fn bare_pages(lock: &Lock) -> Vec<Page> {
    let mut pages: Vec<Page> = sign_in::SignInPage::samples()
        .iter()
        .map(sign_in::SignInPage::page)
        .collect();
    pages.extend(
        first_start::FirstStart::samples()
            .iter()
            .map(first_start::FirstStart::page),
    );
    pages.extend(consent::samples::pages(lock));
    pages.push(which_account::form("", None));
    pages.push(which_account::form("\"x\"", Some("must look like 1234567.")));
    pages
}

fn framed_pages(lock: &Lock) -> Vec<Page> {
    let mut pages = vec![trouble::not_found().1, trouble::sent_before().1];
    for of in [
        home::samples::pages,
        checklist::samples::pages,
        company::samples::pages,
        features::samples::pages,
        governance::samples::pages,
        access_reset::samples::pages,
        second_factor::samples::pages,
        integrations::samples::pages,
        tokens::samples::pages,
        roles::samples::pages,
        employees::samples::pages,
        login_audit_trail::samples::pages,
        inspector::samples::pages,
        execution_logs::samples::pages,
        scripts::samples::pages,
        session::samples::pages,
    ] {
        pages.extend(of(lock));
    }
    pages
}

#[test]
fn every_page_is_sound_html_with_labels_and_nothing_inline() {
    let lock = lock();
    for id in ["1234567", "1234567_SB1", "1234567_RP1"] {
        let account: AccountId = id.parse().unwrap();
        let frame = Frame {
            account: account.clone(),
            company: "Honeycomb <& Sons>".to_owned(),
            person: Person {
                name: "Ada \"Byron\"".to_owned(),
                role: "Administrator".to_owned(),
            },
            menus: Vec::new(),
            search: home::SEARCH,
            home: "/app",
            log_out: lock.button_form("/app/logout", html! { button type="submit" { "Log Out" } }),
            switch_role: "/app/role",
        };
        for page in framed_pages(&lock) {
            let text = framed(&frame, &page).into_string();
            assert_eq!(faults_of_html(&text), [""; 0], "{}\n{text}", page.title);
        }
        for page in bare_pages(&lock) {
            for account in [None, Some((&account, "Honeycomb"))] {
                let text = bare(account, &page).into_string();
                assert_eq!(faults_of_html(&text), [""; 0], "{}\n{text}", page.title);
            }
        }
    }
}

#[test]
fn every_form_that_is_posted_in_a_session_has_its_proof() {
    let lock = lock();
    let proof = lock.form("", html! {}).into_string();
    let (_, proof) = proof.split_once("value=\"").unwrap();
    let proof = proof.split('"').next().unwrap();
    for page in framed_pages(&lock) {
        let text = page.body.into_string();
        let posted = text
            .split("<form")
            .skip(1)
            .filter(|form| form.contains("method=\"post\""));
        for form in posted {
            assert!(form.contains(proof), "{}: {form}", page.title);
        }
    }
}

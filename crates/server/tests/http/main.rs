//! The account through real sockets: what each service answers, in NetSuite's words.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is missing in an answer fails its test"
)]

mod accounts;
mod addressing;
mod admin;
mod bodies;
mod clients;
mod consent_page;
mod coverage;
mod customers;
mod diagnoses;
mod discovery;
mod envelopes;
mod executions;
mod flow;
mod flow_vectors;
mod governance;
mod installation;
mod issue_token;
mod levers;
mod lists;
mod metadata;
mod mistakes;
mod orders;
mod own_types;
mod permissions;
mod refusals;
mod restlet_abuse;
mod restlet_kinds;
mod restlet_reach;
mod restlets;
mod revoke_token;
mod roles;
mod shapes;
mod signatures;
mod soap_joins;
mod soap_operations;
mod soap_records;
mod soap_searches;
mod suiteql;
mod token_faults;
mod token_secrets;
mod token_stage;

//! An account's scripts: what is deployed, who may call it, and what a script reaches of the account.
//!
//! Script files lie in the file cabinet, scripts and their deployments are records; so REST, SuiteQL, snapshots and
//! `reset` know them without a word here.
//!
//! * [`Project`] is what is to be deployed, read out of files; [`Scripts::check`] looks at it without running it; [`deploy`] puts it
//!   into an account, all of it or nothing.
//! * [`Deployment`] is a script as an address names it; [`Deployment::open_to`] says whether it runs for an [`Actor`].
//! * [`Called`] is what a call says: which of them, and what it is given.
//! * [`Scripts::execute`] runs one, and keeps what it wrote in the execution log. [`host`] is the account as it sees it.

mod actor;
mod cache;
mod called;
mod change;
mod check;
mod deploy;
mod deployment;
mod deployment_form;
mod engine;
mod excerpt;
mod execution;
mod head;
pub mod host;
mod library;
mod outside;
mod project;
mod recorded;
mod resolver;
mod scripts;
mod secret;
mod sent;
mod show;
mod task;

pub use actor::Actor;
pub use called::{BadBody, Called, json_body, text_body};
pub use change::{DeploymentChange, NoParameter, change_deployment};
pub use check::Checked;
pub use deploy::{DeployError, Deployed, DeployedScript, Roles, deploy};
pub use deployment::{Audience, Closed, Deployment};
pub use deployment_form::DeploymentForm;
pub use engine::Engine;
pub use excerpt::excerpt;
pub use execution::{Executed, Execution, Position, Uncaught};
pub use outside::{Outside, Wire, WithinScript};
pub use project::{NewDeployment, NewScript, NoProject, ObjectFile, Project, SourceFile};
pub use scripts::Scripts;
pub use secret::{ApiSecret, ApiSecretForm, LONGEST_SECRET, is_secret_id};
pub use sent::SentMessage;
pub use show::{ScriptShown, list, question, remove, show};
pub use task::SubmittedTask;

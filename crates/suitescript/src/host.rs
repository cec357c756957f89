//! What a script can reach of the account.

use serde_json::Value;

/// The account, as a script sees it. One host serves one execution: it knows the script, its deployment, user and role.
///
/// Every call has a name and a JSON object of arguments, and answers with JSON. Who makes the call is a module below
/// `modules/`; usage units were counted before. Paths are absolute in the file cabinet (`/SuiteScripts/lib/tax.js`). A record type
/// that is not declared is refused with [`HostError::absent_type`].
///
/// | call | arguments | answer |
/// |---|---|---|
/// | `source` | `path` | the text of a file that `define` or `require` loads, or null where there is none |
/// | `log.write` | `level` (`DEBUG`, `AUDIT`, `ERROR`, `EMERGENCY`), `title`, `details` | null |
/// | `runtime.script` | | `id`, `deploymentId`, `logLevel`, `parameters` (an object by script id), `bundleIds` |
/// | `runtime.now` | | milliseconds since 1970, by the account's clock |
/// | `runtime.user` | | `id`, `name`, `email`, `role`, `roleId`, `roleCenter`, `subsidiary`, `department`, `location`, `contact` |
/// | `runtime.permission` | `name` | 0 to 4 |
/// | `runtime.preference` | `name` | the value, or null |
/// | `runtime.account` | | `accountId`, `envType`, `version`, `processorCount`, `queueCount`, `country`, `features` (of those in effect, NetSuite's ids) |
/// | `file.load` | `id` (a number, or a path) | `id`, `name`, `path`, `folder`, `fileType`, `encoding`, `size`, `url`, `description`, `isInactive`, `isOnline`, `isText`, `contents` (Base64 where it is no text) |
/// | `file.save` | the same without `id` and `size` | the id |
/// | `file.delete` | `id` | null |
/// | `file.copy` | `id`, `folder`, `conflictResolution` | as `file.load` |
/// | `cache.get` | `scope`, `name`, `key` | the text, or null |
/// | `cache.put` | `scope`, `name`, `key`, `value`, `ttl` (seconds) | null |
/// | `cache.remove` | `scope`, `name`, `key` | null |
/// | `secret` | `id` | the value of an API Secret as text, where this script may use it; it is used before a call is passed on, and no script sees it |
/// | `http.send` | `method`, `url`, `headers`, `body`, `secure` | `code`, `headers`, `body` |
/// | `http.restlet` | `scriptId`, `deploymentId`, `urlParams`, `method`, `headers`, `body` | the same |
/// | `http.rest` | `url` (of REST web services, whole or a path), `method`, `headers`, `body` | the same |
/// | `url.domain` | `hostType`, `accountId` | a host name |
/// | `url.script` | `scriptId`, `deploymentId`, `params`, `returnExternalUrl` | an address |
/// | `email.send` | what `N/email` was given | null |
/// | `task.submit` | what the task was made with | its id |
/// | `task.status` | `id` | what `task.checkStatus` answers |
/// | `config.load` | `type` | values by field |
/// | `record.*`, `search.*`, `query.*` | see `modules/record.js`, `search.js`, `query.js` | |
pub trait Host: Send + Sync {
    /// # Errors
    /// The SuiteScript error that the script sees as thrown by what it called.
    fn call(&self, name: &str, arguments: Value) -> Result<Value, HostError>;
}

/// An error of NetSuite's that a script can catch: `name` is its code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {message}")]
pub struct HostError {
    pub name: String,
    pub message: String,
}

impl HostError {
    pub fn new(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            message: message.into(),
        }
    }

    /// The account declares no record type of this name. Whether NetSuite has one, and what a script is told, the modules say.
    pub fn absent_type(name: impl Into<String>) -> Self {
        Self::new("ABSENT_RECORD_TYPE", name)
    }
}

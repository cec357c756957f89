//! The account file of an account that knows somebody's credentials: what `run --credentials` calls.

use countersign_account_file::AccountFile;
use countersign_client::Connection;
use countersign_model::Permission;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// An account with the ID of `connection`, and in it the integration record and the token whose values it has. The role has
/// what a program needs and may change every record; whoever wants another writes an account file.
pub(crate) fn account_file(connection: &Connection) -> Result<AccountFile, Failure> {
    let credentials = &connection.credentials;
    let account = &credentials.account;
    let [consumer_key, consumer_secret, token_id, token_secret] = [
        credentials.consumer_key.as_str(),
        credentials.consumer_secret.expose(),
        &credentials.token,
        credentials.token_secret.expose(),
    ]
    .map(text);
    let permissions: Vec<_> = Permission::of_records()
        .map(|permission| format!("{:?} = \"Full\"", permission.label()))
        .collect();
    let permissions = permissions.join(", ");
    let file = Zeroizing::new(format!(
        r#"[account]
id = "{account}"
demonstration_records = true

[[role]]
name = "Integration Role"
minimum_permissions = ["REST web services", "SOAP web services", "RESTlets"]
permissions = {{ {permissions} }}

[[user]]
name = "Iris Integration"
email = "integration@local.example"
roles = ["Integration Role"]

[[integration]]
name = "Your program"
consumer_key = {}
consumer_secret = {}

[[token]]
name = "Your token"
integration = "Your program"
user = "Iris Integration"
role = "Integration Role"
token_id = {}
token_secret = {}
"#,
        *consumer_key, *consumer_secret, *token_id, *token_secret
    ));
    AccountFile::parse(&file).map_err(|_| {
        // The errors of the file would name lines that nobody wrote.
        Failure::unusable("the credentials cannot be those of a NetSuite account: ids and secrets are 1 to 256 visible ASCII characters")
            .hint("look at the values once more, or write an account file: docs/account-file.md")
    })
}

/// A basic string of TOML. One with a control character in it is refused by whoever reads it, as no credential has one.
fn text(value: &str) -> Zeroizing<String> {
    let mut quoted = Zeroizing::new(String::with_capacity(value.len() + 2));
    quoted.push('"');
    for letter in value.chars() {
        if matches!(letter, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted.push('"');
    quoted
}

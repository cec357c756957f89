//! Where connections are kept: the vault of a data folder, opened with its keys.
//!
//! The data folder is not locked for it. A proxy, a server and commands have it open side by side, and whoever keeps
//! something of it in memory asks for its revision.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign_protocol::{AccountId, LocalServer};
use countersign_seal::Keyring;
use countersign_vault::{Address, By, Schema, Server, Vault};
use countersign_world::environment;

use crate::accounts;
use crate::command::VaultAt;
use crate::failure::Failure;
use crate::folder::{self, Folder, KEYS, World, make_private, private_file};
use crate::paste;

pub(crate) const CONNECTIONS: &str = "connections";
const VAULT: &str = "vault.sqlite";
/// In the folder, where its keys seal a vault on a server: whoever changes the keys must reach that one, too.
const ON_A_SERVER: &str = "postgres";
const SCHEMA: &str = "countersign_vault";
/// Where the address of a server is read from, and may hold a password.
const VARIABLE: &str = "COUNTERSIGN_VAULT";

/// A vault, and the data folder whose keys open it.
#[derive(Debug)]
pub(crate) struct VaultFolder {
    pub(crate) data: PathBuf,
    pub(crate) vault: Vault,
}

impl VaultFolder {
    /// The vault that is there.
    pub(crate) async fn open(at: &VaultAt, world: &World) -> Result<Self, Failure> {
        let data = folder::chosen(at.data.clone())?;
        let keys = data.join(KEYS);
        let server = server_address(at)?;
        let is_there = Keyring::exists(&keys)? && (server.is_some() || file(&data).exists());
        if !is_there {
            keys_of(&data, server.is_some())?;
            let add = paste::command_on(&["connection", "add", "NAME"], &data);
            let message = format!("there is no connection in {} yet", data.display());
            return Err(Failure::unusable(message).hint(format!(
                "add one with: {add}; or name another folder with --data DIR"
            )));
        }
        Self::with(data, server, Keyring::load(&keys)?, world).await
    }

    /// The vault, made with its keys where there is none.
    pub(crate) async fn make(at: &VaultAt, world: &World) -> Result<Self, Failure> {
        let data = folder::chosen(at.data.clone())?;
        let server = server_address(at)?;
        make_private(&data.join(CONNECTIONS))
            .map_err(|error| Failure::system(format!("make {}", data.join(CONNECTIONS).display()), &error))?;
        match keys_of(&data, server.is_some())? {
            Some(keyring) => Self::with(data, server, keyring, world).await,
            None => Self::make_with_keys(data, server, world).await,
        }
    }

    /// The first keys of a data folder come to their place when nothing older could have needed others.
    async fn make_with_keys(data: PathBuf, server: Option<Address>, world: &World) -> Result<Self, Failure> {
        // Whoever founds an account at this moment makes keys, too.
        let folder = Folder::open(&data)?;
        let data = folder.path().to_owned();
        let fresh = data.join(CONNECTIONS).join(KEYS);
        if fresh.exists() {
            // Left by a kill: nothing was ever sealed with them.
            std::fs::remove_dir_all(&fresh)
                .map_err(|error| Failure::system(format!("remove {}", fresh.display()), &error))?;
        }
        make_private(&fresh).map_err(|error| Failure::system(format!("make {}", fresh.display()), &error))?;
        let keyring = Keyring::create(&fresh, &*world.entropy)?;
        let made = Self::with(data.clone(), server, keyring, world).await?;
        if !made.vault.connections(None, 1).await?.is_empty() {
            let message = format!(
                "{} holds no keys, and the connections there were sealed with some",
                data.display()
            );
            return Err(Failure::unusable(message)
                .hint("put the keys folder of the data folder they were made with in its place; nothing was touched"));
        }
        let keys = data.join(KEYS);
        std::fs::rename(&fresh, &keys)
            .and_then(|()| std::fs::File::open(&data)?.sync_all())
            .map_err(|error| Failure::system(format!("make {}", keys.display()), &error))?;
        Ok(made)
    }

    async fn with(
        data: PathBuf,
        server: Option<Address>,
        keyring: Keyring,
        world: &World,
    ) -> Result<Self, Failure> {
        let (keyring, entropy) = (Arc::new(keyring), Arc::clone(&world.entropy));
        let vault = match server {
            None => Vault::sqlite(&file(&data), keyring, entropy)?,
            Some(address) => {
                mark(&data, &address)?;
                let server = Server::connect(address).await?;
                Vault::postgres(&server, &Schema::parse(SCHEMA)?, keyring, entropy).await?
            }
        };
        Ok(Self { data, vault })
    }

    /// Where an account of this data folder answers, or answered the last time. None where it holds no such account.
    pub(crate) fn local_server(&self, account: &AccountId) -> Option<LocalServer> {
        local_server(&self.data, account)
    }

    /// Whoever runs a command, for the audit.
    pub(crate) fn by(world: &World) -> By {
        let user = environment::variable("USER").map(|user| format!(" of {user}"));
        By {
            actor: format!("command line{}", user.unwrap_or_default()),
            at: world.clock.now(),
        }
    }
}

/// The vault that the keys of a data folder seal beside its accounts; none where there is none. To be had while nobody
/// else has it: a program that runs would not know the keys that come.
pub(crate) async fn sealed_with(data: &Path, world: &World) -> Result<Option<VaultFolder>, Failure> {
    let is_marked = data.join(CONNECTIONS).join(ON_A_SERVER).exists();
    let server = server_address(&VaultAt::default())?;
    if is_marked && server.is_none() {
        let message = "the keys of this data folder seal connections on a PostgreSQL server, too";
        return Err(Failure::unusable(message).hint(format!("set {VARIABLE} to its address")));
    }
    let keyring = || folder::keyring(data);
    if is_marked {
        return VaultFolder::with(data.to_owned(), server, keyring()?, world)
            .await
            .map(Some);
    }
    if !file(data).exists() {
        return Ok(None);
    }
    let vault = Vault::sqlite_alone(&file(data), Arc::new(keyring()?), Arc::clone(&world.entropy))?;
    Ok(Some(VaultFolder {
        data: data.to_owned(),
        vault,
    }))
}

/// The vault in a data folder itself, while others may have it open too; none where there is none.
pub(crate) fn shared_in(data: &Path, keyring: Keyring, world: &World) -> Result<Option<Vault>, Failure> {
    if !is_in(data) {
        return Ok(None);
    }
    let vault = Vault::sqlite(&file(data), Arc::new(keyring), Arc::clone(&world.entropy))?;
    Ok(Some(vault))
}

/// Copies the connections of a data folder as they are at one moment, sealed as they are, into another folder.
pub(crate) async fn copy(data: &Path, to: &Path) -> Result<(), Failure> {
    if !is_in(data) {
        return Ok(());
    }
    let Some(vault) = shared_in(data, folder::keyring(data)?, &World::system())? else {
        return Ok(());
    };
    let folder = to.join(CONNECTIONS);
    make_private(&folder).map_err(|error| Failure::system(format!("make {}", folder.display()), &error))?;
    let copied = vault.copy_to(&file(to)).await;
    vault.close().await?;
    Ok(copied?)
}

/// Where an account of a data folder answers, or answered the last time. None where it holds no such account.
pub(crate) fn local_server(data: &Path, account: &AccountId) -> Option<LocalServer> {
    if !accounts::ids(data).is_ok_and(|ids| ids.contains(account)) {
        return None;
    }
    let last = || folder::last_port(data).map(|port| format!("http://127.0.0.1:{port}"));
    folder::address(data).or_else(last)?.parse().ok()
}

/// Whether connections are kept in the folder itself.
pub(crate) fn is_in(data: &Path) -> bool {
    file(data).exists()
}

fn file(data: &Path) -> PathBuf {
    data.join(CONNECTIONS).join(VAULT)
}

/// The keys that are there; none where there never were any.
fn keys_of(data: &Path, is_on_a_server: bool) -> Result<Option<Keyring>, Failure> {
    let needs_keys = !accounts::ids(data)?.is_empty() || (!is_on_a_server && is_in(data));
    match needs_keys || Keyring::exists(&data.join(KEYS))? {
        true => folder::keyring(data).map(Some),
        false => Ok(None),
    }
}

/// The address of the server that was named; none where connections are kept in the data folder.
fn server_address(at: &VaultAt) -> Result<Option<Address>, Failure> {
    if let Some(text) = &at.vault {
        let address = Address::parse(text)?;
        if address.has_password() {
            let message = "a password on the command line is read by every program of this machine";
            return Err(Failure::usage(message).hint(format!("set {VARIABLE} to the whole address instead")));
        }
        return Ok(Some(address));
    }
    Ok(environment::variable(VARIABLE)
        .map(|text| Address::parse(&text))
        .transpose()?)
}

fn mark(data: &Path, address: &Address) -> Result<(), Failure> {
    use std::io::Write as _;

    let path = data.join(CONNECTIONS).join(ON_A_SERVER);
    if path.exists() {
        return Ok(());
    }
    make_private(&data.join(CONNECTIONS))
        .and_then(|()| private_file().create(true).truncate(true).open(&path))
        .and_then(|mut file| writeln!(file, "{address}").and_then(|()| file.sync_all()))
        .map_err(|error| Failure::system(format!("write {}", path.display()), &error))
}

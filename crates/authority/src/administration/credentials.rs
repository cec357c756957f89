//! Credentials that are made here: random, or in a test account that allows it, from its seed.

use countersign_levers::{Credential, SeededCredentials};
use countersign_model::{ApplicationId, ConsumerKey, IntegrationId, InvalidId, RequestTokenId, TokenId};
use countersign_protocol::{Credentials, Secret};
use countersign_world::{Entropy, hex};
use tokio::sync::MutexGuard;

use super::AdministrationError;
use crate::authority::Authority;

/// A consumer key with its secret. The secret is shown where it was made and nowhere else.
#[derive(Debug)]
pub struct NewConsumer {
    pub key: ConsumerKey,
    pub secret: Secret,
}

/// A token ID with its secret.
#[derive(Debug)]
pub struct NewToken {
    pub id: TokenId,
    pub secret: Secret,
}

impl NewConsumer {
    /// A second copy, made on purpose.
    pub fn duplicate(&self) -> Self {
        Self {
            key: self.key.clone(),
            secret: self.secret.duplicate(),
        }
    }
}

/// Where the bytes of credentials come from.
enum Bytes<'a> {
    Random(&'a dyn Entropy),
    /// For the record with this internal id, and the generation of its secret.
    Seeded(SeededCredentials, u64, u32),
}

/// Held from the question which internal id comes next until that record is stored: two made at once would have the same
/// credentials. None where they are random.
pub(crate) type Numbering<'a> = Option<MutexGuard<'a, ()>>;

impl Authority {
    /// A random pair.
    pub fn new_consumer(&self) -> Result<NewConsumer, InvalidId> {
        Bytes::Random(&*self.entropy).consumer()
    }

    /// A random pair.
    pub fn new_token(&self) -> Result<NewToken, InvalidId> {
        Bytes::Random(&*self.entropy).token()
    }

    /// What step one of the authorization flow hands out: random, as it is gone within the hour.
    pub(crate) fn new_request_token(&self) -> Result<(RequestTokenId, Secret), InvalidId> {
        let token = RequestTokenId::parse(credential(&*self.entropy))?;
        Ok((token, Secret::new(credential(&*self.entropy))))
    }

    /// What Allow hands to the application through the browser.
    pub(super) fn new_verifier(&self) -> Secret {
        Secret::new(credential(&*self.entropy))
    }

    /// The application id and the pair of a record that is about to be added.
    pub(super) async fn first_of_integration(
        &self,
    ) -> Result<(ApplicationId, NewConsumer, Numbering<'_>), AdministrationError> {
        let (bytes, numbering) = match self.levers.credentials() {
            None => (Bytes::Random(&*self.entropy), None),
            Some(seeded) => {
                let numbering = self.numbering.lock().await;
                let number = self.store.next_integration_id().await?.get().unsigned_abs();
                (Bytes::Seeded(seeded, number, 1), Some(numbering))
            }
        };
        Ok((bytes.application_id(), bytes.consumer()?, numbering))
    }

    /// The pair of this generation for a record that is there.
    pub(super) fn next_of_integration(
        &self,
        id: IntegrationId,
        generation: u64,
    ) -> Result<NewConsumer, InvalidId> {
        match self.levers.credentials() {
            None => self.new_consumer(),
            Some(seeded) => {
                let generation = u32::try_from(generation).unwrap_or(u32::MAX);
                Bytes::Seeded(seeded, id.get().unsigned_abs(), generation).consumer()
            }
        }
    }

    /// The pair of a token that is about to be issued.
    pub(crate) async fn first_of_token(&self) -> Result<(NewToken, Numbering<'_>), AdministrationError> {
        let Some(seeded) = self.levers.credentials() else {
            return Ok((self.new_token()?, None));
        };
        let numbering = self.numbering.lock().await;
        let number = self.store.next_token_id().await?.get().unsigned_abs();
        Ok((Bytes::Seeded(seeded, number, 1).token()?, Some(numbering)))
    }
}

impl Bytes<'_> {
    fn consumer(&self) -> Result<NewConsumer, InvalidId> {
        Ok(NewConsumer {
            key: ConsumerKey::parse(self.text(Credential::ConsumerKey))?,
            secret: Secret::new(self.text(Credential::ConsumerSecret)),
        })
    }

    fn token(&self) -> Result<NewToken, InvalidId> {
        Ok(NewToken {
            id: TokenId::parse(self.text(Credential::TokenId))?,
            secret: Secret::new(self.text(Credential::TokenSecret)),
        })
    }

    fn application_id(&self) -> ApplicationId {
        let mut application_id = [0; 16];
        self.of(Credential::ApplicationId, |bytes| bytes.fill(&mut application_id));
        ApplicationId::from_bytes(application_id)
    }

    fn text(&self, of: Credential) -> String {
        let mut text = String::new();
        self.of(of, |bytes| text = credential(bytes));
        text
    }

    fn of(&self, credential: Credential, take: impl FnOnce(&dyn Entropy)) {
        match self {
            Self::Random(entropy) => take(*entropy),
            Self::Seeded(seeded, number, generation) => {
                take(&seeded.bytes(credential, *number, *generation));
            }
        }
    }
}

/// 64 hexadecimal digits, of which 59 are of `bytes`: 236 bits. How it begins says that it is not NetSuite's.
fn credential(bytes: &dyn Entropy) -> String {
    let mut credential = Credentials::LOCAL.to_owned();
    credential.push_str(&hex(bytes, 30));
    credential.truncate(64);
    credential
}

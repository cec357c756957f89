//! What of an account is changed until it is in the state of its vector.

use countersign_model::{
    ApplicationId, Authentication, Credentials, FAILURES_BEFORE_LOCK, Integration, IntegrationChange,
    IntegrationForm, LOCK_LASTS, PasswordDenied, PasswordHash, RoleForm, UserForm,
};
use countersign_protocol::{AccountId, Secret};
use countersign_seal::{Context, Keyring};
use countersign_store::{Decision, NewPassword, PasswordLogin, SealedSecret, SecretOwner};
use countersign_vectors::Vector;
use countersign_world::{SystemEntropy, UnixTime};

use crate::account::{Cast, NotMade, Scratch, by, consumer};
use crate::scene::{Scene, StateOfIntegration, StateOfUser};

/// The account that an integration record comes from which waits for approval.
const ELSEWHERE: &str = "9999999";

/// A definition of that account.
const ITS_APPLICATION: &str = "0b6b8f5c-7d1e-4f0a-9c55-2f3f5d1c7e42";

impl Scratch {
    pub(crate) async fn change_integration(
        &self,
        vector: &Vector,
        scene: &Scene,
        integration: &Integration,
    ) -> Result<(), NotMade> {
        let (owner, id) = (self.owner(), integration.id);
        // Only now: no token is made for a record whose boxes are clear.
        let boxes = scene.integration.boxes;
        let change = move |form: IntegrationForm| IntegrationForm {
            authentication: Authentication {
                token_based_authentication: boxes.token_based_authentication.unwrap_or(true),
                authorization_flow: boxes.authorization_flow.unwrap_or(true),
                issue_token_endpoint: boxes.issue_token_endpoint.unwrap_or(true),
                ..form.authentication
            },
            ..form
        };
        self.authority.edit_integration(&owner, id, change).await?;
        match scene.integration.state {
            StateOfIntegration::Enabled => {}
            StateOfIntegration::Blocked => {
                let block = IntegrationChange::Block;
                self.authority.change_integration_state(&owner, id, block).await?;
            }
            StateOfIntegration::Uninstalled => {
                self.authority.uninstall_integration(&owner, id).await?;
            }
            StateOfIntegration::WaitingForApproval => self.install_waiting(vector, integration).await?,
        }
        Ok(())
    }

    /// A record waits for approval only where it was made elsewhere, and then has no token yet.
    async fn install_waiting(&self, vector: &Vector, like: &Integration) -> Result<(), NotMade> {
        let pair = consumer(vector)?;
        let owner = SecretOwner::Integration(pair.key.clone());
        let secret = self.seal(&owner, &pair.secret)?;
        let definition = Integration {
            name: "Installed Integration".to_owned(),
            application_id: ITS_APPLICATION.parse::<ApplicationId>()?,
            credentials: Some(Credentials::first(pair.key)),
            ..like.clone()
        };
        let from = ELSEWHERE.parse::<AccountId>()?;
        self.store
            .install_integration(definition, from, secret, by(self.now))
            .await?;
        Ok(())
    }

    pub(crate) fn seal(&self, owner: &SecretOwner, secret: &Secret) -> Result<SealedSecret, NotMade> {
        let generation = 1;
        let account = self.authority.account();
        let context = Context {
            account: account.as_str(),
            record: &owner.record(),
            field: owner.field(),
            generation,
        };
        let keyring = Keyring::load(self.folder.path())?;
        let sealed = keyring.seal(&context, secret.expose().as_bytes(), &SystemEntropy);
        let sealed = sealed.map_err(|error| NotMade::Seal(error.to_string()))?;
        Ok(SealedSecret {
            bytes: sealed.as_bytes().to_vec(),
            generation,
            key_version: sealed.key_version(),
        })
    }

    pub(crate) async fn change_role(&self, scene: &Scene, cast: &Cast) -> Result<(), NotMade> {
        let role = scene.role.clone();
        let change = move |form: RoleForm| RoleForm {
            inactive: role.inactive,
            web_services_only: role.web_services_only,
            two_factor_required: role.two_factor_required,
            permissions: role.permissions.clone().unwrap_or(form.permissions),
            ..form
        };
        self.authority
            .edit_role(&self.owner(), cast.role.id, change)
            .await?;
        Ok(())
    }

    pub(crate) async fn change_user(&self, scene: &Scene, cast: &Cast) -> Result<(), NotMade> {
        let (owner, id) = (self.owner(), cast.user.id);
        if let Some(until) = scene.user.locked_until {
            self.lock(cast, UnixTime::from_seconds(until)).await?;
        }
        if scene.role.hidden {
            let hidden = self.store.hide_role(id, cast.role.id, true, by(self.now));
            hidden.await?;
        }
        let (user, other) = (
            scene.user.clone(),
            scene.role.not_assigned.then_some(cast.other_role.id),
        );
        let change = move |form: UserForm| UserForm {
            inactive: user.state == StateOfUser::Inactive,
            give_access: user.state != StateOfUser::WithoutAccess,
            roles: other.map_or_else(|| form.roles.clone(), |other| vec![other]),
            inherit_ip_rules: user.ip_rules.is_none(),
            ip_address_restriction: user.ip_rules.clone().unwrap_or_default(),
            ..form
        };
        self.authority.edit_user(&owner, id, change).await?;
        if scene.user.state == StateOfUser::Deleted {
            self.authority.delete_user(&owner, id).await?;
        }
        Ok(())
    }

    /// Wrong passwords, so long before `until` that the lock they end in ends then.
    async fn lock(&self, cast: &Cast, until: UnixTime) -> Result<(), NotMade> {
        let at = UnixTime::from_millis(until.millis().saturating_sub(LOCK_LASTS.as_millis() as i64));
        // A hash that no password has.
        let hash = PasswordHash::parse("!")?;
        let password = NewPassword {
            hash: hash.clone(),
            must_change: false,
            replaces: None,
        };
        self.store
            .set_password(cast.user.id, password, None, by(at))
            .await?;
        for _ in 0..FAILURES_BEFORE_LOCK {
            let login = PasswordLogin {
                user: cast.user.id,
                role: cast.role.id,
                compared: Some(hash.clone()),
            };
            let wrong = |_: &_| Decision {
                outcome: Err(PasswordDenied::WrongPassword),
                used: None,
            };
            let decided = self.store.decide_password_login(login, by(at), wrong);
            decided.await?.err();
        }
        Ok(())
    }
}

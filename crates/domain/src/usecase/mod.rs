//! The operations, each under the policy and in one transaction: authorize, hash, begin, write, commit.
//!
//! A use-case is called by every front (JSON API, console, maintenance commands) and knows none of them.

mod access;
mod accounts;
mod bootstrap;
mod identities;
mod keys;
mod links;
mod listing;
mod maintenance;
mod own;
mod takeover;
mod team_file;
mod teams;
mod trash;
mod users_file;

use std::{collections::HashMap, sync::Arc};

pub use access::{Access, Recognised, SignedIn};
pub use accounts::{Accounts, Member, NewUser, UserChanges, UserPages, UserView};
pub use bootstrap::{Accepted, Bootstrap, FirstOwner, OwnerPassword};
pub use identities::{Claimed, Identities, LoginTerms, ProviderGrant, Sync};
pub use keys::{DEFAULT_OVERLAP, KeyView, Keys, MAX_OVERLAP, NewKey};
pub use links::{LinkView, Links, MadeLink, NewInvitation, Newcomer, Redeemed};
pub use listing::{Page, PageRequest, UserSearch, WorkspaceSearch};
pub use maintenance::{Created, Maintenance, NewAccount, RoleChange};
pub use own::OwnChanges;
pub use takeover::{
    Collision, OnCollision, Source, SourceMembership, SourceUser, SourceWorkspace, Takeover, TakeoverReport, Tally,
    Writes,
};
pub use team_file::{
    DesiredTeam, DesiredUser, Expected, FieldChange, OnExisting, PlanEntry, Prune, TeamFile, TeamPlan,
};
pub use teams::{NewWorkspace, Teams, WorkspacePages};
pub use trash::{Deletion, Trash, TrashView};
pub use users_file::{
    Clash, Difference, FileUser, OnDifference, OtherWorkspaces, Place, Progress, RosterReport, Step, UserStep,
    UsersFile,
};

use crate::{
    Error, Result,
    model::{
        AccountState, ApiKey, FirstName, KeyLookup, Origin, PasswordHash, Role, Timestamp, User, UserId, Username,
    },
    policy::{Action, Actor, Scope, authorize},
    ports::{Clock, KeyVault, PasswordHasher, Random, RandomExt as _, Session, Store, UnitOfWork},
};

/// How many rows a list reads at a time. Lists without paging are streamed in chunks of this size, so that memory
/// does not grow with the number of users.
pub const PAGE_ROWS: u32 = 500;

/// What the use-cases work with.
#[derive(Clone)]
pub struct Adapters {
    /// The database.
    pub store: Arc<dyn Store>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<dyn Random>,
    /// Password hashing.
    pub hasher: Arc<dyn PasswordHasher>,
    /// API key sealing.
    pub vault: Arc<dyn KeyVault>,
}

impl Adapters {
    /// What a key is found by.
    #[must_use]
    pub fn lookup(&self, key: &ApiKey) -> KeyLookup {
        self.vault.lookup(key.expose().as_bytes())
    }

    /// Refuses a moment that has come already, of the field `name`.
    fn refuse_past(&self, name: &'static str, moment: Option<Timestamp>) -> Result<()> {
        let is_past = moment.is_some_and(|moment| moment.is_over(self.clock.now()));
        if is_past { Err(Error::Past(name)) } else { Ok(()) }
    }

    /// A user of this moment, not written yet, who begins as all do: active, created here, with no more than a user name.
    fn new_user(&self, username: Username, role: Role, api_key: &ApiKey, password_hash: PasswordHash) -> User {
        self.new_user_with_id(UserId::new(self.random.uuid()), username, role, api_key, password_hash)
    }

    /// As [`Adapters::new_user`], with an id that somebody chose.
    fn new_user_with_id(
        &self,
        id: UserId,
        username: Username,
        role: Role,
        api_key: &ApiKey,
        password_hash: PasswordHash,
    ) -> User {
        let now = self.clock.now();
        User {
            id,
            first_name: FirstName::verbatim(String::new()),
            last_name: None,
            username,
            role,
            api_key: self.vault.store(id, api_key),
            password_hash,
            email: None,
            state: AccountState::Active,
            active_until: None,
            must_change_password: false,
            origin: Origin::Created,
            imported_password: None,
            inserted_at: now,
            updated_at: now,
        }
    }
}

/// The names of the users with these ids who are there.
async fn user_names(session: &dyn Session, mut ids: Vec<UserId>) -> Result<HashMap<UserId, Username>> {
    ids.sort_unstable();
    ids.dedup();
    Ok(session.users().names(&ids).await?.into_iter().collect())
}

/// Refuses what the actor may no longer do, as the database knows it inside the transaction: whoever waited for it, or for a
/// password to be hashed, may have lost the right meanwhile. It is asked after the locks are taken, which may have been waited for.
async fn still_may(
    adapters: &Adapters,
    unit: &dyn UnitOfWork,
    actor: &Actor,
    action: impl Action,
    scope: Scope,
) -> Result<()> {
    let now = adapters.clock.now();
    let user = unit.users().find(actor.user.id).await?.filter(|user| user.has_access(now));
    let user = user.ok_or(Error::Unauthenticated)?;
    let workspace = match scope {
        Scope::Workspace(id) => unit.memberships().find(id, user.id).await?.filter(|member| !member.has_ended(now)),
        _ => None,
    };
    let actor = Actor::new(user, workspace.map(|member| member.workspace)).by(actor.means().clone());
    authorize(&actor, action, scope)
}

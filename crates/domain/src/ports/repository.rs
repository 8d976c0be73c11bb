//! Storage: repositories, reads ([`Store::session`]) and all-or-nothing writes ([`Store::begin`]).
//!
//! Repositories decide nothing: absence is `Option`, a conflict is a variant of the outcome, and the use-cases say
//! what either means.

use std::collections::BTreeSet;

use async_trait::async_trait;
use uuid::Uuid;

use super::StorageError;
use crate::model::{
    Identity, IdentityId, KeyId, KeyLookup, Link, LinkId, LinkUse, LoginSession, LoginSessionId, Membership, NamedKey,
    PasswordHash, Role, Subject, Taken, Timestamp, TrashEntry, TrashId, User, UserId, Username, Workspace, WorkspaceId,
    WorkspaceName,
};

type Result<T> = std::result::Result<T, StorageError>;

/// Where a page of users begins: behind this user in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserCursor {
    /// The moment that the list is ordered by: the user's creation, or the start of its membership.
    pub at: Timestamp,
    /// The user, for equal moments.
    pub id: UserId,
}

/// Where a page of workspaces begins: behind this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkspaceCursor {
    /// The workspace's creation.
    pub at: Timestamp,
    /// The workspace, for equal moments.
    pub id: WorkspaceId,
}

/// What a list is ordered by. Rows that are equal in it follow each other by their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Creation.
    #[default]
    InsertedAt,
    /// Last change.
    UpdatedAt,
    /// The name of the user or workspace, folded ([`fold`](crate::model::fold)), by its bytes.
    Name,
}

/// Which end a list begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// The smallest.
    #[default]
    Ascending,
    /// The greatest.
    Descending,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Order {
    /// What it is ordered by.
    pub by: Sort,
    /// From which end.
    pub direction: Direction,
}

impl Order {
    /// What was made last comes first.
    pub const LATEST: Self = Self { by: Sort::InsertedAt, direction: Direction::Descending };
}

/// A row's value of what its list is ordered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// A moment.
    At(Timestamp),
    /// A folded name.
    Name(String),
}

/// A row's place in an ordered list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// What the list is ordered by.
    pub mark: Mark,
    /// The row's id, for equal marks.
    pub id: Uuid,
}

impl Position {
    /// In a list that is ordered by moments.
    #[must_use]
    pub const fn at(moment: Timestamp, id: Uuid) -> Self {
        Self { mark: Mark::At(moment), id }
    }
}

/// Whether users can sign in, as a list asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInState {
    /// They can.
    Active,
    /// They are disabled.
    Disabled,
    /// Their time is over.
    Expired,
}

/// Which users are meant. What is `None` excludes nobody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserFilter {
    /// A folded text that user name, first name or last name contains.
    pub search: Option<String>,
    /// Exactly this user name.
    pub username: Option<Username>,
    /// The role.
    pub role: Option<Role>,
    /// Members of this workspace.
    pub workspace: Option<WorkspaceId>,
    /// Whether they can sign in at this moment.
    pub access: Option<(SignInState, Timestamp)>,
}

/// Which workspaces are meant. What is `None` excludes none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkspaceFilter {
    /// A folded text that the name contains.
    pub search: Option<String>,
    /// Exactly this name.
    pub name: Option<WorkspaceName>,
    /// Those that this user is a member of at this moment.
    pub member: Option<(UserId, Timestamp)>,
    /// One of these.
    pub among: Option<BTreeSet<WorkspaceId>>,
}

/// The outcome of inserting a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserInsert {
    /// Done.
    Inserted,
    /// Nothing was written: another user has the name.
    UsernameTaken,
    /// Nothing was written: another user has the id.
    IdTaken,
    /// Nothing was written: another user has the API key.
    KeyTaken,
}

/// The outcome of inserting many rows at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkInsert {
    /// All are there now.
    Inserted,
    /// At least one was not written, because its name, id or key is taken. The unit of work must be dropped.
    Taken,
}

/// The outcome of updating a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserUpdate {
    /// Done.
    Updated,
    /// Another user has the name. The unit of work must be dropped.
    UsernameTaken,
    /// Another user has the API key. The unit of work must be dropped.
    KeyTaken,
}

/// The outcome of updating a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkspaceUpdate {
    /// Done.
    Updated,
    /// Another workspace has the name. The unit of work must be dropped.
    NameTaken,
}

/// The outcome of inserting a named key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyInsert {
    /// Done.
    Inserted,
    /// Nothing was written: the user has a key of this name.
    NameTaken,
}

/// The outcome of linking an account at a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityInsert {
    /// Done.
    Inserted,
    /// Nothing was written: the account signs in somebody already.
    Taken,
}

/// The outcome of inserting a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkspaceInsert {
    /// Done.
    Inserted,
    /// Nothing was written: another workspace has the name.
    NameTaken,
    /// Nothing was written: another workspace has the id.
    IdTaken,
}

/// The outcome of inserting a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembershipInsert {
    /// Done.
    Inserted,
    /// Nothing was written: the user is a member already.
    AlreadyMember,
}

/// Users.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait UserRepository: Send + Sync {
    /// The user with this id.
    async fn find(&self, id: UserId) -> Result<Option<User>>;
    /// The user with this id, locked against changes by others until the unit of work ends.
    async fn lock(&self, id: UserId) -> Result<Option<User>>;
    /// The user with exactly this name.
    async fn find_by_username(&self, username: &Username) -> Result<Option<User>>;
    /// At most two users whose names, compared without regard to case, are this folded one.
    async fn find_by_folded_username(&self, folded: &str) -> Result<Vec<User>>;
    /// The users with these names, in no order.
    async fn find_by_usernames(&self, usernames: &[Username]) -> Result<Vec<User>>;
    /// The users with these names, in no order, locked against changes by others until the unit of work ends.
    async fn lock_by_usernames(&self, usernames: &[Username]) -> Result<Vec<User>>;
    /// The users with these API keys, in no order.
    async fn find_by_keys(&self, keys: &[KeyLookup]) -> Result<Vec<User>>;
    /// The users with these ids, in no order, locked as by [`UserRepository::lock`].
    async fn lock_many(&self, ids: &[UserId]) -> Result<Vec<User>>;
    /// The names of the users with these ids, in no order.
    async fn names(&self, ids: &[UserId]) -> Result<Vec<(UserId, Username)>>;
    /// The user with this API key.
    async fn find_by_key(&self, key: &KeyLookup) -> Result<Option<User>>;
    /// Whether there is any user.
    async fn any(&self) -> Result<bool>;
    /// At most `limit` users in the order of their creation, behind `after`.
    async fn page(&self, after: Option<UserCursor>, limit: u32) -> Result<Vec<User>>;
    /// At most `limit` of the users that are meant, in this order, behind `after`.
    async fn select(&self, filter: &UserFilter, order: Order, after: Option<Position>, limit: u32)
    -> Result<Vec<User>>;
    /// How many users are meant; no more than `most` are counted.
    async fn count(&self, filter: &UserFilter, most: u32) -> Result<u32>;
    /// When these users were last seen; those who never were are left out.
    async fn last_seen(&self, users: &[UserId]) -> Result<Vec<(UserId, Timestamp)>>;
    /// Notes when users were last seen, at most some hundreds at once. Who does not exist is passed over, and an earlier moment
    /// replaces no later one.
    async fn note_seen(&self, seen: &[(UserId, Timestamp)]) -> Result<()>;
    /// At most `limit` members of a workspace in the order in which they were added, behind `after`, each with its cursor.
    async fn page_of_workspace(
        &self,
        workspace: WorkspaceId,
        after: Option<UserCursor>,
        limit: u32,
    ) -> Result<Vec<(UserCursor, User)>>;
    /// The ids of all owners who can sign in without an end.
    async fn owners(&self) -> Result<Vec<UserId>>;
    /// The ids of all owners who can sign in without an end, locked against changes by others until the unit of work ends.
    async fn lock_owners(&self) -> Result<Vec<UserId>>;
    /// Adds a user.
    async fn insert(&self, user: &User) -> Result<UserInsert>;
    /// Adds many users.
    async fn insert_all(&self, users: &[User]) -> Result<BulkInsert>;
    /// Writes another hash of the same password.
    async fn replace_hash(&self, id: UserId, hash: &PasswordHash) -> Result<()>;
    /// Writes all fields of a user that exists.
    async fn update(&self, user: &User) -> Result<UserUpdate>;
    /// Deletes a user with its memberships, logins, keys, links and linked accounts. Whether there was one.
    async fn delete(&self, id: UserId) -> Result<bool>;
}

/// Workspaces.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait WorkspaceRepository: Send + Sync {
    /// The workspace with this id.
    async fn find(&self, id: WorkspaceId) -> Result<Option<Workspace>>;
    /// The workspace with this id, locked against changes by others until the unit of work ends.
    async fn lock(&self, id: WorkspaceId) -> Result<Option<Workspace>>;
    /// The workspace with this id, kept from being changed or deleted until the unit of work ends. Others may keep it
    /// at the same time.
    async fn keep(&self, id: WorkspaceId) -> Result<Option<Workspace>>;
    /// The workspace with exactly this name.
    async fn find_by_name(&self, name: &WorkspaceName) -> Result<Option<Workspace>>;
    /// The workspaces with these names, in no order.
    async fn find_by_names(&self, names: &[WorkspaceName]) -> Result<Vec<Workspace>>;
    /// The workspaces with these names, in no order, kept as by [`WorkspaceRepository::keep`].
    async fn keep_by_names(&self, names: &[WorkspaceName]) -> Result<Vec<Workspace>>;
    /// The workspaces with these ids, in no order, kept as by [`WorkspaceRepository::keep`].
    async fn keep_many(&self, ids: &[WorkspaceId]) -> Result<Vec<Workspace>>;
    /// At most `limit` workspaces in the order of their creation, behind `after`.
    async fn page(&self, after: Option<WorkspaceCursor>, limit: u32) -> Result<Vec<Workspace>>;
    /// At most `limit` of the workspaces that are meant, in this order, behind `after`.
    async fn select(
        &self,
        filter: &WorkspaceFilter,
        order: Order,
        after: Option<Position>,
        limit: u32,
    ) -> Result<Vec<Workspace>>;
    /// At most `limit` workspaces that a user is a member of at the moment `now`, in the order of their creation, behind `after`.
    async fn page_of_user(
        &self,
        user: UserId,
        now: Timestamp,
        after: Option<WorkspaceCursor>,
        limit: u32,
    ) -> Result<Vec<Workspace>>;
    /// The names of the workspaces with these ids, in no order.
    async fn names(&self, ids: &[WorkspaceId]) -> Result<Vec<(WorkspaceId, WorkspaceName)>>;
    /// Adds a workspace.
    async fn insert(&self, workspace: &Workspace) -> Result<WorkspaceInsert>;
    /// Adds many workspaces.
    async fn insert_all(&self, workspaces: &[Workspace]) -> Result<BulkInsert>;
    /// Writes all fields of a workspace that exists.
    async fn update(&self, workspace: &Workspace) -> Result<WorkspaceUpdate>;
    /// Deletes a workspace with its memberships. Whether there was one.
    async fn delete(&self, id: WorkspaceId) -> Result<bool>;
}

/// Memberships.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait MembershipRepository: Send + Sync {
    /// One membership.
    async fn find(&self, workspace: WorkspaceId, user: UserId) -> Result<Option<Membership>>;
    /// The workspaces that a user belongs to, and until when.
    async fn workspaces_of(&self, user: UserId) -> Result<Vec<(WorkspaceId, Option<Timestamp>)>>;
    /// How many memberships these workspaces have that give access at the moment `now`; no more than `most` are counted of each.
    async fn counts(&self, workspaces: &[WorkspaceId], now: Timestamp, most: u32) -> Result<Vec<(WorkspaceId, u32)>>;
    /// All memberships of a workspace, in the order in which they began.
    async fn of_workspace(&self, workspace: WorkspaceId) -> Result<Vec<Membership>>;
    /// Writes until when a membership gives access. Whether there is one.
    async fn limit(&self, workspace: WorkspaceId, user: UserId, until: Option<Timestamp>) -> Result<bool>;
    /// The memberships of these users with the names of the workspaces, for each user in the order in which it was added.
    async fn of_users(&self, users: &[UserId]) -> Result<Vec<(Membership, WorkspaceName)>>;
    /// Adds many memberships; how many there were not. Users and workspaces exist and are locked, kept or new.
    async fn insert_all(&self, memberships: &[Membership]) -> Result<u64>;
    /// Adds a membership. User and workspace exist and are locked or kept.
    async fn insert(&self, membership: &Membership) -> Result<MembershipInsert>;
    /// Removes a membership. Whether there was one.
    async fn delete(&self, workspace: WorkspaceId, user: UserId) -> Result<bool>;
}

/// Logins.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait LoginSessionRepository: Send + Sync {
    /// The login with this id.
    async fn find(&self, id: LoginSessionId) -> Result<Option<LoginSession>>;
    /// Adds a login. Its user exists and is locked.
    async fn insert(&self, session: &LoginSession) -> Result<()>;
    /// The logins of a user that count at the moment `now`, the latest first.
    async fn of_user(&self, user: UserId, now: Timestamp) -> Result<Vec<LoginSession>>;
    /// Ends one login of a user. Whether there was one.
    async fn delete(&self, user: UserId, id: LoginSessionId) -> Result<bool>;
    /// Ends all logins of a user but one.
    async fn delete_others(&self, user: UserId, kept: LoginSessionId) -> Result<u64>;
    /// Ends all logins of a user.
    async fn delete_of_user(&self, user: UserId) -> Result<u64>;
    /// Removes what expired at `now` or before.
    async fn delete_expired(&self, now: Timestamp) -> Result<u64>;
}

/// Named keys, and API keys that were replaced and are still valid for a while.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait KeyRepository: Send + Sync {
    /// The named key that is found by this.
    async fn find(&self, lookup: &KeyLookup) -> Result<Option<NamedKey>>;
    /// The named keys of a user, in the order in which they were made.
    async fn of_user(&self, user: UserId) -> Result<Vec<NamedKey>>;
    /// At most `limit` named keys of anybody, the oldest first.
    async fn oldest(&self, limit: u32) -> Result<Vec<NamedKey>>;
    /// Adds a named key. Its user exists and is locked.
    async fn insert(&self, key: &NamedKey) -> Result<KeyInsert>;
    /// Removes a named key of a user. Whether there was one.
    async fn delete(&self, user: UserId, id: KeyId) -> Result<bool>;
    /// Notes when named keys were last used, at most some hundreds at once. Those that do not exist are passed over.
    async fn note_used(&self, used: &[(KeyId, Timestamp)]) -> Result<()>;
    /// The user whose API key this was, and until when it is valid, if it is at the moment `now`.
    async fn find_retired(&self, lookup: &KeyLookup, now: Timestamp) -> Result<Option<(UserId, Timestamp)>>;
    /// Lets an API key that is replaced be valid until then. Those that the same user had before are valid no longer than that,
    /// and at most [`crate::model::MAX_RETIRED_KEYS`] are kept: those that end last, and this one.
    async fn retire(&self, user: UserId, lookup: &KeyLookup, until: Timestamp) -> Result<()>;
    /// Removes replaced API keys that are valid no more at the moment `now`.
    async fn delete_retired(&self, now: Timestamp) -> Result<u64>;
}

/// Links that let somebody in.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait LinkRepository: Send + Sync {
    /// The link with this token.
    async fn find(&self, token: &KeyLookup) -> Result<Option<Link>>;
    /// The link with this token, locked against changes by others until the unit of work ends.
    async fn lock(&self, token: &KeyLookup) -> Result<Option<Link>>;
    /// At most `limit` invitations, the latest first, behind `after`.
    async fn invitations(&self, after: Option<Position>, limit: u32) -> Result<Vec<Link>>;
    /// All links for a new password of a user, the latest first.
    async fn of_user(&self, user: UserId) -> Result<Vec<Link>>;
    /// Who used these links, in the order of time.
    async fn uses(&self, links: &[LinkId]) -> Result<Vec<LinkUse>>;
    /// Adds a link. Its user or its workspaces exist and are locked or kept.
    async fn insert(&self, link: &Link) -> Result<()>;
    /// Notes that a locked link was used, and counts it.
    async fn note_use(&self, link_use: &LinkUse) -> Result<()>;
    /// Ends an open invitation at the moment `now`; one that nobody came by is removed, open or not. Whether there was one.
    async fn withdraw(&self, id: LinkId, now: Timestamp) -> Result<bool>;
    /// Removes the links for a new password of a user that were never used; how many.
    async fn delete_unused_of_user(&self, user: UserId) -> Result<u64>;
    /// Removes links that expired at this moment or before.
    async fn delete_expired(&self, end: Timestamp) -> Result<u64>;
}

/// Accounts at sign-in providers.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait IdentityRepository: Send + Sync {
    /// The link of this account to a user.
    async fn find(&self, who: &Subject) -> Result<Option<Identity>>;
    /// The accounts that sign a user in, in the order in which they were linked.
    async fn of_user(&self, user: UserId) -> Result<Vec<Identity>>;
    /// Links an account to a user, who exists and is locked.
    async fn insert(&self, identity: &Identity) -> Result<IdentityInsert>;
    /// Unlinks an account of a user. Whether there was one.
    async fn delete(&self, user: UserId, id: IdentityId) -> Result<bool>;
}

/// What was deleted and can be brought back.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait TrashRepository: Send + Sync {
    /// At most `limit` of what can be brought back at the moment `now`, the latest first, behind `after`.
    async fn list(&self, now: Timestamp, after: Option<Position>, limit: u32) -> Result<Vec<TrashEntry>>;
    /// How much can be brought back at the moment `now`; no more than `most` is counted.
    async fn count(&self, now: Timestamp, most: u32) -> Result<u32>;
    /// One entry, also after its end.
    async fn find(&self, id: TrashId) -> Result<Option<TrashEntry>>;
    /// One entry, locked against changes by others until the unit of work ends.
    async fn lock(&self, id: TrashId) -> Result<Option<TrashEntry>>;
    /// Adds entries.
    async fn insert_all(&self, entries: &[TrashEntry]) -> Result<()>;
    /// Removes an entry for good. Whether there was one.
    async fn delete(&self, id: TrashId) -> Result<bool>;
    /// Removes what can be brought back no more at the moment `now`.
    async fn delete_expired(&self, now: Timestamp) -> Result<u64>;
}

/// What was brought from elsewhere, remembered so that a second run does not undo what was changed here since.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ImportRepository: Send + Sync {
    /// Everything that was ever taken over from databases of Argilla.
    async fn taken(&self) -> Result<Vec<Taken>>;
    /// Notes what is taken over. What is noted already stays.
    async fn note_taken(&self, taken: &[Taken], at: Timestamp) -> Result<()>;
    /// The users that the followed users file named when it was last read.
    async fn followed(&self) -> Result<Vec<UserId>>;
    /// Sets the users that the followed users file names.
    async fn set_followed(&self, users: &[UserId]) -> Result<()>;
}

/// The repositories, over one connection or transaction.
pub trait Session: Send + Sync {
    /// Users.
    fn users(&self) -> &dyn UserRepository;
    /// Workspaces.
    fn workspaces(&self) -> &dyn WorkspaceRepository;
    /// Memberships.
    fn memberships(&self) -> &dyn MembershipRepository;
    /// Logins.
    fn login_sessions(&self) -> &dyn LoginSessionRepository;
    /// Named and replaced keys.
    fn keys(&self) -> &dyn KeyRepository;
    /// Links that let somebody in.
    fn links(&self) -> &dyn LinkRepository;
    /// Accounts at sign-in providers.
    fn identities(&self) -> &dyn IdentityRepository;
    /// What was deleted.
    fn trash(&self) -> &dyn TrashRepository;
    /// What was brought from elsewhere.
    fn imports(&self) -> &dyn ImportRepository;
}

/// Writes that happen together or not at all. Dropping it undoes them.
#[async_trait]
pub trait UnitOfWork: Session {
    /// Makes the writes durable. When it returns `Ok` they survive a crash, and [`ChangeSink`] has heard of them.
    async fn commit(self: Box<Self>) -> Result<()>;
}

/// A database.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Store: Send + Sync {
    /// For reads.
    fn session(&self) -> Box<dyn Session>;
    /// For writes. On SQLite one at a time; others wait in order.
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>>;
}

/// Which users a committed unit of work may have changed: their account, their memberships or their logins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// These.
    Users(Vec<UserId>),
    /// Possibly all.
    All,
}

/// Hears of every committed change before its author gets an answer.
pub trait ChangeSink: Send + Sync {
    /// Called once for each committed unit of work that changed users.
    fn changed(&self, change: &Change);
}

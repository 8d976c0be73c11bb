//! Storage: repositories, reads ([`Store::session`]) and all-or-nothing writes ([`Store::begin`]).
//!
//! Repositories decide nothing: absence is `Option`, a conflict is a variant of the outcome, and the use-cases say
//! what either means.

use async_trait::async_trait;
use uuid::Uuid;

use super::StorageError;
use crate::model::{
    KeyLookup, LoginSession, LoginSessionId, Membership, PasswordHash, Role, Taken, Timestamp, User, UserId, Username,
    Workspace, WorkspaceId, WorkspaceName,
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
}

/// Which workspaces are meant. What is `None` excludes none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkspaceFilter {
    /// A folded text that the name contains.
    pub search: Option<String>,
    /// Exactly this name.
    pub name: Option<WorkspaceName>,
    /// Those that this user is a member of.
    pub member: Option<UserId>,
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
    /// The user with this API key.
    async fn find_by_key(&self, key: &KeyLookup) -> Result<Option<User>>;
    /// Whether there is any user.
    async fn any(&self) -> Result<bool>;
    /// At most `limit` users in the order of their creation, behind `after`.
    async fn page(&self, after: Option<UserCursor>, limit: u32) -> Result<Vec<User>>;
    /// At most `limit` of the users that are meant, in this order, behind `after`.
    async fn select(&self, filter: &UserFilter, order: Order, after: Option<Position>, limit: u32)
    -> Result<Vec<User>>;
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
    /// The ids of all owners who can sign in.
    async fn owners(&self) -> Result<Vec<UserId>>;
    /// The ids of all owners who can sign in, locked against changes by others until the unit of work ends.
    async fn lock_owners(&self) -> Result<Vec<UserId>>;
    /// Adds a user.
    async fn insert(&self, user: &User) -> Result<UserInsert>;
    /// Adds many users.
    async fn insert_all(&self, users: &[User]) -> Result<BulkInsert>;
    /// Writes another hash of the same password.
    async fn replace_hash(&self, id: UserId, hash: &PasswordHash) -> Result<()>;
    /// Writes all fields of a user that exists.
    async fn update(&self, user: &User) -> Result<UserUpdate>;
    /// Deletes a user with its memberships and logins. Whether there was one.
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
    /// At most `limit` workspaces of a member in the order of their creation, behind `after`.
    async fn page_of_user(&self, user: UserId, after: Option<WorkspaceCursor>, limit: u32) -> Result<Vec<Workspace>>;
    /// Adds a workspace.
    async fn insert(&self, workspace: &Workspace) -> Result<WorkspaceInsert>;
    /// Adds many workspaces.
    async fn insert_all(&self, workspaces: &[Workspace]) -> Result<BulkInsert>;
    /// Deletes a workspace with its memberships. Whether there was one.
    async fn delete(&self, id: WorkspaceId) -> Result<bool>;
}

/// Memberships.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait MembershipRepository: Send + Sync {
    /// One membership.
    async fn find(&self, workspace: WorkspaceId, user: UserId) -> Result<Option<Membership>>;
    /// The ids of the workspaces that a user belongs to.
    async fn workspaces_of(&self, user: UserId) -> Result<Vec<WorkspaceId>>;
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
    /// Ends all logins of a user.
    async fn delete_of_user(&self, user: UserId) -> Result<u64>;
    /// Removes what expired at `now` or before.
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

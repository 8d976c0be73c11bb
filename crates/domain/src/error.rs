//! Everything that an operation can refuse or fail with.

use crate::{
    model::{IdentityId, KeyId, KeyName, LoginSessionId, TrashId, UserId, Username, WorkspaceId, WorkspaceName},
    ports::{GateError, StorageError, VaultError},
};

/// The result of a use-case.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an operation was refused or failed. The set is closed on purpose: every adapter maps it with one exhaustive
/// `match`, so that a new kind of refusal cannot reach a client by accident.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No credential was accepted: none was sent, it is unknown, or what it belonged to is gone.
    #[error("could not validate credentials")]
    Unauthenticated,
    /// A bearer token that does not decode, is expired or carries a wrong signature.
    #[error("invalid token")]
    InvalidToken,
    /// The policy says no.
    #[error("operation not allowed")]
    Forbidden,
    /// The user that the operation is about does not exist.
    #[error("user {0} not found")]
    UserNotFound(UserId),
    /// The workspace that the operation is about does not exist.
    #[error("workspace {0} not found")]
    WorkspaceNotFound(WorkspaceId),
    /// The user is not a member of the workspace.
    #[error("user {user} is not a member of workspace {workspace}")]
    MembershipNotFound {
        /// The workspace looked at.
        workspace: WorkspaceId,
        /// The user looked for.
        user: UserId,
    },
    /// A user named in the body of a request does not exist.
    #[error("user {0}, named in the request, does not exist")]
    UnknownUser(UserId),
    /// A new user asks for a name that another one has.
    #[error("the user name {0:?} is taken")]
    UsernameTaken(Username),
    /// A rename asks for a name that another user has.
    #[error("cannot rename: the user name {0:?} is taken")]
    UsernameInUse(Username),
    /// A new user asks for an id that another one has.
    #[error("the user id {0} is taken")]
    UserIdTaken(UserId),
    /// A new user asks for an API key that another one has.
    #[error("the API key is taken")]
    ApiKeyTaken,
    /// A new workspace asks for a name that another one has.
    #[error("the workspace name {0:?} is taken")]
    WorkspaceNameTaken(WorkspaceName),
    /// A new workspace asks for an id that another one has.
    #[error("the workspace id {0} is taken")]
    WorkspaceIdTaken(WorkspaceId),
    /// The user is a member already.
    #[error("user {user} is a member of workspace {workspace} already")]
    AlreadyMember {
        /// The workspace.
        workspace: WorkspaceId,
        /// The user.
        user: UserId,
    },
    /// A workspace named in a request does not exist.
    #[error("the workspace {0:?}, named in the request, does not exist")]
    UnknownWorkspace(WorkspaceName),
    /// Entries of a list of users cannot be taken; the list is refused as a whole.
    #[error("{} entries cannot be taken", .0.len())]
    Entries(Vec<EntryProblem>),
    /// The differences are not those that whoever applies a desired state expects.
    #[error("the team has changed since it was planned")]
    PlanChanged,
    /// A user was changed by somebody else meanwhile.
    #[error("the user {0} has changed since it was read")]
    UserChanged(UserId),
    /// A desired state would delete whoever applies it.
    #[error("the user {0:?} would delete the own account")]
    OwnAccount(Username),
    /// The last owner without an end can be neither deleted nor demoted, disabled or limited: nobody could manage the server afterwards.
    #[error("user {0} is the last owner")]
    LastOwner(UserId),
    /// The account must get another password before it may do anything else.
    #[error("the password must be changed first")]
    PasswordChangeRequired,
    /// The password that should be the one of now is not.
    #[error("the current password is wrong")]
    WrongPassword,
    /// The new password is the one of now.
    #[error("the new password is the old one")]
    SamePassword,
    /// The new password is the user's name.
    #[error("the password is the user name")]
    PasswordIsName,
    /// The user has no login with this id.
    #[error("login {0} not found")]
    SessionNotFound(LoginSessionId),
    /// The user has no named key with this id.
    #[error("key {0} not found")]
    KeyNotFound(KeyId),
    /// The user has a key of this name.
    #[error("the key name {0:?} is taken")]
    KeyNameTaken(KeyName),
    /// The user has as many named keys as anybody may have.
    #[error("too many keys")]
    TooManyKeys,
    /// The user is disabled, or its time is over.
    #[error("user {0} cannot sign in")]
    CannotSignIn(UserId),
    /// The user has no password that could be changed.
    #[error("user {0} has no password")]
    NoPassword(UserId),
    /// A moment in the past where only one to come makes sense: the field that holds it.
    #[error("{0} is in the past")]
    Past(&'static str),
    /// A link that is worth nothing: unknown, used up, expired, withdrawn, or of somebody who is gone. Which one is not told.
    #[error("the link is worth nothing")]
    DeadLink,
    /// An invitation was to be used without a word about who comes.
    #[error("an invitation needs a user name")]
    NewcomerMissing,
    /// No invitation has this id.
    #[error("invitation {0} not found")]
    InvitationNotFound(uuid::Uuid),
    /// Nothing with this id was deleted within the time in which it can be brought back.
    #[error("trash entry {0} not found")]
    TrashNotFound(TrashId),
    /// The name of what was deleted belongs to something else by now.
    #[error("the name {0:?} is taken meanwhile")]
    RestoredNameTaken(String),
    /// The id or the API key of what was deleted belongs to something else by now.
    #[error("the id or the API key is taken meanwhile")]
    RestoredIdTaken,
    /// The account at a provider signs in somebody already.
    #[error("the identity is linked already")]
    IdentityTaken,
    /// The user has no such account at a provider.
    #[error("identity {0} not found")]
    IdentityNotFound(IdentityId),
    /// No rule of the configuration gives an account at a provider access here.
    #[error("the account at the provider gives no access")]
    NoAccess,
    /// A local account has the name of an account at a provider, and nobody has linked the two.
    #[error("the account {0:?} is not linked")]
    NotLinked(Username),
    /// The password gate could not take the work.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// A sealed secret could not be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// An entry of a list of users that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryProblem {
    /// Which one, counted from zero.
    pub index: usize,
    /// Why not.
    pub fault: EntryFault,
}

/// Why an entry of a list of users cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryFault {
    /// Somebody has the user name.
    UsernameTaken(Username),
    /// Neither the list nor the server has the workspace.
    UnknownWorkspace(WorkspaceName),
}

/// Why a value was refused. The field's name is added by whoever knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Fewer characters than allowed.
    #[error("should have at least {min} characters")]
    TooShort {
        /// Least number of characters.
        min: usize,
    },
    /// More characters than allowed.
    #[error("should have at most {max} characters")]
    TooLong {
        /// Greatest number of characters.
        max: usize,
    },
    /// The character U+0000, which PostgreSQL cannot store and no name needs.
    #[error("should not contain the character U+0000")]
    Nul,
    /// Not a name by the rule of Argilla 1.x ([`LEGACY_NAME_PATTERN`](crate::model::LEGACY_NAME_PATTERN)).
    #[error("should have lowercase letters, digits, '-' and '_' only, and begin with a letter or digit")]
    LegacyName,
    /// Not an email address.
    #[error("should be an email address: a name, one @ and a domain with a dot, without spaces")]
    NoEmail,
    /// Not a hash that a password can be checked against.
    #[error("should be a bcrypt hash ($2a$, $2b$ or $2y$, cost 4 to 16, 60 characters)")]
    NoBcrypt,
    /// Not a hash that a password can be checked against, of either kind.
    #[error(
        "should be a hash of argon2id ($argon2id$v=19$m=…,t=…,p=…$…$…, at most 128 MiB, 16 passes and 8 lanes) or of bcrypt \
         ($2a$, $2b$ or $2y$, cost 4 to 16)"
    )]
    NoHash,
    /// A control character, or space around the value: it cannot travel in an HTTP header.
    #[error("should have no control characters, and no space at its beginning or end")]
    NotInHeader,
    /// A password that many people have.
    #[error("is one of the most common passwords; choose one that nobody would guess")]
    TooCommon,
    /// A character that cannot travel in an HTTP header.
    #[error("should contain visible ASCII characters only, without spaces")]
    NotHeaderSafe,
}

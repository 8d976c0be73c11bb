//! Reading requests as Argilla reads them, and writing answers in one go.

mod call;
mod caller;
mod fields;
mod form;
mod json;
mod own;
mod query;
mod respond;
mod team;

pub(crate) use call::{
    Call, LargeCall, LegacyCall, LegacyNewUser, LegacyNewWorkspace, MemberPath, RefreshToken, TextPath, Unsigned,
    UserPath, WorkspacePath, WorkspaceQuery,
};
pub(crate) use caller::Caller;
pub(crate) use fields::{Fields, Problem, Problems};
pub(crate) use form::LoginForm;
pub(crate) use json::Json;
pub(crate) use own::{
    IdentityPath, InvitationBody, InvitationPath, KeyPath, MemberEnd, NewMember, NewPassword, NewResetLink, OfUser,
    Overlap, Redemption, SessionPath, TrashPath,
};
pub(crate) use query::{LatestQuery, UserQuery, UsersQuery, WorkspacesQuery, cursor, is_paged};
pub(crate) use respond::{Frame, Pages, bytes, json, nothing, stream};
pub(crate) use team::{NewUsers, TeamRequest};

//! From refusals and failures to Argilla's answers, in one exhaustive match.

use std::{fmt::Display, time::Duration};

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use ochre_domain::{
    Error,
    error::{EntryFault, EntryProblem},
    model::MAX_NAMED_KEYS,
    ports::{GateError, StorageError},
};
use ochre_dto::{
    legacy,
    v1::{Coded, Detail, ErrorBody, FieldProblem, Params},
};
use serde_json::Value;

use crate::wire::{Problem, Problems, json};

/// What a request can end with besides success.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// A use-case refused or failed.
    #[error(transparent)]
    Domain(#[from] Error),
    /// Fields of path or body are not valid.
    #[error("the request is not valid")]
    Invalid(Problems),
    /// The body is no JSON.
    #[error("the body is no JSON from character {position} on")]
    NoJson {
        /// Where, in characters.
        position: usize,
    },
    /// A refresh token that is none, or whose login has ended.
    #[error("invalid refresh token")]
    InvalidRefreshToken,
    /// The body cannot be read at all.
    #[error("the body cannot be read")]
    UnreadableBody,
    /// A multipart form without a boundary.
    #[error("a multipart form has no boundary")]
    MissingBoundary,
    /// The body is larger than the limit.
    #[error("the body is too large")]
    BodyTooLarge {
        /// The limit.
        mebibytes: usize,
    },
    /// Too many tries at a password have failed.
    #[error("the next try must wait {seconds} s")]
    Throttled {
        /// How long to wait.
        seconds: u64,
    },
    /// The body did not arrive in time.
    #[error("the body did not arrive in time")]
    BodyTooSlow,
    /// The handler did not finish in time.
    #[error("the request took too long")]
    TimedOut(Duration),
    /// No such route.
    #[error("no such route")]
    NotFound,
    /// No such sign-in provider.
    #[error("no such provider")]
    ProviderNotFound(String),
    /// Signing in by a provider failed.
    #[error("{detail}")]
    Provider {
        /// The status.
        status: StatusCode,
        /// Why.
        detail: String,
    },
    /// The route has no such verb.
    #[error("no such verb")]
    MethodNotAllowed,
    /// A bug, or something broken around us.
    #[error("internal error: {0}")]
    Internal(String),
}

/// The cause of a 5xx answer. It travels beside the answer to whoever logs it, and is never part of the body.
#[derive(Debug, Clone)]
pub(crate) struct Cause(pub(crate) String);

fn text(status: StatusCode, detail: impl Into<String>) -> Response {
    json(status, &ErrorBody { detail: Detail::Text(detail.into()) })
}

fn coded(status: StatusCode, name: &str, params: Params) -> Response {
    let code = format!("argilla.api.errors::{name}");
    json(status, &ErrorBody { detail: Detail::Coded(Coded { code, params }) })
}

fn sentence(status: StatusCode, name: &str, detail: &str) -> Response {
    coded(status, name, Params::Detail { detail: detail.to_owned() })
}

fn unavailable(detail: &str, cause: Option<String>) -> Response {
    let mut response = text(StatusCode::SERVICE_UNAVAILABLE, detail);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    if let Some(cause) = cause {
        response.extensions_mut().insert(Cause(cause));
    }
    response
}

/// A 500. Its body is written where the request's id is known ([`failure`]).
fn internal(cause: String) -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(Cause(cause));
    response
}

/// The body of a 500: an id to look for in the log, and no cause.
pub(crate) fn failure(request_id: &str) -> Response {
    coded(
        StatusCode::INTERNAL_SERVER_ERROR,
        "GenericServerError",
        Params::Failure {
            r#type: "ochre.InternalError".to_owned(),
            message: format!("Internal error. The server's log says more at request {request_id}."),
            request_id: request_id.to_owned(),
        },
    )
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        use StatusCode as S;
        match self {
            Self::Domain(error) => domain(error),
            Self::Invalid(problems) => {
                coded(S::UNPROCESSABLE_ENTITY, "ValidationError", Params::Errors { errors: problems.modern() })
            }
            Self::NoJson { position } => {
                Self::Invalid(Problems::with_body(Problem::NoJson, Value::from(position))).into_response()
            }
            Self::InvalidRefreshToken => sentence(S::UNAUTHORIZED, "UnauthorizedError", "Invalid refresh token"),
            Self::UnreadableBody => text(S::BAD_REQUEST, "There was an error parsing the body"),
            Self::MissingBoundary => text(S::BAD_REQUEST, "Missing boundary in multipart."),
            Self::BodyTooLarge { mebibytes } => {
                text(S::PAYLOAD_TOO_LARGE, format!("The body is larger than {mebibytes} MiB"))
            }
            Self::Throttled { seconds } => throttled(seconds),
            Self::BodyTooSlow => text(S::REQUEST_TIMEOUT, "The body did not arrive in time"),
            Self::TimedOut(limit) => {
                let detail = format!("The request took longer than {} s", limit.as_secs());
                unavailable(&detail, Some("the request took too long".into()))
            }
            Self::NotFound => text(S::NOT_FOUND, "Not Found"),
            Self::ProviderNotFound(name) => text(S::NOT_FOUND, format!("OAuth Provider '{name}' not found")),
            Self::Provider { status, detail } => text(status, detail),
            Self::MethodNotAllowed => text(S::METHOD_NOT_ALLOWED, "Method Not Allowed"),
            Self::Internal(cause) => internal(cause),
        }
    }
}

/// Nothing tells whether the account exists.
fn throttled(seconds: u64) -> Response {
    let unit = if seconds == 1 { "second" } else { "seconds" };
    let detail = format!("Too many sign-ins have failed. Try again in {seconds} {unit}");
    let mut response = text(StatusCode::TOO_MANY_REQUESTS, detail);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// A problem with one field that only a use-case can see.
fn field(name: &str, message: &str) -> Response {
    let problem = FieldProblem {
        r#type: "value_error".to_owned(),
        loc: vec!["body".into(), name.into()],
        msg: format!("Value error, {message}"),
    };
    coded(StatusCode::UNPROCESSABLE_ENTITY, "ValidationError", Params::Errors { errors: vec![problem] })
}

/// Problems of a list's entries that are told.
const MAX_ENTRIES: usize = 100;

/// Problems of a list's entries: a conflict where all of them are names that are taken.
fn entries(problems: &[EntryProblem]) -> Response {
    let taken = |problem: &EntryProblem| matches!(problem.fault, EntryFault::UsernameTaken(_));
    let (status, code) = if problems.iter().all(taken) {
        (StatusCode::CONFLICT, "ConflictError")
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, "ValidationError")
    };
    let errors = problems.iter().map(|problem| {
        let (kind, key, msg) = match &problem.fault {
            EntryFault::UsernameTaken(name) => {
                ("conflict", "username", format!("User username `{name}` is not unique"))
            }
            EntryFault::UnknownWorkspace(name) => {
                let msg = format!(
                    "Workspace '{name}' does not exist: create it first, or name it under the `workspaces` of a team"
                );
                ("value_error", "workspaces", msg)
            }
        };
        let loc = vec!["body".into(), "users".into(), problem.index.into(), key.into()];
        FieldProblem { r#type: kind.to_owned(), loc, msg }
    });
    let mut errors: Vec<_> = errors.take(MAX_ENTRIES).collect();
    if problems.len() > errors.len() {
        let msg = format!("and {} more", problems.len() - errors.len());
        errors.push(FieldProblem { r#type: "more".to_owned(), loc: vec!["body".into(), "users".into()], msg });
    }
    coded(status, code, Params::Errors { errors })
}

fn domain(error: Error) -> Response {
    use StatusCode as S;
    match error {
        Error::Unauthenticated => sentence(S::UNAUTHORIZED, "UnauthorizedError", "Could not validate credentials"),
        Error::InvalidToken => sentence(S::UNAUTHORIZED, "UnauthorizedError", "Invalid token"),
        Error::Forbidden => sentence(S::FORBIDDEN, "ForbiddenOperationError", "Operation not allowed"),
        Error::UserNotFound(id) => text(S::NOT_FOUND, format!("User with id `{id}` not found")),
        Error::WorkspaceNotFound(id) => text(S::NOT_FOUND, format!("Workspace with id `{id}` not found")),
        Error::MembershipNotFound { workspace, user } => {
            text(S::NOT_FOUND, format!("WorkspaceUser not found filtering by workspace_id={workspace}, user_id={user}"))
        }
        Error::UnknownUser(id) => text(S::UNPROCESSABLE_ENTITY, format!("User with id `{id}` not found")),
        Error::UsernameTaken(name) => text(S::CONFLICT, format!("User username `{name}` is not unique")),
        Error::UsernameInUse(name) => text(S::UNPROCESSABLE_ENTITY, format!("Username '{name}' already exists")),
        Error::UserIdTaken(id) => text(S::CONFLICT, format!("User with id `{id}` is not unique")),
        Error::ApiKeyTaken => text(S::CONFLICT, "User api_key is not unique"),
        Error::WorkspaceNameTaken(name) => text(S::CONFLICT, format!("Workspace name `{name}` is not unique")),
        Error::WorkspaceIdTaken(id) => text(S::CONFLICT, format!("Workspace with id `{id}` is not unique")),
        Error::AlreadyMember { workspace, user } => text(
            S::CONFLICT,
            format!("Workspace user with workspace_id `{workspace}` and user_id `{user}` is not unique"),
        ),
        Error::UnknownWorkspace(name) => text(S::UNPROCESSABLE_ENTITY, format!("Workspace '{name}' does not exist")),
        Error::Entries(problems) => entries(&problems),
        Error::PlanChanged => {
            text(S::CONFLICT, "The team has changed since it was planned, and nothing was done. Plan it again")
        }
        Error::UserChanged(_) => {
            text(S::CONFLICT, "The user has changed since it was read, and nothing was done. Read it again")
        }
        Error::OwnAccount(name) => text(
            S::UNPROCESSABLE_ENTITY,
            format!(
                "The desired state leaves out `{name}`, who applies it, and would delete the own account. Name the user in it"
            ),
        ),
        Error::LastOwner(id) => text(
            S::UNPROCESSABLE_ENTITY,
            format!("User with id `{id}` is the last owner. Make somebody else an owner first"),
        ),
        Error::PasswordChangeRequired => sentence(
            S::FORBIDDEN,
            "PasswordChangeRequiredError",
            "This account must get another password first: POST /api/v1/me/password",
        ),
        Error::WrongPassword => field("current_password", "The password is not the current one"),
        Error::SamePassword => field("new_password", "The password should be another than the current one"),
        Error::PasswordIsName => text(S::UNPROCESSABLE_ENTITY, "The password should not be the user name"),
        Error::SessionNotFound(id) => text(S::NOT_FOUND, format!("Session with id `{id}` not found")),
        Error::KeyNotFound(id) => text(S::NOT_FOUND, format!("Key with id `{id}` not found")),
        Error::KeyNameTaken(name) => text(S::CONFLICT, format!("Key name `{name}` is not unique")),
        Error::TooManyKeys => text(
            S::UNPROCESSABLE_ENTITY,
            format!("A user has at most {MAX_NAMED_KEYS} named keys. Delete one that is not needed any more"),
        ),
        Error::CannotSignIn(id) => text(
            S::UNPROCESSABLE_ENTITY,
            format!("User with id `{id}` cannot sign in. Enable the user, or extend its time, first"),
        ),
        Error::NoPassword(id) => text(
            S::UNPROCESSABLE_ENTITY,
            format!("User with id `{id}` has no password that could be changed. A reset link gives one"),
        ),
        Error::Past(name) => field(name, "The moment should be in the future"),
        Error::DeadLink => text(
            S::NOT_FOUND,
            "This link is worth nothing: it was used, has expired or was withdrawn. Ask for another one",
        ),
        Error::NewcomerMissing => {
            ApiError::Invalid(Problems::with_body(Problem::Missing, Value::from("username"))).into_response()
        }
        Error::InvitationNotFound(id) => text(S::NOT_FOUND, format!("Invitation with id `{id}` not found")),
        Error::TrashNotFound(id) => text(S::NOT_FOUND, format!("Nothing with id `{id}` is in the trash")),
        Error::RestoredNameTaken(name) => {
            text(S::CONFLICT, format!("The name `{name}` was taken meanwhile. Rename whatever has it, and try again"))
        }
        Error::RestoredIdTaken => text(S::CONFLICT, "The id or the API key was taken meanwhile"),
        Error::IdentityTaken => text(S::CONFLICT, "This account at the provider signs somebody in already"),
        Error::IdentityNotFound(id) => text(S::NOT_FOUND, format!("Identity with id `{id}` not found")),
        Error::NoAccess => text(S::FORBIDDEN, "This account at the provider gives no access here"),
        Error::NotLinked(name) => text(
            S::FORBIDDEN,
            format!(
                "An account named `{name}` exists here and is not linked to this account at the provider. Its own password, or an \
                 owner, links the two"
            ),
        ),
        Error::Gate(GateError::Full) => {
            unavailable("The server is busy checking passwords. Try again in a second", None)
        }
        Error::Storage(error @ StorageError::Unavailable(_)) => {
            unavailable("The database is unavailable. Try again in a second", Some(error.to_string()))
        }
        error @ (Error::Gate(GateError::Failed(_)) | Error::Vault(_) | Error::Storage(StorageError::Failed(_))) => {
            internal(error.to_string())
        }
    }
}

/// What a request below `/api` of Argilla 1.x can end with: the same, in that version's words and shapes.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct LegacyError(#[from] ApiError);

impl From<Error> for LegacyError {
    fn from(error: Error) -> Self {
        Self(error.into())
    }
}

fn legacy_coded(status: StatusCode, name: &str, params: legacy::Params) -> Response {
    json(status, &legacy::ErrorBody::coded(name, params))
}

fn legacy_entity(status: StatusCode, code: &str, name: &dyn Display, kind: &str) -> Response {
    let entity = legacy::Entity { name: name.to_string(), r#type: kind.to_owned() };
    legacy_coded(status, code, legacy::Params::Entity(entity))
}

fn legacy_invalid(problems: Problems) -> Response {
    let params = legacy::Params::Errors { errors: problems.legacy() };
    legacy_coded(StatusCode::UNPROCESSABLE_ENTITY, "ValidationError", params)
}

impl IntoResponse for LegacyError {
    fn into_response(self) -> Response {
        match self.0 {
            ApiError::Domain(error) => legacy_domain(error),
            ApiError::Invalid(problems) => legacy_invalid(problems),
            ApiError::NoJson { position } => {
                legacy_invalid(Problems::with_body(Problem::NoJson, Value::from(position)))
            }
            // These are the web framework's answers, which are the same in all versions.
            error @ (ApiError::InvalidRefreshToken
            | ApiError::UnreadableBody
            | ApiError::MissingBoundary
            | ApiError::BodyTooLarge { .. }
            | ApiError::Throttled { .. }
            | ApiError::BodyTooSlow
            | ApiError::TimedOut(_)
            | ApiError::NotFound
            | ApiError::ProviderNotFound(_)
            | ApiError::Provider { .. }
            | ApiError::MethodNotAllowed
            | ApiError::Internal(_)) => error.into_response(),
        }
    }
}

fn legacy_domain(error: Error) -> Response {
    use StatusCode as S;
    const NOT_FOUND: &str = "EntityNotFoundError";
    const EXISTS: &str = "EntityAlreadyExistsError";
    match error {
        Error::UserNotFound(id) | Error::UnknownUser(id) => legacy_entity(S::NOT_FOUND, NOT_FOUND, &id, "User"),
        Error::WorkspaceNotFound(id) => legacy_entity(S::NOT_FOUND, NOT_FOUND, &id, "Workspace"),
        Error::MembershipNotFound { user, .. } => legacy_entity(S::NOT_FOUND, NOT_FOUND, &user, "User"),
        Error::UsernameTaken(name) | Error::UsernameInUse(name) => legacy_entity(S::CONFLICT, EXISTS, &name, "User"),
        Error::UserIdTaken(id) => legacy_entity(S::CONFLICT, EXISTS, &id, "User"),
        Error::AlreadyMember { user, .. } => legacy_entity(S::CONFLICT, EXISTS, &user, "User"),
        Error::WorkspaceNameTaken(name) => legacy_entity(S::CONFLICT, EXISTS, &name, "Workspace"),
        Error::WorkspaceIdTaken(id) => legacy_entity(S::CONFLICT, EXISTS, &id, "Workspace"),
        // Clients up to 1.22 send their API key as a token as well, which decodes for nobody: the key is what was wrong.
        Error::InvalidToken => domain(Error::Unauthenticated),
        error @ (Error::Unauthenticated
        | Error::Forbidden
        | Error::ApiKeyTaken
        | Error::UnknownWorkspace(_)
        | Error::Entries(_)
        | Error::PlanChanged
        | Error::UserChanged(_)
        | Error::OwnAccount(_)
        | Error::LastOwner(_)
        | Error::PasswordChangeRequired
        | Error::WrongPassword
        | Error::SamePassword
        | Error::PasswordIsName
        | Error::SessionNotFound(_)
        | Error::KeyNotFound(_)
        | Error::KeyNameTaken(_)
        | Error::TooManyKeys
        | Error::CannotSignIn(_)
        | Error::NoPassword(_)
        | Error::Past(_)
        | Error::DeadLink
        | Error::NewcomerMissing
        | Error::InvitationNotFound(_)
        | Error::TrashNotFound(_)
        | Error::RestoredNameTaken(_)
        | Error::RestoredIdTaken
        | Error::IdentityTaken
        | Error::IdentityNotFound(_)
        | Error::NoAccess
        | Error::NotLinked(_)
        | Error::Gate(_)
        | Error::Vault(_)
        | Error::Storage(_)) => domain(error),
    }
}

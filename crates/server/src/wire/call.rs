//! One request: who calls, what the path names, what the body says.
//!
//! [`Call`] does everything that comes before a use-case, in Argilla's order: a body that is no JSON is refused first
//! (even without credentials), then the credentials, then all problems of path and body together.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, RawPathParams, Request},
};
use bytes::Bytes;
use http::{HeaderMap, header, request::Parts};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Body as _;
use ochre_domain::{
    model::{FirstName, LastName, Password, UserId, Username, WorkspaceId, WorkspaceName},
    policy::Actor,
    usecase::{NewUser, NewWorkspace, UserChanges},
};
use uuid::Uuid;

use super::{
    Fields, Json, Problems,
    fields::{Problem, loose_text, moment, parse_uuid, text, texts, uuid, yes_or_no},
    json::JsonError,
};
use crate::{
    app::App,
    error::{ApiError, LegacyError},
};

/// How large a body may be, and how long it may take to arrive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// In MiB.
    mebibytes: usize,
    time: Duration,
}

impl Limits {
    /// For every call. The largest body that Argilla's API needs is far below.
    pub(crate) const USUAL: Self = Self { mebibytes: 1, time: Duration::from_secs(20) };
    /// For many users at once.
    const LARGE: Self = Self { mebibytes: 64, time: Duration::from_mins(1) };
}

/// An authenticated call with its path and body.
pub(crate) struct Call<P = (), B = ()> {
    pub(crate) actor: Arc<Actor>,
    pub(crate) path: P,
    pub(crate) body: B,
}

/// What an address names: its path, or its query.
pub(crate) trait Path: Sized {
    fn read(params: &RawPathParams, query: Option<&str>, problems: &mut Problems) -> Option<Self>;
}

/// What a body says.
pub(crate) trait JsonBody: Sized + Send {
    /// Whether the operation has a body at all. A body that nobody asked for is ignored.
    const EXPECTED: bool = true;
    /// Whether the body must be there. One that need not is as good as an empty object.
    const REQUIRED: bool = true;
    fn read(body: &Json, problems: &mut Problems) -> Option<Self>;
}

impl<P: Path, B: JsonBody> FromRequest<App> for Call<P, B> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        Self::read(request, app, Problems::default()).await
    }
}

/// An authenticated call of Argilla 1.x: the same, with its errors in the words of its time, and its names of roles.
pub(crate) struct LegacyCall<P = (), B = ()>(pub(crate) Call<P, B>);

impl<P: Path, B: JsonBody> FromRequest<App> for LegacyCall<P, B> {
    type Rejection = LegacyError;

    async fn from_request(request: Request, app: &App) -> Result<Self, LegacyError> {
        Ok(Self(Call::read(request, app, Problems::with(app.config.compat_role_names)).await?))
    }
}

/// A body that may be large.
pub(crate) trait LargeBody: JsonBody + 'static {
    /// Whether the caller may send it at all.
    ///
    /// # Errors
    /// [`Error::Forbidden`](ochre_domain::Error::Forbidden).
    fn check(actor: &Actor) -> Result<(), ochre_domain::Error>;
}

/// A call whose body may be large. Unlike in [`Call`], the caller is known and may do it before the body is read: nobody else
/// fills our memory.
pub(crate) struct LargeCall<B> {
    pub(crate) actor: Arc<Actor>,
    pub(crate) body: B,
}

impl<B: LargeBody> FromRequest<App> for LargeCall<B> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let actor = app.actors.authenticate(&parts.headers).await?.actor();
        B::check(&actor)?;
        let bytes = read_body(body, Limits::LARGE).await?;
        // Off the threads that serve requests: reading so much takes its time.
        let read = tokio::task::spawn_blocking(move || {
            let json = json_of(&parts.headers, &bytes)?;
            drop(bytes);
            let mut problems = Problems::default();
            let body = body_of(json, &mut problems);
            body.filter(|_| problems.is_empty()).ok_or(ApiError::Invalid(problems))
        });
        let body = read.await.map_err(|error| ApiError::Internal(error.to_string()))??;
        Ok(Self { actor, body })
    }
}

/// The body of a call that needs no credentials, and the path.
pub(crate) struct Unsigned<B, P = ()> {
    pub(crate) path: P,
    pub(crate) body: B,
}

impl<B: JsonBody, P: Path> FromRequest<App> for Unsigned<B, P> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let json = read_json(&parts.headers, body).await?;
        let mut problems = Problems::default();
        let params = path_params(&mut parts, app).await?;
        let path = P::read(&params, parts.uri.query(), &mut problems);
        match (path, body_of(json, &mut problems)) {
            (Some(path), Some(body)) => Ok(Self { path, body }),
            _ => Err(ApiError::Invalid(problems)),
        }
    }
}

/// What a body says, or that there is none.
fn body_of<B: JsonBody>(json: Option<Json>, problems: &mut Problems) -> Option<B> {
    match json {
        // What has no body reads nothing from it.
        Some(json) => B::read(&json, problems),
        None if B::EXPECTED && !B::REQUIRED => B::read(&Json::Object(Vec::new()), problems),
        None if B::EXPECTED => {
            problems.push(Problem::Missing, "body", None);
            None
        }
        None => B::read(&Json::Null, problems),
    }
}

impl<P: Path, B: JsonBody> Call<P, B> {
    async fn read(request: Request, app: &App, mut problems: Problems) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let json = if B::EXPECTED { read_json(&parts.headers, body).await? } else { None };
        let actor = app.actors.authenticate(&parts.headers).await?.actor();

        let params = path_params(&mut parts, app).await?;
        let path = P::read(&params, parts.uri.query(), &mut problems);
        let body = body_of(json, &mut problems);
        match (path, body) {
            (Some(path), Some(body)) => Ok(Self { actor, path, body }),
            _ => Err(ApiError::Invalid(problems)),
        }
    }
}

async fn path_params<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<RawPathParams, ApiError> {
    // Fails only for bytes that are no UTF-8, which are in no path that we know.
    RawPathParams::from_request_parts(parts, state).await.map_err(|_| ApiError::NotFound)
}

/// The whole body, within its limits.
pub(crate) async fn read_body(body: Body, limits: Limits) -> Result<Bytes, ApiError> {
    let most = limits.mebibytes << 20;
    let too_large = ApiError::BodyTooLarge { mebibytes: limits.mebibytes };
    // Before the first byte is asked for (`Expect: 100-continue`).
    if body.size_hint().lower() > most as u64 {
        return Err(too_large);
    }
    let whole = tokio::time::timeout(limits.time, Limited::new(body, most).collect());
    match whole.await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large),
        Ok(Err(_)) => Err(ApiError::UnreadableBody),
        Err(_) => Err(ApiError::BodyTooSlow),
    }
}

/// The body as JSON; `None` when it is empty or `null`, which Argilla takes for the same.
async fn read_json(headers: &HeaderMap, body: Body) -> Result<Option<Json>, ApiError> {
    json_of(headers, &read_body(body, Limits::USUAL).await?)
}

fn json_of(headers: &HeaderMap, bytes: &[u8]) -> Result<Option<Json>, ApiError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    if !is_json(headers) {
        return Ok(Some(Json::Opaque));
    }
    match Json::parse(bytes) {
        Ok(Json::Null) => Ok(None),
        Ok(json) => Ok(Some(json)),
        Err(JsonError::Syntax(position)) => Err(ApiError::NoJson { position }),
        Err(JsonError::Unreadable) => Err(ApiError::UnreadableBody),
    }
}

/// Without a content type a body counts as JSON.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return true };
    let value = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    value.strip_prefix("application/").is_some_and(|kind| kind == "json" || kind.ends_with("+json"))
}

pub(super) fn path_uuid(params: &RawPathParams, name: &str, problems: &mut Problems) -> Option<Uuid> {
    let (_, value) = params.iter().find(|(key, _)| *key == name)?;
    parse_uuid(value).map_err(|problem| problems.push(problem, "path", Some(name))).ok()
}

impl Path for () {
    fn read(_: &RawPathParams, _: Option<&str>, _: &mut Problems) -> Option<Self> {
        Some(())
    }
}

/// `{user_id}`
pub(crate) struct UserPath(pub(crate) UserId);

impl Path for UserPath {
    fn read(params: &RawPathParams, _: Option<&str>, problems: &mut Problems) -> Option<Self> {
        path_uuid(params, "user_id", problems).map(UserId::new).map(Self)
    }
}

/// `{workspace_id}`
pub(crate) struct WorkspacePath(pub(crate) WorkspaceId);

impl Path for WorkspacePath {
    fn read(params: &RawPathParams, _: Option<&str>, problems: &mut Problems) -> Option<Self> {
        path_uuid(params, "workspace_id", problems).map(WorkspaceId::new).map(Self)
    }
}

/// `?workspace_id=`, which may be absent. Of several the last counts.
pub(crate) struct WorkspaceQuery(pub(crate) Option<WorkspaceId>);

impl Path for WorkspaceQuery {
    fn read(_: &RawPathParams, query: Option<&str>, problems: &mut Problems) -> Option<Self> {
        // Any bytes are a query: what is no UTF-8 becomes replacement characters.
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query.unwrap_or_default()).unwrap_or_default();
        let Some((name, id)) = pairs.into_iter().rev().find(|(name, _)| name == "workspace_id") else {
            return Some(Self(None));
        };
        let id = parse_uuid(&id).map_err(|problem| problems.push(problem, "query", Some(&name))).ok()?;
        Some(Self(Some(WorkspaceId::new(id))))
    }
}

/// `{workspace_id}` and `{user_id}`
pub(crate) struct MemberPath {
    pub(crate) workspace: WorkspaceId,
    pub(crate) user: UserId,
}

impl Path for MemberPath {
    fn read(params: &RawPathParams, _: Option<&str>, problems: &mut Problems) -> Option<Self> {
        let workspace = WorkspacePath::read(params, None, problems);
        let user = UserPath::read(params, None, problems);
        Some(Self { workspace: workspace?.0, user: user?.0 })
    }
}

/// The one text that a public path names.
pub(crate) struct TextPath(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for TextPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let params = path_params(parts, state).await?;
        let text = params.iter().next().map(|(_, text)| text.to_owned());
        text.map(Self).ok_or(ApiError::NotFound)
    }
}

impl Path for TextPath {
    fn read(params: &RawPathParams, _: Option<&str>, _: &mut Problems) -> Option<Self> {
        params.iter().next().map(|(_, text)| Self(text.to_owned()))
    }
}

impl JsonBody for () {
    const EXPECTED: bool = false;
    fn read(_: &Json, _: &mut Problems) -> Option<Self> {
        Some(())
    }
}

impl JsonBody for NewUser {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        let id = fields.optional("id", uuid);
        let first_name = fields.required("first_name", text(FirstName::try_new));
        let last_name = fields.optional("last_name", text(LastName::try_new));
        let username = fields.required("username", text(Username::try_new));
        let role = fields.optional_role("role");
        let password = fields.required("password", text(Password::try_new));
        let must_change_password = fields.optional("must_change_password", yes_or_no);
        let active_until = fields.optional("active_until", moment);
        Some(Self {
            id: id?.map(UserId::new),
            first_name: first_name?,
            last_name: last_name?,
            username: username?,
            role: role?.unwrap_or_default(),
            password: password?,
            must_change_password: must_change_password?.unwrap_or_default(),
            active_until: active_until?,
            workspaces: Vec::new(),
        })
    }
}

impl JsonBody for UserChanges {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        fields.refuse_nulls(&["first_name", "password", "role", "username"])?;
        let first_name = fields.optional("first_name", text(FirstName::try_new));
        let last_name = fields.optional("last_name", text(LastName::try_new));
        let username = fields.optional("username", text(Username::try_new));
        let role = fields.optional_role("role");
        let password = fields.optional("password", text(Password::try_new));
        let removes_last_name = fields.is_null("last_name");
        let must_change_password = fields.optional("must_change_password", yes_or_no);
        let active_until = fields.optional("active_until", moment);
        let removes_end = fields.is_null("active_until");
        Some(Self {
            first_name: first_name?,
            last_name: last_name?.map(Some).or(removes_last_name.then_some(None)),
            username: username?,
            role: role?,
            password: password?,
            must_change_password: must_change_password?,
            active_until: active_until?.map(Some).or(removes_end.then_some(None)),
            known_at: None,
        })
    }
}

impl JsonBody for NewWorkspace {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        let id = fields.optional("id", uuid);
        let name = fields.required("name", text(WorkspaceName::try_new));
        Some(Self { id: id?.map(WorkspaceId::new), name: name? })
    }
}

/// A user as Argilla 1.x creates one. Other keys are ignored, `id` and `api_key` among them.
pub(crate) struct LegacyNewUser(pub(crate) NewUser);

impl JsonBody for LegacyNewUser {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        let first_name = fields.required("first_name", loose_text(FirstName::try_new));
        let last_name = fields.optional("last_name", loose_text(LastName::try_new));
        let username = fields.required("username", loose_text(Username::try_legacy));
        let role = fields.optional_role("role");
        let password = fields.required("password", loose_text(Password::try_new));
        let workspaces = fields.optional("workspaces", texts(WorkspaceName::try_new));
        Some(Self(NewUser {
            id: None,
            first_name: first_name?,
            last_name: last_name?,
            username: username?,
            role: role?.unwrap_or_default(),
            password: password?,
            must_change_password: false,
            active_until: None,
            workspaces: workspaces?.unwrap_or_default(),
        }))
    }
}

/// A workspace as Argilla 1.x creates one.
pub(crate) struct LegacyNewWorkspace(pub(crate) NewWorkspace);

impl JsonBody for LegacyNewWorkspace {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        let name = fields.required("name", loose_text(WorkspaceName::try_legacy));
        Some(Self(NewWorkspace { id: None, name: name? }))
    }
}

/// The refresh token of `POST /token/refresh`.
pub(crate) struct RefreshToken(pub(crate) String);

impl JsonBody for RefreshToken {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        Fields::of(body, problems)?.required("refresh_token", text(|token| Ok(token.to_owned()))).map(Self)
    }
}

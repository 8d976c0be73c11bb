//! Reading teams as files, and lists of new users: Ochre's own addition to the API. Unlike Argilla's bodies these refuse what
//! they do not know, because a misspelt field of a file would silently mean nothing.

use std::collections::HashSet;

use ochre_domain::{
    Error,
    model::{FirstName, LastName, PasswordHash, Username, WorkspaceName},
    policy::{Actor, Scope, TeamAction, UserAction, authorize},
    usecase::{DesiredTeam, DesiredUser, OnExisting, Prune},
};
use ochre_dto::v1::TEAM_VERSION;

use super::{
    Fields, Json, Problems,
    call::{JsonBody, LargeBody},
    fields::{Problem, moment, text, texts, yes_or_no},
};
use crate::shown::quote;

/// A desired state and what goes that it does not mention.
pub(crate) struct TeamRequest {
    pub(crate) team: DesiredTeam,
    pub(crate) prune: Prune,
    /// What the expected differences are recognised by.
    pub(crate) expect: Option<String>,
}

impl JsonBody for TeamRequest {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        fields.refuse_unknown(&["version", "workspaces", "users", "prune", "expect"]);
        let prune = fields.optional("prune", |value| match value {
            Json::Text(text) if text == "none" => Ok(Prune::Nothing),
            Json::Text(text) if text == "memberships" => Ok(Prune::Memberships),
            Json::Text(text) if text == "users" => Ok(Prune::Users),
            _ => Err(Problem::Own("enum", "Input should be 'none', 'memberships' or 'users'".to_owned())),
        });
        let expect = fields.optional("expect", text(|digest| Ok(digest.to_owned())));
        let team = team(&mut fields);
        Some(Self { prune: prune?.unwrap_or_default(), expect: expect?, team: team? })
    }
}

/// Planning and applying read the same; who may do the one may do the other, and both are asked again by the use-case.
impl LargeBody for TeamRequest {
    fn check(actor: &Actor) -> Result<(), Error> {
        authorize(actor, TeamAction::Plan, Scope::Server)
    }
}

fn team(fields: &mut Fields<'_>) -> Option<DesiredTeam> {
    let version = fields.required("version", |value| match value {
        Json::Number(number) if *number == TEAM_VERSION.to_string() => Ok(()),
        _ => Err(Problem::Own("literal_error", format!("Input should be {TEAM_VERSION}, the version of the format"))),
    });
    let workspaces = fields.list("workspaces", |entry, problems| {
        let mut fields = Fields::of(entry, problems)?;
        fields.refuse_unknown(&["name"]);
        fields.required("name", text(WorkspaceName::try_new))
    });
    let users = fields.list("users", user);
    let (workspaces, users) = (workspaces?.unwrap_or_default(), users?.unwrap_or_default());
    let distinct = once(fields, "workspaces", "name", workspaces.iter().map(WorkspaceName::as_str));
    once(fields, "users", "username", users.iter().map(|user| user.username.as_str())).and(distinct)?;
    version.map(|()| DesiredTeam { workspaces, users })
}

fn user(entry: &Json, problems: &mut Problems) -> Option<DesiredUser> {
    let mut fields = Fields::of(entry, problems)?;
    fields.refuse_unknown(&[
        "username",
        "first_name",
        "last_name",
        "role",
        "workspaces",
        "password_hash",
        "must_change_password",
        "active_until",
    ]);
    let username = fields.required("username", text(Username::try_new));
    let first_name = fields.optional("first_name", text(FirstName::try_new));
    let last_name = fields.optional("last_name", text(LastName::try_new));
    let role = fields.optional_role("role");
    let workspaces = fields.optional("workspaces", texts(WorkspaceName::try_new));
    let password_hash = fields.optional("password_hash", text(PasswordHash::try_made));
    let has_password = password_hash.as_ref().is_some_and(Option::is_some);
    let must_change_password = fields.optional("must_change_password", |value| match yes_or_no(value)? {
        true if !has_password => {
            let message = "A user without a password has none to change: give a password_hash, or leave this out";
            Err(Problem::Own("value_error", message.to_owned()))
        }
        must => Ok(must),
    });
    let active_until = fields.optional("active_until", moment);
    let mut workspaces = workspaces?;
    if let Some(names) = &mut workspaces {
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
    }
    Some(DesiredUser {
        username: username?,
        first_name: first_name?,
        last_name: last_name?,
        role: role?,
        workspaces,
        password_hash: password_hash?,
        must_change_password: must_change_password?.unwrap_or_default(),
        active_until: active_until?,
    })
}

/// Refuses a list in which a name stands twice.
fn once<'a>(fields: &mut Fields<'_>, list: &str, key: &str, names: impl Iterator<Item = &'a str>) -> Option<()> {
    let mut seen = HashSet::new();
    let mut good = Some(());
    for (index, name) in names.enumerate() {
        if !seen.insert(name) {
            let message = format!("The {key} {} stands here twice", quote(name));
            good = fields.note_in(list, index, key, Problem::Own("value_error", message));
            if fields.is_full() {
                return good;
            }
        }
    }
    good
}

/// New users, all or none.
pub(crate) struct NewUsers {
    pub(crate) users: Vec<DesiredUser>,
    pub(crate) existing: OnExisting,
}

impl JsonBody for NewUsers {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        fields.refuse_unknown(&["users", "existing"]);
        let existing = fields.optional("existing", |value| match value {
            Json::Text(text) if text == "refuse" => Ok(OnExisting::Refuse),
            Json::Text(text) if text == "skip" => Ok(OnExisting::Skip),
            _ => Err(Problem::Own("enum", "Input should be 'refuse' or 'skip'".to_owned())),
        });
        let users = fields.list("users", user);
        let users = users?.unwrap_or_default();
        once(&mut fields, "users", "username", users.iter().map(|user| user.username.as_str()))?;
        Some(Self { users, existing: existing?.unwrap_or_default() })
    }
}

impl LargeBody for NewUsers {
    fn check(actor: &Actor) -> Result<(), Error> {
        authorize(actor, UserAction::Create, Scope::Server)
    }
}

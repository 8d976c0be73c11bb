//! "My settings": the own account, keys and logins, and how the pages look.

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{
    extract::{Path, Request, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, header};
use ochre_domain::{
    Error, FieldError,
    model::{ApiKey, FirstName, Identity, KeyId, KeyName, KeyScope, LastName, LoginSession, LoginSessionId},
    policy::Means,
    usecase::{DEFAULT_OVERLAP, KeyView, MAX_OVERLAP, NewKey, OwnChanges},
};
use serde_json::json;
use strum::VariantArray as _;

use super::{
    day,
    home::{is_known_key, python_literal},
};
use crate::{
    call::Call,
    console::{Console, desk::Desk, flash::Flash, names, nav::Section},
    field::{Choice, Field, Kind},
    form::Form,
    frame::Frame,
    host::{FieldProblem, PasswordState, Refusal},
    moment::Moment,
    sheet::Sheet,
    theme::{self, Theme},
    view,
    visit::{Answer, Stop},
};

/// Workspaces of a key that are named.
const NAMED: usize = 3;
/// Logins that are shown: this one, and the latest.
const LOGINS: usize = 20;

struct KeyRow {
    id: String,
    name: String,
    hint: String,
    scopes: String,
    workspaces: String,
    expires: Option<Moment>,
    used: Option<Moment>,
}

struct LoginRow {
    id: String,
    what: String,
    address: String,
    begun: Moment,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct Settings {
    frame: Frame,
    username: String,
    role: String,
    has_password: bool,
    profile: Sheet,
    profile_call: Call,
    /// Shown in full where somebody asks for it.
    key: Option<String>,
    key_hint: String,
    rotate: Sheet,
    rotate_call: Call,
    keys: Vec<KeyRow>,
    new_key: Sheet,
    new_key_call: Call,
    logins_call: Call,
    logins: Vec<LoginRow>,
    more_logins: usize,
    identities: Vec<Identity>,
    themes: Vec<Choice>,
    literal: String,
}

/// What came back of the forms of this page.
#[derive(Default)]
struct Typed {
    profile: Option<Sheet>,
    key: Option<Sheet>,
}

/// Shows it.
pub(crate) async fn show<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    page(&desk, Typed::default()).await
}

/// The own API key alone, for the button that copies it.
pub(crate) async fn key_text<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))];
    Ok((kind, own_key(&desk)?).into_response())
}

/// Changes the own names.
pub(crate) async fn profile<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let (desk, form) = Desk::posted(host, request).await?;
    let sheet = Sheet::typed(profile_fields(&desk), &form);
    let mut problems = Vec::new();
    let first = read(&mut problems, "first_name", form.filled("first_name").map(FirstName::try_new));
    let last = read(&mut problems, "last_name", form.filled("last_name").map(LastName::try_new));
    if !problems.is_empty() || sheet.is_bad() {
        let sheet = sheet.refused(Refusal::Fields(problems), "", "");
        return page(&desk, Typed { profile: Some(sheet), ..Typed::default() }).await;
    }
    let changes = OwnChanges { first_name: first, last_name: Some(last) };
    match desk.office().accounts.update_self(&desk.actor, changes).await {
        Ok(_) => Ok(desk.done("settings", &Flash::new("Your name is saved."))),
        Err(error) => {
            let sheet = sheet.refused(desk.refusal(error), "", "");
            page(&desk, Typed { profile: Some(sheet), ..Typed::default() }).await
        }
    }
}

/// Replaces the own API key.
pub(crate) async fn rotate<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let (desk, form) = Desk::posted(host, request).await?;
    let overlap = overlap(&form);
    let outcome = desk.office().keys.rotate(&desk.actor, desk.actor.user.id, overlap).await;
    let said = outcome.map(|(key, until)| {
        let text = if overlap.is_zero() {
            "Your API key is replaced. The old one works no more.".to_owned()
        } else {
            format!("Your API key is replaced. The old one works until {}.", view::moment(until).shown)
        };
        Flash::new(text).with("Your new API key", key.expose())
    });
    Ok(desk.concluded("settings", said))
}

/// How long the key before stays valid, of the form's few choices.
pub(super) fn overlap(form: &Form) -> Duration {
    let seconds = form.get("overlap").and_then(|text| text.parse().ok()).map(Duration::from_secs);
    seconds.unwrap_or(DEFAULT_OVERLAP).min(MAX_OVERLAP)
}

/// A key that everybody knows ends at once, unless something else is chosen.
pub(super) fn overlap_field(key: &str) -> Field {
    let choices = [("0", "Ends at once"), ("86400", "Works for another day"), ("604800", "Works for a week")];
    let choices = choices.map(|(seconds, label)| Choice::new(seconds, label)).to_vec();
    Field::of(Kind::One(choices), "overlap", "The old key").with(if is_known_key(key) { "0" } else { "86400" })
}

/// Makes a named key.
pub(crate) async fn create_key<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let (desk, form) = Desk::posted(host, request).await?;
    let sheet = Sheet::typed(key_fields(), &form);
    let new = if sheet.is_bad() { None } else { Some(new_key(&form)) };
    let sheet = match new {
        None => sheet,
        Some(Err(problems)) => sheet.refused(Refusal::Fields(problems), "", ""),
        Some(Ok(new)) => match desk.office().keys.create(&desk.actor, new).await {
            Ok((view, secret)) => {
                let text = format!("The key “{}” is made.", view.key.name.as_str());
                return Ok(desk.done("settings", &Flash::new(text).with("The key", secret.expose())));
            }
            Err(error) => sheet.refused(desk.refusal(error), "", ""),
        },
    };
    page(&desk, Typed { key: Some(sheet), ..Typed::default() }).await
}

fn new_key(form: &Form) -> Result<NewKey, Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let name = read(&mut problems, "key_name", Some(KeyName::try_new(&form.text("key_name"))));
    let scopes: std::collections::BTreeSet<KeyScope> =
        form.all("scopes").filter_map(|scope| scope.parse().ok()).collect();
    if scopes.is_empty() {
        problems.push(FieldProblem::new("scopes", "Choose what the key is for."));
    }
    let expires_at = day(&mut problems, form, "expires_at");
    let workspaces = names::of(form, "workspaces");
    match name {
        Some(name) if problems.is_empty() => {
            let workspaces = (!workspaces.is_empty()).then_some(workspaces);
            Ok(NewKey { name, scopes, workspaces, expires_at })
        }
        _ => Err(problems),
    }
}

/// Ends a named key.
pub(crate) async fn end_key<C: Console>(
    State(host): State<Arc<C>>,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let (desk, _) = Desk::posted(host, request).await?;
    let id = desk.id(&id, KeyId::new)?;
    let outcome = desk.office().keys.delete(&desk.actor, desk.actor.user.id, id).await;
    Ok(desk.concluded("settings", outcome.map(|()| Flash::new("The key has ended."))))
}

/// Ends a login.
pub(crate) async fn end_login<C: Console>(
    State(host): State<Arc<C>>,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let (desk, _) = Desk::posted(host, request).await?;
    let id = desk.id(&id, LoginSessionId::new)?;
    let outcome = desk.office().access.end_session(&desk.actor, id).await;
    Ok(desk.concluded("settings", outcome.map(|()| Flash::new("That login has ended."))))
}

/// Ends all logins but this one.
pub(crate) async fn end_others<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let (desk, _) = Desk::posted(host, request).await?;
    let outcome = desk.office().access.end_others(&desk.actor).await;
    Ok(desk.concluded("settings", outcome.map(|_| Flash::new("You are signed out everywhere else."))))
}

/// Remembers how the pages look.
pub(crate) async fn theme<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let (desk, form) = Desk::posted(host, request).await?;
    let chosen = Theme::named(form.get("theme").unwrap_or_default());
    let value = (chosen != Theme::System).then(|| chosen.as_str());
    let lifetime = if value.is_some() { Duration::from_hours(24 * 365) } else { Duration::ZERO };
    let cookie = desk.visit.host.cookie(theme::COOKIE, value, lifetime);
    let mut response = desk.visit.to("settings#theme");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Reads a value, and notes what is wrong with it.
pub(super) fn read<T>(problems: &mut Vec<FieldProblem>, name: &str, value: Option<Result<T, FieldError>>) -> Option<T> {
    value?.map_err(|error| problems.push(FieldProblem::of(name, &error))).ok()
}

fn own_key<C: Console>(desk: &Desk<C>) -> Result<String, Stop> {
    let me = desk.office().accounts.me(&desk.actor).map_err(|error| desk.stop(error))?;
    Ok(me.api_key.as_ref().map(ApiKey::expose).unwrap_or_default().to_owned())
}

fn profile_fields<C: Console>(desk: &Desk<C>) -> Vec<Field> {
    let user = &desk.actor.user;
    let last = user.last_name.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default();
    vec![
        Field::name("first_name", "First name", "given-name")
            .required("Type your first name.")
            .with(user.first_name.as_str()),
        Field::name("last_name", "Last name", "family-name").with(last),
    ]
}

fn key_fields() -> Vec<Field> {
    let about = |scope: KeyScope| match scope {
        KeyScope::Read => "Read",
        KeyScope::Annotate => "Annotate",
        KeyScope::Manage => "Manage",
    };
    let scopes = KeyScope::VARIANTS.iter().map(|scope| Choice::new(scope.as_str(), about(*scope))).collect();
    vec![
        Field::name("key_name", "Name", "off").required("Give the key a name, after the program that gets it."),
        Field::of(Kind::Many(scopes), "scopes", "What for").required_of_people(),
        Field::name("workspaces", "Only in these workspaces", "off")
            .hint(format!("{} All that you reach otherwise.", names::HINT))
            .several("workspaces/names"),
        Field::of(Kind::Day, "expires_at", "Last day").hint("For ever otherwise."),
    ]
}

fn key_row(view: KeyView) -> KeyRow {
    let KeyView { key, workspaces } = view;
    KeyRow {
        id: key.id.to_string(),
        name: key.name.into_string(),
        hint: key.hint,
        scopes: key.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", "),
        workspaces: workspaces.map_or_else(
            || "All that you reach".to_owned(),
            |names| {
                let shown: Vec<_> = names.iter().take(NAMED).map(|name| view::short(name.as_str())).collect();
                match (shown.is_empty(), names.len() - shown.len()) {
                    (true, _) => "None any more".to_owned(),
                    (false, 0) => shown.join(", "),
                    (false, more) => format!("{} and {more} more", shown.join(", ")),
                }
            },
        ),
        expires: key.expires_at.map(super::last),
        used: key.last_used_at.map(view::moment),
    }
}

fn login_row(login: &LoginSession, current: Option<LoginSessionId>) -> LoginRow {
    LoginRow {
        id: login.id.to_string(),
        what: login.device.user_agent().map_or_else(|| "Unknown program".to_owned(), str::to_owned),
        address: login.device.address().unwrap_or_default().to_owned(),
        begun: view::moment(login.inserted_at),
        is_this: current == Some(login.id),
    }
}

async fn page<C: Console>(desk: &Desk<C>, typed: Typed) -> Result<Response, Stop> {
    let (office, actor) = (desk.office(), &desk.actor);
    let stop = |error: Error| desk.stop(error);
    let keys = office.keys.list(actor, actor.user.id).await.map_err(stop)?;
    let mut logins = office.access.sessions(actor).await.map_err(stop)?;
    let identities = office.identities.list(actor, actor.user.id).await.map_err(stop)?;
    let key = own_key(desk)?;
    let current = match actor.means() {
        Means::Session(id) => Some(*id),
        Means::Key | Means::Named(_) => None,
    };
    // The order is kept otherwise.
    logins.sort_by_key(|login| Some(login.id) != current);
    let chosen = Theme::of(&desk.parts().headers);
    let themes =
        Theme::ALL.map(|theme| Choice { is_chosen: theme == chosen, ..Choice::new(theme.as_str(), theme.label()) });
    let address = desk.address();
    let shows_key = Form::query(&desk.parts().uri).get("show") == Some("key");
    let profile = typed.profile.unwrap_or_else(|| Sheet::new(profile_fields(desk)));
    let new_key = typed.key.unwrap_or_else(|| Sheet::new(key_fields()));
    let body = json!({"name": "nightly export", "scopes": ["read"]});
    let page = Settings {
        frame: desk.frame(&Sheet::title("My settings", &[&profile, &new_key]), Section::Settings),
        username: actor.user.username.as_str().to_owned(),
        role: view::capitalised(actor.user.role.as_str()),
        has_password: desk.visit.visitor.as_ref().is_some_and(|visitor| visitor.password != PasswordState::None),
        profile,
        profile_call: Call::new(
            &address,
            &["me", "update", "--first-name", "Ada"],
            "PATCH",
            "me",
            Some(json!({"first_name": "Ada"})),
        ),
        key_hint: view::ending(&key),
        rotate: Sheet::new(vec![overlap_field(&key)]),
        key: shows_key.then_some(key),
        rotate_call: Call::new(
            &address,
            &["keys", "rotate", "--overlap", "24h"],
            "POST",
            "me/api-key/rotate",
            Some(json!({"overlap_seconds": 86_400})),
        ),
        keys: keys.into_iter().map(key_row).collect(),
        new_key,
        new_key_call: Call::new(
            &address,
            &["keys", "create", "nightly export", "--scope", "read"],
            "POST",
            "me/keys",
            Some(body),
        )
        .and(&Call::new(&address, &["keys", "delete", "nightly export"], "DELETE", "me/keys/KEY_ID", None)),
        logins_call: Call::new(&address, &["sessions", "end", "SESSION_ID"], "DELETE", "me/sessions/SESSION_ID", None)
            .for_all(&["sessions", "end", "--others"]),
        more_logins: logins.len().saturating_sub(LOGINS),
        logins: logins.iter().take(LOGINS).map(|login| login_row(login, current)).collect(),
        identities,
        themes: themes.to_vec(),
        literal: python_literal(&address),
    };
    Ok(desk.show_sheets(&[&page.profile, &page.new_key], &page))
}

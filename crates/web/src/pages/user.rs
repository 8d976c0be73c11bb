//! One user: who, what they may do, where they belong, and how they get in.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use ochre_domain::{
    Error,
    model::{
        AccountState, FirstName, Identity, IdentityId, KeyId, LastName, MAX_RESET_LIFETIME, User, UserId, Username,
    },
    ports::{Order, UserFilter},
    usecase::{Deletion, MadeLink, PageRequest, UserChanges, UserSearch, UserView},
};
use serde_json::json;

use super::{
    chosen_role, chosen_username, day, last_day,
    memberships::{Belongs, belongs, join_fields},
    settings::{overlap, overlap_field, read},
};
use crate::{
    call::{self, Call},
    console::{Console, changed_meanwhile, desk::Desk, flash::Flash, list::Pages, nav::Section},
    field::{Field, Kind},
    form::Form,
    frame::Frame,
    host::{FieldProblem, Refusal},
    moment::Moment,
    sheet::Sheet,
    view::{self, Badge},
    visit::{Answer, Stop},
};

struct KeyRow {
    id: String,
    name: String,
    scopes: String,
    used: Option<Moment>,
}

struct LinkRow {
    until: Moment,
    by: String,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a part of the page that is shown or not")]
#[derive(Template)]
#[template(path = "user.html")]
struct Page {
    frame: Frame,
    id: String,
    version: String,
    username: String,
    name: String,
    state: Badge,
    is_active: bool,
    is_self: bool,
    origin: &'static str,
    created: Moment,
    seen: Option<Moment>,
    ends: Option<Moment>,
    has_password: bool,
    must_change: bool,
    reaches_all: bool,
    edit: Sheet,
    calls: Calls,
    belongs: Vec<Belongs>,
    pages: Pages,
    join: Sheet,
    key: Option<String>,
    key_hint: String,
    rotate: Sheet,
    keys: Vec<KeyRow>,
    links: Vec<LinkRow>,
    identities: Vec<Identity>,
}

#[derive(Template)]
#[template(path = "delete_user.html")]
struct Delete {
    frame: Frame,
    id: String,
    username: String,
    is_self: bool,
    takes: Vec<String>,
    call: Call,
}

/// What came back of the forms of this page.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) edit: Option<Sheet>,
    pub(super) join: Option<Sheet>,
}

pub(super) fn id_of<C: Console>(desk: &Desk<C>, id: &str) -> Result<UserId, Stop> {
    desk.id(id, UserId::new)
}

pub(super) async fn find<C: Console>(desk: &Desk<C>, id: UserId) -> Result<UserView, Stop> {
    desk.office().accounts.get(&desk.actor, id).await.map_err(|error| match error {
        Error::UserNotFound(_) => desk.refuse(&Refusal::NotFound),
        other => desk.stop(other),
    })
}

/// Shows the user.
pub(crate) async fn show<C: Console>(State(host): State<Arc<C>>, Path(id): Path<String>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    let id = id_of(&desk, &id)?;
    let found = find(&desk, id).await?;
    page(&desk, found, Typed::default()).await
}

/// Changes the user.
pub(crate) async fn edit<C: Console>(State(host): State<Arc<C>>, Path(id): Path<String>, request: Request) -> Answer {
    let (desk, form) = Desk::posted(host, request).await?;
    let id = id_of(&desk, &id)?;
    let found = find(&desk, id).await?;
    let sheet = Sheet::typed(edit_fields(&found.user), &form);
    let changes = if sheet.is_bad() { Err(Refusal::Fields(Vec::new())) } else { changes(&found.user, &form) };
    let sheet = match changes {
        Err(refusal) => sheet.refused(refusal, "", ""),
        Ok(changes) => match desk.office().accounts.update(&desk.actor, id, changes).await {
            Ok(_) => return Ok(desk.done(&format!("users/{id}"), &Flash::new("Saved."))),
            Err(error) => sheet.refused(desk.refusal(error), "", ""),
        },
    };
    page(&desk, found, Typed { edit: Some(sheet), ..Typed::default() }).await
}

fn changes(user: &User, form: &Form) -> Result<UserChanges, Refusal> {
    // Others may have changed the user since the form was shown, and nobody undoes that without seeing it.
    if form.get("version") != Some(version(user).as_str()) {
        return Err(changed_meanwhile());
    }
    let mut problems = Vec::new();
    let role = chosen_role(&mut problems, form);
    // The name that the user has is no new one.
    let is_same = view::typed(&form.text("username")) == view::typed(user.username.as_str());
    let username = if is_same { None } else { chosen_username(&mut problems, form) };
    // The well-known owner has no first name, and need not get one.
    let first_name = read(&mut problems, "first_name", form.filled("first_name").map(FirstName::try_new));
    let last_name = read(&mut problems, "last_name", form.filled("last_name").map(LastName::try_new));
    if first_name.is_none() && !user.first_name.as_str().is_empty() && form.filled("first_name").is_none() {
        problems.push(FieldProblem::new("first_name", "Type a first name."));
    }
    let until = day(&mut problems, form, "active_until");
    if !problems.is_empty() {
        return Err(Refusal::Fields(problems));
    }
    let must = form.get("must_change").is_some();
    // What is as it was is not asked for: it may need more rights, or be no more allowed.
    let until = (user.active_until.map(last_day) != form.filled("active_until").map(str::to_owned)).then_some(until);
    Ok(UserChanges {
        first_name,
        last_name: Some(last_name),
        username,
        role: role.filter(|role| *role != user.role),
        password: None,
        must_change_password: (must != user.must_change_password).then_some(must),
        active_until: until,
        known_at: Some(user.updated_at),
    })
}

/// Makes a link for a new password. It lasts longer for somebody who has none yet, and may not look for it today.
pub(super) async fn reset<C: Console>(desk: &Desk<C>, user: &User) -> Result<MadeLink, Error> {
    let lifetime = (!user.password_hash.is_usable()).then_some(MAX_RESET_LIFETIME);
    desk.office().links.reset(&desk.actor, user.id, lifetime).await
}

/// What a button does that needs nothing typed.
pub(crate) async fn act<C: Console>(
    State(host): State<Arc<C>>,
    Path((id, what)): Path<(String, String)>,
    request: Request,
) -> Answer {
    let (desk, form) = Desk::posted(host, request).await?;
    let id = id_of(&desk, &id)?;
    let (office, actor, path) = (desk.office(), &desk.actor, format!("users/{id}"));
    let said = |text: &str| Flash::new(text);
    let outcome = match what.as_str() {
        "disable" => {
            let done = office.accounts.set_state(actor, id, AccountState::Disabled).await;
            done.map(|_| said("Disabled: keys, logins and open pages work no more. Work and memberships stay."))
        }
        "enable" => {
            let done = office.accounts.set_state(actor, id, AccountState::Active).await;
            done.map(|_| said("Enabled. Keys work again; logins begin anew."))
        }
        "reset-link" => async { reset(&desk, &office.accounts.get(actor, id).await?.user).await }.await.map(|made| {
            let until = view::moment(made.link.expires_at).shown;
            let text = format!(
                "Hand over this link. It sets a new password, once, until {until}; those made before work no more."
            );
            said(&text).with("Link", desk.visit.host.link_url(&made.token))
        }),
        "withdraw-links" => office.links.withdraw_resets(actor, id).await.map(|()| said("The links are withdrawn.")),
        "key" => office.keys.rotate(actor, id, overlap(&form)).await.map(|(key, until)| {
            let text = format!("The API key is replaced. The old one works until {}.", view::moment(until).shown);
            said(&text).with("The new API key", key.expose())
        }),
        _ => return Err(desk.refuse(&Refusal::NotFound)),
    };
    Ok(desk.concluded(&path, outcome))
}

/// Deletes the user.
pub(crate) async fn delete<C: Console>(State(host): State<Arc<C>>, Path(id): Path<String>, request: Request) -> Answer {
    let (desk, _) = Desk::posted(host, request).await?;
    let id = id_of(&desk, &id)?;
    Ok(match desk.office().accounts.delete(&desk.actor, id).await {
        // Nobody is signed in any more.
        Ok(_) if id == desk.actor.user.id => desk.visit.to("sign-in"),
        Ok(gone) => {
            let text = format!("“{}” is deleted. The trash keeps a copy for 7 days.", gone.view.user.username.as_str());
            desk.done("users", &Flash::new(text))
        }
        // A form that is sent twice, or somebody else who was faster.
        Err(Error::UserNotFound(_)) => desk.done("users", &Flash::new("This user is gone already.")),
        Err(error) => desk.concluded(&format!("users/{id}"), Err(error)),
    })
}

/// Ends a named key of the user.
pub(crate) async fn end_key<C: Console>(
    State(host): State<Arc<C>>,
    Path((id, key)): Path<(String, String)>,
    request: Request,
) -> Answer {
    let (desk, _) = Desk::posted(host, request).await?;
    let id = id_of(&desk, &id)?;
    let key = desk.id(&key, KeyId::new)?;
    let outcome = desk.office().keys.delete(&desk.actor, id, key).await;
    Ok(desk.concluded(&format!("users/{id}"), outcome.map(|()| Flash::new("The key has ended."))))
}

/// Unlinks an account at a provider.
pub(crate) async fn unlink<C: Console>(
    State(host): State<Arc<C>>,
    Path((id, identity)): Path<(String, String)>,
    request: Request,
) -> Answer {
    let (desk, _) = Desk::posted(host, request).await?;
    let id = id_of(&desk, &id)?;
    let identity = desk.id(&identity, IdentityId::new)?;
    let outcome = desk.office().identities.remove(&desk.actor, id, identity).await;
    Ok(desk.concluded(&format!("users/{id}"), outcome.map(|()| Flash::new("Unlinked, and signed out everywhere."))))
}

/// The user of this name.
pub(super) async fn user_named<C: Console>(desk: &Desk<C>, name: &str) -> Result<Option<UserId>, Error> {
    let filter = UserFilter { username: Some(Username::verbatim(name.to_owned())), ..UserFilter::default() };
    let one = PageRequest { order: Order::default(), after: None, limit: 1 };
    let search = UserSearch { filter, ..UserSearch::default() };
    let mut found = desk.office().accounts.search(&desk.actor, search, one).await?;
    Ok(found.entries.pop().map(|view| view.user.id))
}

/// Asks once more, and tells what a deletion takes.
pub(crate) async fn ask_delete<C: Console>(
    State(host): State<Arc<C>>,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let desk = Desk::begin(host, request).await?;
    let id = id_of(&desk, &id)?;
    let found = find(&desk, id).await?;
    let takes = desk.office().trash.preview_user(&desk.actor, id).await.map_err(|error| desk.stop(error))?;
    let username = found.user.username.as_str().to_owned();
    let page = Delete {
        frame: desk.frame("Delete a user", Section::Users),
        id: id.to_string(),
        is_self: id == desk.actor.user.id,
        takes: taken(&takes),
        call: Call::new(
            &desk.address(),
            &["users", "delete", "--yes", "--", &username],
            "DELETE",
            &format!("users/{id}"),
            None,
        ),
        username,
    };
    Ok(desk.show(&page))
}

/// What a deletion takes, as a list.
pub(super) fn taken(takes: &Deletion) -> Vec<String> {
    [
        (takes.memberships, "membership", "memberships"),
        (takes.sessions, "login", "logins"),
        (takes.keys, "named key", "named keys"),
        (takes.links, "open link", "open links"),
    ]
    .into_iter()
    .filter(|(number, ..)| *number > 0)
    .map(|(number, one, many)| view::counted(number, one, many))
    .collect()
}

/// What the form shows is of this state of the user.
fn version(user: &User) -> String {
    user.updated_at.micros().to_string()
}

fn edit_fields(user: &User) -> Vec<Field> {
    let last = user.last_name.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default();
    let must = if user.must_change_password { "yes" } else { "" };
    let mut fields = vec![
        Field::name("username", "Username", "off").required("Type a username.").with(user.username.as_str()),
        Field::name("first_name", "First name", "off").with(user.first_name.as_str()),
        Field::name("last_name", "Last name", "off").with(last),
        Field::of(Kind::One(view::roles()), "role", "Role").with(user.role.as_str()),
        Field::of(Kind::Day, "active_until", "Last day of access")
            .hint("For ever otherwise.")
            .with(user.active_until.map(last_day).unwrap_or_default()),
    ];
    if user.password_hash.is_usable() {
        fields.push(Field::of(Kind::Check, "must_change", "Must replace the password at the next sign-in").with(must));
    }
    fields
}

/// The page.
pub(super) async fn page<C: Console>(desk: &Desk<C>, found: UserView, typed: Typed) -> Result<Response, Stop> {
    let (office, actor) = (desk.office(), &desk.actor);
    let (id, now) = (found.user.id, office.accounts.now());
    let parts = async {
        let keys = office.keys.list(actor, id).await?;
        let links = office.links.reset_links(actor, id).await?;
        let identities = office.identities.list(actor, id).await?;
        let seen = office.accounts.last_seen(&[id]).await?;
        let belongs = belongs(desk, id).await?;
        Ok::<_, Error>((keys, links, identities, seen.get(&id).copied(), belongs))
    };
    let (keys, links, identities, seen, (belongs, pages)) = parts.await.map_err(|error| desk.stop(error))?;
    let user = &found.user;
    let edit = typed.edit.unwrap_or_else(|| Sheet::new(edit_fields(user)));
    let join = typed.join.unwrap_or_else(|| Sheet::new(join_fields()));
    let key = found.api_key.as_ref().map(|key| key.expose().to_owned()).unwrap_or_default();
    let shows_key = Form::query(&desk.parts().uri).get("show") == Some("key");
    let username = user.username.as_str();
    let page = Page {
        frame: desk.frame(&Sheet::title(username, &[&edit, &join]), Section::Users),
        id: id.to_string(),
        version: version(user),
        name: view::full_name(user),
        state: view::state(user, now),
        is_active: user.is_active(),
        is_self: id == actor.user.id,
        origin: view::origin(user.origin),
        created: view::moment(user.inserted_at),
        seen: seen.map(view::moment),
        ends: user.active_until.map(super::last),
        has_password: user.password_hash.is_usable(),
        must_change: user.must_change_password,
        reaches_all: ochre_domain::policy::sees_every_workspace(user.role),
        edit,
        calls: Calls::of(&desk.address(), user),
        belongs,
        pages,
        join,
        key_hint: view::ending(&key),
        rotate: Sheet::new(vec![overlap_field(&key)]),
        key: shows_key.then_some(key),
        keys: keys
            .into_iter()
            .map(|view| KeyRow {
                id: view.key.id.to_string(),
                scopes: view.key.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", "),
                used: view.key.last_used_at.map(view::moment),
                name: view.key.name.into_string(),
            })
            .collect(),
        links: links
            .into_iter()
            .filter(|view| view.is_open)
            .map(|view| LinkRow {
                until: view::moment(view.link.expires_at),
                by: view.created_by.map(Username::into_string).unwrap_or_default(),
            })
            .collect(),
        identities,
        username: username.to_owned(),
    };
    Ok(desk.show_sheets(&[&page.edit, &page.join], &page))
}

/// What the forms of the page do, elsewhere.
struct Calls {
    edit: Call,
    join: Call,
    rotate: Call,
    keys: Call,
    identities: Call,
    link: Call,
}

impl Calls {
    fn of(address: &str, user: &User) -> Self {
        let (name, path) = (user.username.as_str(), format!("users/{}", user.id));
        let call = |words: &[&str], method: &str, path: &str, body| Call::new(address, words, method, path, body);
        let of_user = call::option("--user", name);
        let words = |before: &[&'static str], after: &[&'static str]| -> Vec<&str> {
            before.iter().copied().chain(of_user.iter().map(String::as_str)).chain(after.iter().copied()).collect()
        };
        let state = if user.is_active() { "disable" } else { "enable" };
        let role = json!({"role": "admin"});
        let member = json!({"user_id": user.id.to_string()});
        let overlap = json!({"overlap_seconds": 86_400});
        let leave = format!("workspaces/WORKSPACE_ID/{path}");
        let (link, keys) = (format!("{path}/reset-link"), format!("{path}/keys/KEY_ID"));
        let identities = format!("{path}/identities/IDENTITY_ID");
        Self {
            edit: call(&["users", "update", "--role", "admin", "--", name], "PATCH", &path, Some(role)).and(&call(
                &["users", state, "--", name],
                "POST",
                &format!("{path}/{state}"),
                None,
            )),
            join: call(
                &["workspaces", "add-user", "--", "WORKSPACE", name],
                "POST",
                "workspaces/WORKSPACE_ID/users",
                Some(member),
            )
            .and(&call(&["workspaces", "remove-user", "--", "WORKSPACE", name], "DELETE", &leave, None)),
            rotate: call(&words(&["keys", "rotate"], &[]), "POST", &format!("{path}/api-key/rotate"), Some(overlap)),
            keys: call(&words(&["keys", "delete"], &["KEY"]), "DELETE", &keys, None),
            identities: call(&["identities", "unlink", "--", name, "IDENTITY_ID"], "DELETE", &identities, None),
            link: call(&["users", "reset-link", "--", name], "POST", &link, None).and(&call(
                &["users", "withdraw-reset-links", "--", name],
                "DELETE",
                &link,
                None,
            )),
        }
    }
}

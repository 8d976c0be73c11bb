//! A new user, whose password somebody else sets, or whom a link lets set one.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Request, State},
    response::Response,
};
use ochre_domain::{
    Error,
    model::{FirstName, LastName, Password, WorkspaceName},
    policy::{Scope, UserAction, authorize},
    usecase::{DesiredUser, NewUser, OnExisting, UserView},
};
use serde_json::json;

use super::{chosen_role, chosen_username, day, settings::read, user::reset};
use crate::{
    call::Call,
    console::{Console, desk::Desk, flash::Flash, names, nav::Section},
    field::{Choice, Field, Kind},
    form::Form,
    frame::Frame,
    host::{FieldProblem, Refusal},
    respond,
    sheet::Sheet,
    view,
    visit::Answer,
};

#[derive(Template)]
#[template(path = "new_user.html")]
struct Page {
    frame: Frame,
    sheet: Sheet,
    call: Call,
}

/// Shows the form.
pub(crate) async fn show<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    authorize(&desk.actor, UserAction::Create, Scope::Server).map_err(|error| desk.stop(error))?;
    Ok(page(&desk, Sheet::new(fields(&desk)).ready()))
}

/// Makes the user.
pub(crate) async fn submit<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let (desk, form) = Desk::posted(host, request).await?;
    authorize(&desk.actor, UserAction::Create, Scope::Server).map_err(|error| desk.stop(error))?;
    let sheet = Sheet::typed(fields(&desk), &form);
    if sheet.is_bad() {
        return Ok(page(&desk, sheet));
    }
    let new = match new_user(&desk, &form) {
        Ok(new) => new,
        Err(refusal) => return Ok(page(&desk, sheet.refused(refusal, "", ""))),
    };
    match create(&desk, new).await {
        Ok((view, said)) => Ok(desk.done(&format!("users/{}", view.user.id), &said)),
        Err(error) => {
            let refusal = desk.refusal(error);
            Ok(page(&desk, sheet.refused(refusal, "", "")))
        }
    }
}

/// A user with a password, or without one.
struct New {
    user: DesiredUser,
    password: Option<Password>,
}

fn new_user<C: Console>(desk: &Desk<C>, form: &Form) -> Result<New, Refusal> {
    let mut problems = Vec::new();
    let username = chosen_username(&mut problems, form);
    let role = chosen_role(&mut problems, form);
    let first_name = read(&mut problems, "first_name", form.filled("first_name").map(FirstName::try_new));
    let last_name = read(&mut problems, "last_name", form.filled("last_name").map(LastName::try_new));
    let mut workspaces = Vec::new();
    for name in names::of(form, "workspaces") {
        workspaces.extend(read(&mut problems, "workspaces", Some(WorkspaceName::try_new(&name))));
    }
    let active_until = day(&mut problems, form, "active_until");
    if active_until.is_some_and(|end| end.is_over(desk.office().accounts.now())) {
        problems.push(FieldProblem::new("active_until", "Choose a day to come."));
    }
    let typed = form.get("password").filter(|password| !password.is_empty());
    let password = read(&mut problems, "password", typed.map(|text| desk.visit.host.chosen_password(text)));
    match username {
        Some(username) if problems.is_empty() => Ok(New {
            user: DesiredUser {
                first_name,
                last_name,
                role,
                workspaces: (!workspaces.is_empty()).then_some(workspaces),
                must_change_password: password.is_some() && form.get("must_change").is_some(),
                active_until,
                ..DesiredUser::new(username)
            },
            password,
        }),
        _ => Err(Refusal::Fields(problems)),
    }
}

async fn create<C: Console>(desk: &Desk<C>, New { user, password }: New) -> Result<(UserView, Flash), Error> {
    let (office, actor) = (desk.office(), &desk.actor);
    let Some(password) = password else {
        let named = user.username.clone();
        let mut made = office.team_file.create_users(actor, vec![user], OnExisting::Refuse).await.map_err(one)?;
        let made = made.pop().ok_or(Error::UsernameTaken(named))?;
        let link = match reset(desk, &made.user).await {
            Ok(link) => link,
            Err(error) => {
                let why = respond::sentence(&desk.refusal(error));
                let text = format!("“{}” is there, but without a link. {why}", made.user.username.as_str());
                return Ok((made, Flash::refusal(text)));
            }
        };
        let text = format!(
            "“{}” is there. Hand over this link, with which the password is set; it works once, until {}.",
            made.user.username.as_str(),
            view::moment(link.link.expires_at).shown
        );
        return Ok((made, Flash::new(text).with("Link", desk.visit.host.link_url(&link.token))));
    };
    let first_name = user.first_name.unwrap_or_else(|| FirstName::verbatim(user.username.as_str().to_owned()));
    let new = NewUser {
        id: None,
        first_name,
        last_name: user.last_name,
        username: user.username,
        role: user.role.unwrap_or_default(),
        password,
        must_change_password: user.must_change_password,
        active_until: user.active_until,
        workspaces: user.workspaces.unwrap_or_default(),
    };
    let made = office.accounts.create(actor, new).await?;
    let text = format!("“{}” is there, and can sign in with the password that you chose.", made.user.username.as_str());
    Ok((made, Flash::new(text)))
}

/// The refusal of a list that has one entry.
fn one(error: Error) -> Error {
    use ochre_domain::error::EntryFault;
    match error {
        Error::Entries(problems) => match problems.into_iter().next().map(|problem| problem.fault) {
            Some(EntryFault::UsernameTaken(name)) => Error::UsernameTaken(name),
            Some(EntryFault::UnknownWorkspace(name)) => Error::UnknownWorkspace(name),
            None => Error::Entries(Vec::new()),
        },
        other => other,
    }
}

fn fields<C: Console>(desk: &Desk<C>) -> Vec<Field> {
    let roles: Vec<Choice> = view::roles();
    let chars = desk.visit.host.about().password_chars;
    vec![
        Field::name("username", "Username", "off").required("Type a username.").hint("The person signs in with it."),
        Field::name("first_name", "First name", "off").hint("The username otherwise."),
        Field::name("last_name", "Last name", "off"),
        Field::of(Kind::One(roles), "role", "Role").with("annotator"),
        Field::name("workspaces", "Workspaces", "off").hint(names::HINT).several("workspaces/names"),
        Field::password("password", "Password", "new-password").hint(format!(
            "{} to {} characters. Leave it empty to get a link with which the person sets one.",
            chars.start(),
            chars.end()
        )),
        Field::of(Kind::Check, "must_change", "Must be replaced at the first sign-in").with("yes"),
        Field::of(Kind::Day, "active_until", "Last day of access").hint("For ever otherwise."),
    ]
}

fn page<C: Console>(desk: &Desk<C>, sheet: Sheet) -> Response {
    let call = Call::new(
        &desk.address(),
        &[
            "users",
            "create",
            "ada",
            "--first-name",
            "Ada",
            "--role",
            "annotator",
            "--workspace",
            "papers",
            "--password-stdin",
        ],
        "POST",
        "users",
        Some(json!({"username": "ada", "first_name": "Ada", "role": "annotator", "password": "A LONG PASSWORD"})),
    );
    let page = Page { frame: desk.frame(&Sheet::title("Add a user", &[&sheet]), Section::Users), sheet, call };
    desk.show_sheet(&page.sheet, &page)
}

//! One workspace and its members.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Request, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, header};
use ochre_domain::{
    Error,
    model::{UserId, Workspace, WorkspaceId, WorkspaceName},
    policy::{InvitationAction, Scope, UserAction, WorkspaceAction},
    ports::{Direction, Order, Sort},
    usecase::{PageRequest, UserSearch},
};
use serde_json::json;

use super::{
    day,
    memberships::about_until,
    settings::read,
    user::{taken, user_named},
    workspaces,
};
use crate::{
    call::Call,
    console::{
        Console,
        desk::Desk,
        flash::Flash,
        list::{self, Asked, Pages},
        nav::Section,
    },
    field::{Field, Kind},
    frame::Frame,
    host::{FieldProblem, Refusal},
    moment::Moment,
    sheet::Sheet,
    view::{self, Badge},
    visit::{Answer, Stop},
};

const SORTS: &[(&str, Sort)] = &[("username", Sort::Name)];
const ASKED: &[&str] = &["q"];
/// Names that are suggested.
const SUGGESTED: u32 = 20;

struct Row {
    id: String,
    username: String,
    name: String,
    role: String,
    state: Badge,
    until: Option<Moment>,
    has_ended: bool,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a part of the page that is shown or not")]
#[derive(Template)]
#[template(path = "workspace.html")]
struct Page {
    frame: Frame,
    id: String,
    name: String,
    created: Moment,
    asked: Asked,
    sees_members: bool,
    rows: Vec<Row>,
    members: String,
    pages: Pages,
    may_open_users: bool,
    may_add: bool,
    may_remove: bool,
    may_rename: bool,
    may_delete: bool,
    may_invite: bool,
    add: Sheet,
    add_call: Call,
    rename: Sheet,
    rename_call: Call,
}

#[derive(Template)]
#[template(path = "delete_workspace.html")]
struct Delete {
    frame: Frame,
    id: String,
    name: String,
    takes: Vec<String>,
    call: Call,
}

#[derive(Default)]
struct Typed {
    add: Option<Sheet>,
    rename: Option<Sheet>,
}

async fn find<C: Console>(desk: &Desk<C>, id: &str) -> Result<Workspace, Stop> {
    let id = desk.id(id, WorkspaceId::new)?;
    desk.office().teams.get(&desk.actor, id).await.map_err(|error| match error {
        Error::WorkspaceNotFound(_) => desk.refuse(&Refusal::NotFound),
        other => desk.stop(other),
    })
}

/// Shows it.
pub(crate) async fn show<C: Console>(State(host): State<Arc<C>>, Path(id): Path<String>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    let workspace = find(&desk, &id).await?;
    page(&desk, workspace, Typed::default()).await
}

/// Adds somebody, whose name is typed.
pub(crate) async fn add<C: Console>(State(host): State<Arc<C>>, Path(id): Path<String>, request: Request) -> Answer {
    let (desk, form) = Desk::posted(host, request).await?;
    let workspace = find(&desk, &id).await?;
    let sheet = Sheet::typed(add_fields(), &form);
    let mut problems = Vec::new();
    let until = day(&mut problems, &form, "until");
    let name = form.text("username").trim().to_owned();
    let refusal = if sheet.is_bad() || !problems.is_empty() {
        Refusal::Fields(problems)
    } else {
        let added = async {
            let Some(user) = user_named(&desk, &name).await? else { return Ok(None) };
            desk.office().teams.add_member(&desk.actor, workspace.id, user, until).await.map(Some)
        };
        match added.await {
            Ok(Some(view)) => {
                let text = format!("“{}” is a member now.", view.user.username.as_str());
                return Ok(desk.done(&format!("workspaces/{}", workspace.id), &Flash::new(text)));
            }
            Ok(None) => Refusal::Fields(vec![FieldProblem::new("username", format!("There is no user “{name}”."))]),
            Err(error) => about_until(desk.refusal(error)),
        }
    };
    let sheet = sheet.refused(refusal, "", "");
    page(&desk, workspace, Typed { add: Some(sheet), ..Typed::default() }).await
}

/// Takes somebody out.
pub(crate) async fn remove<C: Console>(
    State(host): State<Arc<C>>,
    Path((id, user)): Path<(String, String)>,
    request: Request,
) -> Answer {
    let (desk, _) = Desk::posted(host, request).await?;
    let workspace = find(&desk, &id).await?;
    let user = desk.id(&user, UserId::new)?;
    let path = format!("workspaces/{}{}", workspace.id, list::sent_from(&desk.parts().uri, ASKED));
    let outcome = desk.office().teams.remove_member(&desk.actor, workspace.id, user).await;
    let said = outcome.map(|view| Flash::new(format!("“{}” is no member any more.", view.user.username.as_str())));
    Ok(desk.concluded(&path, said))
}

/// Gives it another name.
pub(crate) async fn rename<C: Console>(State(host): State<Arc<C>>, Path(id): Path<String>, request: Request) -> Answer {
    let (desk, form) = Desk::posted(host, request).await?;
    let workspace = find(&desk, &id).await?;
    let sheet = Sheet::typed(workspaces::fields(), &form);
    let mut problems = Vec::new();
    let name = read(&mut problems, "name", Some(WorkspaceName::try_new(form.text("name").trim())));
    let sheet = match name.filter(|_| !sheet.is_bad()) {
        Some(name) => match desk.office().teams.rename(&desk.actor, workspace.id, name).await {
            Ok(renamed) => {
                let text = format!("It is called “{}” now. The id stays.", renamed.name.as_str());
                return Ok(desk.done(&format!("workspaces/{}", workspace.id), &Flash::new(text)));
            }
            Err(error) => sheet.refused(desk.refusal(error), "", ""),
        },
        None if sheet.is_bad() => sheet,
        None => sheet.refused(Refusal::Fields(problems), "", ""),
    };
    page(&desk, workspace, Typed { rename: Some(sheet), ..Typed::default() }).await
}

/// Asks once more, and tells what a deletion takes.
pub(crate) async fn ask_delete<C: Console>(
    State(host): State<Arc<C>>,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let desk = Desk::begin(host, request).await?;
    let workspace = find(&desk, &id).await?;
    let takes = desk.office().trash.preview_workspace(&desk.actor, workspace.id).await;
    let takes = takes.map_err(|error| desk.stop(error))?;
    let name = workspace.name.into_string();
    let path = format!("workspaces/{}", workspace.id);
    let page = Delete {
        frame: desk.frame("Delete a workspace", Section::Workspaces),
        id: workspace.id.to_string(),
        takes: taken(&takes),
        call: Call::new(&desk.address(), &["workspaces", "delete", "--yes", "--", &name], "DELETE", &path, None),
        name,
    };
    Ok(desk.show(&page))
}

/// Deletes it.
pub(crate) async fn delete<C: Console>(State(host): State<Arc<C>>, Path(id): Path<String>, request: Request) -> Answer {
    let (desk, _) = Desk::posted(host, request).await?;
    let id = desk.id(&id, WorkspaceId::new)?;
    let teams = &desk.office().teams;
    let outcome = match teams.get(&desk.actor, id).await {
        Ok(_) => teams.delete(&desk.actor, id).await,
        // A form that is sent twice, or somebody else who was faster.
        Err(Error::WorkspaceNotFound(_)) => {
            return Ok(desk.done("workspaces", &Flash::new("This workspace is gone already.")));
        }
        Err(error) => return Err(desk.stop(error)),
    };
    Ok(match outcome {
        Ok(gone) => {
            let text = format!("“{}” is deleted. The trash keeps a copy for 7 days.", gone.name.as_str());
            desk.done("workspaces", &Flash::new(text))
        }
        Err(error) => desk.concluded(&format!("workspaces/{id}"), Err(error)),
    })
}

/// User names that contain what is typed, a line each: for suggestions.
pub(crate) async fn candidates<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    let asked = Asked::of(&desk.parts().uri, &["q"]);
    let search = UserSearch { text: asked.get("q").map(str::to_owned), ..UserSearch::default() };
    let order = Order { by: Sort::Name, direction: Direction::Ascending };
    let request = PageRequest { order, after: None, limit: SUGGESTED };
    let found = desk.office().accounts.search(&desk.actor, search, request).await.map_err(|error| desk.stop(error))?;
    let lines: Vec<_> = found.entries.into_iter().map(|view| view.user.username.into_string()).collect();
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))];
    Ok((kind, lines.join("\n")).into_response())
}

fn add_fields() -> Vec<Field> {
    vec![
        Field::name("username", "Username", "off").required("Type a user name.").suggested("users/names"),
        Field::of(Kind::Day, "until", "Last day there").hint("For ever otherwise."),
    ]
}

/// The members of a page, where the visitor may see them.
async fn members<C: Console>(desk: &Desk<C>, workspace: &Workspace, asked: &Asked) -> Result<(Vec<Row>, Pages), Error> {
    let (office, actor) = (desk.office(), &desk.actor);
    let (order, _) = list::order(asked, SORTS);
    let mut request = list::request(&desk.parts().uri, order);
    let mut found = office.teams.search_members(actor, workspace.id, asked.get("q"), request.clone()).await?;
    if found.entries.is_empty() && request.after.is_some() {
        // What was on a last page is gone.
        request.after = None;
        found = office.teams.search_members(actor, workspace.id, asked.get("q"), request.clone()).await?;
    }
    let after = request.after;
    let path = format!("workspaces/{}", workspace.id);
    let pages = Pages::around(&path, asked, after.as_ref(), found.next.as_ref());
    let now = office.accounts.now();
    let members = office.accounts.with_workspaces(found.entries).await?;
    let row = |member: ochre_domain::usecase::Member| {
        let end = member.temporary.iter().find(|(name, _)| *name == workspace.name).map(|(_, end)| *end);
        let user = &member.view.user;
        Row {
            id: user.id.to_string(),
            username: view::short(user.username.as_str()),
            name: view::short(&view::full_name(user)),
            role: view::capitalised(user.role.as_str()),
            state: view::state(user, now),
            until: end.map(super::last),
            has_ended: end.is_some_and(|end| end.is_over(now)),
        }
    };
    Ok((members.into_iter().map(row).collect(), pages))
}

async fn page<C: Console>(desk: &Desk<C>, workspace: Workspace, typed: Typed) -> Result<Response, Stop> {
    let scope = Scope::Workspace(workspace.id);
    let asked = Asked::of(&desk.parts().uri, ASKED);
    let sees_members = desk.may(WorkspaceAction::ListMembers, scope);
    let counts = desk.office().teams.member_counts(&[workspace.id], list::COUNTED_SOME + 1).await;
    let count = counts.map_err(|error| desk.stop(error))?.get(&workspace.id).copied().unwrap_or_default();
    let (rows, pages) = if sees_members {
        members(desk, &workspace, &asked).await.map_err(|error| desk.stop(error))?
    } else {
        (Vec::new(), Pages::around("", &asked, None, None))
    };
    let add = typed.add.unwrap_or_else(|| Sheet::new(add_fields()));
    let rename = typed.rename.unwrap_or_else(|| {
        Sheet::new(workspaces::fields().into_iter().map(|field| field.with(workspace.name.as_str())).collect())
    });
    let (address, name) = (desk.address(), workspace.name.as_str());
    let path = format!("workspaces/{}", workspace.id);
    let page = Page {
        frame: desk.frame(&Sheet::title(name, &[&add, &rename]), Section::Workspaces),
        id: workspace.id.to_string(),
        created: view::moment(workspace.inserted_at),
        sees_members,
        rows,
        members: view::counted_to(list::COUNTED_SOME, count, "member", "members"),
        pages,
        may_open_users: desk.may(UserAction::List, Scope::Server),
        may_add: desk.may(WorkspaceAction::AddMember, scope),
        may_remove: desk.may(WorkspaceAction::RemoveMember, scope),
        may_rename: desk.may(WorkspaceAction::Rename, scope),
        may_delete: desk.may(WorkspaceAction::Delete, scope),
        may_invite: desk.may(InvitationAction::Create, Scope::Server),
        add,
        add_call: Call::new(
            &address,
            &["workspaces", "add-user", "--", name, "USERNAME"],
            "POST",
            &format!("{path}/users"),
            Some(json!({"user_id": "USER_ID"})),
        )
        .and(&Call::new(
            &address,
            &["workspaces", "remove-user", "--", name, "USERNAME"],
            "DELETE",
            &format!("{path}/users/USER_ID"),
            None,
        )),
        rename,
        rename_call: Call::new(
            &address,
            &["workspaces", "rename", "--", name, "NEW_NAME"],
            "PATCH",
            &path,
            Some(json!({"name": "NEW_NAME"})),
        ),
        asked,
        name: name.to_owned(),
    };
    Ok(desk.show_sheets(&[&page.add, &page.rename], &page))
}

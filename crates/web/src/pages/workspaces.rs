//! The workspaces that the visitor reaches.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, header};
use ochre_domain::{
    Error,
    model::WorkspaceName,
    policy::{Scope, WorkspaceAction},
    ports::{Direction, Order, Sort},
    usecase::{NewWorkspace, PageRequest, WorkspaceSearch},
};
use serde_json::json;

use super::settings::read;
use crate::{
    call::Call,
    console::{
        Console,
        desk::Desk,
        flash::Flash,
        list::{self, Asked, Column, Pages},
        nav::Section,
    },
    field::Field,
    frame::Frame,
    host::Refusal,
    moment::Moment,
    sheet::Sheet,
    view,
    visit::{Answer, Stop},
};

const SORTS: &[(&str, Sort)] = &[("name", Sort::Name), ("inserted_at", Sort::InsertedAt)];
const ASKED: &[&str] = &["q", "sort"];
/// Names that are suggested.
const SUGGESTED: u32 = 20;

struct Row {
    id: String,
    name: String,
    members: String,
    created: Moment,
}

#[derive(Template)]
#[template(path = "workspaces.html")]
struct Page {
    frame: Frame,
    asked: Asked,
    columns: [Column; 2],
    rows: Vec<Row>,
    pages: Pages,
    may_create: bool,
    sheet: Sheet,
    call: Call,
}

/// Shows the list.
pub(crate) async fn show<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    page(&desk, Sheet::new(fields())).await
}

/// Makes a workspace.
pub(crate) async fn create<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let (desk, form) = Desk::posted(host, request).await?;
    let sheet = Sheet::typed(fields(), &form);
    if sheet.is_bad() {
        return page(&desk, sheet).await;
    }
    let mut problems = Vec::new();
    let name = read(&mut problems, "name", Some(WorkspaceName::try_new(form.text("name").trim())));
    let refusal = match name {
        Some(name) => match desk.office().teams.create(&desk.actor, NewWorkspace { id: None, name }).await {
            Ok(made) => {
                let text = format!("“{}” is there. Add the people who work in it.", made.name.as_str());
                return Ok(desk.done(&format!("workspaces/{}", made.id), &Flash::new(text)));
            }
            Err(error) => desk.refusal(error),
        },
        None => Refusal::Fields(problems),
    };
    page(&desk, sheet.refused(refusal, "", "")).await
}

/// Names that contain what is typed, a line each: for suggestions.
pub(crate) async fn names<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    let asked = Asked::of(&desk.parts().uri, &["q"]);
    let search = WorkspaceSearch { text: asked.get("q").map(str::to_owned), name: None };
    let order = Order { by: Sort::Name, direction: Direction::Ascending };
    let request = PageRequest { order, after: None, limit: SUGGESTED };
    let found = desk.office().teams.search(&desk.actor, search, request).await.map_err(|error| desk.stop(error))?;
    let lines: Vec<_> = found.entries.into_iter().map(|workspace| workspace.name.into_string()).collect();
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))];
    Ok((kind, lines.join("\n")).into_response())
}

pub(super) fn fields() -> Vec<Field> {
    vec![
        Field::name("name", "Name", "off")
            .required("Type a name.")
            .hint("Argilla's Python SDK lists names of letters, digits, - and _."),
    ]
}

async fn page<C: Console>(desk: &Desk<C>, sheet: Sheet) -> Result<Response, Stop> {
    let uri = &desk.parts().uri;
    let asked = Asked::of(uri, ASKED);
    let (order, sort) = list::order(&asked, SORTS);
    let request = list::request(uri, order);
    let after = request.after.clone();
    let teams = &desk.office().teams;
    let read = async {
        let search = WorkspaceSearch { text: asked.get("q").map(str::to_owned), name: None };
        let found = teams.search(&desk.actor, search, request).await?;
        let ids: Vec<_> = found.entries.iter().map(|workspace| workspace.id).collect();
        let counts = teams.member_counts(&ids, list::COUNTED_SOME + 1).await?;
        Ok::<_, Error>((found, counts))
    };
    let (found, counts) = read.await.map_err(|error| desk.stop(error))?;
    let pages = Pages::around("workspaces", &asked, after.as_ref(), found.next.as_ref());
    if let Some(first) = pages.instead(&found.entries).filter(|_| !sheet.is_bad()) {
        return Ok(desk.visit.to(first));
    }
    let rows = found.entries.into_iter().map(|workspace| Row {
        id: workspace.id.to_string(),
        members: view::grouped_to(list::COUNTED_SOME, counts.get(&workspace.id).copied().unwrap_or_default()),
        created: view::moment(workspace.inserted_at),
        name: view::short(workspace.name.as_str()),
    });
    let title = &Sheet::title("Workspaces", &[&sheet]);
    let page = Page {
        frame: desk.frame(title, Section::Workspaces),
        columns: [
            Column::new("Workspace", "name", &sort, &asked),
            Column::new("Created", "inserted_at", &sort, &asked),
        ],
        rows: rows.collect(),
        pages,
        may_create: desk.may(WorkspaceAction::Create, Scope::Server),
        call: Call::new(
            &desk.address(),
            &["workspaces", "create", "papers"],
            "POST",
            "workspaces",
            Some(json!({"name": "papers"})),
        ),
        sheet,
        asked,
    };
    Ok(desk.show_sheet(&page.sheet, &page))
}

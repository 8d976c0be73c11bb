//! Who may do what: the policy itself, and what the visitor may.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use ochre_domain::{
    model::Role,
    policy::{Cell, tables},
};

use crate::{
    console::{Console, desk::Desk, nav::Section},
    frame::Frame,
    visit::Answer,
};

struct Row {
    label: &'static str,
    owner: String,
    admin: String,
    annotator: String,
    /// Whether the visitor may, and why not or where.
    may: bool,
    why: &'static str,
}

struct Table {
    resource: &'static str,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "permissions.html")]
struct Page {
    frame: Frame,
    role: String,
    tables: Vec<Table>,
}

/// Shows the tables.
pub(crate) async fn show<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    let mine = desk.actor.user.role;
    let table = |table: ochre_domain::policy::Table| Table {
        resource: table.resource,
        rows: table.rows.into_iter().map(|(label, row)| shown(label, row, mine)).collect(),
    };
    let page = Page {
        frame: desk.frame("Permissions", Section::Permissions),
        role: mine.as_str().to_owned(),
        tables: tables().into_iter().map(table).collect(),
    };
    Ok(desk.show(&page))
}

fn shown(label: &'static str, row: ochre_domain::policy::Row, mine: Role) -> Row {
    let (may, why) = match row.cell(mine) {
        Cell::Yes => (true, ""),
        Cell::IfMember => (true, "in the workspaces that you are a member of"),
        Cell::OnlySelf => (true, "your own"),
        Cell::No => (false, least(row)),
    };
    Row {
        label,
        owner: row.owner.to_string(),
        admin: row.admin.to_string(),
        annotator: row.annotator.to_string(),
        may,
        why,
    }
}

/// Why somebody may not.
fn least(row: ochre_domain::policy::Row) -> &'static str {
    match (row.admin, row.owner) {
        (Cell::No, Cell::No) => "nobody may",
        (Cell::No, _) => "for owners alone",
        _ => "for admins and owners",
    }
}

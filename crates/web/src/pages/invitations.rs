//! Invitations: links by which people make their own accounts.

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use ochre_domain::{
    model::{LinkId, LinkPurpose, MAX_LINK_USES, WorkspaceName, fold},
    policy::InvitationAction,
    ports::Order,
    usecase::{LinkView, NewInvitation},
};
use serde_json::json;

use super::{chosen_role, settings::read};
use crate::{
    call::Call,
    console::{
        Console,
        desk::Desk,
        flash::Flash,
        list::{self, Asked, Pages},
        names,
        nav::Section,
    },
    field::{Choice, Field, Kind},
    form::Form,
    frame::Frame,
    host::{FieldProblem, Refusal},
    moment::Moment,
    sheet::Sheet,
    view,
    visit::{Answer, Stop},
};

/// Workspaces and people of a row that are named.
const NAMED: usize = 3;
const DAY: u64 = 86_400;

struct Row {
    id: String,
    role: String,
    workspaces: Vec<String>,
    more_workspaces: usize,
    uses: String,
    by: String,
    until: Moment,
    is_open: bool,
    came: Vec<String>,
    more_came: usize,
}

#[derive(Template)]
#[template(path = "invitations.html")]
struct Page {
    frame: Frame,
    sheet: Sheet,
    rows: Vec<Row>,
    pages: Pages,
    may_create: bool,
    call: Call,
}

/// Shows them.
pub(crate) async fn show<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    // A workspace's page leads here with its name.
    let query = Form::query(&desk.parts().uri);
    let sheet = Sheet::new(fields(query.get("workspace").unwrap_or_default()));
    page(&desk, sheet).await
}

/// Makes one.
pub(crate) async fn create<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let (desk, form) = Desk::posted(host, request).await?;
    let sheet = Sheet::typed(fields(""), &form);
    if sheet.is_bad() {
        return page(&desk, sheet).await;
    }
    let refusal = match invitation(&form) {
        Ok(new) => match desk.office().links.invite(&desk.actor, new).await {
            Ok(made) => {
                let until = view::moment(made.link.expires_at).shown;
                let text = format!("The invitation is made. Hand over this link; it works until {until}.");
                let url = desk.visit.host.link_url(&made.token);
                return Ok(desk.done("invitations", &Flash::new(text).with("Link", url)));
            }
            Err(error) => desk.refusal(error),
        },
        Err(problems) => Refusal::Fields(problems),
    };
    page(&desk, sheet.refused(refusal, "", "")).await
}

fn invitation(form: &Form) -> Result<NewInvitation, Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let mut workspaces = Vec::new();
    for name in names::of(form, "workspaces") {
        workspaces.extend(read(&mut problems, "workspaces", Some(WorkspaceName::try_new(&name))));
    }
    let role = chosen_role(&mut problems, form);
    let number = |name: &str, most: u64| -> Option<u64> {
        form.filled(name).and_then(|text| text.parse().ok()).filter(|number| (1..=most).contains(number))
    };
    let uses = number("max_uses", u64::from(MAX_LINK_USES)).and_then(|uses| u32::try_from(uses).ok());
    if uses.is_none() {
        problems.push(FieldProblem::new("max_uses", format!("Give a number from 1 to {MAX_LINK_USES}.")));
    }
    let days = number("days", 365);
    if days.is_none() {
        problems.push(FieldProblem::new("days", "Give a number of days from 1 to 365."));
    }
    match (role, uses, days) {
        (Some(role), Some(max_uses), Some(days)) if problems.is_empty() => {
            Ok(NewInvitation { role, workspaces, max_uses, lifetime: Some(Duration::from_secs(days * DAY)) })
        }
        _ => Err(problems),
    }
}

/// Withdraws one.
pub(crate) async fn withdraw<C: Console>(
    State(host): State<Arc<C>>,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let (desk, _) = Desk::posted(host, request).await?;
    let id = desk.id(&id, LinkId::new)?;
    let path = format!("invitations{}", list::sent_from(&desk.parts().uri, &[]));
    let outcome = desk.office().links.withdraw(&desk.actor, id).await;
    Ok(desk.concluded(&path, outcome.map(|()| Flash::new("The invitation is withdrawn. Who came by it stays."))))
}

fn fields(workspace: &str) -> Vec<Field> {
    let roles: Vec<Choice> = view::roles();
    vec![
        Field::of(Kind::One(roles), "role", "Role").with("annotator"),
        Field::name("workspaces", "Workspaces", "off")
            .hint(names::HINT)
            .several("workspaces/names")
            .with(names::quoted(workspace)),
        Field::of(Kind::Number { min: 1, max: u64::from(MAX_LINK_USES) }, "max_uses", "Number of accounts")
            .required("Give a number.")
            .with("1"),
        Field::of(Kind::Number { min: 1, max: 365 }, "days", "Valid for (days)").required("Give a number.").with("7"),
    ]
}

fn row(mut view: LinkView) -> Row {
    view.workspaces.sort_by_cached_key(|name| fold(name.as_str()));
    let role = match &view.link.purpose {
        LinkPurpose::Invitation { role, .. } => view::capitalised(role.as_str()),
        LinkPurpose::Reset(_) => String::new(),
    };
    Row {
        id: view.link.id.to_string(),
        role,
        more_workspaces: view.workspaces.len().saturating_sub(NAMED),
        workspaces: view.workspaces.into_iter().map(|name| view::short(name.as_str())).take(NAMED).collect(),
        uses: format!("{} of {}", view.link.uses, view.link.max_uses),
        by: view.created_by.map_or_else(|| "a maintenance command".to_owned(), |name| view::short(name.as_str())),
        until: view::moment(view.link.expires_at),
        is_open: view.is_open,
        more_came: view.uses.len().saturating_sub(NAMED),
        came: view
            .uses
            .into_iter()
            .take(NAMED)
            .map(|(_, name)| name.map_or_else(|| "somebody who is gone".to_owned(), |name| view::short(name.as_str())))
            .collect(),
    }
}

async fn page<C: Console>(desk: &Desk<C>, sheet: Sheet) -> Result<Response, Stop> {
    let after = list::request(&desk.parts().uri, Order::LATEST).after;
    let found = desk
        .office()
        .links
        .invitations(&desk.actor, after.clone(), list::ROWS)
        .await
        .map_err(|error| desk.stop(error))?;
    let pages = Pages::around("invitations", &Asked::default(), after.as_ref(), found.next.as_ref());
    if let Some(first) = pages.instead(&found.entries).filter(|_| !sheet.is_bad()) {
        return Ok(desk.visit.to(first));
    }
    let page = Page {
        frame: desk.frame(&Sheet::title("Invitations", &[&sheet]), Section::Invitations),
        pages,
        rows: found.entries.into_iter().map(row).collect(),
        may_create: desk.may(InvitationAction::Create, ochre_domain::policy::Scope::Server),
        call: Call::new(
            &desk.address(),
            &["invite", "--workspace", "papers", "--role", "annotator"],
            "POST",
            "invitations",
            Some(json!({"role": "annotator", "workspaces": ["papers"], "max_uses": 1, "expires_in": 604_800})),
        )
        .and(&Call::new(
            &desk.address(),
            &["invitations", "withdraw", "INVITATION_ID"],
            "DELETE",
            "invitations/INVITATION_ID",
            None,
        )),
        sheet,
    };
    Ok(desk.show_sheet(&page.sheet, &page))
}

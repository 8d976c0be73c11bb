//! Many people from a file: what it would change is shown first, and all of it is done or nothing.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Request, State},
    response::Response,
};
use ochre_domain::{
    Error,
    policy::{Scope, TeamAction, authorize},
    usecase::{FieldChange, PlanEntry, Prune},
};

use crate::{
    call::Call,
    console::{Console, FileProblem, desk::Desk, flash::Flash, nav::Section},
    field::{Field, Kind},
    form::{BROKEN, Form},
    frame::Frame,
    respond,
    sheet::Sheet,
    view,
    visit::Answer,
};

const PREVIEW: &str = "What the file changes";
/// Lines of a plan that are shown; the rest is counted.
const SHOWN: usize = 300;
/// Problems that are shown.
const TOLD: usize = 20;

struct Line {
    /// A class of the style sheet.
    kind: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "import.html")]
struct Page {
    frame: Frame,
    sheet: Sheet,
    problems: Vec<FileProblem>,
    more_problems: usize,
    call: Call,
}

#[derive(Template)]
#[template(path = "import_plan.html")]
struct Plan {
    frame: Frame,
    lines: Vec<Line>,
    more: usize,
    changes: String,
    is_empty: bool,
    /// What the differences are recognised by.
    expect: String,
    file: String,
    call: Call,
}

/// Shows the form.
pub(crate) async fn show<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    authorize(&desk.actor, TeamAction::Apply, Scope::Server).map_err(|error| desk.stop(error))?;
    Ok(page(&desk, Sheet::new(fields()), Vec::new()))
}

/// Shows what the file would change, or brings it about.
pub(crate) async fn submit<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let (desk, form) = Desk::uploaded(host, request).await?;
    authorize(&desk.actor, TeamAction::Apply, Scope::Server).map_err(|error| desk.stop(error))?;
    let text = text(&form);
    let sheet = Sheet::typed(fields(), &form);
    if form.get(BROKEN).is_some() {
        let message = "It is not UTF-8. In a spreadsheet, save it as “CSV UTF-8”.".to_owned();
        return Ok(page(&desk, sheet, vec![FileProblem { line: None, message }]));
    }
    if text.trim().is_empty() {
        let problem = FileProblem { line: None, message: "Choose a file, or type its text.".to_owned() };
        return Ok(page(&desk, sheet, vec![problem]));
    }
    let team = match desk.visit.host.read_people(&text) {
        Ok(team) => team,
        Err(problems) => return Ok(page(&desk, sheet, problems)),
    };
    let (office, actor) = (desk.office(), &desk.actor);
    if form.get("sure").is_none() {
        let plan = office.team_file.plan(actor, &team, Prune::Nothing).await;
        return match plan {
            Ok(plan) => Ok(preview(&desk, desk.frame(PREVIEW, Section::Users), &plan.entries, text)),
            Err(error) => Ok(refused(&desk, sheet, error)),
        };
    }
    let expect = form.text("expect");
    let expected = |entries: &[PlanEntry]| desk.visit.host.digest(entries) == expect;
    match office.team_file.apply(actor, &team, Prune::Nothing, &expected).await {
        Ok(plan) => {
            let created = plan.entries.iter().filter(|entry| matches!(entry, PlanEntry::CreateUser { .. })).count();
            let text = format!(
                "Done: {}, of which {} new. Who has no password gets in by a reset link: choose them in the list.",
                view::counted(plan.changes(), "change", "changes"),
                view::counted(created, "user", "users")
            );
            Ok(desk.done("users?sort=-inserted_at", &Flash::new(text)))
        }
        Err(Error::PlanChanged) => {
            let plan = office.team_file.plan(actor, &team, Prune::Nothing).await.map_err(|error| desk.stop(error))?;
            let frame = desk.frame(PREVIEW, Section::Users);
            let said = Some(Flash::refusal(respond::sentence(&desk.refusal(Error::PlanChanged))));
            Ok(preview(&desk, Frame { said, ..frame }, &plan.entries, text))
        }
        Err(error) => Ok(refused(&desk, sheet, error)),
    }
}

fn text(form: &Form) -> String {
    let file = form.text("file");
    if file.trim().is_empty() { form.text("text") } else { file }
}

fn refused<C: Console>(desk: &Desk<C>, sheet: Sheet, error: Error) -> Response {
    let refusal = desk.refusal(error);
    page(desk, sheet.refused(refusal, "", ""), Vec::new())
}

fn fields() -> Vec<Field> {
    vec![
        Field::of(Kind::File { accept: ".csv,.yaml,.yml,.json,text/csv" }, "file", "File"),
        Field::of(Kind::Lines, "text", "Or its text"),
    ]
}

fn page<C: Console>(desk: &Desk<C>, mut sheet: Sheet, mut problems: Vec<FileProblem>) -> Response {
    if !problems.is_empty() {
        sheet.status = http::StatusCode::UNPROCESSABLE_ENTITY;
    }
    let more_problems = problems.len().saturating_sub(TOLD);
    problems.truncate(TOLD);
    let title = Sheet::title("Import people", &[&sheet]);
    let page = Page { frame: desk.frame(&title, Section::Users), sheet, problems, more_problems, call: call(desk) };
    desk.show_sheet(&page.sheet, &page)
}

/// The same from a command line.
fn call<C: Console>(desk: &Desk<C>) -> Call {
    Call::new(
        &desk.address(),
        &["apply", "-f", "team.yaml"],
        "POST",
        "team/apply",
        Some(serde_json::json!({"version": 1, "users": [{"username": "ada", "role": "annotator"}]})),
    )
}

fn preview<C: Console>(desk: &Desk<C>, frame: Frame, entries: &[PlanEntry], file: String) -> Response {
    let changes = entries.iter().filter(|entry| entry.is_change()).count();
    let lines: Vec<_> = entries.iter().take(SHOWN).map(line).collect();
    let page = Plan {
        frame,
        more: entries.len().saturating_sub(lines.len()),
        lines,
        changes: view::counted(changes, "change", "changes"),
        is_empty: changes == 0,
        expect: desk.visit.host.digest(entries),
        file,
        call: call(desk),
    };
    respond::kept(desk.show(&page))
}

fn line(entry: &PlanEntry) -> Line {
    let joined = |names: &[ochre_domain::model::WorkspaceName]| {
        names.iter().map(ochre_domain::model::WorkspaceName::as_str).collect::<Vec<_>>().join(", ")
    };
    let (kind, text) = match entry {
        PlanEntry::CreateWorkspace(name) => ("new", format!("+ workspace {}", name.as_str())),
        PlanEntry::CreateUser { username, role, workspaces, .. } if workspaces.is_empty() => {
            ("new", format!("+ {}, {}", username.as_str(), role.as_str()))
        }
        PlanEntry::CreateUser { username, role, workspaces, .. } => {
            ("new", format!("+ {}, {}, in {}", username.as_str(), role.as_str(), joined(workspaces)))
        }
        PlanEntry::UpdateUser { username, changes } => {
            let told: Vec<_> = changes.iter().map(change).collect();
            ("other", format!("~ {}: {}", username.as_str(), told.join(", ")))
        }
        PlanEntry::AddMember { username, workspace } => {
            ("new", format!("+ {} in {}", username.as_str(), workspace.as_str()))
        }
        PlanEntry::RemoveMember { username, workspace } => {
            ("gone", format!("- {} in {}", username.as_str(), workspace.as_str()))
        }
        PlanEntry::KeepMember { username, workspace } => {
            ("", format!("  {} stays in {}, which the file leaves out", username.as_str(), workspace.as_str()))
        }
        PlanEntry::DeleteUser(username) => ("gone", format!("- {}", username.as_str())),
    };
    Line { kind, text }
}

fn change(change: &FieldChange) -> String {
    match change {
        FieldChange::FirstName(from, to) => format!("first name {} → {}", from.as_str(), to.as_str()),
        FieldChange::LastName(from, to) => {
            let from = from.as_ref().map_or("none", |name| name.as_str());
            format!("last name {from} → {}", to.as_str())
        }
        FieldChange::Role(from, to) => format!("role {} → {}", from.as_str(), to.as_str()),
    }
}

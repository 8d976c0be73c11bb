//! Where one user belongs: the workspaces on the user's page.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use ochre_domain::{
    Error,
    model::{Membership, UserId, WorkspaceId, WorkspaceName, fold},
    ports::Order,
    usecase::{PageRequest, WorkspaceSearch},
};

use super::{
    day,
    user::{Typed, find, id_of, page},
};
use crate::{
    console::{
        Console,
        desk::Desk,
        flash::Flash,
        list::{self, Pages},
        names,
    },
    field::{Field, Kind},
    form::Form,
    host::{FieldProblem, Refusal},
    moment::Moment,
    sheet::Sheet,
    view,
    visit::Answer,
};

/// A workspace of a user.
pub(super) struct Belongs {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) until: Option<Moment>,
    pub(super) has_ended: bool,
}

/// The workspaces that a user was added to, by name, from that which the address says on.
pub(super) async fn belongs<C: Console>(desk: &Desk<C>, user: UserId) -> Result<(Vec<Belongs>, Pages), Error> {
    let accounts = &desk.office().accounts;
    let mut all = accounts.memberships(&desk.actor, user).await?;
    all.sort_by_cached_key(|(_, name)| fold(name.as_str()));
    let now = accounts.now();
    let row = |(membership, name): (Membership, WorkspaceName)| Belongs {
        id: membership.workspace.to_string(),
        until: membership.active_until.map(super::last),
        has_ended: membership.active_until.is_some_and(|end| end.is_over(now)),
        name: view::short(name.as_str()),
    };
    let (from, rows) = (from(desk), list::ROWS as usize);
    // What was on a last page may be gone.
    let from = if from < all.len() { from } else { 0 };
    let end = from + rows;
    let path = format!("users/{user}");
    let pages = Pages {
        first: (from > 0).then(|| format!("{path}#workspaces-of")),
        next: (end < all.len()).then(|| format!("{path}?from={end}#workspaces-of")),
        here: if from > 0 { format!("?from={from}") } else { String::new() },
    };
    Ok((all.into_iter().skip(from).take(rows).map(row).collect(), pages))
}

/// How many workspaces come before those that an address means.
fn from<C: Console>(desk: &Desk<C>) -> usize {
    Form::query(&desk.parts().uri).get("from").and_then(|from| from.parse().ok()).unwrap_or(0)
}

/// Adds the user to workspaces, which are named.
pub(crate) async fn join<C: Console>(State(host): State<Arc<C>>, Path(id): Path<String>, request: Request) -> Answer {
    let (desk, form) = Desk::posted(host, request).await?;
    let id = id_of(&desk, &id)?;
    let sheet = Sheet::typed(join_fields(), &form);
    let mut problems = Vec::new();
    let until = day(&mut problems, &form, "until");
    let wanted = names::of(&form, "workspaces");
    if wanted.is_empty() && !sheet.is_bad() {
        problems.push(FieldProblem::new("workspaces", "Type a name."));
    }
    let outcome = if sheet.is_bad() || !problems.is_empty() {
        Err(Refusal::Fields(problems))
    } else {
        let added = async {
            // All are looked up before one is written.
            let mut workspaces = Vec::new();
            for name in &wanted {
                workspaces.push(workspace_named(&desk, name).await?);
            }
            for workspace in workspaces {
                match desk.office().teams.add_member(&desk.actor, workspace, id, until).await {
                    Ok(_) | Err(Error::AlreadyMember { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        };
        added.await.map_err(|error| about_until(desk.refusal(error)))
    };
    match outcome {
        Ok(()) => Ok(desk.done(&format!("users/{id}"), &Flash::new("Added."))),
        Err(refusal) => {
            let found = find(&desk, id).await?;
            let sheet = sheet.refused(refusal, "", "");
            page(&desk, found, Typed { join: Some(sheet), ..Typed::default() }).await
        }
    }
}

/// What the use-case says of the end of a membership, beside the field of these forms.
pub(super) fn about_until(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Fields(mut problems) => {
            for problem in problems.iter_mut().filter(|problem| problem.name == "active_until") {
                "until".clone_into(&mut problem.name);
            }
            Refusal::Fields(problems)
        }
        other => other,
    }
}

/// Takes the user out of a workspace.
pub(crate) async fn leave<C: Console>(
    State(host): State<Arc<C>>,
    Path((id, workspace)): Path<(String, String)>,
    request: Request,
) -> Answer {
    let (desk, _) = Desk::posted(host, request).await?;
    let id = id_of(&desk, &id)?;
    let workspace = desk.id(&workspace, WorkspaceId::new)?;
    let outcome = desk.office().teams.remove_member(&desk.actor, workspace, id).await;
    let from = from(&desk);
    let path = if from > 0 { format!("users/{id}?from={from}") } else { format!("users/{id}") };
    Ok(desk.concluded(&path, outcome.map(|_| Flash::new("Taken out of the workspace."))))
}

/// The workspace of this name, of those that the actor reaches.
pub(super) async fn workspace_named<C: Console>(desk: &Desk<C>, name: &str) -> Result<WorkspaceId, Error> {
    let name = WorkspaceName::verbatim(name.to_owned());
    let search = WorkspaceSearch { name: Some(name.clone()), ..WorkspaceSearch::default() };
    let one = PageRequest { order: Order::default(), after: None, limit: 1 };
    let mut found = desk.office().teams.search(&desk.actor, search, one).await?;
    found.entries.pop().map(|workspace| workspace.id).ok_or(Error::UnknownWorkspace(name))
}

pub(super) fn join_fields() -> Vec<Field> {
    vec![
        Field::name("workspaces", "Add to workspaces", "off")
            .required("Type a name.")
            .hint(names::HINT)
            .several("workspaces/names"),
        Field::of(Kind::Day, "until", "Last day there").hint("For ever otherwise."),
    ]
}

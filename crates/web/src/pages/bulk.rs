//! Several users at once: what is to be done is shown first.

use std::{collections::HashSet, fmt::Write as _, sync::Arc};

use askama::Template;
use axum::{
    extract::{Request, State},
    response::Response,
};
use ochre_domain::{
    Error,
    model::{AccountState, UserId, WorkspaceId},
    policy::{Scope, UserAction, authorize},
    usecase::Deletion,
};

use super::{
    memberships::workspace_named,
    user::{reset, taken},
};
use crate::{
    call::Call,
    console::{
        Console,
        desk::{Desk, download},
        flash::Flash,
        list::Asked,
        nav::Section,
    },
    field::Field,
    form::Form,
    frame::Frame,
    host::{FieldProblem, Refusal},
    respond,
    sheet::Sheet,
    view,
    visit::{Answer, Stop},
};

/// The most that a page can send; a list's page has fewer.
const MOST: usize = 200;

/// Refusals that are told by name.
const TOLD: usize = 5;

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Disable,
    Enable,
    Add,
    Remove,
    Links,
    Delete,
}

impl Deed {
    fn named(name: &str) -> Option<Self> {
        [Self::Disable, Self::Enable, Self::Add, Self::Remove, Self::Links, Self::Delete]
            .into_iter()
            .find(|deed| deed.name() == name)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Links => "links",
            Self::Delete => "delete",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Disable => "Disable these users?",
            Self::Enable => "Enable these users?",
            Self::Add => "Add these users to a workspace",
            Self::Remove => "Take these users out of a workspace",
            Self::Links => "Make reset links for these users?",
            Self::Delete => "Delete these users?",
        }
    }

    const fn button(self) -> &'static str {
        match self {
            Self::Disable => "Disable",
            Self::Enable => "Enable",
            Self::Add => "Add",
            Self::Remove => "Take out",
            Self::Links => "Make the links and download them",
            Self::Delete => "Delete",
        }
    }

    const fn explanation(self) -> &'static str {
        match self {
            Self::Disable => "Their keys, logins and open pages work no more. Work and memberships stay.",
            Self::Enable => "Their keys work again; logins begin anew.",
            Self::Add => "Who is a member already stays one.",
            Self::Remove => "Their work there stays.",
            Self::Links => {
                "The file holds a link for each, which works once: for an hour, or for 7 days where there is no password yet. Links that were made before work no more."
            }
            Self::Delete => "The trash keeps a copy of each for 7 days.",
        }
    }

    const fn needs_workspace(self) -> bool {
        matches!(self, Self::Add | Self::Remove)
    }
}

struct Chosen {
    id: String,
    username: String,
}

#[derive(Template)]
#[template(path = "bulk.html")]
struct Page {
    frame: Frame,
    deed: Deed,
    list: List,
    chosen: Vec<Chosen>,
    takes: Vec<String>,
    sheet: Sheet,
    call: Option<Call>,
}

/// The list from which they were chosen, and to which the way leads back. Its parameters stand beside those of this page, under
/// names of their own.
struct List(Asked);

impl List {
    const NAMES: &'static [&'static str] = &["in-q", "in-role", "in-state", "in-workspace", "in-sort"];

    fn of(form: &Form) -> Self {
        Self(Asked::in_form(form, Self::NAMES))
    }

    /// Below the prefix.
    fn path(&self) -> String {
        let own = |(name, value): &(&'static str, String)| (name.trim_start_matches("in-"), value.clone());
        let pairs: Vec<_> = self.0.pairs().iter().map(own).collect();
        // Texts are always written.
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        if query.is_empty() { "users".to_owned() } else { format!("users?{query}") }
    }
}

/// What is to be done, and with whom.
struct Order {
    deed: Deed,
    ids: Vec<UserId>,
    list: List,
}

impl Order {
    fn of<C: Console>(desk: &Desk<C>, form: &Form) -> Result<Self, Stop> {
        let list = List::of(form);
        let mut seen = HashSet::new();
        let ids = form.all("user").filter_map(|id| id.parse().ok().map(UserId::new));
        let ids: Vec<UserId> = ids.filter(|id| seen.insert(*id)).take(MOST).collect();
        let Some(deed) = form.get("do").and_then(Deed::named).filter(|_| !ids.is_empty()) else {
            let said = Flash::refusal("Nobody was chosen: tick the boxes before the names first.");
            return Err(desk.done(&list.path(), &said).into());
        };
        Ok(Self { deed, ids, list })
    }
}

/// Asks once more.
pub(crate) async fn ask<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    authorize(&desk.actor, UserAction::List, Scope::Server).map_err(|error| desk.stop(error))?;
    let order = Order::of(&desk, &Form::query(&desk.parts().uri))?;
    let sheet = Sheet::new(fields(order.deed));
    page(&desk, order, sheet).await
}

/// Does it.
pub(crate) async fn submit<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let (desk, form) = Desk::posted(host, request).await?;
    let order = Order::of(&desk, &form)?;
    let sheet = Sheet::typed(fields(order.deed), &form);
    if sheet.is_bad() {
        return page(&desk, order, sheet).await;
    }
    if order.deed == Deed::Links {
        return links(&desk, &order.ids).await;
    }
    let workspace = match form.filled("workspace").filter(|_| order.deed.needs_workspace()) {
        None => None,
        Some(name) => match workspace_named(&desk, name).await {
            Ok(id) => Some(id),
            Err(Error::UnknownWorkspace(_)) => {
                let problem = FieldProblem::new("workspace", format!("There is no workspace “{name}”."));
                return page(&desk, order, sheet.refused(Refusal::Fields(vec![problem]), "", "")).await;
            }
            Err(error) => return Err(desk.stop(error)),
        },
    };
    Ok(carry_out(&desk, order, workspace).await)
}

fn fields(deed: Deed) -> Vec<Field> {
    let workspace =
        || Field::name("workspace", "Workspace", "off").required("Type a name.").suggested("workspaces/names");
    deed.needs_workspace().then(workspace).into_iter().collect()
}

async fn page<C: Console>(desk: &Desk<C>, Order { deed, ids, list }: Order, sheet: Sheet) -> Answer {
    let mut chosen = Vec::new();
    let mut sum = Deletion::default();
    for id in &ids {
        match desk.office().accounts.get(&desk.actor, *id).await {
            Ok(view) => chosen.push(Chosen { id: id.to_string(), username: view.user.username.into_string() }),
            // Somebody else was faster.
            Err(Error::UserNotFound(_)) => continue,
            Err(error) => return Err(desk.stop(error)),
        }
        if deed == Deed::Delete {
            let takes = desk.office().trash.preview_user(&desk.actor, *id).await.map_err(|error| desk.stop(error))?;
            sum.memberships += takes.memberships;
            sum.sessions += takes.sessions;
            sum.keys += takes.keys;
            sum.links += takes.links;
        }
    }
    if chosen.is_empty() {
        return Ok(desk.done(&list.path(), &Flash::refusal("Nobody of those whom you chose is there any more.")));
    }
    let page = Page {
        frame: desk.frame(&Sheet::title(deed.title(), &[&sheet]), Section::Users),
        call: call(&desk.address(), deed, &chosen),
        deed,
        list,
        chosen,
        takes: taken(&sum),
        sheet,
    };
    Ok(desk.show_sheet(&page.sheet, &page))
}

/// The command takes them all; a call of the API is for one.
fn call(address: &str, deed: Deed, chosen: &[Chosen]) -> Option<Call> {
    let one = chosen.first()?;
    let (before, method, path) = match deed {
        Deed::Disable => (vec!["users", "disable", "--"], "POST", format!("users/{}/disable", one.id)),
        Deed::Enable => (vec!["users", "enable", "--"], "POST", format!("users/{}/enable", one.id)),
        Deed::Delete => (vec!["users", "delete", "--yes", "--"], "DELETE", format!("users/{}", one.id)),
        Deed::Add => {
            (vec!["workspaces", "add-user", "--", "WORKSPACE"], "POST", "workspaces/WORKSPACE_ID/users".to_owned())
        }
        Deed::Remove => (
            vec!["workspaces", "remove-user", "--", "WORKSPACE"],
            "DELETE",
            format!("workspaces/WORKSPACE_ID/users/{}", one.id),
        ),
        // The command makes one at a time.
        Deed::Links => {
            let path = format!("users/{}/reset-link", one.id);
            return Some(Call::new(address, &["users", "reset-link", "--", &one.username], "POST", &path, None));
        }
    };
    let names = chosen.iter().map(|user| user.username.as_str());
    let words: Vec<_> = before.into_iter().chain(names).collect();
    let body = (deed == Deed::Add).then(|| serde_json::json!({"user_id": one.id}));
    Some(Call::new(address, &words, method, &path, body))
}

/// Does it for each, one after the other; what was refused is told.
async fn carry_out<C: Console>(
    desk: &Desk<C>,
    Order { deed, mut ids, list }: Order,
    workspace: Option<WorkspaceId>,
) -> Response {
    let (office, actor) = (desk.office(), &desk.actor);
    let (mut done, mut refused) = (0_usize, Vec::new());
    // The own account last: it could do nothing afterwards.
    ids.sort_by_key(|id| *id == actor.user.id);
    for id in ids {
        let outcome = match (deed, workspace) {
            (Deed::Disable, _) => office.accounts.set_state(actor, id, AccountState::Disabled).await.map(drop),
            (Deed::Enable, _) => office.accounts.set_state(actor, id, AccountState::Active).await.map(drop),
            (Deed::Delete, _) => office.accounts.delete(actor, id).await.map(drop),
            (Deed::Add, Some(workspace)) => match office.teams.add_member(actor, workspace, id, None).await {
                Err(Error::AlreadyMember { .. }) => Ok(()),
                outcome => outcome.map(drop),
            },
            (Deed::Remove, Some(workspace)) => match office.teams.remove_member(actor, workspace, id).await {
                Err(Error::MembershipNotFound { .. }) => Ok(()),
                outcome => outcome.map(drop),
            },
            (Deed::Add | Deed::Remove | Deed::Links, _) => Ok(()),
        };
        match outcome {
            Ok(()) => done += 1,
            Err(error) => {
                let name = match office.accounts.get(actor, id).await {
                    Ok(view) => view.user.username.into_string(),
                    Err(_) => "Somebody".to_owned(),
                };
                refused.push(format!("{name}: {}", respond::sentence(&desk.refusal(error))));
            }
        }
    }
    let text = format!("Done for {}.", view::counted(done, "user", "users"));
    if refused.is_empty() {
        return desk.done(&list.path(), &Flash::new(text));
    }
    refused.sort();
    let more = refused.len().saturating_sub(TOLD);
    refused.truncate(TOLD);
    if more > 0 {
        refused.push(format!("And {more} more."));
    }
    desk.done(&list.path(), &Flash::refusal(format!("{text} {}", refused.join(" "))))
}

/// A link for each, as a file: pages are looked at by more people than files are.
async fn links<C: Console>(desk: &Desk<C>, ids: &[UserId]) -> Result<Response, Stop> {
    let mut text = String::from("username,link,expires_at\n");
    for id in ids {
        let user = match desk.office().accounts.get(&desk.actor, *id).await {
            Ok(view) => view.user,
            // Somebody else was faster.
            Err(Error::UserNotFound(_)) => continue,
            Err(error) => return Err(desk.stop(error)),
        };
        // The links of those before are made, and shown nowhere else: one that fails is a line of its own.
        let (link, end) = match reset(desk, &user).await {
            Ok(made) => (desk.visit.host.link_url(&made.token), view::moment(made.link.expires_at).stamp),
            Err(error) => (respond::sentence(&desk.refusal(error)), String::new()),
        };
        // Writing to a text does not fail.
        let _ = writeln!(text, "{},{},{end}", cell(user.username.as_str()), cell(&link));
    }
    Ok(download("reset-links.csv", "text/csv; charset=utf-8", text))
}

/// A cell of a CSV file (RFC 4180). What a spreadsheet would take for a formula becomes a text.
fn cell(text: &str) -> String {
    let guarded = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if guarded.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stay_cells() {
        assert_eq!(cell("ada"), "ada");
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
    }

    #[test]
    fn every_deed_has_a_name_of_its_own() {
        for name in ["disable", "enable", "add", "remove", "links", "delete"] {
            assert_eq!(Deed::named(name).map(Deed::name), Some(name));
        }
        assert_eq!(Deed::named(""), None);
    }
}

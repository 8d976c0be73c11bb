//! Lists, filtered and ordered, a page at a time.
//!
//! A page is found by the position of the last row of the page before (not by counting rows), so that a page costs the same
//! wherever it is, and a row that comes or goes meanwhile neither hides nor repeats another.

use std::collections::HashMap;

use super::{Accounts, Teams, UserView, accounts::view};
use crate::{
    Error, Result,
    model::{Timestamp, User, UserId, Workspace, WorkspaceId, WorkspaceName, fold},
    policy::{Actor, Scope, UserAction, WorkspaceAction, authorize, sees_every_workspace},
    ports::{Mark, Order, Position, Session, SignInState, Sort, UserFilter, WorkspaceFilter},
};

/// Which page of a list.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// The order of the list.
    pub order: Order,
    /// Behind this row; from the beginning when absent.
    pub after: Option<Position>,
    /// At most so many rows.
    pub limit: u32,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows.
    pub entries: Vec<T>,
    /// What the next page is behind; `None` when this is the last one.
    pub next: Option<Position>,
}

impl<T> Page<T> {
    /// Of rows that were asked for with one more than the limit, which tells whether there are more.
    pub(super) fn of(mut rows: Vec<T>, limit: u32, position: impl Fn(&T) -> Position) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(position);
        Self { entries: rows, next }
    }

    pub(super) fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { entries: self.entries.into_iter().map(f).collect(), next: self.next }
    }

    fn try_map<U>(self, f: impl FnMut(T) -> Result<U>) -> Result<Page<U>> {
        Ok(Page { entries: self.entries.into_iter().map(f).collect::<Result<_>>()?, next: self.next })
    }
}

/// Which users are asked for.
#[derive(Debug, Clone, Default)]
pub struct UserSearch {
    /// A text that user name, first name or last name contains, whatever its letter case.
    pub text: Option<String>,
    /// What else.
    pub filter: UserFilter,
    /// Members of the workspace with this name or id.
    pub workspace: Option<String>,
    /// Whether they can sign in now.
    pub access: Option<SignInState>,
}

/// Which workspaces are asked for.
#[derive(Debug, Clone, Default)]
pub struct WorkspaceSearch {
    /// A text that the name contains, whatever its letter case.
    pub text: Option<String>,
    /// Exactly this name.
    pub name: Option<WorkspaceName>,
}

impl Accounts {
    /// A page of the users who are meant.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::UnknownWorkspace`].
    pub async fn search(&self, actor: &Actor, search: UserSearch, request: PageRequest) -> Result<Page<UserView>> {
        authorize(actor, UserAction::List, Scope::Server)?;
        let session = self.adapters.store.session();
        let filter = self.filter(session.as_ref(), search).await?;
        let (order, after) = (request.order, request.after.clone());
        let rows = session.users().select(&filter, order, after, request.limit.saturating_add(1)).await?;
        let page = Page::of(rows, request.limit, |user| position_of_user(user, request.order));
        page.try_map(|user| view(&self.adapters, actor, user))
    }

    /// How many users are meant; no more than `most` are counted.
    ///
    /// # Errors
    /// As [`Accounts::search`].
    pub async fn count(&self, actor: &Actor, search: UserSearch, most: u32) -> Result<u32> {
        authorize(actor, UserAction::List, Scope::Server)?;
        let session = self.adapters.store.session();
        let filter = self.filter(session.as_ref(), search).await?;
        Ok(session.users().count(&filter, most).await?)
    }

    async fn filter(&self, session: &dyn Session, search: UserSearch) -> Result<UserFilter> {
        let mut filter = search.filter;
        filter.search = search.text.as_deref().map(fold);
        filter.access = search.access.map(|access| (access, self.adapters.clock.now()));
        if let Some(workspace) = search.workspace {
            filter.workspace = Some(named(session, workspace).await?);
        }
        Ok(filter)
    }

    /// When these users were last seen, to the minute. Their own entries show whether they may be read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_seen(&self, users: &[UserId]) -> Result<HashMap<UserId, Timestamp>> {
        Ok(self.adapters.store.session().users().last_seen(users).await?.into_iter().collect())
    }
}

impl Teams {
    /// A page of the workspaces that the actor reaches and that are meant.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn search(
        &self,
        actor: &Actor,
        search: WorkspaceSearch,
        request: PageRequest,
    ) -> Result<Page<Workspace>> {
        authorize(actor, WorkspaceAction::ListOwn, Scope::Server)?;
        let filter = WorkspaceFilter {
            search: search.text.as_deref().map(fold),
            name: search.name,
            member: (!sees_every_workspace(actor.user.role)).then(|| (actor.user.id, self.adapters.clock.now())),
            among: actor.limited_to().cloned(),
        };
        let session = self.adapters.store.session();
        let (order, after) = (request.order, request.after.clone());
        let rows = session.workspaces().select(&filter, order, after, request.limit.saturating_add(1)).await?;
        Ok(Page::of(rows, request.limit, |workspace| position_of_workspace(workspace, request.order)))
    }
}

impl Teams {
    /// A page of the members of a workspace who are meant, also of those whose time there is over.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::WorkspaceNotFound`].
    pub async fn search_members(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        text: Option<&str>,
        request: PageRequest,
    ) -> Result<Page<UserView>> {
        authorize(actor, WorkspaceAction::ListMembers, Scope::Workspace(workspace))?;
        let session = self.adapters.store.session();
        session.workspaces().find(workspace).await?.ok_or(Error::WorkspaceNotFound(workspace))?;
        let filter = UserFilter { search: text.map(fold), workspace: Some(workspace), ..UserFilter::default() };
        let (order, after) = (request.order, request.after.clone());
        let rows = session.users().select(&filter, order, after, request.limit.saturating_add(1)).await?;
        let page = Page::of(rows, request.limit, |user| position_of_user(user, request.order));
        page.try_map(|user| view(&self.adapters, actor, user))
    }

    /// How many members these workspaces have now; no more than `most` are counted of each. Their own entries show whether
    /// they may be read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn member_counts(&self, workspaces: &[WorkspaceId], most: u32) -> Result<HashMap<WorkspaceId, u32>> {
        let now = self.adapters.clock.now();
        Ok(self.adapters.store.session().memberships().counts(workspaces, now, most).await?.into_iter().collect())
    }
}

/// The workspace of this name, else of this id.
pub(super) async fn named(session: &dyn Session, text: String) -> Result<WorkspaceId> {
    let id = text.parse().ok().map(WorkspaceId::new);
    let name = WorkspaceName::verbatim(text);
    if let Some(found) = session.workspaces().find_by_name(&name).await? {
        return Ok(found.id);
    }
    match id {
        Some(id) if session.workspaces().find(id).await?.is_some() => Ok(id),
        Some(_) | None => Err(Error::UnknownWorkspace(name)),
    }
}

fn position_of_user(user: &User, order: Order) -> Position {
    let mark = match order.by {
        Sort::InsertedAt => Mark::At(user.inserted_at),
        Sort::UpdatedAt => Mark::At(user.updated_at),
        Sort::Name => Mark::Name(fold(user.username.as_str())),
    };
    Position { mark, id: user.id.uuid() }
}

fn position_of_workspace(workspace: &Workspace, order: Order) -> Position {
    let mark = match order.by {
        Sort::InsertedAt => Mark::At(workspace.inserted_at),
        Sort::UpdatedAt => Mark::At(workspace.updated_at),
        Sort::Name => Mark::Name(fold(workspace.name.as_str())),
    };
    Position { mark, id: workspace.id.uuid() }
}

//! Workspaces and their members.

use ochre_dto::{
    time::Moment,
    v1::{Deletion, MemberCreate, MemberUpdate, WorkspaceCreate, WorkspaceUpdate},
};
use reqwest::Method;
use uuid::Uuid;

use super::{Pages, WorkspaceQuery};
use crate::{Client, Error, User, Workspace, transport::Call};

/// Workspaces; see [`Client::workspaces`].
#[derive(Debug, Clone, Copy)]
pub struct Workspaces<'a>(pub(crate) &'a Client);

impl Workspaces<'_> {
    /// The workspaces that the caller reaches, in the order of their creation; all for an owner.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn list(&self) -> Result<Vec<Workspace>, Error> {
        self.0.my_workspaces().await
    }

    /// The workspaces that are meant, a page at a time. Where the server has Argilla's API alone, which has no pages, they are
    /// filtered and sorted here.
    #[must_use]
    pub fn pages(&self, query: WorkspaceQuery) -> Pages<Workspace> {
        Pages::workspaces(self.0.clone(), query)
    }

    /// One workspace.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when there is none.
    pub async fn get(&self, id: impl Into<Uuid>) -> Result<Workspace, Error> {
        self.0.workspace(Call::get(path(id))).await
    }

    /// The workspace with exactly this name, if the caller reaches one.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn find(&self, name: &str) -> Result<Option<Workspace>, Error> {
        if name.is_empty() {
            return Ok(None);
        }
        let found = self.pages(WorkspaceQuery::new().name(name).page_size(1)).next().await?;
        Ok(found.filter(|workspace| workspace.name == name))
    }

    /// Whether there is a workspace with this id.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn exists(&self, id: impl Into<Uuid>) -> Result<bool, Error> {
        match self.get(id).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Creates a workspace.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] when the name is taken.
    pub async fn create(&self, name: &str) -> Result<Workspace, Error> {
        self.create_with(&WorkspaceCreate { id: None, name: name.to_owned() }).await
    }

    /// Creates a workspace, with an id of one's own choice.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] when the name or the id is taken.
    pub async fn create_with(&self, workspace: &WorkspaceCreate) -> Result<Workspace, Error> {
        self.0.workspace(Call::new(Method::POST, "api/v1/workspaces").json(workspace)?).await
    }

    /// Gives a workspace another name; the workspace as it is then. Argilla has no such operation.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] when the name is taken.
    pub async fn rename(&self, id: impl Into<Uuid>, name: &str) -> Result<Workspace, Error> {
        let body = WorkspaceUpdate { name: name.to_owned() };
        self.0.workspace(Call::new(Method::PATCH, path(id)).json(&body)?).await
    }

    /// What deleting a workspace would take. Argilla has no such operation.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when there is none.
    pub async fn preview_deletion(&self, id: impl Into<Uuid>) -> Result<Deletion, Error> {
        self.0.transport.json(Call::get(format!("{}/deletion", path(id)))).await
    }

    /// Deletes a workspace; the workspace as it was. On an Ochre server [`Client::trash`] brings it back for 7 days.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete(&self, id: impl Into<Uuid>) -> Result<Workspace, Error> {
        self.0.workspace(Call::new(Method::DELETE, path(id))).await
    }

    /// The members of a workspace, in the order in which they were added.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn users(&self, id: impl Into<Uuid>) -> Result<Vec<User>, Error> {
        let list = self.0.transport.items(Call::get(format!("{}/users", path(id)))).await?;
        Ok(User::all(self.0, list))
    }

    /// Makes a user a member; the user.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] for a member, status 422 for an unknown user.
    pub async fn add_user(&self, id: impl Into<Uuid>, user: impl Into<Uuid>) -> Result<User, Error> {
        self.member(id.into(), MemberCreate { user_id: user.into(), active_until: None }).await
    }

    /// Makes a user a member until this moment, UTC; the user. Argilla knows no such end and ignores it.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] for a member, status 422 for an unknown user or a moment in the past.
    pub async fn add_user_until(
        &self,
        id: impl Into<Uuid>,
        user: impl Into<Uuid>,
        active_until: Moment,
    ) -> Result<User, Error> {
        self.member(id.into(), MemberCreate { user_id: user.into(), active_until: Some(active_until) }).await
    }

    /// Sets when a membership ends by itself, UTC; never for `None`. The user. Argilla has no such operation.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when the user is no member.
    pub async fn update_user(
        &self,
        id: impl Into<Uuid>,
        user: impl Into<Uuid>,
        active_until: Option<Moment>,
    ) -> Result<User, Error> {
        let call = Call::new(Method::PATCH, format!("{}/users/{}", path(id), user.into()));
        self.0.user(call.json(&MemberUpdate { active_until })?).await
    }

    async fn member(&self, id: Uuid, member: MemberCreate) -> Result<User, Error> {
        self.0.user(Call::new(Method::POST, format!("{}/users", path(id))).json(&member)?).await
    }

    /// Ends a membership; the user that was a member.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when the user is no member.
    pub async fn remove_user(&self, id: impl Into<Uuid>, user: impl Into<Uuid>) -> Result<User, Error> {
        self.0.user(Call::new(Method::DELETE, format!("{}/users/{}", path(id), user.into()))).await
    }
}

fn path(id: impl Into<Uuid>) -> String {
    format!("api/v1/workspaces/{}", id.into())
}

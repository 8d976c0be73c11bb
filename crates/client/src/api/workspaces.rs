//! Workspaces and their members.

use ochre_dto::v1::{MemberCreate, User, Workspace, WorkspaceCreate};
use reqwest::Method;
use uuid::Uuid;

use crate::{Client, Error};

/// Workspaces; see [`Client::workspaces`].
#[derive(Debug, Clone, Copy)]
pub struct Workspaces<'a>(pub(crate) &'a Client);

impl Workspaces<'_> {
    /// The own workspaces, in the order of their creation; all for an owner.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn list(&self) -> Result<Vec<Workspace>, Error> {
        self.0.my_workspaces().await
    }

    /// One workspace.
    ///
    /// # Errors
    /// See [`Error`]; status 404 when there is none.
    pub async fn get(&self, id: Uuid) -> Result<Workspace, Error> {
        self.0.get(&format!("api/v1/workspaces/{id}")).await
    }

    /// The own workspace with exactly this name, if there is one.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn find(&self, name: &str) -> Result<Option<Workspace>, Error> {
        Ok(self.list().await?.into_iter().find(|workspace| workspace.name == name))
    }

    /// Creates a workspace.
    ///
    /// # Errors
    /// See [`Error`]; status 409 when the name is taken.
    pub async fn create(&self, name: &str) -> Result<Workspace, Error> {
        self.create_with(&WorkspaceCreate { id: None, name: name.to_owned() }).await
    }

    /// Creates a workspace, with an id of one's own choice.
    ///
    /// # Errors
    /// See [`Error`]; status 409 when the name or the id is taken.
    pub async fn create_with(&self, workspace: &WorkspaceCreate) -> Result<Workspace, Error> {
        self.0.call(Method::POST, "api/v1/workspaces", workspace).await
    }

    /// Deletes a workspace; the workspace as it was.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete(&self, id: Uuid) -> Result<Workspace, Error> {
        self.0.delete(&format!("api/v1/workspaces/{id}")).await
    }

    /// The members of a workspace, in the order in which they were added.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn users(&self, id: Uuid) -> Result<Vec<User>, Error> {
        self.0.list(&format!("api/v1/workspaces/{id}/users")).await
    }

    /// Makes a user a member; the user.
    ///
    /// # Errors
    /// See [`Error`]; status 409 for a member, 422 for an unknown user.
    pub async fn add_user(&self, id: Uuid, user: Uuid) -> Result<User, Error> {
        let path = format!("api/v1/workspaces/{id}/users");
        self.0.call(Method::POST, &path, &MemberCreate { user_id: user }).await
    }

    /// Ends a membership; the user that was a member.
    ///
    /// # Errors
    /// See [`Error`]; status 404 when the user is no member.
    pub async fn remove_user(&self, id: Uuid, user: Uuid) -> Result<User, Error> {
        self.0.delete(&format!("api/v1/workspaces/{id}/users/{user}")).await
    }
}

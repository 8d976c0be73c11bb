//! Users and workspaces that know their server, so that what can be done with them is a method.

use std::{fmt, ops::Deref, time::Duration};

use ochre_dto::{
    time::Moment,
    v1::{self, Deletion, NewLink, ResetLinkCreate, RotatedKey, UserUpdate},
};
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::{Client, Error, transport::Call};

macro_rules! resource {
    ($(#[$doc:meta])* $name:ident, $data:ty) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name {
            client: Client,
            data: $data,
        }

        impl $name {
            pub(crate) fn new(client: Client, data: $data) -> Self {
                Self { client, data }
            }

            pub(crate) fn all(client: &Client, list: Vec<$data>) -> Vec<Self> {
                list.into_iter().map(|data| Self::new(client.clone(), data)).collect()
            }

            /// The facts alone, without the connection.
            #[must_use]
            pub fn into_data(self) -> $data {
                self.data
            }
        }

        impl Deref for $name {
            type Target = $data;

            fn deref(&self) -> &$data {
                &self.data
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.data.fmt(f)
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.data == other.data
            }
        }

        impl Eq for $name {}

        /// The facts alone.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.data.serialize(serializer)
            }
        }

        impl From<&$name> for Uuid {
            fn from(resource: &$name) -> Self {
                resource.data.id
            }
        }
    };
}

resource!(
    /// A user as the server described it. It does not change by itself: what changes it gives another one.
    User,
    v1::User
);

resource!(
    /// A workspace as the server described it.
    Workspace,
    v1::Workspace
);

impl User {
    /// Makes the user a member of a workspace.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] for a member.
    pub async fn add_to_workspace(&self, workspace: impl Into<Uuid>) -> Result<Self, Error> {
        self.client.workspaces().add_user(workspace, self).await
    }

    /// Ends the user's membership in a workspace.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when the user is no member.
    pub async fn remove_from_workspace(&self, workspace: impl Into<Uuid>) -> Result<Self, Error> {
        self.client.workspaces().remove_user(workspace, self).await
    }

    /// The workspaces that the user reaches.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn workspaces(&self) -> Result<Vec<Workspace>, Error> {
        self.client.users().workspaces(self).await
    }

    /// Changes the user; the user as it is then.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] when the new name is taken.
    pub async fn update(&self, changes: &UserUpdate) -> Result<Self, Error> {
        self.client.users().update(self, changes).await
    }

    /// What deleting the user would take. Argilla has no such operation.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn preview_deletion(&self) -> Result<Deletion, Error> {
        self.client.users().preview_deletion(self).await
    }

    /// Deletes the user; the user as it was. On an Ochre server [`Client::trash`] brings it back for 7 days.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete(&self) -> Result<Self, Error> {
        self.client.users().delete(self).await
    }

    /// Disables the user, who cannot sign in until [`User::enable`]; work and memberships stay. Argilla has no such operation.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::Refused`] with status 422 for the last owner.
    pub async fn disable(&self) -> Result<Self, Error> {
        self.client.users().disable(self).await
    }

    /// Enables the user again. Argilla has no such operation.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn enable(&self) -> Result<Self, Error> {
        self.client.users().enable(self).await
    }

    /// Another API key for the user; see [`Users::rotate_key`](crate::Users::rotate_key). Argilla has no such operation.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn rotate_key(&self, overlap: Option<Duration>) -> Result<RotatedKey, Error> {
        self.client.users().rotate_key(self, overlap).await
    }

    /// Makes a link by which the user sets another password, once; earlier ones that are open end. Argilla has no such operation.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create_reset_link(&self, link: &ResetLinkCreate) -> Result<NewLink, Error> {
        self.client.users().create_reset_link(self, link).await
    }
}

impl Workspace {
    /// The members, in the order in which they were added.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn users(&self) -> Result<Vec<User>, Error> {
        self.client.workspaces().users(self).await
    }

    /// Makes a user a member; the user.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] for a member.
    pub async fn add_user(&self, user: impl Into<Uuid>) -> Result<User, Error> {
        self.client.workspaces().add_user(self, user).await
    }

    /// Makes a user a member until this moment, UTC; the user. Argilla knows no such end and ignores it.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] for a member.
    pub async fn add_user_until(&self, user: impl Into<Uuid>, active_until: Moment) -> Result<User, Error> {
        self.client.workspaces().add_user_until(self, user, active_until).await
    }

    /// Sets when a membership ends by itself, UTC; never for `None`. The user. Argilla has no such operation.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when the user is no member.
    pub async fn update_user(&self, user: impl Into<Uuid>, active_until: Option<Moment>) -> Result<User, Error> {
        self.client.workspaces().update_user(self, user, active_until).await
    }

    /// Ends a membership; the user that was a member.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when the user is no member.
    pub async fn remove_user(&self, user: impl Into<Uuid>) -> Result<User, Error> {
        self.client.workspaces().remove_user(self, user).await
    }

    /// Gives the workspace another name; the workspace as it is then. Argilla has no such operation.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] when the name is taken.
    pub async fn rename(&self, name: &str) -> Result<Self, Error> {
        self.client.workspaces().rename(self, name).await
    }

    /// What deleting the workspace would take. Argilla has no such operation.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn preview_deletion(&self) -> Result<Deletion, Error> {
        self.client.workspaces().preview_deletion(self).await
    }

    /// Deletes the workspace; the workspace as it was. On an Ochre server [`Client::trash`] brings it back for 7 days.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete(&self) -> Result<Self, Error> {
        self.client.workspaces().delete(self).await
    }
}

impl Client {
    pub(crate) async fn user(&self, call: Call) -> Result<User, Error> {
        Ok(User::new(self.clone(), self.transport.json(call).await?))
    }

    pub(crate) async fn workspace(&self, call: Call) -> Result<Workspace, Error> {
        Ok(Workspace::new(self.clone(), self.transport.json(call).await?))
    }
}

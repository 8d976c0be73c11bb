//! Lists, a page at a time.

use super::{Client, User, Users, Workspace, Workspaces};
use crate::{Error, UserQuery, WorkspaceQuery};

/// A list that is read a page at a time; see [`crate::Pages`].
#[derive(Debug)]
pub struct Pages<T> {
    inner: crate::Pages<T>,
    client: Client,
    /// An error was told.
    ended: bool,
}

impl Users<'_> {
    /// As [`Users::pages`](crate::Users::pages).
    #[must_use]
    pub fn pages(&self, query: UserQuery) -> Pages<crate::User> {
        Pages { inner: self.0.inner.users().pages(query), client: self.0.clone(), ended: false }
    }
}

impl Workspaces<'_> {
    /// As [`Workspaces::pages`](crate::Workspaces::pages).
    #[must_use]
    pub fn pages(&self, query: WorkspaceQuery) -> Pages<crate::Workspace> {
        Pages { inner: self.0.inner.workspaces().pages(query), client: self.0.clone(), ended: false }
    }
}

/// Entry by entry. Behind an error there is nothing more.
impl Iterator for Pages<crate::User> {
    type Item = Result<User, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let entry = self.client.wait(self.inner.next()).transpose();
        self.ended = matches!(entry, Some(Err(_)));
        entry
    }
}

/// Entry by entry. Behind an error there is nothing more.
impl Iterator for Pages<crate::Workspace> {
    type Item = Result<Workspace, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let entry = self.client.wait(self.inner.next()).transpose();
        self.ended = matches!(entry, Some(Err(_)));
        entry
    }
}

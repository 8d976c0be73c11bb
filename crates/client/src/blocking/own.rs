//! What Argilla's API has no operations for: the own account, links, the trash.

use std::time::Duration;

use ochre_dto::v1::{
    Identity, Invitation, InvitationCreate, Key, KeyCreate, Link, LinkRedeem, MeUpdate, NewLink, RotatedKey, Session,
    TrashEntry,
};
use uuid::Uuid;

use super::{Client, User};
use crate::Error;

/// The own account; see [`Client::account`].
#[derive(Debug, Clone, Copy)]
pub struct Me<'a>(&'a Client);

/// Invitations; see [`Client::invitations`].
#[derive(Debug, Clone, Copy)]
pub struct Invitations<'a>(&'a Client);

/// What whoever holds a link can do with it; see [`Client::links`].
#[derive(Debug, Clone, Copy)]
pub struct Links<'a>(&'a Client);

/// What was deleted and can be brought back; see [`Client::trash`].
#[derive(Debug, Clone, Copy)]
pub struct Trash<'a>(&'a Client);

impl Client {
    /// What can be done with the own account: names, password, logins, keys.
    #[must_use]
    pub fn account(&self) -> Me<'_> {
        Me(self)
    }

    /// Invitations.
    #[must_use]
    pub fn invitations(&self) -> Invitations<'_> {
        Invitations(self)
    }

    /// What whoever holds a link can do with it.
    #[must_use]
    pub fn links(&self) -> Links<'_> {
        Links(self)
    }

    /// What was deleted and can be brought back.
    #[must_use]
    pub fn trash(&self) -> Trash<'_> {
        Trash(self)
    }
}

waits! {
    Me<'_>, "Me", |this| (this.0, this.0.inner.account()):
    fn update(changes: &MeUpdate) -> User;
    fn change_password(current: &str, new: &str) -> ();
    fn sessions() -> Vec<Session>;
    fn end_session(id: impl Into<Uuid>) -> ();
    fn logout() -> ();
    fn rotate_key(overlap: Option<Duration>) -> RotatedKey;
    fn keys() -> Vec<Key>;
    fn create_key(key: &KeyCreate) -> Key;
    fn delete_key(id: impl Into<Uuid>) -> ();
    fn identities() -> Vec<Identity>;
}

waits! {
    Invitations<'_>, "Invitations", |this| (this.0, this.0.inner.invitations()):
    fn list() -> Vec<Invitation>;
    fn create(invitation: &InvitationCreate) -> NewLink;
    fn withdraw(id: impl Into<Uuid>) -> ();
}

waits! {
    Links<'_>, "Links", |this| (this.0, this.0.inner.links()):
    fn get(link: &str) -> Link;
    fn redeem(link: &str, with: &LinkRedeem) -> Option<User>;
}

waits! {
    Trash<'_>, "Trash", |this| (this.0, this.0.inner.trash()):
    fn list() -> Vec<TrashEntry>;
    fn restore(id: impl Into<Uuid>) -> TrashEntry;
    fn delete(id: impl Into<Uuid>) -> ();
}

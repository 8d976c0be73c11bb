//! Links that let somebody in once: invitations, and whatever whoever holds a link can do with it.

use ochre_dto::v1::{self, Invitation, InvitationCreate, Link, LinkRedeem, NewLink};
use reqwest::Method;
use uuid::Uuid;

use super::server::segment;
use crate::{Client, Error, User, transport::Call};

/// Invitations; see [`Client::invitations`]. Argilla has none of these operations.
#[derive(Debug, Clone, Copy)]
pub struct Invitations<'a>(pub(crate) &'a Client);

impl Invitations<'_> {
    /// All invitations, also those that were used up or expired in the last 30 days.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn list(&self) -> Result<Vec<Invitation>, Error> {
        self.0.transport.all_items("api/v1/invitations").await
    }

    /// Makes an invitation. The answer alone holds the link ([`NewLink::url`]).
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create(&self, invitation: &InvitationCreate) -> Result<NewLink, Error> {
        self.0.transport.json(Call::new(Method::POST, "api/v1/invitations").json(invitation)?).await
    }

    /// Withdraws an invitation. Those who came by it stay.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when there is none.
    pub async fn withdraw(&self, id: impl Into<Uuid>) -> Result<(), Error> {
        self.0.transport.nothing(Call::new(Method::DELETE, format!("api/v1/invitations/{}", id.into()))).await
    }
}

/// What whoever holds a link can do with it; see [`Client::links`]. It needs no credentials. Argilla has none of these operations.
///
/// A link is given as its whole address, or as its token alone, which stands behind the last slash: see [`Links::split`].
#[derive(Debug, Clone, Copy)]
pub struct Links<'a>(pub(crate) &'a Client);

impl Links<'_> {
    /// What stands before the token of a link, where the link is given as an address, and the token; it is empty where there is none.
    /// What stands behind a `?` or a `#` belongs to neither.
    #[must_use]
    pub fn split(link: &str) -> (Option<&str>, &str) {
        let address = link.split(['?', '#']).next().unwrap_or_default();
        let address = address.trim().trim_end_matches('/');
        match address.rsplit_once('/') {
            Some((before, token)) => (Some(before), token),
            None => (None, address),
        }
    }

    /// What a link is for.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when it is worth nothing, for whatever reason.
    pub async fn get(&self, link: &str) -> Result<Link, Error> {
        self.0.transport.json(Call::get(path(link)).unsigned()).await
    }

    /// Uses a link. An invitation gives the new user; a link for a new password gives `None`.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when the link is worth nothing, [`Error::is_conflict`] when the name is taken.
    pub async fn redeem(&self, link: &str, with: &LinkRedeem) -> Result<Option<User>, Error> {
        let call = Call::new(Method::POST, path(link)).json(with)?.unsigned();
        let user: Option<v1::User> = self.0.transport.json_or_nothing(call).await?;
        Ok(user.map(|user| User::new(self.0.clone(), user)))
    }
}

fn path(link: &str) -> String {
    format!("api/v1/links/{}", segment(Links::split(link).1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_an_address_or_its_token() {
        for (link, before) in [
            ("ochl_x", None),
            (" ochl_x#top", None),
            ("https://ochre.example/invite/ochl_x", Some("https://ochre.example/invite")),
            (" http://localhost:6900/ochre/links/ochl_x/\n", Some("http://localhost:6900/ochre/links")),
            ("https://ochre.example/links/ochl_x/?from=mail/links/y#top", Some("https://ochre.example/links")),
        ] {
            assert_eq!(Links::split(link), (before, "ochl_x"), "{link:?}");
            assert_eq!(path(link), "api/v1/links/ochl_x", "{link:?}");
        }
        assert_eq!(path("http://localhost/invite/a b?c"), "api/v1/links/a%20b");
        assert_eq!(Links::split("?ochl_x"), (None, ""));
    }
}

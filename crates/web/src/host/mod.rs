//! What the pages need from the server.

mod refusal;
mod view;

use async_trait::async_trait;
use http::{HeaderValue, request::Parts};

pub use refusal::{FieldProblem, Refusal};
pub use view::{
    About, Departure, Finished, LinkView, NewAccount, PasswordState, Provider, RedeemForm, SignedIn, Visitor,
};

use crate::secret::Secret;

/// Values of `Set-Cookie`, each for a header line of its own.
pub type Cookies = Vec<HeaderValue>;

/// The server, as the pages see it.
///
/// Every method gets the head of the request that it is about; its path is the one below the prefix.
#[async_trait]
pub trait Host: Send + Sync + 'static {
    /// What is the same for every request.
    fn about(&self) -> About;

    /// The path below which everything is served, as the browser that sent this request sees it. It begins and ends with a
    /// slash.
    fn prefix(&self, request: &Parts) -> String;

    /// The address at which a client reaches the server, without a slash at its end: `https://team.example/ochre`.
    fn address(&self, request: &Parts) -> String;

    /// Whether the browser may not keep the cookies that come with an answer to this request: they are for https alone, and it may
    /// have come another way.
    fn may_lose_cookies(&self, request: &Parts) -> bool;

    /// A token for the forms of a page that answers this request. It should depend on the session's cookie where there is
    /// one; a form is sent back with the same cookies, some time later.
    fn csrf(&self, request: &Parts) -> String;

    /// Whether [`csrf`](Self::csrf) made this token for the same browser, not too long ago. Compares in constant time.
    fn csrf_ok(&self, request: &Parts, token: &str) -> bool;

    /// Whose session's cookie came with the request; `None` for a cookie that is worth nothing as well.
    async fn visitor(&self, request: &Parts) -> Result<Option<Visitor>, Refusal>;

    /// Signs somebody in: a new session. [`Refusal::WrongPassword`] alike for an unknown name, a wrong password and an
    /// account that may not sign in.
    async fn sign_in(&self, request: &Parts, username: &str, password: &Secret) -> Result<Cookies, Refusal>;

    /// Ends the session of the request, if it has one. The cookies clear the browser's.
    async fn sign_out(&self, request: &Parts) -> Result<Cookies, Refusal>;

    /// The sign-in providers, in the order in which they are offered.
    fn providers(&self) -> Vec<Provider>;

    /// Where signing in at a provider begins, and the cookie that carries the state. `next` is a path below the prefix, to
    /// be given back by [`finish`](Self::finish).
    ///
    /// [`Refusal::NotFound`] when there is no such provider.
    async fn begin(&self, request: &Parts, provider: &str, next: Option<&str>) -> Result<Departure, Refusal>;

    /// The provider sent the browser back, with the query of the request.
    ///
    /// [`Refusal::Gone`] when the state has expired or is not this browser's, [`Refusal::Forbidden`] when the account there
    /// gives no access here or the person declined, [`Refusal::ProviderFailed`] when the provider does not do its part.
    async fn finish(&self, request: &Parts, provider: &str) -> Result<Finished, Refusal>;

    /// Links the account at the provider, which the cookie of [`Finished::NotLinked`] remembers, to the local account of
    /// the same name, and signs in.
    ///
    /// [`Refusal::WrongPassword`], and [`Refusal::Gone`] when the cookie has expired.
    async fn link_by_password(&self, request: &Parts, provider: &str, password: &Secret) -> Result<SignedIn, Refusal>;

    /// What an invitation or a link for a new password is for. [`Refusal::Gone`] when it is worth nothing (any more).
    async fn link(&self, request: &Parts, token: &str) -> Result<LinkView, Refusal>;

    /// Uses a link. It signs nobody in.
    ///
    /// [`Refusal::Fields`] names `username`, `first_name`, `last_name` or `password`.
    async fn redeem(&self, request: &Parts, token: &str, form: RedeemForm) -> Result<(), Refusal>;

    /// Changes the visitor's own password. It ends the visitor's other sessions; this one goes on.
    ///
    /// [`Refusal::WrongPassword`] is about `current`, [`Refusal::Fields`] names `password` (the new one).
    async fn change_password(&self, request: &Parts, current: &Secret, new: &Secret) -> Result<(), Refusal>;
}

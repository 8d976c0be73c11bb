//! Links that let somebody in: invitations, and links for a new password.
//!
//! A link is good for what its maker could do at the moment in which it is used: one that was made by somebody who has lost the
//! right since is worth nothing. What is wrong with a link is never told.

use std::{
    collections::{HashMap, hash_map::Entry},
    time::Duration,
};

use super::{
    Adapters, Page, UserView,
    accounts::{insert, save},
    own::check_new_password,
    still_may,
    teams::{insert_member, keep},
};
use crate::{
    Error, Result,
    model::{
        ApiKey, DEAD_LINKS_KEPT, FirstName, INVITATION_LIFETIME, LastName, Link, LinkId, LinkPurpose, LinkToken,
        LinkUse, MAX_INVITATION_LIFETIME, MAX_RESET_LIFETIME, Origin, Password, PasswordHash, RESET_LIFETIME, Role,
        Timestamp, User, UserId, Username, WorkspaceId, WorkspaceName, fold,
    },
    policy::{Actor, InvitationAction, Scope, UserAction, WorkspaceAction, authorize},
    ports::{Position, RandomExt as _, Session, UnitOfWork},
};

/// An invitation to be made.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// What those who are invited may do.
    pub role: Role,
    /// The workspaces that they become members of, which exist.
    pub workspaces: Vec<WorkspaceName>,
    /// How many may come.
    pub max_uses: u32,
    /// How long it lasts.
    pub lifetime: Option<Duration>,
}

/// A new link, and its token, which is shown this once.
#[derive(Debug, Clone)]
pub struct MadeLink {
    /// The link.
    pub link: Link,
    /// The token.
    pub token: LinkToken,
}

/// A link with what is known of it by name.
#[derive(Debug, Clone)]
pub struct LinkView {
    /// The link.
    pub link: Link,
    /// The user whose password it changes.
    pub username: Option<Username>,
    /// The workspaces that it leads into.
    pub workspaces: Vec<WorkspaceName>,
    /// Who made it, as far as that user is still there.
    pub created_by: Option<Username>,
    /// Who used it, with the names of those who are still there.
    pub uses: Vec<(LinkUse, Option<Username>)>,
    /// Whether it can be used now.
    pub is_open: bool,
}

/// A new account, as whoever was invited describes it.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// What the user will sign in with.
    pub username: Username,
    /// First name; the user name when absent.
    pub first_name: Option<FirstName>,
    /// Last name.
    pub last_name: Option<LastName>,
}

/// What came of a link.
#[derive(Debug, Clone)]
pub enum Redeemed {
    /// The user has another password.
    PasswordSet(Box<User>),
    /// There is a new user.
    Joined(Box<UserView>),
}

/// The use-cases about links.
#[derive(Clone)]
pub struct Links {
    adapters: Adapters,
}

impl Links {
    /// Over these adapters.
    #[must_use]
    pub fn new(adapters: Adapters) -> Self {
        Self { adapters }
    }

    /// Makes an invitation.
    ///
    /// # Errors
    /// [`Error::Forbidden`], also for a role or workspaces that the actor could not give by hand; [`Error::UnknownWorkspace`].
    pub async fn invite(&self, actor: &Actor, new: NewInvitation) -> Result<MadeLink> {
        authorize(actor, InvitationAction::Create, Scope::Server)?;
        authorize_grant(actor, new.role, &[])?;
        let unit = self.adapters.store.begin().await?;
        still_may(&self.adapters, unit.as_ref(), actor, InvitationAction::Create, Scope::Server).await?;
        let made = self.insert_invitation(unit.as_ref(), Some(actor), new).await?;
        unit.commit().await?;
        tracing::info!(link.id = %made.link.id, actor.id = %actor.user.id, "invitation made");
        Ok(made)
    }

    /// As [`Links::invite`], for whoever holds the database.
    ///
    /// # Errors
    /// [`Error::UnknownWorkspace`].
    pub async fn invite_offline(&self, new: NewInvitation) -> Result<MadeLink> {
        let unit = self.adapters.store.begin().await?;
        let made = self.insert_invitation(unit.as_ref(), None, new).await?;
        unit.commit().await?;
        tracing::info!(link.id = %made.link.id, "invitation made by a maintenance command");
        Ok(made)
    }

    async fn insert_invitation(
        &self,
        unit: &dyn UnitOfWork,
        actor: Option<&Actor>,
        new: NewInvitation,
    ) -> Result<MadeLink> {
        let workspaces = keep(unit, new.workspaces).await?;
        if let Some(actor) = actor {
            authorize_grant(actor, new.role, &workspaces)?;
        }
        let lifetime = new.lifetime.unwrap_or(INVITATION_LIFETIME).min(MAX_INVITATION_LIFETIME);
        let purpose = LinkPurpose::Invitation { role: new.role, workspaces };
        self.insert(unit, actor, purpose, new.max_uses, lifetime).await
    }

    /// Makes a link for a new password of a user. Those that were made before and not used are worth nothing from then on.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::UserNotFound`]; [`Error::CannotSignIn`] where the link would be worth nothing.
    pub async fn reset(&self, actor: &Actor, user: UserId, lifetime: Option<Duration>) -> Result<MadeLink> {
        authorize(actor, UserAction::SetPassword, Scope::User(user))?;
        let unit = self.adapters.store.begin().await?;
        let made = self.insert_reset(unit.as_ref(), Some(actor), user, lifetime).await?;
        unit.commit().await?;
        tracing::info!(link.id = %made.link.id, user.id = %user, actor.id = %actor.user.id, "reset link made");
        Ok(made)
    }

    /// As [`Links::reset`], for whoever holds the database; `None` when there is no such user.
    ///
    /// # Errors
    /// [`Error::CannotSignIn`].
    pub async fn reset_offline(&self, name: &Username, lifetime: Option<Duration>) -> Result<Option<MadeLink>> {
        let unit = self.adapters.store.begin().await?;
        let Some(user) = unit.users().find_by_username(name).await? else { return Ok(None) };
        let made = self.insert_reset(unit.as_ref(), None, user.id, lifetime).await?;
        unit.commit().await?;
        tracing::info!(link.id = %made.link.id, user.id = %user.id, "reset link made by a maintenance command");
        Ok(Some(made))
    }

    async fn insert_reset(
        &self,
        unit: &dyn UnitOfWork,
        actor: Option<&Actor>,
        user: UserId,
        lifetime: Option<Duration>,
    ) -> Result<MadeLink> {
        let found = unit.users().lock(user).await?.ok_or(Error::UserNotFound(user))?;
        if let Some(actor) = actor {
            still_may(&self.adapters, unit, actor, UserAction::SetPassword, Scope::User(user)).await?;
        }
        if !found.has_access(self.adapters.clock.now()) {
            return Err(Error::CannotSignIn(user));
        }
        unit.links().delete_unused_of_user(user).await?;
        let lifetime = lifetime.unwrap_or(RESET_LIFETIME).min(MAX_RESET_LIFETIME);
        self.insert(unit, actor, LinkPurpose::Reset(user), 1, lifetime).await
    }

    async fn insert(
        &self,
        unit: &dyn UnitOfWork,
        actor: Option<&Actor>,
        purpose: LinkPurpose,
        max_uses: u32,
        lifetime: Duration,
    ) -> Result<MadeLink> {
        let now = self.adapters.clock.now();
        let token = self.adapters.vault.new_link_token();
        let link = Link {
            id: LinkId::new(self.adapters.random.uuid()),
            token: self.adapters.vault.lookup(token.expose().as_bytes()),
            purpose,
            max_uses,
            uses: 0,
            created_by: actor.map(|actor| actor.user.id),
            inserted_at: now,
            expires_at: now.plus(lifetime),
        };
        unit.links().insert(&link).await?;
        Ok(MadeLink { link, token })
    }

    /// The invitations, the latest first: at most `limit` of them, behind `after`.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn invitations(&self, actor: &Actor, after: Option<Position>, limit: u32) -> Result<Page<LinkView>> {
        authorize(actor, InvitationAction::List, Scope::Server)?;
        let session = self.adapters.store.session();
        let links = session.links().invitations(after, limit.saturating_add(1)).await?;
        let page = Page::of(links, limit, |link| Position::at(link.inserted_at, link.id.uuid()));
        Ok(Page { entries: self.views(session.as_ref(), page.entries).await?, next: page.next })
    }

    /// Withdraws an invitation.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::InvitationNotFound`].
    pub async fn withdraw(&self, actor: &Actor, id: LinkId) -> Result<()> {
        authorize(actor, InvitationAction::Withdraw, Scope::Server)?;
        let unit = self.adapters.store.begin().await?;
        still_may(&self.adapters, unit.as_ref(), actor, InvitationAction::Withdraw, Scope::Server).await?;
        if !unit.links().withdraw(id, self.adapters.clock.now()).await? {
            return Err(Error::InvitationNotFound(id.uuid()));
        }
        unit.commit().await?;
        tracing::info!(link.id = %id, actor.id = %actor.user.id, "invitation withdrawn");
        Ok(())
    }

    /// The links for a new password of a user, the latest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::UserNotFound`].
    pub async fn reset_links(&self, actor: &Actor, user: UserId) -> Result<Vec<LinkView>> {
        authorize(actor, UserAction::SetPassword, Scope::User(user))?;
        let session = self.adapters.store.session();
        session.users().find(user).await?.ok_or(Error::UserNotFound(user))?;
        let links = session.links().of_user(user).await?;
        self.views(session.as_ref(), links).await
    }

    /// Withdraws the links for a new password of a user that were not used.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::UserNotFound`].
    pub async fn withdraw_resets(&self, actor: &Actor, user: UserId) -> Result<()> {
        authorize(actor, UserAction::SetPassword, Scope::User(user))?;
        let unit = self.adapters.store.begin().await?;
        unit.users().lock(user).await?.ok_or(Error::UserNotFound(user))?;
        still_may(&self.adapters, unit.as_ref(), actor, UserAction::SetPassword, Scope::User(user)).await?;
        let withdrawn = unit.links().delete_unused_of_user(user).await?;
        unit.commit().await?;
        tracing::info!(user.id = %user, withdrawn, actor.id = %actor.user.id, "reset links withdrawn");
        Ok(())
    }

    /// What a link is for, for whoever holds it.
    ///
    /// # Errors
    /// [`Error::DeadLink`].
    pub async fn inspect(&self, token: &str) -> Result<LinkView> {
        let lookup = self.adapters.vault.lookup(token.as_bytes());
        let session = self.adapters.store.session();
        let link = session.links().find(&lookup).await?.ok_or(Error::DeadLink)?;
        let mut views = self.views(session.as_ref(), vec![link]).await?;
        views.pop().filter(|view| view.is_open).ok_or(Error::DeadLink)
    }

    /// Uses a link: with a newcomer for an invitation, without for a new password; whoever sends too much is understood.
    ///
    /// # Errors
    /// [`Error::DeadLink`]; for an invitation [`Error::NewcomerMissing`] and [`Error::UsernameTaken`]: it never changes an account
    /// that is there;
    /// [`Error::PasswordIsName`]; [`Error::Gate`] when too many wait.
    pub async fn redeem(&self, token: &str, newcomer: Option<Newcomer>, password: &Password) -> Result<Redeemed> {
        let view = self.inspect(token).await?;
        match (&view.link.purpose, newcomer) {
            (LinkPurpose::Reset(user), _) => self.set_password(&view, *user, password).await,
            (LinkPurpose::Invitation { .. }, Some(newcomer)) => self.join(&view, newcomer, password).await,
            (LinkPurpose::Invitation { .. }, None) => Err(Error::NewcomerMissing),
        }
    }

    async fn set_password(&self, view: &LinkView, id: UserId, password: &Password) -> Result<Redeemed> {
        if let Some(username) = &view.username {
            check_new_password(password, username)?;
        }
        let password_hash = self.adapters.hasher.hash(password).await?;
        let unit = self.adapters.store.begin().await?;
        // The user first and then the link, as whoever makes another link locks them.
        let old = unit.users().lock(id).await?.ok_or(Error::DeadLink)?;
        let link = self.lock(unit.as_ref(), view).await?;
        let now = self.adapters.clock.now();
        let user = User { password_hash, must_change_password: false, updated_at: now, ..old };
        save(unit.as_ref(), &user).await?;
        unit.login_sessions().delete_of_user(id).await?;
        unit.links().note_use(&LinkUse { link: link.id, user: id, at: now }).await?;
        unit.commit().await?;
        tracing::info!(link.id = %link.id, user.id = %id, "password set by a link");
        Ok(Redeemed::PasswordSet(Box::new(user)))
    }

    async fn join(&self, view: &LinkView, newcomer: Newcomer, password: &Password) -> Result<Redeemed> {
        check_new_password(password, &newcomer.username)?;
        // A name that is taken is refused before the costly hash; the insert below is what decides.
        // One that differs in letter case alone is taken as well: it would sign in by the other's name.
        let folded = fold(newcomer.username.as_str());
        if !self.adapters.store.session().users().find_by_folded_username(&folded).await?.is_empty() {
            return Err(Error::UsernameTaken(newcomer.username));
        }
        let hash = self.adapters.hasher.hash(password).await?;
        let unit = self.adapters.store.begin().await?;
        let link = self.lock(unit.as_ref(), view).await?;
        if !unit.users().find_by_folded_username(&folded).await?.is_empty() {
            return Err(Error::UsernameTaken(newcomer.username));
        }
        let LinkPurpose::Invitation { role, workspaces } = &link.purpose else { return Err(Error::DeadLink) };
        let key = ApiKey::generate(self.adapters.random.as_ref());
        let user = self.newcomer(newcomer, *role, &key, hash);
        insert(unit.as_ref(), &user).await?;
        for workspace in unit.workspaces().keep_many(workspaces).await? {
            insert_member(&self.adapters, unit.as_ref(), workspace.id, user.id, None).await?;
        }
        unit.links().note_use(&LinkUse { link: link.id, user: user.id, at: user.inserted_at }).await?;
        unit.commit().await?;
        tracing::info!(link.id = %link.id, user.id = %user.id, user.role = %user.role, "user came by an invitation");
        Ok(Redeemed::Joined(Box::new(UserView { user, api_key: Some(key) })))
    }

    fn newcomer(&self, newcomer: Newcomer, role: Role, key: &ApiKey, hash: PasswordHash) -> User {
        let Newcomer { username, first_name, last_name } = newcomer;
        let first_name = first_name.unwrap_or_else(|| FirstName::verbatim(username.as_str().to_owned()));
        let user = self.adapters.new_user(username, role, key, hash);
        User { first_name, last_name, origin: Origin::Invitation, ..user }
    }

    /// The link of a view, locked and still good.
    async fn lock(&self, unit: &dyn UnitOfWork, view: &LinkView) -> Result<Link> {
        let link = unit.links().lock(&view.link.token).await?.ok_or(Error::DeadLink)?;
        let mut people = People::new(unit, self.adapters.clock.now());
        if people.back(&link).await? { Ok(link) } else { Err(Error::DeadLink) }
    }

    async fn views(&self, session: &dyn Session, links: Vec<Link>) -> Result<Vec<LinkView>> {
        let ids: Vec<_> = links.iter().map(|link| link.id).collect();
        let mut uses: HashMap<LinkId, Vec<LinkUse>> = HashMap::new();
        for link_use in session.links().uses(&ids).await? {
            uses.entry(link_use.link).or_default().push(link_use);
        }
        let names = Names::of(session, &links, uses.values().flatten()).await?;
        let mut people = People::new(session, self.adapters.clock.now());
        let mut views = Vec::with_capacity(links.len());
        for link in links {
            let is_open = people.back(&link).await?;
            let link_uses = uses.remove(&link.id).unwrap_or_default();
            views.push(names.view(link, link_uses, is_open));
        }
        Ok(views)
    }

    /// Removes links that have been worth nothing for long.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_old(&self) -> Result<u64> {
        let kept = i64::try_from(DEAD_LINKS_KEPT.as_micros()).unwrap_or(i64::MAX);
        let end = Timestamp::from_micros(self.adapters.clock.now().micros().saturating_sub(kept));
        let unit = self.adapters.store.begin().await?;
        let removed = unit.links().delete_expired(end).await?;
        unit.commit().await?;
        Ok(removed)
    }
}

/// Refuses what somebody could not give by hand: a user with this role, in these workspaces.
fn authorize_grant(actor: &Actor, role: Role, workspaces: &[WorkspaceId]) -> Result<()> {
    authorize(actor, UserAction::Create, Scope::Server)?;
    if role != Role::default() {
        authorize(actor, UserAction::SetRole, Scope::Server)?;
    }
    for workspace in workspaces {
        authorize(actor, WorkspaceAction::AddMember, Scope::Workspace(*workspace))?;
    }
    Ok(())
}

/// Those on whom links depend, as they are at a moment; each is read once.
struct People<'a> {
    session: &'a dyn Session,
    now: Timestamp,
    known: HashMap<UserId, Option<User>>,
}

impl<'a> People<'a> {
    fn new(session: &'a dyn Session, now: Timestamp) -> Self {
        Self { session, now, known: HashMap::new() }
    }

    /// A user who has access.
    async fn find(&mut self, id: UserId) -> Result<Option<&User>> {
        let user = match self.known.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let user = self.session.users().find(id).await?;
                place.insert(user.filter(|user| user.has_access(self.now)))
            }
        };
        Ok(user.as_ref())
    }

    /// Whether a link is open, its user can sign in, and its maker could make it now.
    async fn back(&mut self, link: &Link) -> Result<bool> {
        if !link.is_open(self.now) {
            return Ok(false);
        }
        if let LinkPurpose::Reset(user) = link.purpose
            && self.find(user).await?.is_none()
        {
            return Ok(false);
        }
        let Some(maker) = link.created_by else { return Ok(true) };
        let Some(maker) = self.find(maker).await?.cloned() else { return Ok(false) };
        // Somebody who must set another password first may do little at the moment, which makes nobody's link worth nothing.
        let maker = Actor::new(User { must_change_password: false, ..maker }, []);
        let allowed = match &link.purpose {
            LinkPurpose::Reset(user) => authorize(&maker, UserAction::SetPassword, Scope::User(*user)),
            LinkPurpose::Invitation { role, workspaces } => authorize(&maker, InvitationAction::Create, Scope::Server)
                .and_then(|()| authorize_grant(&maker, *role, workspaces)),
        };
        Ok(allowed.is_ok())
    }
}

/// The names of the users and workspaces that links mention.
struct Names {
    users: HashMap<UserId, Username>,
    workspaces: HashMap<WorkspaceId, WorkspaceName>,
}

impl Names {
    async fn of<'a>(session: &dyn Session, links: &[Link], used: impl Iterator<Item = &'a LinkUse>) -> Result<Self> {
        let mut users: Vec<_> = used.map(|link_use| link_use.user).collect();
        let mut workspaces = Vec::new();
        for link in links {
            users.extend(link.created_by);
            match &link.purpose {
                LinkPurpose::Reset(id) => users.push(*id),
                LinkPurpose::Invitation { workspaces: ids, .. } => workspaces.extend(ids.iter().copied()),
            }
        }
        Ok(Self {
            users: super::user_names(session, users).await?,
            workspaces: session.workspaces().names(&workspaces).await?.into_iter().collect(),
        })
    }

    fn view(&self, link: Link, uses: Vec<LinkUse>, is_open: bool) -> LinkView {
        let name = |id: UserId| self.users.get(&id).cloned();
        let (username, workspaces) = match &link.purpose {
            LinkPurpose::Reset(id) => (name(*id), Vec::new()),
            LinkPurpose::Invitation { workspaces, .. } => {
                (None, workspaces.iter().filter_map(|id| self.workspaces.get(id).cloned()).collect())
            }
        };
        let uses = uses.into_iter().map(|link_use| (link_use, name(link_use.user))).collect();
        LinkView { username, workspaces, created_by: link.created_by.and_then(name), uses, is_open, link }
    }
}

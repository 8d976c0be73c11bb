//! Taking over users, workspaces and memberships from a database of Argilla.
//!
//! Everything keeps its id, so a second run knows what it brought before: that is never touched again, whatever became of it
//! here. Reading the other database is not here: its rows arrive with valid values.

use std::collections::{HashMap, HashSet};

use super::Adapters;
use crate::{
    Error, Result,
    model::{
        AccountState, ApiKey, FirstName, LastName, Membership, Origin, PasswordHash, Role, Taken, Timestamp, User,
        UserId, Username, Workspace, WorkspaceId, WorkspaceName,
    },
    ports::{BulkInsert, StorageError, UnitOfWork},
};

/// A user of the other database.
#[derive(Debug, Clone)]
pub struct SourceUser {
    /// Identity.
    pub id: UserId,
    /// First name.
    pub first_name: FirstName,
    /// Last name.
    pub last_name: Option<LastName>,
    /// What the user signs in with.
    pub username: Username,
    /// What the user may do here.
    pub role: Role,
    /// The API key.
    pub api_key: ApiKey,
    /// The password's hash.
    pub password_hash: PasswordHash,
    /// Creation.
    pub inserted_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

/// A workspace of the other database.
pub type SourceWorkspace = Workspace;

/// A membership of the other database.
pub type SourceMembership = Membership;

/// What is to be taken over.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The users.
    pub users: Vec<SourceUser>,
    /// The workspaces.
    pub workspaces: Vec<SourceWorkspace>,
    /// The memberships, in the order in which they were made. Some may be of users or workspaces that are not in the lists.
    pub memberships: Vec<SourceMembership>,
}

/// What happens when something here has the name or key of something there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnCollision {
    /// Nothing is taken over.
    Refuse,
    /// Everything else is taken over.
    Skip,
}

/// Whether to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// Yes.
    Really,
    /// No: everything is tried and counted, nothing is changed.
    Never,
}

/// Something there that cannot come because of something here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Collision {
    /// A user of this name is here, with another id.
    Username(Username),
    /// The API key of the first user there is the second one's here.
    ApiKey(Username, Username),
    /// The id of the user there is somebody else's here, who was not taken over.
    UserId(Username, Username),
    /// A workspace of this name is here, with another id.
    WorkspaceName(WorkspaceName),
    /// The id of the workspace there is another one's here, which was not taken over.
    WorkspaceId(WorkspaceName, WorkspaceName),
}

/// What became of one kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Taken over now.
    pub taken: usize,
    /// Taken over before, and here.
    pub known: usize,
    /// Taken over before, and deleted here since. They stay deleted.
    pub deleted: usize,
    /// Not taken over: they collide, or belong to what does.
    pub skipped: usize,
}

impl Tally {
    /// How many there are in the other database.
    #[must_use]
    pub fn total(self) -> usize {
        self.taken + self.known + self.deleted + self.skipped
    }
}

/// What was done, or would be done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TakeoverReport {
    /// Users.
    pub users: Tally,
    /// Workspaces.
    pub workspaces: Tally,
    /// Memberships.
    pub memberships: Tally,
    /// The memberships that were left behind, because their user or workspace was.
    pub left: Vec<(UserId, WorkspaceId)>,
    /// What collides.
    pub collisions: Vec<Collision>,
    /// Whether nothing was taken over because of that.
    pub refused: bool,
    /// The untouched default owner, if it gave way.
    pub gave_way: Option<Username>,
    /// Whether nobody can manage users afterwards: databases that were upgraded from 1.6 have no owner.
    pub without_owner: bool,
}

/// The use-case.
#[derive(Clone)]
pub struct Takeover {
    adapters: Adapters,
}

impl Takeover {
    /// Over these adapters.
    #[must_use]
    pub fn new(adapters: Adapters) -> Self {
        Self { adapters }
    }

    /// Takes over everything, or nothing.
    ///
    /// # Errors
    /// When what was written does not add up, or when the database fails.
    pub async fn run(&self, source: &Source, collisions: OnCollision, writes: Writes) -> Result<TakeoverReport> {
        let unit = self.adapters.store.begin().await?;
        let mut run = Run::new(&self.adapters, unit.as_ref()).await?;
        run.make_room(source).await?;
        let users = run.sort_users(source).await?;
        let workspaces = run.sort_workspaces(source).await?;
        if !run.report.collisions.is_empty() && collisions == OnCollision::Refuse {
            run.report.refused = true;
            return Ok(run.report);
        }
        run.write(source, &users, &workspaces).await?;
        run.check(source).await?;
        let mut report = run.report;
        report.without_owner = unit.users().lock_owners().await?.is_empty();
        if writes == Writes::Really {
            unit.commit().await?;
            tracing::info!(
                users.taken = report.users.taken,
                workspaces.taken = report.workspaces.taken,
                memberships.taken = report.memberships.taken,
                "taken over from Argilla"
            );
        }
        Ok(report)
    }
}

/// One run, in one unit of work.
struct Run<'a> {
    adapters: &'a Adapters,
    unit: &'a dyn UnitOfWork,
    taken: HashSet<Taken>,
    /// Ids that are here, but of others.
    strangers: HashSet<UserId>,
    strange_workspaces: HashSet<WorkspaceId>,
    report: TakeoverReport,
}

impl<'a> Run<'a> {
    async fn new(adapters: &'a Adapters, unit: &'a dyn UnitOfWork) -> Result<Self> {
        let taken = unit.imports().taken().await?.into_iter().collect();
        Ok(Self {
            adapters,
            unit,
            taken,
            strangers: HashSet::new(),
            strange_workspaces: HashSet::new(),
            report: TakeoverReport::default(),
        })
    }

    /// The default owner that nobody has touched gives way to one from the source, and so does its empty workspace.
    async fn make_room(&mut self, source: &Source) -> Result<()> {
        let Some((owner, workspace)) = self.untouched_default().await? else { return Ok(()) };
        let collides = |user: &SourceUser| {
            user.username == owner.username || self.adapters.lookup(&user.api_key) == owner.api_key.lookup
        };
        let user_collides = source.users.iter().any(collides);
        let named = |workspace: &Workspace| source.workspaces.iter().any(|other| other.name == workspace.name);
        if !user_collides && !workspace.as_ref().is_some_and(named) {
            return Ok(());
        }
        if let Some(workspace) = workspace {
            self.unit.workspaces().delete(workspace.id).await?;
        }
        if user_collides {
            self.unit.users().delete(owner.id).await?;
            self.report.gave_way = Some(owner.username);
        }
        Ok(())
    }

    /// The owner that the server made by itself, with its workspace, if both are as they were made.
    async fn untouched_default(&self) -> Result<Option<(User, Option<Workspace>)>> {
        let default = |user: &User| user.origin == Origin::Default && user.updated_at == user.inserted_at;
        let first = self.unit.users().page(None, 2).await?;
        let [owner] = first.as_slice() else { return Ok(None) };
        if !default(owner) {
            return Ok(None);
        }
        let joined = self.unit.memberships().of_users(&[owner.id]).await?;
        let ids: Vec<_> = joined.iter().map(|(membership, _)| membership.workspace).collect();
        let mut workspaces = self.unit.workspaces().keep_many(&ids).await?;
        // More than its own one: somebody has begun to work here.
        Ok((workspaces.len() <= 1).then(|| (owner.clone(), workspaces.pop())))
    }

    /// The users that come; the others are counted.
    async fn sort_users<'s>(&mut self, source: &'s Source) -> Result<Vec<&'s SourceUser>> {
        let ids: Vec<_> = source.users.iter().map(|user| user.id).collect();
        let names: Vec<_> = source.users.iter().map(|user| user.username.clone()).collect();
        let keys: Vec<_> = source.users.iter().map(|user| self.adapters.lookup(&user.api_key)).collect();
        let users = self.unit.users();
        let here: HashMap<_, _> =
            users.lock_many(&ids).await?.into_iter().map(|user| (user.id, user.username)).collect();
        let taken_names: HashSet<_> =
            users.lock_by_usernames(&names).await?.into_iter().map(|user| user.username).collect();
        let held: HashMap<_, _> =
            users.find_by_keys(&keys).await?.into_iter().map(|user| (user.api_key.lookup, user.username)).collect();
        let mut come = Vec::new();
        for user in &source.users {
            let before = self.taken.contains(&Taken::User(user.id));
            let collision = match (here.get(&user.id), held.get(&self.adapters.lookup(&user.api_key))) {
                (Some(_), _) if before => {
                    self.report.users.known += 1;
                    continue;
                }
                (None, _) if before => {
                    self.report.users.deleted += 1;
                    continue;
                }
                (Some(name), _) => {
                    self.strangers.insert(user.id);
                    Collision::UserId(user.username.clone(), name.clone())
                }
                (None, _) if taken_names.contains(&user.username) => Collision::Username(user.username.clone()),
                (None, Some(holder)) => Collision::ApiKey(user.username.clone(), holder.clone()),
                (None, None) => {
                    come.push(user);
                    continue;
                }
            };
            self.report.users.skipped += 1;
            self.report.collisions.push(collision);
        }
        self.report.users.taken = come.len();
        Ok(come)
    }

    /// The workspaces that come; the others are counted.
    async fn sort_workspaces<'s>(&mut self, source: &'s Source) -> Result<Vec<&'s SourceWorkspace>> {
        let ids: Vec<_> = source.workspaces.iter().map(|workspace| workspace.id).collect();
        let names: Vec<_> = source.workspaces.iter().map(|workspace| workspace.name.clone()).collect();
        let found = self.unit.workspaces().keep_many(&ids).await?;
        let here: HashMap<_, _> = found.into_iter().map(|workspace| (workspace.id, workspace.name)).collect();
        let found = self.unit.workspaces().keep_by_names(&names).await?;
        let taken_names: HashSet<_> = found.into_iter().map(|workspace| workspace.name).collect();
        let mut come = Vec::new();
        for workspace in &source.workspaces {
            let before = self.taken.contains(&Taken::Workspace(workspace.id));
            let name = workspace.name.clone();
            let collision = match here.get(&workspace.id) {
                Some(_) if before => {
                    self.report.workspaces.known += 1;
                    continue;
                }
                None if before => {
                    self.report.workspaces.deleted += 1;
                    continue;
                }
                Some(other) => {
                    self.strange_workspaces.insert(workspace.id);
                    Collision::WorkspaceId(name, other.clone())
                }
                None if taken_names.contains(&name) => Collision::WorkspaceName(name),
                None => {
                    come.push(workspace);
                    continue;
                }
            };
            self.report.workspaces.skipped += 1;
            self.report.collisions.push(collision);
        }
        self.report.workspaces.taken = come.len();
        Ok(come)
    }

    async fn write(&mut self, source: &Source, users: &[&SourceUser], workspaces: &[&SourceWorkspace]) -> Result<()> {
        let new_users: Vec<_> = users.iter().map(|user| self.user(user)).collect();
        let new_workspaces: Vec<_> = workspaces.iter().copied().cloned().collect();
        if self.unit.users().insert_all(&new_users).await? == BulkInsert::Taken
            || self.unit.workspaces().insert_all(&new_workspaces).await? == BulkInsert::Taken
        {
            return Err(odd("a name or a key that was free a moment ago is taken"));
        }
        let memberships = self.sort_memberships(source).await?;
        self.unit.memberships().insert_all(&memberships).await?;
        let taken: Vec<_> = (users.iter().map(|user| Taken::User(user.id)))
            .chain(workspaces.iter().map(|workspace| Taken::Workspace(workspace.id)))
            .chain(memberships.iter().map(|membership| Taken::Membership(membership.workspace, membership.user)))
            .collect();
        self.unit.imports().note_taken(&taken, self.adapters.clock.now()).await?;
        Ok(())
    }

    /// The memberships that come, of users and workspaces that are here; the others are counted.
    async fn sort_memberships(&mut self, source: &Source) -> Result<Vec<Membership>> {
        let ids: Vec<_> = source.users.iter().map(|user| user.id).collect();
        let users: HashSet<_> = self.unit.users().lock_many(&ids).await?.into_iter().map(|user| user.id).collect();
        let here: Vec<_> = users.iter().copied().collect();
        let joined: HashSet<_> = (self.unit.memberships().of_users(&here).await?.into_iter())
            .map(|(membership, _)| (membership.workspace, membership.user))
            .collect();
        let ids: Vec<_> = source.workspaces.iter().map(|workspace| workspace.id).collect();
        let workspaces: HashSet<_> =
            self.unit.workspaces().keep_many(&ids).await?.into_iter().map(|workspace| workspace.id).collect();
        let comes = |workspace: &WorkspaceId, user: &UserId| {
            users.contains(user)
                && workspaces.contains(workspace)
                && !self.strangers.contains(user)
                && !self.strange_workspaces.contains(workspace)
        };
        let (mut tally, mut left) = (Tally::default(), Vec::new());
        let mut come: Vec<Membership> = Vec::new();
        for membership in &source.memberships {
            let Membership { workspace, user, inserted_at, active_until } = *membership;
            let before = self.taken.contains(&Taken::Membership(workspace, user));
            if joined.contains(&(workspace, user)) {
                tally.known += 1;
            } else if before {
                tally.deleted += 1;
            } else if comes(&workspace, &user) {
                tally.taken += 1;
                // Old schemas count whole seconds, which say nothing about the order; that of the rows does.
                let last = come.last().map_or(i64::MIN, |last| last.inserted_at.micros());
                let at = Timestamp::from_micros(inserted_at.micros().max(last.saturating_add(1)));
                come.push(Membership { workspace, user, inserted_at: at, active_until });
            } else if self.was_deleted(workspace, user, &users, &workspaces) {
                tally.deleted += 1;
            } else {
                tally.skipped += 1;
                left.push((user, workspace));
            }
        }
        self.report.memberships = tally;
        self.report.left = left;
        Ok(come)
    }

    /// Whether a membership's user or workspace was taken over before, and is gone.
    fn was_deleted(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        users: &HashSet<UserId>,
        workspaces: &HashSet<WorkspaceId>,
    ) -> bool {
        (self.taken.contains(&Taken::User(user)) && !users.contains(&user))
            || (self.taken.contains(&Taken::Workspace(workspace)) && !workspaces.contains(&workspace))
    }

    fn user(&self, source: &SourceUser) -> User {
        User {
            id: source.id,
            first_name: source.first_name.clone(),
            last_name: source.last_name.clone(),
            username: source.username.clone(),
            role: source.role,
            api_key: self.adapters.vault.store(source.id, &source.api_key),
            password_hash: source.password_hash.clone(),
            email: None,
            state: AccountState::Active,
            active_until: None,
            must_change_password: false,
            origin: Origin::Argilla,
            imported_password: Some(self.adapters.vault.fingerprint(&source.password_hash)),
            inserted_at: source.inserted_at,
            updated_at: source.updated_at,
        }
    }

    /// Counts again what is here now.
    async fn check(&self, source: &Source) -> Result<()> {
        let report = &self.report;
        let ids: Vec<_> = source.users.iter().map(|user| user.id).collect();
        let users = self.unit.users().lock_many(&ids).await?.len();
        let ids: Vec<_> = source.workspaces.iter().map(|workspace| workspace.id).collect();
        let workspaces = self.unit.workspaces().keep_many(&ids).await?.len();
        let memberships = report.memberships.total();
        if users != report.users.taken + report.users.known + self.strangers.len()
            || report.users.total() != source.users.len()
            || workspaces != report.workspaces.taken + report.workspaces.known + self.strange_workspaces.len()
            || report.workspaces.total() != source.workspaces.len()
            || memberships != source.memberships.len()
        {
            return Err(odd("the rows that were written are not as many as they should be"));
        }
        Ok(())
    }
}

fn odd(what: &str) -> Error {
    Error::Storage(StorageError::Failed(format!("nothing was taken over: {what}")))
}

//! Teams as files: users, workspaces and memberships as one desired state, which is planned, applied and written back.
//!
//! What a desired state does not mention is left alone, unless it is told to prune. It is brought about in one transaction or not
//! at all, and brought about again it changes nothing. Passwords are never hashed here: a new user comes with a hash or without a
//! password.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Adapters, PAGE_ROWS, UserView, accounts::view, still_may, trash::delete_users};
use crate::{
    Error, Result,
    error::{EntryFault, EntryProblem},
    model::{
        ApiKey, FirstName, LastName, Membership, PasswordHash, Role, Timestamp, User, UserId, Username, Workspace,
        WorkspaceId, WorkspaceName,
    },
    policy::{Actor, Scope, TeamAction, UserAction, WorkspaceAction, authorize, manages_users},
    ports::{BulkInsert, RandomExt as _, Session, UnitOfWork, UserCursor, WorkspaceCursor},
};

/// A user as it should be. What is `None` is left alone.
#[derive(Debug, Clone)]
pub struct DesiredUser {
    /// What the user signs in with; how it is found.
    pub username: Username,
    /// First name; of a new user the user name when absent.
    pub first_name: Option<FirstName>,
    /// Last name.
    pub last_name: Option<LastName>,
    /// What the user may do; an annotator when a new user has none.
    pub role: Option<Role>,
    /// The workspaces.
    pub workspaces: Option<Vec<WorkspaceName>>,
    /// A new user's password. Of a user who is there already it means nothing.
    pub password_hash: Option<PasswordHash>,
    /// Whether a new user must set another password before anything else.
    pub must_change_password: bool,
    /// When a new user's access ends by itself.
    pub active_until: Option<Timestamp>,
}

impl DesiredUser {
    /// Of this name, and nothing else is asked for.
    #[must_use]
    pub const fn new(username: Username) -> Self {
        Self {
            username,
            first_name: None,
            last_name: None,
            role: None,
            workspaces: None,
            password_hash: None,
            must_change_password: false,
            active_until: None,
        }
    }

    /// Whether it would be an owner for ever.
    fn is_lasting_owner(&self) -> bool {
        manages_users(self.role.unwrap_or_default()) && self.active_until.is_none()
    }
}

/// A team as it should be. No name stands in it twice.
#[derive(Debug, Clone, Default)]
pub struct DesiredTeam {
    /// The workspaces.
    pub workspaces: Vec<WorkspaceName>,
    /// The users.
    pub users: Vec<DesiredUser>,
}

/// What goes that a desired state does not mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prune {
    /// Nothing.
    #[default]
    Nothing,
    /// Memberships that the list of a user's workspaces leaves out.
    Memberships,
    /// Those, and users who are not mentioned.
    Users,
}

/// What happens to users who are there already, when new ones are created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnExisting {
    /// All are refused.
    #[default]
    Refuse,
    /// They are left alone, and the others are created.
    Skip,
}

/// A field of a user that differs: as it is, as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldChange {
    /// The first name.
    FirstName(FirstName, FirstName),
    /// The last name.
    LastName(Option<LastName>, LastName),
    /// The role.
    Role(Role, Role),
}

/// One thing in which the team differs from what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanEntry {
    /// A workspace is made.
    CreateWorkspace(WorkspaceName),
    /// A user is made.
    CreateUser {
        /// The user name.
        username: Username,
        /// The role.
        role: Role,
        /// The workspaces.
        workspaces: Vec<WorkspaceName>,
        /// Whether the user has a password.
        has_password: bool,
    },
    /// A user is changed.
    UpdateUser {
        /// The user name.
        username: Username,
        /// What of it.
        changes: Vec<FieldChange>,
    },
    /// A user becomes a member.
    AddMember {
        /// The user name.
        username: Username,
        /// The workspace.
        workspace: WorkspaceName,
    },
    /// A user is a member no more.
    RemoveMember {
        /// The user name.
        username: Username,
        /// The workspace.
        workspace: WorkspaceName,
    },
    /// A user is a member and should not be, and stays one: nothing is pruned.
    KeepMember {
        /// The user name.
        username: Username,
        /// The workspace.
        workspace: WorkspaceName,
    },
    /// A user is deleted.
    DeleteUser(Username),
}

impl PlanEntry {
    /// Whether something is written.
    #[must_use]
    pub const fn is_change(&self) -> bool {
        !matches!(self, Self::KeepMember { .. })
    }
}

/// What a desired state changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamPlan {
    /// Each difference: workspaces, then users in the order of the desired state with their memberships, then those who go.
    pub entries: Vec<PlanEntry>,
    /// Whether it was brought about.
    pub applied: bool,
}

impl TeamPlan {
    /// How many entries write something.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.entries.iter().filter(|entry| entry.is_change()).count()
    }
}

/// Whether these are the differences that whoever applies a desired state has seen and agreed to.
pub type Expected<'a> = &'a (dyn Fn(&[PlanEntry]) -> bool + Send + Sync);

/// How often an apply is tried when others write the same at the same moment.
const ATTEMPTS: usize = 4;

/// The use-cases about teams as files.
#[derive(Clone)]
pub struct TeamFile {
    adapters: Adapters,
}

impl TeamFile {
    /// Over these adapters.
    #[must_use]
    pub fn new(adapters: Adapters) -> Self {
        Self { adapters }
    }

    /// The team as it is. Applied to the same server, it changes nothing.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn export(&self, actor: &Actor) -> Result<DesiredTeam> {
        authorize(actor, TeamAction::Export, Scope::Server)?;
        let session = self.adapters.store.session();
        let mut team = DesiredTeam::default();
        let mut after = None;
        loop {
            let page = session.users().page(after, PAGE_ROWS).await?;
            let ids: Vec<_> = page.iter().map(|user| user.id).collect();
            let (mut workspaces, _) = memberships(session.as_ref(), &ids, self.adapters.clock.now()).await?;
            after = page.last().map(|user| UserCursor { at: user.inserted_at, id: user.id });
            let done = page.len() < PAGE_ROWS as usize;
            team.users.extend(page.into_iter().map(|user| {
                let workspaces = workspaces.remove(&user.id).unwrap_or_default();
                exported(user, workspaces)
            }));
            if done {
                break;
            }
        }
        // Read last: a workspace that was made meanwhile may have members above.
        let mut after = None;
        loop {
            let page = session.workspaces().page(after, PAGE_ROWS).await?;
            after = page.last().map(|workspace| WorkspaceCursor { at: workspace.inserted_at, id: workspace.id });
            let done = page.len() < PAGE_ROWS as usize;
            team.workspaces.extend(page.into_iter().map(|workspace| workspace.name));
            if done {
                break;
            }
        }
        // One that was deleted meanwhile is named by its members above.
        let listed: HashSet<_> = team.workspaces.iter().cloned().collect();
        let named: BTreeSet<_> = team.users.iter().flat_map(|user| user.workspaces.iter().flatten()).cloned().collect();
        team.workspaces.extend(named.into_iter().filter(|name| !listed.contains(name)));
        Ok(team)
    }

    /// Says what [`TeamFile::apply`] would do.
    ///
    /// # Errors
    /// As [`TeamFile::apply`].
    pub async fn plan(&self, actor: &Actor, team: &DesiredTeam, prune: Prune) -> Result<TeamPlan> {
        authorize(actor, TeamAction::Plan, Scope::Server)?;
        // Nothing is locked: nobody waits for a plan.
        let session = self.adapters.store.session();
        let known = Known::read(session.as_ref(), actor, team, prune, self.adapters.clock.now()).await?;
        Ok(TeamPlan { entries: known.plan(team, prune)?, applied: false })
    }

    /// Brings a desired state about, or nothing of it.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::Entries`] for a workspace that neither the desired state nor the server has;
    /// [`Error::OwnAccount`] and [`Error::LastOwner`] for what nobody may do to the team; [`Error::PlanChanged`] when the differences are
    /// not the expected ones; [`Error::UsernameTaken`] or
    /// [`Error::WorkspaceNameTaken`] when others write the same at the same moment again and again.
    pub async fn apply(
        &self,
        actor: &Actor,
        team: &DesiredTeam,
        prune: Prune,
        expected: Expected<'_>,
    ) -> Result<TeamPlan> {
        authorize(actor, TeamAction::Apply, Scope::Server)?;
        for _ in 1..ATTEMPTS {
            match self.try_apply(actor, team, prune, expected).await {
                Err(Error::UsernameTaken(_) | Error::WorkspaceNameTaken(_)) => {
                    tracing::debug!("somebody else wrote the same at the same moment; once more");
                }
                outcome => return outcome,
            }
        }
        self.try_apply(actor, team, prune, expected).await
    }

    async fn try_apply(
        &self,
        actor: &Actor,
        team: &DesiredTeam,
        prune: Prune,
        expected: Expected<'_>,
    ) -> Result<TeamPlan> {
        let unit = self.adapters.store.begin().await?;
        let known = Known::lock(unit.as_ref(), actor, team, prune, self.adapters.clock.now()).await?;
        // Whoever waited for the transaction may have lost the right meanwhile.
        still_may(&self.adapters, unit.as_ref(), actor, TeamAction::Apply, Scope::Server).await?;
        let plan = TeamPlan { entries: known.plan(team, prune)?, applied: true };
        if !expected(&plan.entries) {
            return Err(Error::PlanChanged);
        }
        if plan.changes() > 0 {
            let writer = Writer { adapters: &self.adapters, unit: unit.as_ref(), known: &known, actor };
            writer.write(team, &plan.entries).await?;
            unit.commit().await?;
            tracing::info!(changes = plan.changes(), actor.id = %actor.user.id, "team applied");
        }
        Ok(plan)
    }

    /// Creates many users, all or none; those who were created, in order.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::Entries`] for user names that are taken and workspaces that do not exist;
    /// [`Error::UsernameTaken`] when others write the same at the same moment again and again.
    pub async fn create_users(
        &self,
        actor: &Actor,
        users: Vec<DesiredUser>,
        existing: OnExisting,
    ) -> Result<Vec<UserView>> {
        authorize(actor, UserAction::Create, Scope::Server)?;
        if users.iter().any(|user| user.role.is_some_and(|role| role != Role::default())) {
            authorize(actor, UserAction::SetRole, Scope::Server)?;
        }
        let team = DesiredTeam { workspaces: Vec::new(), users };
        for _ in 1..ATTEMPTS {
            match self.try_create(actor, &team, existing).await {
                Err(Error::UsernameTaken(_)) => {
                    tracing::debug!("somebody else wrote the same at the same moment; once more");
                }
                outcome => return outcome,
            }
        }
        self.try_create(actor, &team, existing).await
    }

    async fn try_create(&self, actor: &Actor, team: &DesiredTeam, existing: OnExisting) -> Result<Vec<UserView>> {
        let unit = self.adapters.store.begin().await?;
        let known = Known::lock(unit.as_ref(), actor, team, Prune::Nothing, self.adapters.clock.now()).await?;
        still_may(&self.adapters, unit.as_ref(), actor, UserAction::Create, Scope::Server).await?;
        for workspace in known.workspaces.values() {
            authorize(actor, WorkspaceAction::AddMember, Scope::Workspace(*workspace))?;
        }
        let mut problems = known.undeclared(team);
        if existing == OnExisting::Refuse {
            let taken = |(index, user): (usize, &DesiredUser)| {
                let fault = EntryFault::UsernameTaken(user.username.clone());
                known.users.contains_key(&user.username).then_some(EntryProblem { index, fault })
            };
            problems.extend(team.users.iter().enumerate().filter_map(taken));
        }
        if !problems.is_empty() {
            problems.sort_by_key(|problem| problem.index);
            return Err(Error::Entries(problems));
        }
        let writer = Writer { adapters: &self.adapters, unit: unit.as_ref(), known: &known, actor };
        let new: Vec<_> = team.users.iter().filter(|user| !known.users.contains_key(&user.username)).collect();
        let created = writer.create(&new, &known.workspaces).await?;
        unit.commit().await?;
        tracing::info!(users.created = created.len(), actor.id = %actor.user.id, "users created");
        created.into_iter().map(|user| view(&self.adapters, actor, user)).collect()
    }
}

fn exported(user: User, workspaces: Vec<(WorkspaceId, WorkspaceName)>) -> DesiredUser {
    DesiredUser {
        // What a desired name cannot be is left alone: the well-known owner has no first name, and those who came from elsewhere
        // may have space around theirs.
        first_name: Some(user.first_name).filter(|name| FirstName::try_new(name.as_str()).as_ref() == Ok(name)),
        last_name: user.last_name.filter(|name| LastName::try_new(name.as_str()).as_ref() == Ok(name)),
        role: Some(user.role),
        workspaces: Some(workspaces.into_iter().map(|(_, name)| name).collect()),
        ..DesiredUser::new(user.username)
    }
}

type Memberships = HashMap<UserId, Vec<(WorkspaceId, WorkspaceName)>>;

/// Memberships that give no access any more: as good as none, but there.
type Ended = HashSet<(WorkspaceId, UserId)>;

/// The memberships that give access at the moment `now`, and those that have ended.
async fn memberships(session: &dyn Session, users: &[UserId], now: Timestamp) -> Result<(Memberships, Ended)> {
    let (mut live, mut ended) = (Memberships::new(), Ended::new());
    for (membership, name) in session.memberships().of_users(users).await? {
        if membership.has_ended(now) {
            ended.insert((membership.workspace, membership.user));
        } else {
            live.entry(membership.user).or_default().push((membership.workspace, name));
        }
    }
    Ok((live, ended))
}

/// What the database knows about the users and workspaces of a desired state.
struct Known {
    /// The owners who can sign in.
    owners: Vec<UserId>,
    users: HashMap<Username, User>,
    memberships: Memberships,
    ended: Ended,
    workspaces: HashMap<WorkspaceName, WorkspaceId>,
    /// The users who are not mentioned, where they are pruned.
    surplus: Vec<User>,
}

impl Known {
    /// Reads, and locks nothing.
    async fn read(
        session: &dyn Session,
        actor: &Actor,
        team: &DesiredTeam,
        prune: Prune,
        now: Timestamp,
    ) -> Result<Self> {
        let owners = session.users().owners().await?;
        let users = session.users().find_by_usernames(&usernames(team)).await?;
        let workspaces = session.workspaces().find_by_names(&mentioned(team)).await?;
        let surplus = if prune == Prune::Users { surplus(session, actor, team).await? } else { Vec::new() };
        Self::of(session, owners, users, (workspaces, surplus), now).await
    }

    /// Reads what stays as it is until the unit of work ends.
    async fn lock(
        unit: &dyn UnitOfWork,
        actor: &Actor,
        team: &DesiredTeam,
        prune: Prune,
        now: Timestamp,
    ) -> Result<Self> {
        // The owners first, so that nobody else changes one meanwhile.
        let owners = unit.users().lock_owners().await?;
        let users = unit.users().lock_by_usernames(&usernames(team)).await?;
        let workspaces = unit.workspaces().keep_by_names(&mentioned(team)).await?;
        let surplus = if prune == Prune::Users {
            let found = surplus(unit, actor, team).await?;
            let ids: Vec<_> = found.iter().map(|user| user.id).collect();
            let named: HashSet<_> = team.users.iter().map(|user| &user.username).collect();
            let mut locked = unit.users().lock_many(&ids).await?;
            // Renamed in between, somebody may be mentioned now.
            locked.retain(|user| !named.contains(&user.username));
            locked
        } else {
            Vec::new()
        };
        Self::of(unit, owners, users, (workspaces, surplus), now).await
    }

    async fn of(
        session: &dyn Session,
        owners: Vec<UserId>,
        users: Vec<User>,
        (workspaces, mut surplus): (Vec<Workspace>, Vec<User>),
        now: Timestamp,
    ) -> Result<Self> {
        let ids: Vec<_> = users.iter().map(|user| user.id).collect();
        let (memberships, ended) = memberships(session, &ids, now).await?;
        surplus.sort_by(|a, b| a.username.cmp(&b.username));
        Ok(Self {
            owners,
            users: users.into_iter().map(|user| (user.username.clone(), user)).collect(),
            memberships,
            ended,
            workspaces: workspaces.into_iter().map(|workspace| (workspace.name, workspace.id)).collect(),
            surplus,
        })
    }

    fn plan(&self, team: &DesiredTeam, prune: Prune) -> Result<Vec<PlanEntry>> {
        let undeclared = self.undeclared(team);
        if !undeclared.is_empty() {
            return Err(Error::Entries(undeclared));
        }
        let missing = team.workspaces.iter().filter(|name| !self.workspaces.contains_key(*name));
        let mut entries: Vec<_> = missing.cloned().map(PlanEntry::CreateWorkspace).collect();
        for desired in &team.users {
            match self.users.get(&desired.username) {
                Some(user) => self.compare(user, desired, prune, &mut entries),
                None => entries.push(PlanEntry::CreateUser {
                    username: desired.username.clone(),
                    role: desired.role.unwrap_or_default(),
                    workspaces: desired.workspaces.clone().unwrap_or_default(),
                    has_password: desired.password_hash.is_some(),
                }),
            }
        }
        entries.extend(self.surplus.iter().map(|user| PlanEntry::DeleteUser(user.username.clone())));
        self.keep_an_owner(team)?;
        Ok(entries)
    }

    fn compare(&self, user: &User, desired: &DesiredUser, prune: Prune, entries: &mut Vec<PlanEntry>) {
        let username = || user.username.clone();
        let changes = changes(user, desired);
        if !changes.is_empty() {
            entries.push(PlanEntry::UpdateUser { username: username(), changes });
        }
        let Some(wanted) = &desired.workspaces else { return };
        let now = self.memberships.get(&user.id).map_or(&[][..], Vec::as_slice);
        for workspace in wanted.iter().filter(|name| !now.iter().any(|(_, known)| known == *name)) {
            entries.push(PlanEntry::AddMember { username: username(), workspace: workspace.clone() });
        }
        for (_, workspace) in now.iter().filter(|(_, name)| !wanted.contains(name)) {
            let (username, workspace) = (username(), workspace.clone());
            entries.push(match prune {
                Prune::Nothing => PlanEntry::KeepMember { username, workspace },
                Prune::Memberships | Prune::Users => PlanEntry::RemoveMember { username, workspace },
            });
        }
    }

    /// Workspaces of users that neither the desired state nor the server has.
    fn undeclared(&self, team: &DesiredTeam) -> Vec<EntryProblem> {
        let declared: HashSet<_> = team.workspaces.iter().collect();
        let mut problems = Vec::new();
        for (index, user) in team.users.iter().enumerate() {
            for name in user.workspaces.iter().flatten() {
                if !declared.contains(name) && !self.workspaces.contains_key(name) {
                    problems.push(EntryProblem { index, fault: EntryFault::UnknownWorkspace(name.clone()) });
                }
            }
        }
        problems
    }

    /// Refuses a desired state after which nobody could manage users.
    fn keep_an_owner(&self, team: &DesiredTeam) -> Result<()> {
        let mut owners: HashSet<_> = self.owners.iter().copied().collect();
        for user in &self.surplus {
            owners.remove(&user.id);
        }
        let mut new_owner = false;
        for desired in &team.users {
            match (self.users.get(&desired.username), desired.role) {
                (Some(user), Some(role)) if manages_users(role) && user.is_lasting() => {
                    owners.insert(user.id);
                }
                (Some(user), Some(role)) if !manages_users(role) => {
                    owners.remove(&user.id);
                }
                (None, _) => new_owner |= desired.is_lasting_owner(),
                (Some(_), _) => {}
            }
        }
        match self.owners.first() {
            Some(owner) if owners.is_empty() && !new_owner => Err(Error::LastOwner(*owner)),
            _ => Ok(()),
        }
    }
}

/// Those whom a desired state does not mention. Whoever applies it must not be one of them.
async fn surplus(session: &dyn Session, actor: &Actor, team: &DesiredTeam) -> Result<Vec<User>> {
    let named: HashSet<_> = team.users.iter().map(|user| &user.username).collect();
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = session.users().page(after, PAGE_ROWS).await?;
        after = page.last().map(|user| UserCursor { at: user.inserted_at, id: user.id });
        let done = page.len() < PAGE_ROWS as usize;
        found.extend(page.into_iter().filter(|user| !named.contains(&user.username)));
        if done {
            break;
        }
    }
    if found.iter().any(|user| user.id == actor.user.id) {
        return Err(Error::OwnAccount(actor.user.username.clone()));
    }
    Ok(found)
}

fn usernames(team: &DesiredTeam) -> Vec<Username> {
    team.users.iter().map(|user| user.username.clone()).collect()
}

/// The workspaces that a desired state mentions anywhere, each once.
fn mentioned(team: &DesiredTeam) -> Vec<WorkspaceName> {
    let of_users = team.users.iter().flat_map(|user| user.workspaces.iter().flatten());
    let names: BTreeSet<_> = team.workspaces.iter().chain(of_users).cloned().collect();
    names.into_iter().collect()
}

fn changes(user: &User, desired: &DesiredUser) -> Vec<FieldChange> {
    let mut found = Vec::new();
    if let Some(name) = desired.first_name.as_ref().filter(|name| **name != user.first_name) {
        found.push(FieldChange::FirstName(user.first_name.clone(), name.clone()));
    }
    if let Some(name) = desired.last_name.as_ref().filter(|name| user.last_name.as_ref() != Some(*name)) {
        found.push(FieldChange::LastName(user.last_name.clone(), name.clone()));
    }
    if let Some(role) = desired.role.filter(|role| *role != user.role) {
        found.push(FieldChange::Role(user.role, role));
    }
    found
}

/// Writes what a plan says.
struct Writer<'a> {
    adapters: &'a Adapters,
    unit: &'a dyn UnitOfWork,
    known: &'a Known,
    actor: &'a Actor,
}

impl Writer<'_> {
    async fn write(&self, team: &DesiredTeam, entries: &[PlanEntry]) -> Result<()> {
        let workspaces = self.workspaces(entries).await?;
        delete_users(self.adapters, self.unit, self.actor, &self.known.surplus).await?;
        let new: Vec<_> = team.users.iter().filter(|user| !self.known.users.contains_key(&user.username)).collect();
        self.create(&new, &workspaces).await?;
        let mut joined = Vec::new();
        for entry in entries {
            match entry {
                PlanEntry::UpdateUser { username, changes } => self.update(username, changes).await?,
                PlanEntry::AddMember { username, workspace } => {
                    let known = (self.known.users.get(username), workspaces.get(workspace));
                    if let (Some(user), Some(workspace)) = known {
                        // One that has ended begins anew.
                        if self.known.ended.contains(&(*workspace, user.id)) {
                            self.unit.memberships().delete(*workspace, user.id).await?;
                        }
                        joined.push(self.membership(*workspace, user.id));
                    }
                }
                PlanEntry::RemoveMember { username, workspace } => self.remove(username, workspace).await?,
                PlanEntry::CreateWorkspace(_)
                | PlanEntry::CreateUser { .. }
                | PlanEntry::KeepMember { .. }
                | PlanEntry::DeleteUser(_) => {}
            }
        }
        self.unit.memberships().insert_all(&joined).await?;
        Ok(())
    }

    /// Makes the missing workspaces; the ids of all that are mentioned.
    async fn workspaces(&self, entries: &[PlanEntry]) -> Result<HashMap<WorkspaceName, WorkspaceId>> {
        let missing = entries.iter().filter_map(|entry| match entry {
            PlanEntry::CreateWorkspace(name) => Some(name.clone()),
            _ => None,
        });
        let new: Vec<_> = missing.map(|name| self.workspace(name)).collect();
        if !new.is_empty() && self.unit.workspaces().insert_all(&new).await? == BulkInsert::Taken {
            let names: Vec<_> = new.iter().map(|workspace| workspace.name.clone()).collect();
            let found = self.unit.workspaces().find_by_names(&names).await?;
            let other = found.into_iter().find(|known| new.iter().all(|workspace| workspace.id != known.id));
            return Err(other.map_or_else(
                // Ids are random: this is next to impossible.
                || Error::WorkspaceIdTaken(new[0].id),
                |workspace| Error::WorkspaceNameTaken(workspace.name),
            ));
        }
        let mut ids = self.known.workspaces.clone();
        ids.extend(new.into_iter().map(|workspace| (workspace.name, workspace.id)));
        Ok(ids)
    }

    fn workspace(&self, name: WorkspaceName) -> Workspace {
        let now = self.adapters.clock.now();
        Workspace { id: WorkspaceId::new(self.adapters.random.uuid()), name, inserted_at: now, updated_at: now }
    }

    fn membership(&self, workspace: WorkspaceId, user: UserId) -> Membership {
        Membership { workspace, user, inserted_at: self.adapters.clock.now(), active_until: None }
    }

    /// Creates users with their memberships; the users.
    async fn create(
        &self,
        new: &[&DesiredUser],
        workspaces: &HashMap<WorkspaceName, WorkspaceId>,
    ) -> Result<Vec<User>> {
        let users: Vec<_> = new.iter().map(|desired| self.new_user(desired)).collect();
        for chunk in users.chunks(PAGE_ROWS as usize) {
            if self.unit.users().insert_all(chunk).await? == BulkInsert::Taken {
                return Err(self.taken(chunk).await?);
            }
        }
        let mut joined = Vec::new();
        for (desired, user) in new.iter().zip(&users) {
            for id in desired.workspaces.iter().flatten().filter_map(|name| workspaces.get(name)) {
                joined.push(self.membership(*id, user.id));
            }
        }
        self.unit.memberships().insert_all(&joined).await?;
        Ok(users)
    }

    /// Whose name somebody else took at the same moment.
    async fn taken(&self, users: &[User]) -> Result<Error> {
        let names: Vec<_> = users.iter().map(|user| user.username.clone()).collect();
        let ours: HashSet<_> = users.iter().map(|user| user.id).collect();
        let found = self.unit.users().find_by_usernames(&names).await?;
        let other = found.into_iter().find(|user| !ours.contains(&user.id));
        Ok(other.map_or(Error::ApiKeyTaken, |user| Error::UsernameTaken(user.username)))
    }

    fn new_user(&self, desired: &DesiredUser) -> User {
        let key = ApiKey::generate(self.adapters.random.as_ref());
        let username = desired.username.clone();
        let first_name = desired.first_name.clone();
        let first_name = first_name.unwrap_or_else(|| FirstName::verbatim(username.as_str().to_owned()));
        let hash = desired.password_hash.clone().unwrap_or_else(PasswordHash::unusable);
        let user = self.adapters.new_user(username, desired.role.unwrap_or_default(), &key, hash);
        User {
            first_name,
            last_name: desired.last_name.clone(),
            must_change_password: desired.must_change_password,
            active_until: desired.active_until,
            ..user
        }
    }

    async fn update(&self, username: &Username, changes: &[FieldChange]) -> Result<()> {
        let Some(old) = self.known.users.get(username) else { return Ok(()) };
        let mut user = User { updated_at: self.adapters.clock.now(), ..old.clone() };
        for change in changes {
            match change {
                FieldChange::FirstName(_, name) => user.first_name = name.clone(),
                FieldChange::LastName(_, name) => user.last_name = Some(name.clone()),
                FieldChange::Role(_, role) => user.role = *role,
            }
        }
        super::accounts::save(self.unit, &user).await
    }

    async fn remove(&self, username: &Username, workspace: &WorkspaceName) -> Result<()> {
        let Some(user) = self.known.users.get(username) else { return Ok(()) };
        let memberships = self.known.memberships.get(&user.id).map_or(&[][..], Vec::as_slice);
        if let Some((id, _)) = memberships.iter().find(|(_, name)| name == workspace) {
            self.unit.memberships().delete(*id, user.id).await?;
        }
        Ok(())
    }
}

//! Bringing the users of an Argilla 1.x users file into the database, once or at every start.
//!
//! A file is taken as a whole or not at all, in one transaction. What it says about a user is compared with what is known:
//! a user who is not there is created, one who is the same is left alone, and for one who differs the caller says what
//! happens ([`OnDifference`]). Reading YAML is not here: entries arrive with valid values.

use std::collections::{HashMap, HashSet};

use super::{Adapters, PAGE_ROWS};
use crate::{
    Error, Result,
    model::{
        AccountState, ApiKey, Email, FirstName, KeyLookup, Membership, Origin, PasswordHash, Role, User, UserId,
        Username, Workspace, WorkspaceId, WorkspaceName,
    },
    ports::{BulkInsert, RandomExt as _, Session, UnitOfWork},
};

/// Where an entry stands in its file; both count from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The entry.
    pub entry: usize,
    /// The line that it begins in.
    pub line: usize,
}

/// One user of a file.
#[derive(Debug, Clone)]
pub struct FileUser {
    /// Where it stands.
    pub place: Place,
    /// What the user signs in with.
    pub username: Username,
    /// The full name; `None` where the file says nothing about it.
    pub full_name: Option<FirstName>,
    /// The email address; `None` where the file says nothing about it.
    pub email: Option<Email>,
    /// The API key.
    pub api_key: ApiKey,
    /// The password's hash.
    pub password_hash: PasswordHash,
    /// What the user may do.
    pub role: Role,
    /// The user's workspaces, the own one first.
    pub workspaces: Vec<WorkspaceName>,
    /// What the file says about workspaces that it does not name.
    pub others: OtherWorkspaces,
    /// Whether the user can sign in.
    pub state: AccountState,
}

/// What a file says about workspaces that it does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherWorkspaces {
    /// Nothing: the entry has no list.
    Unsaid,
    /// The user is not in them.
    Left,
}

/// What happens to a user who is known, and differs from what the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDifference {
    /// The whole file is refused.
    Refuse,
    /// The user is changed.
    Update,
    /// The user is changed, and is the file's from now on. One who was the file's and is gone from it since the last time is
    /// disabled; one who was renamed here gets the old name back.
    Follow,
}

/// One thing in which a user differs from what the file says: as it is, as it will be. Secrets show neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The user name: the followed file's user was renamed here.
    Username(Username, Username),
    /// First and last name.
    FullName(String, String),
    /// The email address.
    Email(Option<Email>, Email),
    /// The role.
    Role(Role, Role),
    /// The names of the workspaces.
    Workspaces(Vec<WorkspaceName>, Vec<WorkspaceName>),
    /// Whether the user can sign in.
    State(AccountState, AccountState),
    /// The API key.
    ApiKey,
    /// The password.
    Password,
}

/// What happens to one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It is created.
    Create,
    /// It is as the file says.
    Keep,
    /// It differs.
    Differ(Vec<Difference>),
    /// It is gone from the file, and is disabled.
    Disable,
}

/// What happens to which user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserStep {
    /// Where the file names it; `None` for one who is gone from it.
    pub place: Option<Place>,
    /// The user's id, if it was known.
    pub id: Option<UserId>,
    /// The user name.
    pub username: Username,
    /// What happens.
    pub step: Step,
}

/// An entry whose API key belongs to somebody else in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// Where the entry stands.
    pub place: Place,
    /// The user of the entry.
    pub username: Username,
    /// The user who has the key.
    pub holder: Username,
}

/// What was done, or would be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterReport {
    /// What happens to each user, in the order of the file; those who are gone from it last.
    pub steps: Vec<UserStep>,
    /// The workspaces that are made, in order.
    pub new_workspaces: Vec<WorkspaceName>,
    /// Why nothing can be done.
    pub clashes: Vec<Clash>,
    /// Whether the file was refused, and nothing was changed: because of clashes, or of differences.
    pub refused: bool,
    /// Whether nobody can manage users afterwards.
    pub without_owner: bool,
}

impl RosterReport {
    /// How many users something happens to.
    #[must_use]
    pub fn count(&self, of: fn(&Step) -> bool) -> usize {
        self.steps.iter().filter(|user| of(&user.step)).count()
    }
}

/// Hears how many of the new users are written, of how many.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Send + Sync);

/// How often an import is tried when others write the same at the same moment, as servers do that start together.
const ATTEMPTS: usize = 4;

/// The use-cases about users files.
#[derive(Clone)]
pub struct UsersFile {
    adapters: Adapters,
}

impl UsersFile {
    /// Over these adapters.
    #[must_use]
    pub fn new(adapters: Adapters) -> Self {
        Self { adapters }
    }

    /// Says what [`UsersFile::import`] would do.
    ///
    /// # Errors
    /// As [`UsersFile::import`].
    pub async fn preview(&self, file: &[FileUser], differing: OnDifference) -> Result<RosterReport> {
        let unit = self.adapters.store.begin().await?;
        // Dropped without a commit: everything is tried, nothing is changed.
        self.write(unit.as_ref(), file, differing, &|_, _| {}).await
    }

    /// Brings all users of a file into the database, or none.
    ///
    /// # Errors
    /// [`Error::LastOwner`] when nobody could manage users any more; [`Error::UsernameTaken`], [`Error::ApiKeyTaken`] or
    /// [`Error::WorkspaceNameTaken`] when others write the same at the same moment again and again; or when the database
    /// fails.
    pub async fn import(
        &self,
        file: &[FileUser],
        differing: OnDifference,
        progress: Progress<'_>,
    ) -> Result<RosterReport> {
        for _ in 1..ATTEMPTS {
            match self.try_import(file, differing, progress).await {
                Err(
                    Error::UsernameTaken(_)
                    | Error::UsernameInUse(_)
                    | Error::WorkspaceNameTaken(_)
                    | Error::ApiKeyTaken,
                ) => {
                    tracing::debug!("somebody else wrote the same at the same moment; once more");
                }
                outcome => return outcome,
            }
        }
        self.try_import(file, differing, progress).await
    }

    async fn try_import(
        &self,
        file: &[FileUser],
        differing: OnDifference,
        progress: Progress<'_>,
    ) -> Result<RosterReport> {
        let unit = self.adapters.store.begin().await?;
        let report = self.write(unit.as_ref(), file, differing, progress).await?;
        if !report.refused {
            unit.commit().await?;
            tracing::info!(
                users.created = report.count(|step| *step == Step::Create),
                users.changed = report.count(|step| matches!(step, Step::Differ(_))),
                users.kept = report.count(|step| *step == Step::Keep),
                users.disabled = report.count(|step| *step == Step::Disable),
                "users file imported"
            );
        }
        Ok(report)
    }

    async fn write(
        &self,
        unit: &dyn UnitOfWork,
        file: &[FileUser],
        differing: OnDifference,
        progress: Progress<'_>,
    ) -> Result<RosterReport> {
        // Locked first, so that nobody else changes an owner meanwhile.
        let owners = unit.users().lock_owners().await?;
        let followed = match differing {
            OnDifference::Follow => unit.imports().followed().await?,
            OnDifference::Refuse | OnDifference::Update => Vec::new(),
        };
        let gone = gone(unit, file, &followed).await?;
        let known = Known::read(&self.adapters, unit, file, differing, &gone).await?;
        let mut report = known.compare(&self.adapters, file);
        let differs = report.steps.iter().any(|user| matches!(user.step, Step::Differ(_)));
        report.refused = !report.clashes.is_empty() || (differs && differing == OnDifference::Refuse);
        if report.refused {
            return Ok(report);
        }
        let gone = self.disable(unit, &known, gone).await?;
        let writer = Writer { adapters: &self.adapters, unit, known: &known, differing, progress };
        let workspaces = writer.workspaces(&report.new_workspaces).await?;
        let now_followed = writer.users(file, &report, &workspaces).await?;
        if differing == OnDifference::Follow {
            report.steps.extend(gone);
            if now_followed != followed.into_iter().collect() {
                unit.imports().set_followed(&now_followed.into_iter().collect::<Vec<_>>()).await?;
            }
        }
        let left = unit.users().lock_owners().await?;
        report.without_owner = left.is_empty();
        match owners.first() {
            Some(owner) if left.is_empty() => Err(Error::LastOwner(*owner)),
            _ => Ok(report),
        }
    }

    /// Disables those who are gone from the file, but for those who were only renamed. A key that the file gives to somebody else is theirs no more.
    async fn disable(&self, unit: &dyn UnitOfWork, known: &Known, gone: Vec<User>) -> Result<Vec<UserStep>> {
        let mut steps = Vec::new();
        for mut user in gone.into_iter().filter(|user| !known.renamed.contains(&user.id)) {
            let old = user.clone();
            user.state = AccountState::Disabled;
            if known.wanted_keys.contains(&user.api_key.lookup) {
                user.api_key = self.adapters.vault.store(user.id, &ApiKey::generate(self.adapters.random.as_ref()));
            }
            // Nothing is left to do for one who was disabled by somebody else.
            if user != old {
                user.updated_at = self.adapters.clock.now();
                super::accounts::save(unit, &user).await?;
                unit.login_sessions().delete_of_user(user.id).await?;
            }
            if old.is_active() {
                steps.push(UserStep { place: None, id: Some(user.id), username: user.username, step: Step::Disable });
            }
        }
        steps.sort_by(|a, b| a.username.cmp(&b.username));
        Ok(steps)
    }
}

/// Those whom the followed file named the last time, and does not name now.
async fn gone(unit: &dyn UnitOfWork, file: &[FileUser], followed: &[UserId]) -> Result<Vec<User>> {
    let names: HashSet<_> = file.iter().map(|user| &user.username).collect();
    let users = unit.users().lock_many(followed).await?;
    Ok(users.into_iter().filter(|user| !names.contains(&user.username)).collect())
}

/// What the database knows about the users and workspaces of a file.
struct Known {
    /// The users of the entries, by the entries' names.
    users: HashMap<Username, User>,
    /// Who has a key that the file gives to somebody else, and keeps it.
    holders: HashMap<KeyLookup, Username>,
    /// Those of the users who were renamed here.
    renamed: HashSet<UserId>,
    wanted_keys: HashSet<KeyLookup>,
    memberships: HashMap<UserId, Vec<(WorkspaceId, WorkspaceName)>>,
    workspaces: HashMap<WorkspaceName, WorkspaceId>,
}

impl Known {
    async fn read(
        adapters: &Adapters,
        unit: &dyn UnitOfWork,
        file: &[FileUser],
        differing: OnDifference,
        gone: &[User],
    ) -> Result<Self> {
        let session: &dyn Session = unit;
        let names: Vec<_> = file.iter().map(|user| user.username.clone()).collect();
        let found = session.users().lock_by_usernames(&names).await?;
        let names: HashSet<_> = names.into_iter().collect();
        let mut users: HashMap<_, _> = found.into_iter().map(|user| (user.username.clone(), user)).collect();
        let keys: HashMap<_, _> = file.iter().map(|user| (adapters.lookup(&user.api_key), user)).collect();
        // Who has the key already is in the way of nobody.
        let has = |key: &KeyLookup, entry: &FileUser| {
            users.get(&entry.username).is_some_and(|user: &User| user.api_key.lookup == *key)
        };
        let sought: Vec<_> = keys.iter().filter(|(key, entry)| !has(key, entry)).map(|(key, _)| *key).collect();
        let leaving: HashSet<_> = gone.iter().map(|user| user.id).collect();
        let (mut holders, mut renamed) = (HashMap::new(), HashSet::new());
        for holder in session.users().find_by_keys(&sought).await? {
            let key = holder.api_key.lookup;
            let Some(entry) = keys.get(&key) else { continue };
            if names.contains(&holder.username) && !users.contains_key(&holder.username) {
                // Another import has made this user since the names were read.
                return Err(Error::UsernameTaken(holder.username));
            }
            let leaves = leaving.contains(&holder.id);
            if leaves && !users.contains_key(&entry.username) {
                // Whose key the file gives to a name that nobody has is the same user, who was renamed here.
                renamed.insert(holder.id);
                users.insert(entry.username.clone(), holder);
            } else if !leaves && (differing == OnDifference::Refuse || !users.contains_key(&holder.username)) {
                // Who is in the file itself gives the key up in the same run.
                holders.insert(key, holder.username);
            }
        }
        let ids: Vec<_> = users.values().map(|user| user.id).collect();
        let mut memberships: HashMap<_, Vec<_>> = HashMap::new();
        for (membership, name) in session.memberships().of_users(&ids).await? {
            memberships.entry(membership.user).or_default().push((membership.workspace, name));
        }
        let mut mentioned: Vec<_> = file.iter().flat_map(|user| user.workspaces.iter().cloned()).collect();
        mentioned.sort();
        mentioned.dedup();
        let workspaces = session.workspaces().keep_by_names(&mentioned).await?;
        Ok(Self {
            users,
            holders,
            renamed,
            wanted_keys: keys.into_keys().collect(),
            memberships,
            workspaces: workspaces.into_iter().map(|workspace| (workspace.name, workspace.id)).collect(),
        })
    }

    fn compare(&self, adapters: &Adapters, file: &[FileUser]) -> RosterReport {
        let mut steps = Vec::new();
        let mut clashes = Vec::new();
        let (mut new_workspaces, mut seen) = (Vec::new(), HashSet::new());
        for entry in file {
            if let Some(holder) = self.holders.get(&adapters.lookup(&entry.api_key)) {
                let (place, username) = (entry.place, entry.username.clone());
                clashes.push(Clash { place, username, holder: holder.clone() });
            }
            let user = self.users.get(&entry.username);
            let step = match user {
                None => Step::Create,
                Some(user) => match self.differences(adapters, user, entry) {
                    differences if differences.is_empty() => Step::Keep,
                    differences => Step::Differ(differences),
                },
            };
            for name in &entry.workspaces {
                if !self.workspaces.contains_key(name) && seen.insert(name) {
                    new_workspaces.push(name.clone());
                }
            }
            let id = user.map(|user| user.id);
            steps.push(UserStep { place: Some(entry.place), id, username: entry.username.clone(), step });
        }
        RosterReport { steps, new_workspaces, clashes, refused: false, without_owner: false }
    }

    fn differences(&self, adapters: &Adapters, user: &User, entry: &FileUser) -> Vec<Difference> {
        let mut found = Vec::new();
        if user.username != entry.username {
            found.push(Difference::Username(user.username.clone(), entry.username.clone()));
        }
        if let Some(name) = entry.full_name.as_ref().filter(|name| name.as_str() != user.full_name()) {
            found.push(Difference::FullName(user.full_name(), name.as_str().to_owned()));
        }
        if let Some(email) = entry.email.as_ref().filter(|email| user.email.as_ref() != Some(email)) {
            found.push(Difference::Email(user.email.clone(), email.clone()));
        }
        if user.role != entry.role {
            found.push(Difference::Role(user.role, entry.role));
        }
        let now: Vec<_> = self.workspaces_of(user).iter().map(|(_, name)| name.clone()).collect();
        let missing = entry.workspaces.iter().any(|name| !now.contains(name));
        let too_many = entry.others == OtherWorkspaces::Left && now.iter().any(|name| !entry.workspaces.contains(name));
        if missing || too_many {
            found.push(Difference::Workspaces(now, entry.workspaces.clone()));
        }
        if user.state != entry.state {
            found.push(Difference::State(user.state, entry.state));
        }
        if user.api_key.lookup != adapters.lookup(&entry.api_key) {
            found.push(Difference::ApiKey);
        }
        if !knows_password(adapters, user, &entry.password_hash) {
            found.push(Difference::Password);
        }
        found
    }

    fn workspaces_of(&self, user: &User) -> &[(WorkspaceId, WorkspaceName)] {
        self.memberships.get(&user.id).map_or(&[], Vec::as_slice)
    }
}

/// Whether a hash is the one that the user's password once came with, or is still stored.
fn knows_password(adapters: &Adapters, user: &User, hash: &PasswordHash) -> bool {
    match user.imported_password {
        Some(known) => known == adapters.vault.fingerprint(hash),
        None => user.password_hash == *hash,
    }
}

/// Writes what a file says.
struct Writer<'a> {
    adapters: &'a Adapters,
    unit: &'a dyn UnitOfWork,
    known: &'a Known,
    differing: OnDifference,
    progress: Progress<'a>,
}

impl Writer<'_> {
    /// Makes the missing workspaces; the ids of all that the file names.
    async fn workspaces(&self, missing: &[WorkspaceName]) -> Result<HashMap<WorkspaceName, WorkspaceId>> {
        let new: Vec<_> = missing.iter().map(|name| self.workspace(name.clone())).collect();
        if self.unit.workspaces().insert_all(&new).await? == BulkInsert::Taken {
            return Err(taken_meanwhile(missing.first().cloned()));
        }
        let mut ids = self.known.workspaces.clone();
        ids.extend(new.into_iter().map(|workspace| (workspace.name, workspace.id)));
        Ok(ids)
    }

    fn workspace(&self, name: WorkspaceName) -> Workspace {
        let now = self.adapters.clock.now();
        Workspace { id: WorkspaceId::new(self.adapters.random.uuid()), name, inserted_at: now, updated_at: now }
    }

    /// Writes the users; the ids of those who are the file's now, not only named by it.
    async fn users(
        &self,
        file: &[FileUser],
        report: &RosterReport,
        workspaces: &HashMap<WorkspaceName, WorkspaceId>,
    ) -> Result<HashSet<UserId>> {
        let (mut new, mut joined, mut own) = (Vec::new(), Vec::new(), HashSet::new());
        self.free_keys(report).await?;
        for (entry, step) in file.iter().zip(&report.steps) {
            let id = match (&step.step, self.known.users.get(&entry.username)) {
                (Step::Create, _) => {
                    let user = self.new_user(entry);
                    let id = user.id;
                    new.push(user);
                    id
                }
                (Step::Differ(_), Some(old)) => {
                    self.change(old, entry).await?;
                    old.id
                }
                (Step::Keep, Some(user)) => {
                    own.extend((user.origin == Origin::UsersFile).then_some(user.id));
                    continue;
                }
                (Step::Keep | Step::Disable | Step::Differ(_), _) => continue,
            };
            own.insert(id);
            for workspace in entry.workspaces.iter().filter_map(|name| workspaces.get(name)) {
                joined.push(Membership {
                    workspace: *workspace,
                    user: id,
                    inserted_at: self.adapters.clock.now(),
                    active_until: None,
                });
            }
        }
        let mut written = 0;
        for users in new.chunks(PAGE_ROWS as usize) {
            if self.unit.users().insert_all(users).await? == BulkInsert::Taken {
                let first = users.first().map(|user| user.username.clone());
                return Err(first.map_or(Error::ApiKeyTaken, Error::UsernameTaken));
            }
            written += users.len();
            (self.progress)(written, new.len());
        }
        // Those who changed are members of some already.
        self.unit.memberships().insert_all(&joined).await?;
        Ok(own)
    }

    /// Takes from changing users the keys that the file gives to others, so that keys can move within a file.
    async fn free_keys(&self, report: &RosterReport) -> Result<()> {
        for step in &report.steps {
            let Step::Differ(differences) = &step.step else { continue };
            let Some(user) = self.known.users.get(&step.username) else { continue };
            if differences.contains(&Difference::ApiKey) && self.known.wanted_keys.contains(&user.api_key.lookup) {
                let key = ApiKey::generate(self.adapters.random.as_ref());
                let freed = User { api_key: self.adapters.vault.store(user.id, &key), ..user.clone() };
                super::accounts::save(self.unit, &freed).await?;
            }
        }
        Ok(())
    }

    fn new_user(&self, entry: &FileUser) -> User {
        let hash = entry.password_hash.clone();
        let mut user = self.adapters.new_user(entry.username.clone(), entry.role, &entry.api_key, hash);
        if let Some(name) = &entry.full_name {
            user.first_name = name.clone();
        }
        User {
            email: entry.email.clone(),
            state: entry.state,
            origin: Origin::UsersFile,
            imported_password: Some(self.adapters.vault.fingerprint(&entry.password_hash)),
            ..user
        }
    }

    async fn change(&self, old: &User, entry: &FileUser) -> Result<()> {
        let mut user = User { username: entry.username.clone(), ..old.clone() };
        if self.differing == OnDifference::Follow {
            user.origin = Origin::UsersFile;
        }
        if let Some(name) = entry.full_name.as_ref().filter(|name| name.as_str() != old.full_name()) {
            user.first_name = name.clone();
            user.last_name = None;
        }
        user.email = entry.email.clone().or(user.email);
        user.role = entry.role;
        user.state = entry.state;
        if user.api_key.lookup != self.adapters.lookup(&entry.api_key) {
            user.api_key = self.adapters.vault.store(user.id, &entry.api_key);
        }
        if !knows_password(self.adapters, old, &entry.password_hash) {
            user.password_hash = entry.password_hash.clone();
            user.imported_password = Some(self.adapters.vault.fingerprint(&entry.password_hash));
        }
        if user != *old {
            user.updated_at = self.adapters.clock.now();
            super::accounts::save(self.unit, &user).await?;
        }
        if user.password_hash != old.password_hash || !user.is_active() {
            super::accounts::password_changed(self.unit, user.id).await?;
        }
        if entry.others == OtherWorkspaces::Left {
            for (workspace, name) in self.known.workspaces_of(old) {
                if !entry.workspaces.contains(name) {
                    self.unit.memberships().delete(*workspace, old.id).await?;
                }
            }
        }
        Ok(())
    }
}

fn taken_meanwhile(name: Option<WorkspaceName>) -> Error {
    Error::WorkspaceNameTaken(name.unwrap_or_else(|| WorkspaceName::verbatim(String::new())))
}

//! The team as one desired state.
//!
//! Ochre plans and applies in one transaction. Where a server has Argilla's API alone, the same is done by single calls in a safe
//! order: what is made comes first, what takes rights away comes last. That is not atomic, and can be run again after a failure.

use std::collections::{HashMap, HashSet};

use ochre_dto::v1::{self, PlanEntry, Prune, Role, TEAM_VERSION, Team, TeamApply, TeamPlan, TeamUser, TeamWorkspace};
use reqwest::Method;
use uuid::Uuid;

use crate::{Client, Error, UserCreate, UserUpdate, transport::Call};

/// The team as one desired state; see [`Client::team`].
#[derive(Debug, Clone, Copy)]
pub struct Teams<'a>(pub(crate) &'a Client);

impl Teams<'_> {
    /// The team as it is, without secrets. Applied to the same server, it changes nothing.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn export(&self) -> Result<Team, Error> {
        if self.0.is_ochre().await? {
            return self.0.transport.json(Call::get("api/v1/team").long()).await;
        }
        Ok(State::read(self.0).await?.export())
    }

    /// What applying a desired state would change.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::Refused`], [`Error::Team`] or [`Error::Unsafe`] for a desired state that cannot be.
    pub async fn plan(&self, team: &Team, prune: Prune) -> Result<TeamPlan, Error> {
        if self.0.is_ochre().await? {
            return self.send("api/v1/team/plan", team, prune, None).await;
        }
        let entries = State::read(self.0).await?.plan(team, prune)?;
        Ok(plan_of(entries, false))
    }

    /// Brings a desired state about; what was changed. On an Ochre server all of it or nothing; otherwise call by call
    /// ([`Teams::apply_in_steps`]), where new users get a password that nobody knows, and hashes cannot be set.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::Refused`], [`Error::Team`] or [`Error::Unsafe`] for a desired state that cannot be; [`Error::Interrupted`] for a call
    /// that failed in the middle.
    pub async fn apply(&self, team: &Team, prune: Prune) -> Result<TeamPlan, Error> {
        if self.0.is_ochre().await? {
            return self.send("api/v1/team/apply", team, prune, None).await;
        }
        self.apply_in_steps(team, prune, &HashMap::new(), |_, _| {}).await
    }

    /// Brings a desired state about if that still means the differences of this plan; hashes of passwords may have been added to it
    /// meanwhile. Where a server has Argilla's API alone, as [`Teams::apply`].
    ///
    /// # Errors
    /// As [`Teams::apply`]; [`Error::is_conflict`] when others changed something since the plan was made.
    pub async fn apply_planned(&self, team: &Team, prune: Prune, plan: &TeamPlan) -> Result<TeamPlan, Error> {
        match &plan.digest {
            Some(digest) => self.send("api/v1/team/apply", team, prune, Some(digest.clone())).await,
            None => self.apply(team, prune).await,
        }
    }

    /// Brings a desired state about by single calls, which any server of Argilla's API takes. `passwords` holds those of new users,
    /// by user name; others get one that nobody knows. `progress` hears how many of how many changes are done.
    ///
    /// # Errors
    /// As [`Teams::apply`].
    pub async fn apply_in_steps(
        &self,
        team: &Team,
        prune: Prune,
        passwords: &HashMap<String, String>,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<TeamPlan, Error> {
        let state = State::read(self.0).await?;
        let mut entries = state.plan(team, prune)?;
        for entry in &mut entries {
            if let PlanEntry::CreateUser { username, has_password, .. } = entry {
                *has_password = passwords.contains_key(username);
            }
        }
        let desired: HashMap<_, _> = team.users.iter().map(|user| (user.username.as_str(), user)).collect();
        let mut ids = Ids::of(&state);
        let mut order: Vec<_> = entries.iter().filter(|entry| entry.is_change()).collect();
        order.sort_by_key(|entry| rank(entry, &state.me));
        let total = order.len();
        for (done, entry) in order.into_iter().enumerate() {
            let step = Step { client: self.0, desired: &desired, passwords };
            step.take(entry, &mut ids).await.map_err(|source| Error::Interrupted {
                done,
                total,
                source: Box::new(source),
            })?;
            progress(done + 1, total);
        }
        Ok(plan_of(entries, true))
    }

    async fn send(&self, path: &str, team: &Team, prune: Prune, expect: Option<String>) -> Result<TeamPlan, Error> {
        let body = TeamApply { team: team.clone(), prune, expect };
        self.0.transport.json(Call::new(Method::POST, path).json(&body)?.long()).await
    }
}

fn plan_of(entries: Vec<PlanEntry>, applied: bool) -> TeamPlan {
    let changes = entries.iter().filter(|entry| entry.is_change()).count();
    TeamPlan { applied, changes, entries, digest: None }
}

/// The order of single calls: what is made first, then what gives rights, then what takes them away, the own ones last.
fn rank(entry: &PlanEntry, me: &str) -> u8 {
    match entry {
        // Whoever steps down can do nothing more.
        PlanEntry::UpdateUser { username, field, .. } if field == "role" && username == me => 7,
        PlanEntry::CreateWorkspace { .. } => 0,
        PlanEntry::CreateUser { .. } => 1,
        PlanEntry::UpdateUser { field, to, .. } if field == "role" && to != Role::Owner.as_str() => 4,
        PlanEntry::UpdateUser { .. } => 2,
        PlanEntry::AddMember { .. } => 3,
        PlanEntry::RemoveMember { .. } => 5,
        _ => 6,
    }
}

/// What a server tells of its team, call by call.
#[derive(Debug, Default)]
struct State {
    me: String,
    users: Vec<v1::User>,
    workspaces: Vec<v1::Workspace>,
    /// The names of each user's workspaces.
    memberships: HashMap<Uuid, Vec<String>>,
}

impl State {
    async fn read(client: &Client) -> Result<Self, Error> {
        let me = client.me().await?.username.clone();
        let users = client.users().list().await?.into_iter().map(crate::User::into_data).collect();
        let workspaces: Vec<_> =
            client.workspaces().list().await?.into_iter().map(crate::Workspace::into_data).collect();
        let mut memberships: HashMap<_, Vec<_>> = HashMap::new();
        for workspace in &workspaces {
            for member in client.workspaces().users(workspace.id).await? {
                memberships.entry(member.id).or_default().push(workspace.name.clone());
            }
        }
        Ok(Self { me, users, workspaces, memberships })
    }

    fn export(self) -> Team {
        let Self { users, workspaces, mut memberships, .. } = self;
        let user = |user: v1::User| TeamUser {
            workspaces: Some(memberships.remove(&user.id).unwrap_or_default()),
            username: user.username,
            first_name: Some(user.first_name).filter(|name| !name.is_empty()),
            last_name: user.last_name,
            role: Some(user.role),
            ..TeamUser::default()
        };
        Team {
            version: TEAM_VERSION,
            users: users.into_iter().map(user).collect(),
            workspaces: workspaces.into_iter().map(|workspace| TeamWorkspace { name: workspace.name }).collect(),
        }
    }

    /// The same plan that an Ochre server makes.
    fn plan(&self, team: &Team, prune: Prune) -> Result<Vec<PlanEntry>, Error> {
        let known: HashSet<_> = self.workspaces.iter().map(|workspace| workspace.name.as_str()).collect();
        check(team, &known)?;
        let users: HashMap<_, _> = self.users.iter().map(|user| (user.username.as_str(), user)).collect();
        let missing = team.workspaces.iter().filter(|workspace| !known.contains(workspace.name.as_str()));
        let mut entries: Vec<_> =
            missing.map(|workspace| PlanEntry::CreateWorkspace { workspace: workspace.name.clone() }).collect();
        for desired in &team.users {
            match users.get(desired.username.as_str()) {
                Some(user) => self.compare(user, desired, prune, &mut entries),
                None => entries.push(PlanEntry::CreateUser {
                    username: desired.username.clone(),
                    role: desired.role.unwrap_or_default(),
                    workspaces: distinct(desired.workspaces.as_deref().unwrap_or_default()),
                    // Single calls cannot set hashes.
                    has_password: false,
                }),
            }
        }
        if prune == Prune::Users {
            let mentioned: HashSet<_> = team.users.iter().map(|user| user.username.as_str()).collect();
            let mut gone: Vec<_> = users.keys().copied().filter(|name| !mentioned.contains(name)).collect();
            gone.sort_unstable();
            entries.extend(gone.into_iter().map(|name| PlanEntry::DeleteUser { username: name.to_owned() }));
        }
        self.guard(&entries)?;
        Ok(entries)
    }

    fn compare(&self, user: &v1::User, desired: &TeamUser, prune: Prune, entries: &mut Vec<PlanEntry>) {
        let username = user.username.clone();
        let mut change = |field: &str, from: Option<&str>, to: &str| {
            if from != Some(to) {
                let (username, field, to) = (username.clone(), field.to_owned(), to.to_owned());
                entries.push(PlanEntry::UpdateUser { username, field, from: from.map(str::to_owned), to });
            }
        };
        if let Some(name) = &desired.first_name {
            change("first_name", Some(&user.first_name), name.trim());
        }
        if let Some(name) = &desired.last_name {
            change("last_name", user.last_name.as_deref(), name.trim());
        }
        if let Some(role) = desired.role {
            change("role", Some(user.role.as_str()), role.as_str());
        }
        let Some(wanted) = &desired.workspaces else { return };
        let now = self.memberships.get(&user.id).map_or(&[][..], Vec::as_slice);
        for workspace in distinct(wanted).into_iter().filter(|name| !now.contains(name)) {
            entries.push(PlanEntry::AddMember { username: username.clone(), workspace });
        }
        for workspace in now.iter().filter(|name| !wanted.contains(name)).cloned() {
            let username = username.clone();
            entries.push(match prune {
                Prune::None => PlanEntry::KeepMember { username, workspace },
                Prune::Memberships | Prune::Users => PlanEntry::RemoveMember { username, workspace },
            });
        }
    }

    /// Refuses what nobody may do to the team: Argilla's servers would do it.
    fn guard(&self, entries: &[PlanEntry]) -> Result<(), Error> {
        let mut owners: HashSet<_> =
            self.users.iter().filter(|user| user.role == Role::Owner).map(|user| user.username.as_str()).collect();
        for entry in entries {
            match entry {
                PlanEntry::CreateUser { username, role: Role::Owner, .. } => {
                    owners.insert(username);
                }
                PlanEntry::UpdateUser { username, field, to, .. } if field == "role" => {
                    if to == Role::Owner.as_str() {
                        owners.insert(username);
                    } else {
                        owners.remove(username.as_str());
                    }
                }
                PlanEntry::DeleteUser { username } if *username == self.me => {
                    return Err(Error::Unsafe(format!(
                        "the team leaves out {username:?}, who applies it, and would delete the own account; name the user in it"
                    )));
                }
                PlanEntry::DeleteUser { username } => {
                    owners.remove(username.as_str());
                }
                _ => {}
            }
        }
        if owners.is_empty() {
            return Err(Error::Unsafe("nobody would be an owner any more; make somebody else one first".to_owned()));
        }
        Ok(())
    }
}

/// The names in their order, each once.
fn distinct(names: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    names.iter().filter(|name| seen.insert(name.as_str())).cloned().collect()
}

/// What a server of Ochre checks before it plans.
fn check(team: &Team, known: &HashSet<&str>) -> Result<(), Error> {
    if team.version != TEAM_VERSION {
        return Err(Error::Team(format!("version should be {TEAM_VERSION}, the version of the format")));
    }
    let mut declared = HashSet::new();
    for (index, workspace) in team.workspaces.iter().enumerate() {
        if !declared.insert(workspace.name.as_str()) {
            return Err(Error::Team(format!("workspaces.{index}.name: {:?} stands there twice", workspace.name)));
        }
    }
    let mut names = HashSet::new();
    for (index, user) in team.users.iter().enumerate() {
        if !names.insert(user.username.as_str()) {
            return Err(Error::Team(format!("users.{index}.username: {:?} stands there twice", user.username)));
        }
        for name in user.workspaces.iter().flatten() {
            if !declared.contains(name.as_str()) && !known.contains(name.as_str()) {
                return Err(Error::Team(format!(
                    "users.{index}.workspaces: {name:?} does not exist; name it under workspaces, or create it first"
                )));
            }
        }
    }
    Ok(())
}

/// The ids of those whom single calls are about.
struct Ids {
    users: HashMap<String, Uuid>,
    workspaces: HashMap<String, Uuid>,
}

impl Ids {
    fn of(state: &State) -> Self {
        Self {
            users: state.users.iter().map(|user| (user.username.clone(), user.id)).collect(),
            workspaces: state.workspaces.iter().map(|workspace| (workspace.name.clone(), workspace.id)).collect(),
        }
    }

    fn user(&self, name: &str) -> Result<Uuid, Error> {
        self.users.get(name).copied().ok_or_else(|| Error::NotFound(format!("the user {name:?}")))
    }

    fn workspace(&self, name: &str) -> Result<Uuid, Error> {
        self.workspaces.get(name).copied().ok_or_else(|| Error::NotFound(format!("the workspace {name:?}")))
    }
}

/// One of the single calls.
struct Step<'a> {
    client: &'a Client,
    desired: &'a HashMap<&'a str, &'a TeamUser>,
    passwords: &'a HashMap<String, String>,
}

impl Step<'_> {
    async fn take(&self, entry: &PlanEntry, ids: &mut Ids) -> Result<(), Error> {
        match entry {
            PlanEntry::CreateWorkspace { workspace } => {
                let created = self.client.workspaces().create(workspace).await?;
                ids.workspaces.insert(workspace.clone(), created.id);
            }
            PlanEntry::CreateUser { username, role, workspaces, .. } => {
                let created = self.client.users().create(&self.new_user(username, *role)).await?;
                ids.users.insert(username.clone(), created.id);
                for workspace in workspaces {
                    self.client.workspaces().add_user(ids.workspace(workspace)?, created.id).await?;
                }
            }
            PlanEntry::UpdateUser { username, field, to, .. } => {
                let changes = UserUpdate::default();
                let changes = match field.as_str() {
                    "first_name" => changes.first_name(to),
                    "last_name" => changes.last_name(to),
                    _ => UserUpdate { role: self.desired.get(username.as_str()).and_then(|user| user.role), ..changes },
                };
                self.client.users().update(ids.user(username)?, &changes).await?;
            }
            PlanEntry::AddMember { username, workspace } => {
                self.client.workspaces().add_user(ids.workspace(workspace)?, ids.user(username)?).await?;
            }
            PlanEntry::RemoveMember { username, workspace } => {
                self.client.workspaces().remove_user(ids.workspace(workspace)?, ids.user(username)?).await?;
            }
            PlanEntry::DeleteUser { username } => {
                self.client.users().delete(ids.user(username)?).await?;
            }
            // It is kept, or of a kind that this version does not plan.
            _ => {}
        }
        Ok(())
    }

    fn new_user(&self, username: &str, role: Role) -> UserCreate {
        let password = self.passwords.get(username).cloned().unwrap_or_else(unknown_password);
        let desired = self.desired.get(username);
        let first_name = desired.and_then(|user| user.first_name.clone());
        UserCreate {
            first_name: first_name.unwrap_or_else(|| username.to_owned()),
            last_name: desired.and_then(|user| user.last_name.clone()),
            ..UserCreate::new(username, password).role(role)
        }
    }
}

/// A password that nobody knows: 244 random bits.
fn unknown_password() -> String {
    #[expect(clippy::disallowed_methods, reason = "the randomness of the system is what is wanted")]
    let uuid = || Uuid::new_v4().simple();
    format!("{}{}", uuid(), uuid())
}

//! From the domain to the wire.

use ochre_domain::{
    model::{AccountState, FirstName, LastName, Origin, Role, Timestamp, Workspace, WorkspaceName},
    policy::{Cell, Table},
    usecase::{DesiredTeam, DesiredUser, FieldChange, Member, PlanEntry, TeamPlan, UserView},
};
use ochre_dto::{time::from_micros, v1};

pub(super) fn role(role: Role) -> v1::Role {
    match role {
        Role::Owner => v1::Role::Owner,
        Role::Admin => v1::Role::Admin,
        Role::Annotator => v1::Role::Annotator,
    }
}

/// Characters of a digest: 128 bits.
const DIGEST_CHARS: usize = 32;

/// A key that may not be seen is an empty text: clients expect a text.
pub(super) fn user(view: UserView) -> v1::User {
    let UserView { user, api_key } = view;
    v1::User {
        id: user.id.uuid(),
        first_name: user.first_name.into_string(),
        last_name: user.last_name.map(LastName::into_string),
        username: user.username.into_string(),
        role: role(user.role),
        api_key: api_key.map(|key| key.expose().to_owned()).unwrap_or_default(),
        inserted_at: from_micros(user.inserted_at.micros()),
        updated_at: from_micros(user.updated_at.micros()),
        account: None,
    }
}

pub(in crate::api) fn workspace(workspace: Workspace) -> v1::Workspace {
    v1::Workspace {
        id: workspace.id.uuid(),
        name: workspace.name.into_string(),
        inserted_at: from_micros(workspace.inserted_at.micros()),
        updated_at: from_micros(workspace.updated_at.micros()),
    }
}

/// A user with what Argilla's API does not tell.
pub(super) fn user_with_account(member: Member, last_seen: Option<Timestamp>) -> v1::User {
    let Member { view, workspaces } = member;
    let account = v1::Account {
        state: match view.user.state {
            AccountState::Active => v1::AccountState::Active,
            AccountState::Disabled => v1::AccountState::Disabled,
        },
        origin: match view.user.origin {
            Origin::Created => v1::Origin::Created,
            Origin::Default => v1::Origin::Default,
            Origin::UsersFile => v1::Origin::UsersFile,
            Origin::Argilla => v1::Origin::Argilla,
        },
        has_password: view.user.password_hash.is_usable(),
        workspaces: workspaces.into_iter().map(WorkspaceName::into_string).collect(),
        last_seen_at: last_seen.map(|at| from_micros(at.micros())),
    };
    v1::User { account: Some(account), ..user(view) }
}

pub(super) fn team(team: DesiredTeam) -> v1::Team {
    v1::Team {
        version: v1::TEAM_VERSION,
        workspaces: team.workspaces.into_iter().map(|name| v1::TeamWorkspace { name: name.into_string() }).collect(),
        users: team.users.into_iter().map(team_user).collect(),
    }
}

/// Without a hash: what leaves the server holds no secret.
fn team_user(user: DesiredUser) -> v1::TeamUser {
    let workspaces = user.workspaces.map(|names| names.into_iter().map(WorkspaceName::into_string).collect());
    v1::TeamUser {
        username: user.username.into_string(),
        first_name: user.first_name.map(FirstName::into_string),
        last_name: user.last_name.map(LastName::into_string),
        role: user.role.map(role),
        workspaces,
        password_hash: None,
    }
}

/// What differences are recognised by. Who has a password does not count: passwords are made for those whom a plan names.
pub(super) fn digest(entries: &[PlanEntry]) -> String {
    let mut hasher = blake3::Hasher::new();
    for entry in entries.iter().cloned().flat_map(plan_entries) {
        let entry = match entry {
            v1::PlanEntry::CreateUser { username, role, workspaces, .. } => {
                v1::PlanEntry::CreateUser { username, role, workspaces, has_password: false }
            }
            other => other,
        };
        // Names hold whatever they like, but JSON tells where each ends.
        hasher.update(serde_json::to_string(&entry).unwrap_or_default().as_bytes());
    }
    hasher.finalize().to_hex()[..DIGEST_CHARS].to_owned()
}

pub(super) fn plan(plan: TeamPlan) -> v1::TeamPlan {
    let digest = digest(&plan.entries);
    let entries: Vec<_> = plan.entries.into_iter().flat_map(plan_entries).collect();
    let changes = entries.iter().filter(|entry| entry.is_change()).count();
    v1::TeamPlan { applied: plan.applied, changes, entries, digest: Some(digest) }
}

/// A user who changes is an entry for each field.
fn plan_entries(entry: PlanEntry) -> Vec<v1::PlanEntry> {
    use v1::PlanEntry as E;
    let entry = match entry {
        PlanEntry::UpdateUser { username, changes } => {
            return changes.into_iter().map(|change| field_change(username.as_str(), change)).collect();
        }
        PlanEntry::CreateWorkspace(name) => E::CreateWorkspace { workspace: name.into_string() },
        PlanEntry::CreateUser { username, role: user_role, workspaces, has_password } => E::CreateUser {
            username: username.into_string(),
            role: role(user_role),
            workspaces: workspaces.into_iter().map(WorkspaceName::into_string).collect(),
            has_password,
        },
        PlanEntry::AddMember { username, workspace } => {
            E::AddMember { username: username.into_string(), workspace: workspace.into_string() }
        }
        PlanEntry::RemoveMember { username, workspace } => {
            E::RemoveMember { username: username.into_string(), workspace: workspace.into_string() }
        }
        PlanEntry::KeepMember { username, workspace } => {
            E::KeepMember { username: username.into_string(), workspace: workspace.into_string() }
        }
        PlanEntry::DeleteUser(username) => E::DeleteUser { username: username.into_string() },
    };
    vec![entry]
}

fn field_change(username: &str, change: FieldChange) -> v1::PlanEntry {
    let (field, from, to) = match change {
        FieldChange::FirstName(from, to) => ("first_name", Some(from.into_string()), to.into_string()),
        FieldChange::LastName(from, to) => ("last_name", from.map(LastName::into_string), to.into_string()),
        FieldChange::Role(from, to) => ("role", Some(from.to_string()), to.to_string()),
    };
    v1::PlanEntry::UpdateUser { username: username.to_owned(), field: field.to_owned(), from, to }
}

pub(super) fn role_table(table: Table) -> v1::RoleTable {
    let permission = |cell| match cell {
        Cell::Yes => v1::Permission::Yes,
        Cell::IfMember => v1::Permission::Member,
        Cell::OnlySelf => v1::Permission::Own,
        Cell::No => v1::Permission::No,
    };
    let row = |(label, row): (&str, ochre_domain::policy::Row)| v1::RoleRow {
        action: label.to_owned(),
        owner: permission(row.owner),
        admin: permission(row.admin),
        annotator: permission(row.annotator),
    };
    v1::RoleTable { resource: table.resource.to_owned(), actions: table.rows.into_iter().map(row).collect() }
}

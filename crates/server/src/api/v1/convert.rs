//! From the domain to the wire.

use ochre_domain::{
    model::{
        AccountState, ApiKey, FirstName, Identity, KeyScope, LastName, LinkPurpose, LinkUse, LoginSession,
        LoginSessionId, Origin, Role, SessionKind, Timestamp, Trashed, Username, Workspace, WorkspaceName,
    },
    policy::{Cell, Table},
    ports::Order,
    usecase::{
        Deletion, DesiredTeam, DesiredUser, FieldChange, KeyView, LinkView, Member, Page, PlanEntry, TeamPlan,
        TrashView, UserView,
    },
};
use ochre_dto::{
    time::{Moment, from_micros},
    v1,
};

use crate::wire::cursor;

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
pub(super) fn user_with_account(member: Member, last_seen: Option<Timestamp>, now: Timestamp) -> v1::User {
    let Member { view, workspaces, temporary } = member;
    let temporary = temporary.into_iter().map(|(workspace, end)| v1::TemporaryMembership {
        workspace: workspace.into_string(),
        active_until: moment(end),
    });
    let account = v1::Account {
        state: match view.user.state {
            AccountState::Disabled => v1::AccountState::Disabled,
            AccountState::Active if view.user.has_access(now) => v1::AccountState::Active,
            AccountState::Active => v1::AccountState::Expired,
        },
        origin: match view.user.origin {
            Origin::Created => v1::Origin::Created,
            Origin::Default => v1::Origin::Default,
            Origin::UsersFile => v1::Origin::UsersFile,
            Origin::Argilla => v1::Origin::Argilla,
            Origin::Invitation => v1::Origin::Invitation,
            Origin::Provider => v1::Origin::Provider,
        },
        has_password: view.user.password_hash.is_usable(),
        must_change_password: view.user.must_change_password,
        active_until: view.user.active_until.map(moment),
        workspaces: workspaces.into_iter().map(WorkspaceName::into_string).collect(),
        temporary: temporary.collect(),
        last_seen_at: last_seen.map(moment),
    };
    v1::User { account: Some(account), ..user(view) }
}

fn moment(at: Timestamp) -> Moment {
    from_micros(at.micros())
}

pub(super) fn session(login: &LoginSession, current: Option<LoginSessionId>) -> v1::Session {
    v1::Session {
        id: login.id.uuid(),
        kind: match login.kind {
            SessionKind::Token => v1::SessionKind::Token,
            SessionKind::Web => v1::SessionKind::Web,
        },
        address: login.device.address().map(str::to_owned),
        user_agent: login.device.user_agent().map(str::to_owned),
        inserted_at: moment(login.inserted_at),
        expires_at: moment(login.expires_at),
        current: current == Some(login.id),
    }
}

/// A named key, with the key itself where it was made just now.
pub(super) fn key(view: KeyView, secret: Option<&ApiKey>) -> v1::Key {
    let KeyView { key, workspaces } = view;
    let scope = |scope: &KeyScope| match scope {
        KeyScope::Read => v1::KeyScope::Read,
        KeyScope::Annotate => v1::KeyScope::Annotate,
        KeyScope::Manage => v1::KeyScope::Manage,
    };
    v1::Key {
        id: key.id.uuid(),
        name: key.name.as_str().to_owned(),
        hint: key.hint,
        scopes: key.scopes.iter().map(scope).collect(),
        workspaces: workspaces.map(|names| names.into_iter().map(WorkspaceName::into_string).collect()),
        expires_at: key.expires_at.map(moment),
        last_used_at: key.last_used_at.map(moment),
        inserted_at: moment(key.inserted_at),
        secret: secret.map(|secret| secret.expose().to_owned()),
    }
}

pub(super) fn identity(identity: &Identity) -> v1::Identity {
    v1::Identity {
        id: identity.id.uuid(),
        issuer: identity.who.issuer().to_owned(),
        subject: identity.who.subject().to_owned(),
        inserted_at: moment(identity.inserted_at),
    }
}

/// A page as the wire has it.
pub(super) fn page<T, D>(found: Page<T>, order: Order, entry: impl FnMut(T) -> D) -> v1::Page<D> {
    let next_cursor = found.next.map(|position| cursor(&position, order));
    v1::Page { items: found.entries.into_iter().map(entry).collect(), next_cursor }
}

pub(super) fn invitation(view: LinkView) -> v1::Invitation {
    let invited = match &view.link.purpose {
        LinkPurpose::Invitation { role, .. } => *role,
        // A list of invitations holds nothing else.
        LinkPurpose::Reset(_) => Role::default(),
    };
    let link_use = |(link_use, username): (LinkUse, Option<Username>)| v1::LinkUse {
        user_id: link_use.user.uuid(),
        username: username.map(Username::into_string),
        at: moment(link_use.at),
    };
    v1::Invitation {
        id: view.link.id.uuid(),
        role: role(invited),
        workspaces: view.workspaces.into_iter().map(WorkspaceName::into_string).collect(),
        max_uses: view.link.max_uses,
        uses: view.uses.into_iter().map(link_use).collect(),
        open: view.is_open,
        created_by: view.created_by.map(Username::into_string),
        inserted_at: moment(view.link.inserted_at),
        expires_at: moment(view.link.expires_at),
    }
}

pub(super) fn reset_link(view: LinkView) -> v1::ResetLink {
    v1::ResetLink {
        id: view.link.id.uuid(),
        open: view.is_open,
        used_at: view.uses.first().map(|(link_use, _)| moment(link_use.at)),
        created_by: view.created_by.map(Username::into_string),
        inserted_at: moment(view.link.inserted_at),
        expires_at: moment(view.link.expires_at),
    }
}

/// A link, as whoever holds it sees it.
pub(super) fn link(view: LinkView) -> v1::Link {
    let (kind, granted) = match &view.link.purpose {
        LinkPurpose::Invitation { role: granted, .. } => (v1::LinkKind::Invitation, Some(role(*granted))),
        LinkPurpose::Reset(_) => (v1::LinkKind::Reset, None),
    };
    v1::Link {
        kind,
        username: view.username.map(Username::into_string),
        role: granted,
        workspaces: view.workspaces.into_iter().map(WorkspaceName::into_string).collect(),
        expires_at: moment(view.link.expires_at),
    }
}

pub(super) fn trash_entry(view: TrashView) -> v1::TrashEntry {
    let TrashView { entry, deleted_by } = view;
    let (kind, name, subject_id) = match entry.what {
        Trashed::User(user, _) => (v1::TrashKind::User, user.username.into_string(), user.id.uuid()),
        Trashed::Workspace(team) => (v1::TrashKind::Workspace, team.name.into_string(), team.id.uuid()),
    };
    v1::TrashEntry {
        id: entry.id.uuid(),
        kind,
        name,
        subject_id,
        memberships: entry.memberships.len(),
        deleted_by: deleted_by.map(Username::into_string),
        deleted_at: moment(entry.inserted_at),
        expires_at: moment(entry.expires_at),
    }
}

pub(super) fn deletion(deletion: Deletion) -> v1::Deletion {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    v1::Deletion {
        memberships: count(deletion.memberships),
        sessions: count(deletion.sessions),
        keys: count(deletion.keys),
        links: count(deletion.links),
    }
}

pub(crate) fn team(team: DesiredTeam) -> v1::Team {
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
        ..v1::TeamUser::default()
    }
}

/// What differences are recognised by. Who has a password does not count: passwords are made for those whom a plan names.
pub(crate) fn digest(entries: &[PlanEntry]) -> String {
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

//! Who may do what: the role table, and nothing else compares roles.
//!
//! Each resource has an enum of actions whose `row` *is* the table of the documentation. The same rows answer a
//! request ([`authorize`]), render `docs/reference/roles.md` ([`tables`]) and drive the authorization matrix over HTTP.
//! A new resource (datasets, records, responses) is a new enum in a file of its own and a line in [`tables`].

mod access;
mod link;
mod server;
mod team;
mod trash;
mod user;
mod workspace;

use std::{
    collections::{BTreeSet, HashSet},
    fmt,
};

pub use access::{Grant, Means, Need};
pub use link::InvitationAction;
pub use server::ServerAction;
pub use team::TeamAction;
pub use trash::TrashAction;
pub use user::UserAction;
pub use workspace::WorkspaceAction;

use crate::{
    Error, Result,
    model::{Role, User, UserId, WorkspaceId},
};

/// One cell of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Always.
    Yes,
    /// In workspaces that the actor is a member of.
    IfMember,
    /// When the actor is the one the action is about.
    OnlySelf,
    /// Never.
    No,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yes => "Yes",
            Self::IfMember => "Only within assigned workspaces",
            Self::OnlySelf => "Only their own",
            Self::No => "No",
        })
    }
}

/// One row: a cell for each role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// For owners.
    pub owner: Cell,
    /// For admins.
    pub admin: Cell,
    /// For annotators.
    pub annotator: Cell,
}

impl Row {
    /// The cell for a role.
    #[must_use]
    pub const fn cell(self, role: Role) -> Cell {
        match role {
            Role::Owner => self.owner,
            Role::Admin => self.admin,
            Role::Annotator => self.annotator,
        }
    }
}

const fn row(owner: Cell, admin: Cell, annotator: Cell) -> Row {
    Row { owner, admin, annotator }
}

/// An action that the policy has a row for.
pub trait Action: Copy + 'static {
    /// The row.
    fn row(self) -> Row;
    /// What a credential must be good for.
    fn need(self) -> Need;
    /// Whether it is allowed to somebody who must set another password first.
    fn comes_before_password_change(self) -> bool {
        false
    }
    /// What the action is called in the documentation.
    fn label(self) -> &'static str;
}

/// What an action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The server as a whole.
    Server,
    /// One workspace.
    Workspace(WorkspaceId),
    /// One user.
    User(UserId),
}

/// Who acts: a user with the workspaces it is a member of, and by what it has shown who it is.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The user.
    pub user: User,
    workspaces: HashSet<WorkspaceId>,
    means: Means,
}

impl Actor {
    /// An authenticated user with its memberships.
    #[must_use]
    pub fn new(user: User, workspaces: impl IntoIterator<Item = WorkspaceId>) -> Self {
        Self { user, workspaces: workspaces.into_iter().collect(), means: Means::Key }
    }

    /// The same, signed in by this.
    #[must_use]
    pub fn by(self, means: Means) -> Self {
        Self { means, ..self }
    }

    /// By what the user has shown who it is.
    #[must_use]
    pub const fn means(&self) -> &Means {
        &self.means
    }

    /// The workspaces to which the credential is limited; `None` for all.
    #[must_use]
    pub fn limited_to(&self) -> Option<&BTreeSet<WorkspaceId>> {
        match &self.means {
            Means::Named(grant) => grant.workspaces.as_ref(),
            Means::Key | Means::Session(_) => None,
        }
    }

    /// Whether the actor belongs to a workspace.
    #[must_use]
    pub fn is_member(&self, workspace: WorkspaceId) -> bool {
        self.workspaces.contains(&workspace)
    }
}

/// Whether the policy allows `actor` to do `action` to `scope`.
#[must_use]
pub fn allows(actor: &Actor, action: impl Action, scope: Scope) -> bool {
    allows_role(actor, action, scope) && actor.means.covers(action.need(), scope)
}

fn allows_role(actor: &Actor, action: impl Action, scope: Scope) -> bool {
    match action.row().cell(actor.user.role) {
        Cell::Yes => true,
        Cell::No => false,
        Cell::IfMember => matches!(scope, Scope::Workspace(workspace) if actor.is_member(workspace)),
        Cell::OnlySelf => matches!(scope, Scope::User(user) if user == actor.user.id),
    }
}

/// Refuses what the policy does not allow.
///
/// # Errors
/// [`Error::PasswordChangeRequired`] where another password must be set first, [`Error::Forbidden`] otherwise.
pub fn authorize(actor: &Actor, action: impl Action, scope: Scope) -> Result<()> {
    if actor.user.must_change_password && !action.comes_before_password_change() {
        return Err(Error::PasswordChangeRequired);
    }
    if allows(actor, action, scope) { Ok(()) } else { Err(Error::Forbidden) }
}

/// Whether a user of this role reaches every workspace without being a member.
#[must_use]
pub fn sees_every_workspace(role: Role) -> bool {
    WorkspaceAction::Read.row().cell(role) == Cell::Yes
}

/// Whether the last user of this role must stay: nobody else could manage users.
#[must_use]
pub fn manages_users(role: Role) -> bool {
    UserAction::Update.row().cell(role) == Cell::Yes
}

/// A resource's part of the table.
#[derive(Debug, Clone)]
pub struct Table {
    /// The resource, in the plural.
    pub resource: &'static str,
    /// Label and row of each action.
    pub rows: Vec<(&'static str, Row)>,
}

/// The whole policy, for the documentation and for "what may I do?".
#[must_use]
pub fn tables() -> Vec<Table> {
    fn table<A: Action + strum::VariantArray>(resource: &'static str) -> Table {
        Table { resource, rows: A::VARIANTS.iter().map(|action| (action.label(), action.row())).collect() }
    }
    vec![
        table::<UserAction>("Users"),
        table::<WorkspaceAction>("Workspaces"),
        table::<InvitationAction>("Invitations"),
        table::<TrashAction>("The trash"),
        table::<TeamAction>("The whole team"),
        table::<ServerAction>("The server"),
    ]
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn the_role_table() {
        let line = |resource: &str, label: &str, row: Row| {
            let [owner, admin, annotator] = [row.owner, row.admin, row.annotator].map(|cell| cell.to_string());
            format!("{resource:<14} {label:<40} {owner:<4} {admin:<32} {annotator}")
        };
        let lines = tables().into_iter().flat_map(|table| {
            table.rows.into_iter().map(move |(label, row)| line(table.resource, label, row)).collect::<Vec<_>>()
        });
        let text = lines.collect::<Vec<_>>().join("\n");
        insta::assert_snapshot!(text, @r"
        Users          Read the own account                     Yes  Yes                              Yes
        Users          Change the own names                     Yes  Yes                              Yes
        Users          Change the own password                  Yes  Yes                              Yes
        Users          List and end the own logins              Yes  Yes                              Yes
        Users          Sign out                                 Yes  Yes                              Yes
        Users          List users                               Yes  No                               No
        Users          Read a user                              Yes  No                               No
        Users          List the workspaces of a user            Yes  No                               No
        Users          See an API key                           Yes  Only their own                   Only their own
        Users          Rotate an API key                        Yes  Only their own                   Only their own
        Users          List and end named keys                  Yes  Only their own                   Only their own
        Users          Make a named key                         Yes  Only their own                   Only their own
        Users          List accounts at sign-in providers       Yes  Only their own                   Only their own
        Users          Link accounts at sign-in providers       Yes  No                               No
        Users          Create users                             Yes  No                               No
        Users          Update users                             Yes  No                               No
        Users          Give users roles                         Yes  No                               No
        Users          Set passwords, make reset links          Yes  No                               No
        Users          Disable and enable users                 Yes  No                               No
        Users          Delete users                             Yes  No                               No
        Workspaces     List the own workspaces                  Yes  Yes                              Yes
        Workspaces     Read a workspace                         Yes  Only within assigned workspaces  Only within assigned workspaces
        Workspaces     Create workspaces                        Yes  No                               No
        Workspaces     Rename workspaces                        Yes  No                               No
        Workspaces     Delete workspaces                        Yes  No                               No
        Workspaces     List the members of a workspace          Yes  Only within assigned workspaces  No
        Workspaces     Add members to a workspace               Yes  No                               No
        Workspaces     Limit memberships in time                Yes  No                               No
        Workspaces     Remove members from a workspace          Yes  Only within assigned workspaces  No
        Invitations    List invitations                         Yes  No                               No
        Invitations    Invite people                            Yes  No                               No
        Invitations    Withdraw invitations                     Yes  No                               No
        The trash      List what was deleted                    Yes  No                               No
        The trash      Restore what was deleted                 Yes  No                               No
        The trash      Remove what was deleted for good         Yes  No                               No
        The whole team Export the team to a file                Yes  No                               No
        The whole team Plan a team from a file                  Yes  No                               No
        The whole team Apply a team from a file                 Yes  No                               No
        The server     See the server's state and settings      Yes  No                               No
        ");
    }

    #[test]
    fn owners_are_never_refused() {
        for table in tables() {
            for (label, row) in table.rows {
                assert_eq!(row.owner, Cell::Yes, "{label}");
            }
        }
    }

    #[test]
    fn more_is_never_allowed_to_a_lesser_role() {
        let weight = |cell| match cell {
            Cell::No => 0,
            Cell::OnlySelf => 1,
            Cell::IfMember => 2,
            Cell::Yes => 3,
        };
        for (label, row) in tables().into_iter().flat_map(|table| table.rows) {
            assert!(weight(row.owner) >= weight(row.admin), "{label}");
            assert!(weight(row.admin) >= weight(row.annotator), "{label}");
        }
    }

    #[test]
    fn only_owners_reach_every_workspace_and_manage_users() {
        let all = |rule: fn(Role) -> bool| Role::VARIANTS.iter().copied().filter(|r| rule(*r)).collect::<Vec<_>>();
        assert_eq!(all(sees_every_workspace), [Role::Owner]);
        assert_eq!(all(manages_users), [Role::Owner]);
    }
}

//! What can be done with workspaces and their members.

use strum::VariantArray;

use super::{
    Action,
    Cell::{IfMember, No, Yes},
    Need, Row, row,
};

/// An action on workspaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum WorkspaceAction {
    /// List the own workspaces.
    ListOwn,
    /// Read one workspace.
    Read,
    /// Create a workspace.
    Create,
    /// Rename a workspace.
    Rename,
    /// Delete a workspace.
    Delete,
    /// List a workspace's members.
    ListMembers,
    /// Add a member to a workspace.
    AddMember,
    /// Limit a membership in time.
    LimitMember,
    /// Remove a member from a workspace.
    RemoveMember,
}

impl Action for WorkspaceAction {
    #[rustfmt::skip]
    #[expect(clippy::match_same_arms, reason = "one row for each action: the match is the table")]
    fn row(self) -> Row {
        match self {
            //                       owner  admin     annotator
            Self::ListOwn      => row(Yes,  Yes,      Yes),
            Self::Read         => row(Yes,  IfMember, IfMember),
            Self::Create       => row(Yes,  No,       No),
            Self::Rename       => row(Yes,  No,       No),
            Self::Delete       => row(Yes,  No,       No),
            Self::ListMembers  => row(Yes,  IfMember, No),
            Self::AddMember    => row(Yes,  No,       No),
            Self::LimitMember  => row(Yes,  No,       No),
            Self::RemoveMember => row(Yes,  IfMember, No),
        }
    }

    fn need(self) -> Need {
        match self {
            Self::ListOwn => Need::Own,
            Self::Read | Self::ListMembers => Need::Read,
            Self::Create | Self::Rename | Self::Delete | Self::AddMember | Self::LimitMember | Self::RemoveMember => {
                Need::Manage
            }
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::ListOwn => "List the own workspaces",
            Self::Read => "Read a workspace",
            Self::Create => "Create workspaces",
            Self::Rename => "Rename workspaces",
            Self::Delete => "Delete workspaces",
            Self::ListMembers => "List the members of a workspace",
            Self::AddMember => "Add members to a workspace",
            Self::LimitMember => "Limit memberships in time",
            Self::RemoveMember => "Remove members from a workspace",
        }
    }
}

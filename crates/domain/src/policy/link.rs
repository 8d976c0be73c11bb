//! What can be done with invitations.

use strum::VariantArray;

use super::{
    Action,
    Cell::{No, Yes},
    Need, Row, row,
};

/// An action on invitations. Nobody grants more than they have: whoever invites may create users with that role and add
/// members to those workspaces, when the invitation is made and when it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum InvitationAction {
    /// List invitations and who came by them.
    List,
    /// Make an invitation.
    Create,
    /// Withdraw an invitation.
    Withdraw,
}

impl Action for InvitationAction {
    #[rustfmt::skip]
    #[expect(clippy::match_same_arms, reason = "one row for each action: the match is the table")]
    fn row(self) -> Row {
        match self {
            //                   owner  admin  annotator
            Self::List     => row(Yes,  No,    No),
            Self::Create   => row(Yes,  No,    No),
            Self::Withdraw => row(Yes,  No,    No),
        }
    }

    fn need(self) -> Need {
        match self {
            Self::List => Need::Read,
            Self::Create => Need::Person,
            Self::Withdraw => Need::Manage,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::List => "List invitations",
            Self::Create => "Invite people",
            Self::Withdraw => "Withdraw invitations",
        }
    }
}

//! What can be done with the team as a whole: users, workspaces and memberships as one desired state.

use strum::VariantArray;

use super::{
    Action,
    Cell::{No, Yes},
    Need, Row, row,
};

/// An action on the whole team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum TeamAction {
    /// Write down who is there.
    Export,
    /// Say what a desired state would change.
    Plan,
    /// Bring a desired state about.
    Apply,
}

impl Action for TeamAction {
    #[rustfmt::skip]
    #[expect(clippy::match_same_arms, reason = "one row for each action: the match is the table")]
    fn row(self) -> Row {
        match self {
            //                 owner  admin  annotator
            Self::Export => row(Yes,  No,    No),
            Self::Plan   => row(Yes,  No,    No),
            Self::Apply  => row(Yes,  No,    No),
        }
    }

    fn need(self) -> Need {
        match self {
            Self::Export | Self::Plan => Need::Read,
            // It sets roles and passwords.
            Self::Apply => Need::Person,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Export => "Export the team to a file",
            Self::Plan => "Plan a team from a file",
            Self::Apply => "Apply a team from a file",
        }
    }
}

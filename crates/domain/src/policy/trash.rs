//! What can be done with what was deleted.

use strum::VariantArray;

use super::{
    Action,
    Cell::{No, Yes},
    Need, Row, row,
};

/// An action on the trash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum TrashAction {
    /// List what was deleted.
    List,
    /// Bring something back.
    Restore,
    /// Remove something for good.
    Purge,
}

impl Action for TrashAction {
    #[rustfmt::skip]
    #[expect(clippy::match_same_arms, reason = "one row for each action: the match is the table")]
    fn row(self) -> Row {
        match self {
            //                  owner  admin  annotator
            Self::List    => row(Yes,  No,    No),
            Self::Restore => row(Yes,  No,    No),
            Self::Purge   => row(Yes,  No,    No),
        }
    }

    fn need(self) -> Need {
        match self {
            Self::List => Need::Read,
            // A restored user has its role and its keys again, and an owner who is purged is gone for good.
            Self::Restore | Self::Purge => Need::Person,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::List => "List what was deleted",
            Self::Restore => "Restore what was deleted",
            Self::Purge => "Remove what was deleted for good",
        }
    }
}

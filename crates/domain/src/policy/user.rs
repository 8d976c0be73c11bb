//! What can be done with users.

use strum::VariantArray;

use super::{
    Action,
    Cell::{No, OnlySelf, Yes},
    Row, row,
};

/// An action on users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum UserAction {
    /// Read the own account.
    ReadSelf,
    /// List all users.
    List,
    /// Read one user.
    Read,
    /// List the workspaces of one user.
    ListWorkspaces,
    /// See a user's API key. Where it may not be seen, it is shown as an empty text.
    SeeApiKey,
    /// Create a user.
    Create,
    /// Change a user: names, role, password.
    Update,
    /// Delete a user.
    Delete,
}

impl Action for UserAction {
    #[rustfmt::skip]
    #[expect(clippy::match_same_arms, reason = "one row for each action: the match is the table")]
    fn row(self) -> Row {
        match self {
            //                         owner  admin     annotator
            Self::ReadSelf       => row(Yes,  Yes,      Yes),
            Self::List           => row(Yes,  No,       No),
            Self::Read           => row(Yes,  No,       No),
            Self::ListWorkspaces => row(Yes,  No,       No),
            Self::SeeApiKey      => row(Yes,  OnlySelf, OnlySelf),
            Self::Create         => row(Yes,  No,       No),
            Self::Update         => row(Yes,  No,       No),
            Self::Delete         => row(Yes,  No,       No),
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::ReadSelf => "Read the own account",
            Self::List => "List users",
            Self::Read => "Read a user",
            Self::ListWorkspaces => "List the workspaces of a user",
            Self::SeeApiKey => "See an API key",
            Self::Create => "Create users",
            Self::Update => "Update users, their roles and passwords",
            Self::Delete => "Delete users",
        }
    }
}

//! What can be done with users.

use strum::VariantArray;

use super::{
    Action,
    Cell::{No, OnlySelf, Yes},
    Need, Row, row,
};

/// An action on users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum UserAction {
    /// Read the own account.
    ReadSelf,
    /// Change the own first and last name.
    UpdateSelf,
    /// Change the own password.
    ChangeOwnPassword,
    /// List and end the own logins.
    OwnSessions,
    /// End the login that signs the call.
    SignOut,
    /// List all users.
    List,
    /// Read one user.
    Read,
    /// List the workspaces of one user.
    ListWorkspaces,
    /// See a user's API key. Where it may not be seen, it is shown as an empty text.
    SeeApiKey,
    /// Replace a user's API key by another.
    RotateApiKey,
    /// List and end a user's named keys.
    ManageKeys,
    /// Make a named key for oneself.
    MintKey,
    /// List the accounts at providers that sign a user in.
    ListIdentities,
    /// Link and unlink accounts at providers.
    LinkIdentities,
    /// Create a user.
    Create,
    /// Change a user: names, and until when it can sign in.
    Update,
    /// Give a user a role other than the least.
    SetRole,
    /// Set a user's password, make a link for a new one, or ask for another one.
    SetPassword,
    /// Disable or enable a user.
    Disable,
    /// Delete a user.
    Delete,
}

impl Action for UserAction {
    #[rustfmt::skip]
    #[expect(clippy::match_same_arms, reason = "one row for each action: the match is the table")]
    fn row(self) -> Row {
        match self {
            //                            owner  admin     annotator
            Self::ReadSelf          => row(Yes,  Yes,      Yes),
            Self::UpdateSelf        => row(Yes,  Yes,      Yes),
            Self::ChangeOwnPassword => row(Yes,  Yes,      Yes),
            Self::OwnSessions       => row(Yes,  Yes,      Yes),
            Self::SignOut           => row(Yes,  Yes,      Yes),
            Self::List              => row(Yes,  No,       No),
            Self::Read              => row(Yes,  No,       No),
            Self::ListWorkspaces    => row(Yes,  No,       No),
            Self::SeeApiKey         => row(Yes,  OnlySelf, OnlySelf),
            Self::RotateApiKey      => row(Yes,  OnlySelf, OnlySelf),
            Self::ManageKeys        => row(Yes,  OnlySelf, OnlySelf),
            Self::MintKey           => row(Yes,  OnlySelf, OnlySelf),
            Self::ListIdentities    => row(Yes,  OnlySelf, OnlySelf),
            Self::LinkIdentities    => row(Yes,  No,       No),
            Self::Create            => row(Yes,  No,       No),
            Self::Update            => row(Yes,  No,       No),
            Self::SetRole           => row(Yes,  No,       No),
            Self::SetPassword       => row(Yes,  No,       No),
            Self::Disable           => row(Yes,  No,       No),
            Self::Delete            => row(Yes,  No,       No),
        }
    }

    fn need(self) -> Need {
        match self {
            Self::ReadSelf | Self::SignOut => Need::Own,
            Self::List | Self::Read | Self::ListWorkspaces | Self::ListIdentities => Need::Read,
            Self::Create | Self::Update | Self::Disable | Self::Delete => Need::Manage,
            Self::UpdateSelf
            | Self::ChangeOwnPassword
            | Self::OwnSessions
            | Self::SeeApiKey
            | Self::RotateApiKey
            | Self::ManageKeys
            | Self::MintKey
            | Self::LinkIdentities
            | Self::SetRole
            | Self::SetPassword => Need::Person,
        }
    }

    fn comes_before_password_change(self) -> bool {
        matches!(self, Self::ReadSelf | Self::UpdateSelf | Self::ChangeOwnPassword | Self::SignOut)
    }

    fn label(self) -> &'static str {
        match self {
            Self::ReadSelf => "Read the own account",
            Self::UpdateSelf => "Change the own names",
            Self::ChangeOwnPassword => "Change the own password",
            Self::OwnSessions => "List and end the own logins",
            Self::SignOut => "Sign out",
            Self::List => "List users",
            Self::Read => "Read a user",
            Self::ListWorkspaces => "List the workspaces of a user",
            Self::SeeApiKey => "See an API key",
            Self::RotateApiKey => "Rotate an API key",
            Self::ManageKeys => "List and end named keys",
            Self::MintKey => "Make a named key",
            Self::ListIdentities => "List accounts at sign-in providers",
            Self::LinkIdentities => "Link accounts at sign-in providers",
            Self::Create => "Create users",
            Self::Update => "Update users",
            Self::SetRole => "Give users roles",
            Self::SetPassword => "Set passwords, make reset links",
            Self::Disable => "Disable and enable users",
            Self::Delete => "Delete users",
        }
    }
}

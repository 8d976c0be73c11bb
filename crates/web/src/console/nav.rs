//! The ways from one part of the console to another: only those that the visitor may go.

use ochre_domain::policy::{Actor, InvitationAction, Scope, ServerAction, TrashAction, UserAction, allows};

/// A part of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// On a page that says why not.
    Nowhere,
    Home,
    Users,
    Workspaces,
    Invitations,
    Trash,
    Permissions,
    Server,
    Settings,
}

/// A way to a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) label: &'static str,
    /// Below the prefix.
    pub(crate) path: &'static str,
    pub(crate) is_here: bool,
}

/// The ways of somebody who is at `here`.
pub(crate) fn ways(actor: &Actor, here: Section) -> Vec<Way> {
    let server = Scope::Server;
    let all = [
        (Section::Home, "Home", "", true),
        (Section::Users, "Users", "users", allows(actor, UserAction::List, server)),
        (Section::Workspaces, "Workspaces", "workspaces", true),
        (Section::Invitations, "Invitations", "invitations", allows(actor, InvitationAction::List, server)),
        (Section::Trash, "Trash", "trash", allows(actor, TrashAction::List, server)),
        (Section::Permissions, "Permissions", "permissions", true),
        (Section::Server, "Server", "server", allows(actor, ServerAction::Inspect, server)),
        (Section::Settings, "My settings", "settings", true),
    ];
    let open = all.into_iter().filter(|(.., is_open)| *is_open);
    open.map(|(section, label, path, _)| Way { label, path, is_here: section == here }).collect()
}

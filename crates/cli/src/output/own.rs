//! What the own account, keys, links and the trash look like in tables.

use ochre_client::{Identity, Invitation, Key, Link, LinkKind, ResetLink, Role, Session, SessionKind, TrashEntry};
use serde::Serialize;

use super::{Column, Record, Row, rows::day};

impl Row for Session {
    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Session>] = &[
            Column { header: "KIND", cell: |session| kind(session.kind).to_owned() },
            Column { header: "ADDRESS", cell: |session| session.address.clone().unwrap_or_default() },
            Column { header: "PROGRAM", cell: |session| session.user_agent.clone().unwrap_or_default() },
            Column { header: "SINCE", cell: |session| day(session.inserted_at) },
            Column { header: "UNTIL", cell: |session| day(session.expires_at) },
            Column { header: "THIS ONE", cell: |session| if session.current { "yes".into() } else { "no".into() } },
            Column { header: "ID", cell: |session| session.id.to_string() },
        ];
        COLUMNS
    }
}

fn kind(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Token => "token",
        SessionKind::Web => "web",
    }
}

impl Row for Key {
    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Key>] = &[
            Column { header: "NAME", cell: |key| key.name.clone() },
            Column { header: "SCOPES", cell: scopes },
            Column { header: "WORKSPACES", cell: |key| key.workspaces.as_ref().map_or("all".into(), |w| w.join(", ")) },
            Column { header: "EXPIRES", cell: |key| key.expires_at.map_or_else(|| "never".into(), day) },
            Column { header: "LAST USED", cell: |key| key.last_used_at.map_or_else(|| "never".into(), day) },
            Column { header: "ENDS IN", cell: |key| key.hint.clone() },
            Column { header: "ID", cell: |key| key.id.to_string() },
        ];
        COLUMNS
    }
}

fn scopes(key: &Key) -> String {
    key.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ")
}

impl Row for Identity {
    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Identity>] = &[
            Column { header: "ISSUER", cell: |identity| identity.issuer.clone() },
            Column { header: "SUBJECT", cell: |identity| identity.subject.clone() },
            Column { header: "LINKED", cell: |identity| day(identity.inserted_at) },
            Column { header: "ID", cell: |identity| identity.id.to_string() },
        ];
        COLUMNS
    }
}

impl Row for Invitation {
    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Invitation>] = &[
            Column { header: "ROLE", cell: |invitation| invitation.role.to_string() },
            Column { header: "WORKSPACES", cell: |invitation| invitation.workspaces.join(", ") },
            Column { header: "USED", cell: |link| format!("{} of {}", link.uses.len(), link.max_uses) },
            Column { header: "OPEN", cell: |link| if link.open { "yes".into() } else { "no".into() } },
            Column { header: "UNTIL", cell: |invitation| day(invitation.expires_at) },
            Column { header: "MADE BY", cell: |invitation| invitation.created_by.clone().unwrap_or_default() },
            Column { header: "ID", cell: |invitation| invitation.id.to_string() },
        ];
        COLUMNS
    }
}

impl Row for ResetLink {
    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<ResetLink>] = &[
            Column { header: "OPEN", cell: |link| if link.open { "yes".into() } else { "no".into() } },
            Column { header: "MADE BY", cell: |link| link.created_by.clone().unwrap_or_default() },
            Column { header: "UNTIL", cell: |link| day(link.expires_at) },
            Column { header: "USED", cell: |link| link.used_at.map_or_else(|| "never".into(), day) },
            Column { header: "ID", cell: |link| link.id.to_string() },
        ];
        COLUMNS
    }
}

impl Record for Link {
    fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = match self.kind {
            LinkKind::Invitation => {
                let workspaces = match (self.role, self.workspaces.as_slice()) {
                    (Some(Role::Owner), _) => "all: an owner needs no membership".to_owned(),
                    (_, []) => "none".to_owned(),
                    (_, names) => names.join(", "),
                };
                let role = self.role.map(|role| role.to_string()).unwrap_or_default();
                vec![("for", "a new account".to_owned()), ("role", role), ("workspaces", workspaces)]
            }
            LinkKind::Reset => {
                let username = self.username.clone().unwrap_or_default();
                vec![("for", "another password".to_owned()), ("username", username)]
            }
        };
        fields.push(("until", day(self.expires_at)));
        fields
    }
}

impl Row for TrashEntry {
    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<TrashEntry>] = &[
            Column { header: "WHAT", cell: |entry| entry.kind.as_str().to_owned() },
            Column { header: "NAME", cell: |entry| entry.name.clone() },
            Column { header: "MEMBERSHIPS", cell: |entry| entry.memberships.to_string() },
            Column { header: "DELETED BY", cell: |entry| entry.deleted_by.clone().unwrap_or_default() },
            Column { header: "DELETED", cell: |entry| day(entry.deleted_at) },
            Column { header: "KEPT UNTIL", cell: |entry| day(entry.expires_at) },
            Column { header: "ID", cell: |entry| entry.id.to_string() },
        ];
        COLUMNS
    }
}

/// Something in a text that has the format of a key or a link.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    /// Where.
    pub(crate) file: String,
    /// In which line, counted from 1.
    pub(crate) line: u64,
    /// `key` or `link`.
    pub(crate) kind: &'static str,
    /// Whether its checksum fits.
    pub(crate) genuine: bool,
    /// Its last four characters.
    pub(crate) hint: String,
    /// Its prefix and its last four characters.
    pub(crate) shown: String,
}

impl Row for Finding {
    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Finding>] = &[
            Column { header: "FILE", cell: |finding| finding.file.clone() },
            Column { header: "LINE", cell: |finding| finding.line.to_string() },
            Column { header: "KIND", cell: |finding| finding.kind.to_owned() },
            Column { header: "FOUND", cell: |finding| finding.shown.clone() },
            Column { header: "CHECKSUM", cell: |finding| if finding.genuine { "fits".into() } else { "wrong".into() } },
        ];
        COLUMNS
    }
}

//! What a credential is good for, whatever its user may do.
//!
//! The API key of an account and a login act as their user. A named key does what its scopes say, in the workspaces that it is
//! limited to, and never what would make it more: keys, passwords, roles and links stay with the person.

use std::collections::BTreeSet;

use super::Scope;
use crate::model::{KeyId, KeyScope, KeyScopes, LoginSessionId, WorkspaceId};

/// What a credential must be good for to do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: it is about who one is and what one reaches.
    Own,
    /// Reading.
    Read,
    /// Managing users, workspaces and their contents.
    Manage,
    /// The person: no named key will do.
    Person,
}

/// What a named key is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The key.
    pub key: KeyId,
    /// What for.
    pub scopes: KeyScopes,
    /// Where; `None` for everywhere that its user reaches.
    pub workspaces: Option<BTreeSet<WorkspaceId>>,
}

/// By what somebody has shown who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// The API key of the account.
    Key,
    /// A login.
    Session(LoginSessionId),
    /// A named key.
    Named(Grant),
}

impl Means {
    /// Whether it is good for this.
    #[must_use]
    pub fn covers(&self, need: Need, scope: Scope) -> bool {
        match self {
            Self::Key | Self::Session(_) => true,
            Self::Named(grant) => grant.covers(need, scope),
        }
    }
}

impl Grant {
    fn covers(&self, need: Need, scope: Scope) -> bool {
        let good = match need {
            Need::Own => return true,
            // Whoever may annotate or manage must see what.
            Need::Read => !self.scopes.is_empty(),
            Need::Manage => self.scopes.contains(&KeyScope::Manage),
            Need::Person => false,
        };
        // What is about the whole server, or about a user, is about no workspace in particular.
        let inside = |limits: &BTreeSet<_>| matches!(scope, Scope::Workspace(workspace) if limits.contains(&workspace));
        good && self.workspaces.as_ref().is_none_or(inside)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::UserId;

    fn grant(scopes: &[KeyScope], workspaces: Option<&[u128]>) -> Means {
        let workspace = |n: &u128| WorkspaceId::new(Uuid::from_u128(*n));
        Means::Named(Grant {
            key: KeyId::new(Uuid::nil()),
            scopes: scopes.iter().copied().collect(),
            workspaces: workspaces.map(|list| list.iter().map(workspace).collect()),
        })
    }

    #[test]
    fn every_scope_reads_and_none_is_the_person() {
        for (scope, manages) in [(KeyScope::Read, false), (KeyScope::Annotate, false), (KeyScope::Manage, true)] {
            let means = grant(&[scope], None);
            assert!(means.covers(Need::Read, Scope::Server) && means.covers(Need::Own, Scope::Server));
            assert_eq!(means.covers(Need::Manage, Scope::Server), manages, "{scope:?}");
            assert!(!means.covers(Need::Person, Scope::Server));
        }
        for means in [Means::Key, Means::Session(LoginSessionId::new(Uuid::nil()))] {
            assert!(means.covers(Need::Person, Scope::Server));
        }
    }

    #[test]
    fn a_limited_key_stays_in_its_workspaces() {
        let means = grant(&[KeyScope::Manage], Some(&[1]));
        let workspace = |n| Scope::Workspace(WorkspaceId::new(Uuid::from_u128(n)));
        assert!(means.covers(Need::Manage, workspace(1)) && means.covers(Need::Read, workspace(1)));
        let elsewhere = [workspace(2), Scope::Server, Scope::User(UserId::new(Uuid::nil()))];
        for scope in elsewhere {
            assert!(!means.covers(Need::Manage, scope) && !means.covers(Need::Read, scope), "{scope:?}");
        }
        assert!(!grant(&[KeyScope::Read], Some(&[])).covers(Need::Read, workspace(1)), "its workspaces are gone");
    }
}

//! The tables.

pub(crate) mod facts;
pub(crate) mod identities;
pub(crate) mod imports;
pub(crate) mod link_uses;
pub(crate) mod link_workspaces;
pub(crate) mod links;
pub(crate) mod login_sessions;
pub(crate) mod memberships;
pub(crate) mod named_keys;
pub(crate) mod retired_keys;
pub(crate) mod sightings;
pub(crate) mod trash;
pub(crate) mod users;
pub(crate) mod workspaces;

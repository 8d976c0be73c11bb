//! The tables.

pub(crate) mod facts;
pub(crate) mod imports;
pub(crate) mod login_sessions;
pub(crate) mod memberships;
pub(crate) mod sightings;
pub(crate) mod users;
pub(crate) mod workspaces;

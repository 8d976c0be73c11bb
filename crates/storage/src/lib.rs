//! Ochre's database: the domain's repositories on SQLite and PostgreSQL through one code path.
//!
//! This is the only crate, with the migrations, that knows of `sea-orm`. Its differences between the two databases
//! are in [`options`] (how to connect) and [`SqlStore`] (how a write begins); everything else is written once.
//! Databases of Argilla are read in [`argilla`].
//! What is not here: rules. A repository never decides that absence or a conflict is wrong.

pub mod argilla;
mod entity;
mod error;
pub mod options;
mod repo;
pub mod schema;
mod session;
mod store;

pub use options::{Connections, DatabaseUrl, Engine, UrlError};
pub use store::{OpenError, SqlStore};

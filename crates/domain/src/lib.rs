//! The rules of Ochre.
//!
//! Here live the entities ([`model`]), the permission policy ([`policy`]), what the rules need from the outside
//! ([`ports`]) and the operations themselves ([`usecase`]). The HTTP server, and later the web console, are thin
//! layers over the use-cases.
//!
//! What is deliberately *not* here: HTTP, SQL, JSON, password hashing and the system's clock. The crate compiles
//! without any of their libraries, so that a rule can be read, tested and changed on its own.

pub mod error;
pub mod model;
pub mod policy;
pub mod ports;
pub mod usecase;

pub use error::{Error, FieldError, Result};

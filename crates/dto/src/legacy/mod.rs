//! Argilla 1.x's `/api`, with Argilla's keys in Argilla's order. What is `null` is left out.

mod error;
mod server;
mod user;

pub use error::{Coded, Entity, ErrorBody, FieldProblem, Params};
pub use server::{Elasticsearch, ElasticsearchVersion, Info, Memory, Status};
pub use user::{Token, User, Workspace};

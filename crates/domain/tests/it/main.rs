//! The use-cases with mocks: in which order they authorize, hash and write, and that a refusal commits nothing.

mod access;
mod accounts;
mod stage;

//! Secrets: the master key and what is derived from it, password hashing, tokens.
//!
//! A copied database holds no usable secret: API keys are sealed, found by a keyed hash, and tokens are signed, all
//! with keys that derive from the master key, which is a file of its own.

mod common;
mod environment;
mod gate;
mod master_key;
mod sealer;
mod throttle;
mod token;
mod vault;

pub(crate) use common::chosen_password;
pub(crate) use environment::{OsRandom, SystemClock};
pub(crate) use gate::Gate;
pub(crate) use master_key::{MasterKey, MasterKeyError};
pub(crate) use sealer::Sealer;
pub(crate) use throttle::{Attempt, Stopwatch, Throttle};
pub(crate) use token::{Claims, Purpose, Tokens};
pub(crate) use vault::Vault;

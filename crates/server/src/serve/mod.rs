//! Listening, and what happens around every request.

mod front;
mod listen;
mod prefix;

pub(crate) use front::Front;
pub(crate) use listen::{Listener, serve};
pub(crate) use prefix::Prefix;

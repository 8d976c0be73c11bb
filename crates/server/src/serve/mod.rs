//! Listening, and what happens around every request.

mod caller;
mod front;
mod listen;
mod prefix;

pub(crate) use caller::caller;
pub(crate) use front::{Front, RequestId};
pub(crate) use listen::{Listener, serve};
pub(crate) use prefix::Prefix;

//! Who is calling.

mod actors;

pub(crate) use actors::Actors;

//! The wire format of Ochre's API: what travels as JSON between the server, the SDK and the command line.
//!
//! The types carry no rules. On the server a request body is read field by field into domain values, so that all its
//! errors are reported at once; these types are what clients send and what everybody reads.

#[cfg(feature = "files")]
pub mod file;
pub mod key;
pub mod legacy;
pub mod time;
pub mod v1;

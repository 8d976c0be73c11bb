//! Time and chance, passed in so that tests can set them.

use uuid::{Builder, Uuid};

use crate::model::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now. Each call gives a later moment than the one before, so that what is written in order is listed in order.
    fn now(&self) -> Timestamp;
}

/// Gives randomness fit for secrets.
pub trait Random: Send + Sync {
    /// Overwrites `bytes` with random ones.
    fn fill(&self, bytes: &mut [u8]);
}

/// What is built from randomness.
pub trait RandomExt: Random {
    /// A random (version 4) UUID.
    fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        Builder::from_random_bytes(bytes).into_uuid()
    }
}

impl<R: Random + ?Sized> RandomExt for R {}

//! The one home of the system's clock and randomness.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use ochre_domain::{
    model::Timestamp,
    ports::{Clock, Random},
};
use rand::{TryRng as _, rngs::SysRng};

/// The system's clock, made strictly monotonic: every call gives a later microsecond than all before, so that what
/// this process writes in order is listed in order.
#[derive(Debug, Default)]
pub(crate) struct SystemClock {
    last: AtomicI64,
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one home of the system's clock")]
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
        let last = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(now.max(last + 1)));
        Timestamp::from_micros(now.max(last.unwrap_or(now) + 1))
    }
}

/// The operating system's randomness.
#[derive(Debug)]
pub(crate) struct OsRandom;

impl Random for OsRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // Linux, macOS and Windows give randomness at any time after boot; without it no secret could be made.
        SysRng.try_fill_bytes(bytes).expect("the operating system gives randomness");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_never_stands_still() {
        let clock = SystemClock::default();
        let moments: Vec<_> = (0..10_000).map(|_| clock.now()).collect();
        assert!(moments.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_clock_set_back_goes_on_from_where_it_was() {
        let clock = SystemClock { last: AtomicI64::new(i64::MAX - 10) };
        assert_eq!(clock.now().micros(), i64::MAX - 9);
        assert_eq!(clock.now().micros(), i64::MAX - 8);
    }
}

//! When a call is tried again.
//!
//! Reads are tried again when the server is briefly unable to answer, and every call is when no connection could be made: then
//! nothing was sent. A write that may have arrived is never repeated. Waiting times grow and are random, so that many clients
//! do not come back together; and there is a budget, so that retries cannot become the load that keeps a server down.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

/// The first waiting time; it doubles from try to try.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The longest waiting time, also where the server asks for more.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// What the budget holds at most, and what a retry takes from it.
const BUDGET: u32 = 100;
const PRICE: u32 = 10;
/// What an answer gives back: a tenth of the calls may be retries in the long run.
const REFUND: u32 = 1;

/// What is left for retries, for all calls of a client.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(BUDGET))
    }
}

impl Budget {
    /// Takes the price of a retry; whether there was enough.
    pub(crate) fn take(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(PRICE)).is_ok()
    }

    /// Gives back for an answer.
    pub(crate) fn refund(&self) {
        // It always succeeds: the closure always has a next value.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some((left + REFUND).min(BUDGET)));
    }
}

/// How long to wait before try number `attempt` (the first retry is 1), where the server asks for a time or for none; `None` when it asks
/// for more than anybody would wait.
pub(crate) fn wait(attempt: u32, asked: Option<Duration>, jitter: f64) -> Option<Duration> {
    let grown = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1))).min(LONGEST_WAIT);
    let random = grown.mul_f64(jitter.clamp(0.0, 1.0));
    match asked {
        Some(asked) if asked > LONGEST_WAIT => None,
        // Not before the asked moment, and not all at that moment.
        Some(asked) => Some(asked + random),
        None => Some(random),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_runs_out_and_recovers_with_answers() {
        let budget = Budget::default();
        assert_eq!((0..20).filter(|_| budget.take()).count(), 10);
        for _ in 0..10 {
            budget.refund();
        }
        assert!(budget.take() && !budget.take());
        for _ in 0..10_000 {
            budget.refund();
        }
        assert_eq!((0..20).filter(|_| budget.take()).count(), 10, "it does not grow beyond its size");
    }

    #[test]
    fn waiting_grows_is_random_and_respects_the_server() {
        let millis = |attempt, jitter| wait(attempt, None, jitter).unwrap().as_millis();
        assert_eq!([millis(1, 1.0), millis(2, 1.0), millis(3, 1.0), millis(30, 1.0)], [100, 200, 400, 5000]);
        assert_eq!([millis(1, 0.0), millis(3, 0.5)], [0, 200]);
        let asked = |seconds| wait(1, Some(Duration::from_secs(seconds)), 0.5);
        assert_eq!(asked(2), Some(Duration::from_millis(2050)));
        assert_eq!(asked(60), None);
    }
}

//! Sign-in defence: whoever guesses passwords must wait, longer and longer.
//!
//! Failures are counted for each address and for each account (a user name, whether somebody has it or not), and each count
//! asks for a pause of 1, 3, 5 and at last 10 seconds before the next try. Nobody is locked out:
//!
//! * a pause never grows beyond 10 seconds, and a count is forgotten when nothing has failed for [`MEMORY`];
//! * an address that is told to wait because of an account gets its turn after that pause, whatever strangers do to the same account
//!   meanwhile: the turn is reserved;
//! * an address from which an account has signed in lately waits for its own failures alone.
//!
//! What is remembered is bounded: the least recently used is forgotten first. Nothing of it is written down.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use moka::{policy::EvictionPolicy, sync::Cache};
use ochre_domain::{
    Error,
    model::{Timestamp, fold},
    ports::Clock,
};

/// Addresses that are remembered.
const ADDRESSES: u64 = 100_000;
/// Accounts that are remembered, and pairs of account and address.
const ACCOUNTS: u64 = 20_000;
/// How long a failure counts when nothing fails after it.
const MEMORY: Duration = Duration::from_mins(15);
/// How long a success from an address speaks for it.
const TRUST: Duration = Duration::from_hours(24 * 7);
/// How long a reserved turn is kept.
const TURN: Duration = Duration::from_mins(2);

/// From how many failures on which pause is asked for, in seconds.
type Ladder = [(u32, u64); 4];
/// An account is guessed at by trying many passwords: five slips are free.
const ACCOUNT_LADDER: Ladder = [(5, 1), (8, 3), (12, 5), (20, 10)];
/// Many people, and the test suites of clients, may share an address.
const ADDRESS_LADDER: Ladder = [(20, 1), (30, 3), (45, 5), (70, 10)];

/// So many tries whose end is not known yet count as one failure.
const OPEN_PER_FAILURE: u32 = 4;

/// Failures of an address or an account.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    failures: u32,
    /// When the last one was.
    last: i64,
    /// Tries whose end is not known yet.
    open: u32,
}

impl Count {
    /// How long to wait from `now` on, in microseconds.
    fn pause(self, ladder: Ladder, now: i64) -> i64 {
        let step = |failures| {
            let step = ladder.iter().rev().find(|(least, _)| failures >= *least);
            step.map_or(0, |(_, seconds)| micros(Duration::from_secs(*seconds)))
        };
        let failures = self.remembered(now);
        let rest = (self.last + step(failures) - now).max(0);
        // Scripts sign in some times at once; many at once, or a second one where there is a pause, gain a guesser nothing.
        if self.open > 0 { rest.max(step(failures.saturating_add(self.open / OPEN_PER_FAILURE))) } else { rest }
    }

    fn remembered(self, now: i64) -> u32 {
        if now - self.last > micros(MEMORY) { 0 } else { self.failures }
    }

    fn failed(self, now: i64) -> Self {
        Self { failures: self.remembered(now).saturating_add(1), last: now, ..self }
    }

    fn opened(self) -> Self {
        Self { open: self.open.saturating_add(1), ..self }
    }

    fn closed(self) -> Self {
        Self { open: self.open.saturating_sub(1), ..self }
    }
}

/// What is known of an account from one address.
#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    /// Its own failures here.
    count: Count,
    /// When the turn comes that was reserved.
    turn: Option<i64>,
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

type Table<K, V> = Cache<K, V>;

fn table<K: std::hash::Hash + Eq + Send + Sync + 'static, V: Clone + Send + Sync + 'static>(most: u64) -> Table<K, V> {
    Cache::builder().max_capacity(most).eviction_policy(EvictionPolicy::lru()).build()
}

/// An account as it is counted: a hash, so that a long name takes no more memory than a short one.
type Account = [u8; 32];

/// Counts failures. Where it is off, everybody may try at any time.
pub(crate) struct Throttle {
    clock: Arc<dyn Clock>,
    is_on: bool,
    addresses: Table<IpAddr, Count>,
    accounts: Table<Account, Count>,
    pairs: Table<(Account, IpAddr), Pair>,
    /// When an account last signed in from an address. Tries that are refused cannot fill this table.
    successes: Table<(Account, IpAddr), i64>,
    /// Decisions are taken one after the other; each takes well under a microsecond, and a password takes milliseconds.
    order: Mutex<()>,
}

/// A clock that only measures how much time passes: whoever sets the wall clock back prolongs no pause.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for Stopwatch {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(micros(self.0.elapsed()))
    }
}

/// A try that may go on, to be told how it ended. A try of which nothing is told counts for nothing.
#[must_use]
pub(crate) struct Attempt<'a> {
    throttle: &'a Throttle,
    account: Account,
    address: IpAddr,
    /// Whether it is counted as open.
    is_open: bool,
}

impl Throttle {
    pub(crate) fn new(clock: Arc<dyn Clock>, is_on: bool) -> Self {
        Self {
            clock,
            is_on,
            addresses: table(ADDRESSES),
            accounts: table(ACCOUNTS),
            pairs: table(ACCOUNTS),
            successes: table(ACCOUNTS),
            order: Mutex::default(),
        }
    }

    /// Begins a try, or tells after how many seconds it may begin.
    pub(crate) fn begin(&self, username: &str, address: IpAddr) -> Result<Attempt<'_>, u64> {
        let account = *blake3::hash(fold(username).as_bytes()).as_bytes();
        let address = network(address);
        if !self.is_on {
            return Ok(Attempt { throttle: self, account, address, is_open: false });
        }
        let _order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.now();
        let key = (account, address);
        let mut pair = self.pairs.get(&key).unwrap_or_default();
        let own = pair.count.pause(ACCOUNT_LADDER, now);
        let pause = if self.successes.get(&key).is_some_and(|at| now - at < micros(TRUST)) {
            own
        } else {
            let by_address = self.addresses.get(&address).unwrap_or_default().pause(ADDRESS_LADDER, now);
            let by_account = self.accounts.get(&account).unwrap_or_default().pause(ACCOUNT_LADDER, now);
            own.max(by_address).max(self.turn(&mut pair, key, by_account, now))
        };
        if pause > 0 {
            return Err(seconds(pause));
        }
        self.accounts.insert(account, self.accounts.get(&account).unwrap_or_default().opened());
        self.addresses.insert(address, self.addresses.get(&address).unwrap_or_default().opened());
        // The turn is taken.
        self.pairs.insert(key, Pair { count: pair.count.opened(), turn: None });
        Ok(Attempt { throttle: self, account, address, is_open: true })
    }

    /// What is left of an account's pause for one address: its own turn, which strangers do not put off.
    fn turn(&self, pair: &mut Pair, key: (Account, IpAddr), pause: i64, now: i64) -> i64 {
        match pair.turn {
            Some(turn) if turn > now => pause.min(turn - now),
            Some(turn) if now - turn <= micros(TURN) => 0,
            _ if pause == 0 => 0,
            _ => {
                pair.turn = Some(now + pause);
                self.pairs.insert(key, *pair);
                pause
            }
        }
    }

    /// Ends an open try: all three counts of it.
    fn close(&self, account: Account, address: IpAddr, end: impl Fn(Count) -> Count) {
        let end = |count: Option<Count>| end(count.unwrap_or_default()).closed();
        self.accounts.insert(account, end(self.accounts.get(&account)));
        self.addresses.insert(address, end(self.addresses.get(&address)));
        let pair = self.pairs.get(&(account, address)).unwrap_or_default();
        self.pairs.insert((account, address), Pair { count: end(Some(pair.count)), ..pair });
    }

    fn now(&self) -> i64 {
        let now: Timestamp = self.clock.now();
        now.micros()
    }
}

impl Attempt<'_> {
    /// Ends with what came of the try. One that failed for another reason than the password counts for nothing.
    pub(crate) fn conclude<T>(self, outcome: Result<T, Error>) -> Result<T, Error> {
        match &outcome {
            Ok(_) => self.succeeded(),
            Err(Error::Unauthenticated | Error::WrongPassword) => self.failed(),
            Err(_) => drop(self),
        }
        outcome
    }

    /// The password was wrong, or there is no such account.
    fn failed(mut self) {
        let throttle = self.throttle;
        if std::mem::take(&mut self.is_open) {
            let _order = throttle.order.lock().unwrap_or_else(PoisonError::into_inner);
            let now = throttle.now();
            throttle.close(self.account, self.address, |count| count.failed(now));
        }
    }

    /// The password was right. Failures are not forgotten by that: whoever has one account must not guess at others for free, nor
    /// at one whose name differs in letter case alone.
    fn succeeded(mut self) {
        let throttle = self.throttle;
        if std::mem::take(&mut self.is_open) {
            let _order = throttle.order.lock().unwrap_or_else(PoisonError::into_inner);
            throttle.close(self.account, self.address, |count| count);
            throttle.successes.insert((self.account, self.address), throttle.now());
        }
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if self.is_open {
            let throttle = self.throttle;
            let _order = throttle.order.lock().unwrap_or_else(PoisonError::into_inner);
            throttle.close(self.account, self.address, |count| count);
        }
    }
}

/// Whole seconds, rounded up.
fn seconds(micros: i64) -> u64 {
    u64::try_from(micros).unwrap_or_default().div_ceil(1_000_000)
}

/// Who counts as one address: an IPv4 address, or the /64 that one customer has of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        v4 @ IpAddr::V4(_) => v4,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[derive(Default)]
    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_micros(self.0.load(Ordering::Relaxed))
        }
    }

    struct Scene {
        clock: Arc<Hand>,
        throttle: Throttle,
    }

    impl Scene {
        fn new() -> Self {
            let clock = Arc::new(Hand(AtomicI64::new(1_700_000_000_000_000)));
            Self { throttle: Throttle::new(clock.clone(), true), clock }
        }

        fn wait(&self, duration: Duration) {
            self.clock.0.fetch_add(micros(duration), Ordering::Relaxed);
        }

        fn fail(&self, name: &str, address: &str) -> Result<(), u64> {
            self.throttle.begin(name, address.parse().unwrap()).map(Attempt::failed)
        }

        fn succeed(&self, name: &str, address: &str) -> Result<(), u64> {
            self.throttle.begin(name, address.parse().unwrap()).map(Attempt::succeeded)
        }
    }

    #[test]
    fn pauses_grow_to_ten_seconds_and_no_further() {
        let scene = Scene::new();
        for _ in 0..5 {
            assert_eq!(scene.fail("ada", "192.0.2.1"), Ok(()));
        }
        let mut pauses = Vec::new();
        for _ in 0..40 {
            let pause = scene.fail("ada", "192.0.2.1").unwrap_err();
            pauses.push(pause);
            scene.wait(Duration::from_secs(pause));
            assert_eq!(scene.fail("ada", "192.0.2.1"), Ok(()), "after the pause");
        }
        pauses.dedup();
        assert_eq!(pauses, [1, 3, 5, 10]);
        scene.wait(MEMORY + Duration::from_secs(1));
        assert_eq!(scene.fail("ada", "192.0.2.1"), Ok(()));
        assert_eq!(scene.fail("ada", "192.0.2.1"), Ok(()), "all is forgotten");
    }

    #[test]
    fn a_stranger_keeps_nobody_out() {
        let scene = Scene::new();
        for n in 0..30 {
            // From many addresses, so that the account alone counts.
            let _ = scene.fail("ada", &format!("192.0.2.{n}"));
            scene.wait(Duration::from_secs(1));
        }
        let pause = scene.succeed("ada", "203.0.113.5").unwrap_err();
        assert!(pause <= 10);
        // The stranger goes on; the turn is reserved all the same.
        for n in 0..pause {
            let _ = scene.fail("ada", &format!("198.51.100.{n}"));
            scene.wait(Duration::from_secs(1));
        }
        assert_eq!(scene.succeed("ada", "203.0.113.5"), Ok(()));
        for n in 0..200 {
            let _ = scene.fail("ada", &format!("198.51.100.{n}"));
        }
        assert_eq!(scene.succeed("ada", "203.0.113.5"), Ok(()), "who has been here waits for nobody else");
    }

    #[test]
    fn an_address_that_tries_many_accounts_waits() {
        let scene = Scene::new();
        for n in 0..20 {
            assert_eq!(scene.fail(&format!("user-{n}"), "192.0.2.1"), Ok(()));
        }
        assert_eq!(scene.fail("user-99", "192.0.2.1"), Err(1));
        assert_eq!(scene.fail("user-99", "192.0.2.2"), Ok(()), "another address");
        // A success does not clear the address.
        scene.wait(Duration::from_secs(1));
        assert_eq!(scene.succeed("own", "192.0.2.1"), Ok(()));
        assert_eq!(scene.fail("user-98", "192.0.2.1"), Ok(()));
        assert_eq!(scene.fail("user-97", "192.0.2.1"), Err(1));
    }

    #[test]
    fn a_success_erases_no_failures() {
        let scene = Scene::new();
        for _ in 0..5 {
            assert_eq!(scene.fail("ada", "192.0.2.1"), Ok(()));
        }
        scene.wait(Duration::from_secs(1));
        // Somebody else's name may differ in letter case alone.
        assert_eq!(scene.succeed("Ada", "192.0.2.1"), Ok(()));
        assert_eq!(scene.succeed("ada", "192.0.2.1"), Ok(()), "and asks for no pause itself");
        assert_eq!(scene.fail("ada", "192.0.2.1"), Ok(()));
        assert_eq!(scene.fail("ada", "192.0.2.1"), Err(1));
    }

    #[test]
    fn letter_case_and_a_neighbour_in_ipv6_count_as_the_same() {
        let scene = Scene::new();
        for n in 0..20 {
            assert_eq!(scene.fail(&format!("user-{n}"), &format!("2001:db8::{n:x}")), Ok(()));
        }
        assert_eq!(scene.fail("x", "2001:db8::ffff:1"), Err(1));
        assert_eq!(scene.fail("x", "2001:db8:0:1::1"), Ok(()));
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1".parse::<IpAddr>().unwrap());
        let scene = Scene::new();
        for name in ["ada", "Ada", "ADA", "aDa", "adA"] {
            assert_eq!(scene.fail(name, "192.0.2.1"), Ok(()));
        }
        assert_eq!(scene.fail("ada", "192.0.2.1"), Err(1));
    }

    #[test]
    fn many_tries_at_once_gain_nothing() {
        let scene = Scene::new();
        let address = "192.0.2.1".parse().unwrap();
        let open: Vec<_> = (0..60).filter_map(|_| scene.throttle.begin("ada", address).ok()).collect();
        assert_eq!(open.len(), 20);
        // A try of which nothing is told, because too many waited, counts for nothing.
        drop(open);
        for _ in 0..5 {
            assert_eq!(scene.fail("ada", "192.0.2.1"), Ok(()));
        }
        scene.wait(Duration::from_secs(1));
        let open: Vec<_> = (0..60).filter_map(|_| scene.throttle.begin("ada", address).ok()).collect();
        assert_eq!(open.len(), 1, "where there is a pause, one goes after the other");
        drop(open);
        assert_eq!(scene.succeed("ada", "192.0.2.1"), Ok(()), "what did not fail asks for no pause");
    }

    #[test]
    fn memory_is_bounded() {
        let scene = Scene::new();
        for n in 0..110_000_u32 {
            let address = IpAddr::V4(std::net::Ipv4Addr::from_bits(n));
            let attempt = || {
                let attempt = scene.throttle.begin(&n.to_string(), address);
                attempt.unwrap_or_else(|_| unreachable!("few tries of each"))
            };
            attempt().failed();
            if n < 30_000 {
                attempt().succeeded();
            }
        }
        scene.throttle.addresses.run_pending_tasks();
        scene.throttle.accounts.run_pending_tasks();
        scene.throttle.pairs.run_pending_tasks();
        scene.throttle.successes.run_pending_tasks();
        assert!(scene.throttle.addresses.entry_count() <= ADDRESSES);
        assert!(scene.throttle.accounts.entry_count() <= ACCOUNTS && scene.throttle.pairs.entry_count() <= ACCOUNTS);
        assert!(scene.throttle.successes.entry_count() <= ACCOUNTS);
    }

    #[test]
    fn switched_off_it_counts_nothing() {
        let throttle = Throttle::new(Arc::new(Hand::default()), false);
        for _ in 0..1000 {
            throttle.begin("ada", "192.0.2.1".parse().unwrap()).unwrap_or_else(|_| unreachable!("it is off")).failed();
        }
    }
}

//! Signing in under a flood, and what its time tells.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::ensure;
use ochre_client::{Client, Error, UserCreate};

use crate::{
    KEY,
    load::{Report, Request, run},
    server::Running,
};

/// How many sign in at the same time, and for how long.
const FLOOD: usize = 200;
const FLOOD_TIME: Duration = Duration::from_secs(30);
/// Passwords that are hashed at the same time meanwhile; each takes 19 MiB.
const GATE: usize = 1;
/// Tries of each kind.
const TRIES: usize = 1000;
const PASSWORD: &str = "correct horse battery";

/// What a flood of logins did.
pub(crate) struct Flood {
    /// `GET /me` meanwhile.
    pub(crate) meanwhile: Report,
    /// How many answers had which status.
    pub(crate) statuses: BTreeMap<u16, usize>,
    /// How much the server's memory grew at most, in MiB.
    pub(crate) growth_mib: f64,
    /// The most that it may: the gate's buffers and 20 MiB.
    pub(crate) bound_mib: f64,
}

pub(crate) async fn flood(program: &Path) -> anyhow::Result<Flood> {
    let gate = GATE.to_string();
    let server = Running::server_with(program, &["--login-throttle", "off", "--hash-concurrency", &gate]).await?;
    let before = server.memory()?;
    let right = Request::form(&server.url, "/api/v1/token", "username=argilla&password=12345678");
    let wrong = Request::form(&server.url, "/api/v1/token", "username=argilla&password=wrong+password");
    let me = Request::get(&server.url, "/api/v1/me", &[("X-Argilla-Api-Key", KEY)]);
    let (rights, wrongs, meanwhile) =
        tokio::join!(run(&right, FLOOD / 2, FLOOD_TIME), run(&wrong, FLOOD / 2, FLOOD_TIME), run(&me, 4, FLOOD_TIME));
    let growth_mib = server.peak_memory()? - before;
    let mut statuses = rights?.statuses;
    for (status, count) in wrongs?.statuses {
        *statuses.entry(status).or_default() += count;
    }
    let strange = statuses.keys().any(|status| ![201, 401, 429, 503].contains(status));
    ensure!(!strange, "answers of another kind: {statuses:?}");
    let meanwhile = meanwhile?;
    ensure!(meanwhile.failures == 0, "some requests failed");
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let bound_mib = GATE as f64 * 19.0 + 20.0;
    ensure!(growth_mib <= bound_mib, "the flood takes {growth_mib:.1} MiB, and may take {bound_mib:.0}");
    ensure!(meanwhile.percentile(99) < 50.0, "/me takes {:.1} ms at the 99th percentile", meanwhile.percentile(99));
    Ok(Flood { meanwhile, statuses, growth_mib, bound_mib })
}

/// The median time of a refused login, by its reason.
pub(crate) async fn refusals(program: &Path) -> anyhow::Result<[(&'static str, Duration); 3]> {
    let server = Running::server_with(program, &["--login-throttle", "off"]).await?;
    let owner = Client::builder(&server.url).api_key(KEY).build()?;
    owner.users().create(&UserCreate::new("ann", PASSWORD)).await?;
    let gone = owner.users().create(&UserCreate::new("gone", PASSWORD)).await?;
    owner.users().disable(gone.id).await?;
    let nobody = Client::builder(&server.url).build()?;
    let kinds = [("unknown", "nobody", PASSWORD), ("disabled", "gone", PASSWORD), ("wrong", "ann", "wrong password")];
    let mut times: [Vec<Duration>; 3] = Default::default();
    // In turns, so that whatever else the machine does hits all alike.
    for _ in 0..TRIES {
        for ((_, name, password), times) in kinds.iter().zip(&mut times) {
            let start = Instant::now();
            let refused = nobody.sign_in(name, password).await;
            times.push(start.elapsed());
            let status = refused.err().as_ref().and_then(Error::status);
            ensure!(status == Some(401), "{name}: {status:?}");
        }
    }
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    let [unknown, disabled, wrong] = times.map(median);
    let (least, most) = (unknown.min(disabled).min(wrong), unknown.max(disabled).max(wrong));
    ensure!(most.as_secs_f64() <= least.as_secs_f64() * 1.1, "refusals tell by their time: {least:?} to {most:?}");
    Ok([("unknown", unknown), ("disabled", disabled), ("wrong", wrong)])
}

//! The logs of the servers that tests run in their own process.

use std::{fs::OpenOptions, sync::OnceLock};

use tracing_subscriber::{layer::SubscriberExt as _, util::SubscriberInitExt as _};

static STARTED: OnceLock<()> = OnceLock::new();

/// Lets all servers of this process log everything that they have to say into the file that the variable
/// `OCHRE_TEST_LOG` names. `cargo xtask test` looks into it for secrets.
pub(crate) fn capture() {
    STARTED.get_or_init(|| {
        #[expect(clippy::disallowed_methods, reason = "the tests' own setting")]
        let Ok(path) = std::env::var("OCHRE_TEST_LOG") else { return };
        let file = OpenOptions::new().create(true).append(true).open(path).expect("a file for the log");
        let layer = tracing_subscriber::fmt::layer().with_writer(file).with_ansi(false);
        let filter = ochre_server::cli::log_filter(tracing::Level::TRACE);
        tracing_subscriber::registry().with(filter).with(layer).init();
    });
}

//! Running the program's commands on a test's database.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use ochre_testkit::TestDatabase;

/// What a command printed, and its exit code.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("an end by itself"),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

impl Ran {
    /// The standard output's lines, after success.
    pub(crate) fn lines(&self) -> Vec<&str> {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self.out.lines().collect()
    }

    /// What stands behind a bullet, without its quotes.
    pub(crate) fn bullet(&self, name: &str) -> &str {
        let line = self.lines().into_iter().find(|line| line.starts_with(&format!("• {name}:")));
        let (_, value) = line.unwrap_or_else(|| panic!("no {name} in {}", self.out)).split_once(':').unwrap();
        value.trim().trim_matches('\'')
    }
}

fn command(database: &TestDatabase, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ochre-server"));
    command
        .env_clear()
        .arg("--home")
        .arg(database.home())
        .args(["--database-url", &database.setting()])
        .args(arguments);
    command.current_dir(database.home()).stdin(Stdio::null());
    command
}

/// Runs a command on a database.
pub(crate) fn run(database: &TestDatabase, arguments: &[&str]) -> Ran {
    command(database, arguments).output().expect("the program runs").into()
}

/// Runs a command on a database, with variables.
pub(crate) fn run_with(database: &TestDatabase, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
    command(database, arguments).envs(variables.iter().copied()).output().expect("the program runs").into()
}

/// Runs a command on a database, with an input.
pub(crate) fn run_asked(database: &TestDatabase, arguments: &[&str], input: &str) -> Ran {
    let mut command = command(database, arguments);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
    // A command that asks for nothing may have ended already.
    let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
    child.wait_with_output().expect("an end").into()
}

/// Writes a file beside the database; its path.
pub(crate) fn file(database: &TestDatabase, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = database.home().join(name);
    std::fs::write(&path, text).expect("a file");
    path.display().to_string()
}

/// A text of the repository.
pub(crate) fn shared(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

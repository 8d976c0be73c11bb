//! The command line of `ochre-server`.

use std::{
    io::Write as _,
    net::{SocketAddr, ToSocketAddrs as _},
    process::ExitCode,
};

use clap::{Arg, ArgAction, ArgMatches, Command};
use tokio::{
    runtime::{Builder, Runtime},
    signal,
};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::{
    RoleNames, Server, StartError,
    command::{self, CommandError, Task},
    config::{Config, Environment, LogFormat, SETTINGS, Setting, Sources},
};

/// Exit code for a bad value of the configuration (`EX_CONFIG` of sysexits.h).
pub(crate) const EXIT_CONFIG: u8 = 78;

/// The command line, made from the list of settings.
#[must_use]
pub fn command() -> Command {
    let options = SETTINGS.iter().filter(|setting| setting.has_flag).map(option);
    Command::new("ochre-server")
        .about("Users, workspaces and roles of annotation teams, over Argilla's API")
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(
            "Every option can be set in the environment as well; a flag counts first. Secrets are set in the environment \
             only, or in a file that VARIABLE_FILE names. docs/reference/configuration.md lists everything.",
        )
        .args(options)
        .subcommand(Command::new("serve").about("Serve until stopped; the default"))
        .subcommand(
            Command::new("start")
                .about("Serve until stopped, with Argilla's options")
                .arg(Arg::new("host").long("host").value_name("ADDRESS").help("Where to listen [default: that of --listen]"))
                .arg(
                    Arg::new("port")
                        .long("port")
                        .value_name("PORT")
                        .value_parser(clap::value_parser!(u16))
                        .help("The port to listen on [default: that of --listen]"),
                )
                .arg(
                    Arg::new("access-log")
                        .long("access-log")
                        .action(ArgAction::SetTrue)
                        .overrides_with("no-access-log")
                        .help("Log each request; the default"),
                )
                .arg(
                    Arg::new("no-access-log")
                        .long("no-access-log")
                        .action(ArgAction::SetTrue)
                        .overrides_with("access-log")
                        .help("Log no requests"),
                ),
        )
        .subcommands(command::commands())
        .subcommand(Command::new("openapi").about("Print the description of the API (OpenAPI, JSON)"))
}

fn option(setting: &Setting) -> Arg {
    let alias = setting.alias.map(|alias| format!(" or {alias}")).unwrap_or_default();
    let help = format!("{} [env: {}{alias}] [default: {}]", setting.help, setting.variable, setting.default);
    Arg::new(setting.name).long(setting.name).value_name(setting.value).help(help).help_heading("Settings").global(true)
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    // Bad arguments end here, with exit code 2.
    let matches = command().get_matches();
    match matches.subcommand() {
        Some(("openapi", _)) => print_openapi(),
        Some((name @ ("database" | "users" | "invite" | "import" | "oidc"), group)) => match command::task(name, group)
        {
            Some(task) => maintain(task, &settings(&matches), &matches),
            None => help(&matches),
        },
        Some(("start", start)) => run(&settings(&matches), Some(start)),
        Some(_) | None => run(&settings(&matches), None),
    }
}

/// Prints the help of the command that was named.
#[expect(clippy::print_stderr, reason = "there is nowhere else to say it")]
fn help(matches: &ArgMatches) -> ExitCode {
    let mut command = command();
    command.build();
    let (mut current, mut matches) = (&command, matches);
    while let Some((name, inner)) = matches.subcommand() {
        let Some(found) = current.find_subcommand(name) else { break };
        (current, matches) = (found, inner);
    }
    match current.clone().print_help() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ochre-server: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The settings of this process. A global option may stand before or behind the commands.
fn settings(matches: &ArgMatches) -> Sources {
    let mut flags = std::collections::BTreeMap::new();
    let mut level = Some(matches);
    while let Some(matches) = level {
        for setting in SETTINGS.iter().filter(|setting| setting.has_flag) {
            if let Some(value) = matches.get_one::<String>(setting.name) {
                flags.insert(setting.name.to_owned(), value.clone());
            }
        }
        level = matches.subcommand().map(|(_, matches)| matches);
    }
    Sources { flags, environment: Environment::of_process() }
}

/// Runs a maintenance command.
#[expect(clippy::print_stderr, reason = "problems are told on the standard error")]
fn maintain(task: Task<'_>, sources: &Sources, matches: &ArgMatches) -> ExitCode {
    let mut config = match configure(sources) {
        Ok(config) => config,
        Err(code) => return code,
    };
    // What a command does it says itself; its log is for what goes wrong.
    if !sources.has("log-level") {
        config.log_level = tracing::Level::WARN;
    }
    start_logging(&config);
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(code) => return code,
    };
    // As the command lines of the two generations say it.
    let abort = if config.compat_role_names == RoleNames::Three { "Aborted." } else { "Aborted!" };
    let interrupted = {
        let _runtime = runtime.enter();
        interrupt()
    };
    runtime.spawn(async move {
        // A prompt blocks, so whoever is interrupted there leaves from here. What was not committed is not written.
        interrupted.await;
        command::console::restore_terminal();
        eprintln!("\n{abort}");
        std::process::exit(1);
    });
    match runtime.block_on(command::run(task, &config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(CommandError::Help) => help(matches),
        Err(error) => {
            match &error {
                CommandError::Exit(_) => {}
                CommandError::Aborted => eprintln!("{abort}"),
                error => eprintln!("Error: {error}"),
            }
            ExitCode::from(error.code())
        }
    }
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is what the command is for")]
fn print_openapi() -> ExitCode {
    match crate::openapi().to_pretty_json() {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("ochre-server: {error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "there is no log before there is a configuration")]
fn configure(sources: &Sources) -> Result<Config, ExitCode> {
    Config::read(sources).map_err(|error| {
        eprintln!("ochre-server: {error}");
        ExitCode::from(EXIT_CONFIG)
    })
}

#[expect(clippy::print_stderr, reason = "whoever started it sees why it ends")]
fn runtime() -> Result<Runtime, ExitCode> {
    Builder::new_multi_thread().enable_all().build().map_err(|error| {
        eprintln!("ochre-server: cannot start: {error}");
        ExitCode::FAILURE
    })
}

#[expect(clippy::print_stderr, reason = "whoever started it sees why it ends")]
fn run(sources: &Sources, start: Option<&ArgMatches>) -> ExitCode {
    let mut config = match configure(sources) {
        Ok(config) => config,
        Err(code) => return code,
    };
    if let Some(start) = start
        && let Err(error) = listen_as(&mut config, start)
    {
        eprintln!("Error: {error}");
        return ExitCode::from(2);
    }
    start_logging(&config);
    let ignored = sources.ignored();
    if !ignored.is_empty() {
        tracing::warn!("ignored, because they mean nothing here: {}", ignored.join(", "));
    }
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(code) => return code,
    };
    match runtime.block_on(serve(config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ochre-server: {error}");
            match error {
                StartError::Settings(_) => ExitCode::from(EXIT_CONFIG),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// Applies the options of Argilla's `start`.
fn listen_as(config: &mut Config, start: &ArgMatches) -> Result<(), String> {
    config.access_log = !start.get_flag("no-access-log");
    let port = start.get_one::<u16>("port").copied();
    if let Some(host) = start.get_one::<String>("host") {
        let port = port.or_else(|| config.listen.first().map(SocketAddr::port)).unwrap_or_default();
        let found = (host.as_str(), port).to_socket_addrs().map_err(|error| format!("--host: {error}"))?;
        config.listen = found.collect();
    } else if let Some(port) = port {
        config.listen.iter_mut().for_each(|address| address.set_port(port));
    }
    Ok(())
}

/// Serves until stopped. The banner goes to the standard output, the log to the standard error.
async fn serve(config: Config) -> Result<(), StartError> {
    // From the first moment on, a signal stops the server in good order.
    let stop = stop_signal();
    // Printed before anything is made: where nothing can be printed, no secret would be seen.
    print(&format!("Ochre {}\n", env!("CARGO_PKG_VERSION")))?;
    let server = Server::start(config).await?;
    print(&server.banner)?;
    stop.await;
    tokio::select! {
        () = server.stop() => {}
        () = stop_signal() => tracing::warn!("stopped at once by a second signal"),
    }
    Ok(())
}

fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Done at the first SIGINT or Ctrl-C after the call.
fn interrupt() -> impl Future<Output = ()> + Send {
    #[cfg(unix)]
    let interrupt = signal::unix::signal(signal::unix::SignalKind::interrupt());
    async move {
        #[cfg(unix)]
        match interrupt {
            Ok(mut interrupt) => drop(interrupt.recv().await),
            // Then the process ends as any other does.
            Err(_) => std::future::pending::<()>().await,
        }
        #[cfg(not(unix))]
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Done at the first SIGTERM, SIGINT or Ctrl-C after the call.
fn stop_signal() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let terminate = signal::unix::signal(signal::unix::SignalKind::terminate());
    async move {
        #[cfg(unix)]
        let terminated = async move {
            match terminate {
                Ok(mut terminate) => drop(terminate.recv().await),
                Err(error) => {
                    tracing::warn!(%error, "SIGTERM will end the server without draining");
                    std::future::pending::<()>().await;
                }
            }
        };
        #[cfg(not(unix))]
        let terminated = std::future::pending::<()>();
        tokio::select! {
            _ = signal::ctrl_c() => {}
            () = terminated => {}
        }
    }
}

/// What is logged at a level. Libraries speak at a level less, and statements of SQL never: they hold names.
#[must_use]
pub fn log_filter(level: tracing::Level) -> EnvFilter {
    let others = if level >= tracing::Level::DEBUG { "info" } else { "warn" };
    EnvFilter::new(format!("{others},ochre_server={level},ochre_domain={level},ochre_storage={level},sqlx::query=off"))
}

/// Logs go to the standard error.
fn start_logging(config: &Config) {
    let filter = log_filter(config.log_level);
    let registry = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => registry.with(layer.with_ansi(colour())).init(),
        LogFormat::Json => registry.with(layer.json().flatten_event(true)).init(),
    }
}

/// Colour on a terminal, unless `NO_COLOR` is set.
fn colour() -> bool {
    use std::io::IsTerminal as _;
    #[expect(clippy::disallowed_methods, reason = "a convention of terminals, no setting of ours")]
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !unwanted && std::io::stderr().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn options_stand_before_or_after_a_subcommand() {
        for arguments in
            [["ochre-server", "--home", "/data", "serve"].as_slice(), &["ochre-server", "serve", "--home", "/data"]]
        {
            let matches = command().try_get_matches_from(arguments).unwrap();
            let (_, serve) = matches.subcommand().unwrap();
            assert_eq!(serve.get_one::<String>("home").unwrap(), "/data");
        }
    }
}

//! Prints the parts of the documentation that are generated from the code:
//! `ochre-docs openapi|roles|configuration|operations|maintenance|cli`.
//! `cargo xtask docs` writes them to their files.
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::{fmt::Write as _, fs, path::Path};

use anyhow::{Context as _, bail};
use ochre_domain::policy::tables;
use ochre_server::config::SETTINGS;

fn main() -> anyhow::Result<()> {
    let what = std::env::args()
        .nth(1)
        .context("what to print: openapi, roles, configuration, operations, maintenance or cli")?;
    let text = match what.as_str() {
        "openapi" => ochre_server::openapi().to_pretty_json()?,
        "roles" => roles()?,
        "configuration" => configuration()?,
        "operations" => operations()?,
        "maintenance" => maintenance()?,
        "cli" => cli()?,
        _ => bail!("{what} is not generated"),
    };
    println!("{}", text.trim_end());
    Ok(())
}

const GENERATED: &str = "<!-- Generated from the code by `cargo xtask docs`. Do not edit. -->\n\n";

fn roles() -> anyhow::Result<String> {
    let mut text = format!(
        "{GENERATED}# Roles\n\nA user has one of three roles. This table *is* the permission policy: the server decides by the same \
         rows\n(`crates/domain/src/policy`), and a test calls every operation as everybody to see that it does.\n"
    );
    for table in tables() {
        write!(text, "\n## {}\n\n| Action | Owner | Admin | Annotator |\n|---|---|---|---|\n", table.resource)?;
        for (label, row) in table.rows {
            writeln!(text, "| {label} | {} | {} | {} |", row.owner, row.admin, row.annotator)?;
        }
    }
    text.push_str(
        "\nOwners reach every workspace without being a member. An API key that may not be seen is shown as an empty text.\n\
         The last owner can be neither deleted nor demoted.\n",
    );
    Ok(text)
}

fn configuration() -> anyhow::Result<String> {
    let mut text = format!(
        "{GENERATED}# Configuration\n\nEach setting is taken from its flag, else from the environment, else it has its default. Argilla's \
         variables work\nwhere they mean something. A bad value names itself and what is allowed, and the server exits with code 78; bad\n\
         arguments exit with code 2. An empty variable counts as not set.\n\n\
         | Flag | Variable | Argilla's variable | Default | What for |\n|---|---|---|---|---|\n"
    );
    for setting in SETTINGS {
        let value = setting.value.replace('|', "\\|");
        let flag =
            if setting.has_flag { format!("`--{} {value}`", setting.name) } else { "(none: a secret)".to_owned() };
        let alias = setting.alias.map(|alias| format!("`{alias}`")).unwrap_or_default();
        let file = if setting.has_flag { String::new() } else { format!(" or `{}_FILE`", setting.variable) };
        writeln!(
            text,
            "| {flag} | `{}`{file} | {alias} | {} | {} |",
            setting.variable,
            setting.default.replace('<', "&lt;"),
            setting.help.replace('<', "&lt;")
        )?;
    }
    text.push_str(
        "\nVariables of Argilla that mean nothing here (Elasticsearch, Redis and others) are named once in the log as ignored, as are\n\
         `OCHRE_` variables that are no setting.\n\n\
         ## The first owner\n\n\
         On an empty database the server makes the first owner:\n\n\
         1. the one that `USERNAME` and `PASSWORD` name, with `API_KEY` (at least 8 characters; a random one otherwise) and a workspace\n   \
         `WORKSPACE`, if they are set. Each is also read with the prefix `OCHRE_`, which counts first, and from the file that\n   \
         `..._FILE` names. `USERNAME` alone, as desktops set it, is ignored;\n\
         2. otherwise, where only this machine can reach the server, the owner of Argilla's guides: `argilla`, password `12345678`,\n   \
         API key `argilla.apikey`, workspace `argilla`, with a warning;\n\
         3. otherwise `argilla` with a random password and a random API key, which are printed once.\n\n\
         On a database with users these variables change nothing.\n",
    );
    Ok(text)
}

fn operations() -> anyhow::Result<String> {
    let document = serde_json::to_value(ochre_server::openapi())?;
    let paths = document["paths"].as_object().context("a document with paths")?;
    let mut text = format!(
        "{GENERATED}# Operations\n\nEvery operation of the server. [`openapi.json`](openapi.json) describes them in full; a running server \
         serves it at\n`/api/v1/openapi.json`, and readable at `/api/v1/docs`.\n\n| Operation | What it does | Signed in |\n|---|---|---|\n"
    );
    for (path, verbs) in paths {
        for (verb, operation) in verbs.as_object().context("a path with verbs")? {
            let summary = operation["summary"].as_str().unwrap_or_default();
            let signed_in = if operation["security"].is_array() { "yes" } else { "no" };
            writeln!(text, "| `{} {path}` | {summary} | {signed_in} |", verb.to_uppercase())?;
        }
    }
    Ok(text)
}

/// The maintenance commands with their own options, without the settings, which all have.
fn maintenance() -> anyhow::Result<String> {
    let mut text = format!(
        "{GENERATED}# Maintenance commands\n\n`ochre-server` does to the database itself what Argilla's servers do with `python -m argilla.tasks.*` (1.6) and\n\
         `python -m argilla_server database ...` (2.x), with the same options, prompts, lines on the standard output and exit codes:\n\
         0 also where there is nothing to do, 1 where a value is refused, 2 for bad arguments. They work while a server runs on the\n\
         database; it follows within a second. Every command takes the settings of [configuration.md](configuration.md) as well.\n"
    );
    let mut command = ochre_server::cli::command();
    command.build();
    for name in ["start", "database", "users", "import"] {
        let group = command.find_subcommand(name).with_context(|| format!("no command {name}"))?;
        describe(&mut text, group, &format!("ochre-server {name}"))?;
    }
    Ok(text)
}

/// The transcripts of the command's tests, which run against a started server, and every command with its options.
fn cli() -> anyhow::Result<String> {
    let transcripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cli/tests/cmd");
    let mut files: Vec<_> =
        fs::read_dir(&transcripts)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    let mut text = format!(
        "{GENERATED}# The command `ochre`\n\n`ochre` administers the users and workspaces of an Ochre server from a terminal, by hand and in \
         scripts; everything that\nArgilla's API can do works against a server of Argilla 2.x as well. What stands below `$` was printed by \
         tests that ran against\na started server; `…` stands for what differs each time.\n\n\
         Data goes to the standard output, talk to the standard error, which `--quiet` silences but for errors. `--output json` \
         prints\nan object, or an array for a list; its fields are those of the API ([operations.md](operations.md)), and are only ever \
         added to.\n`users get` adds `workspaces`, `workspaces get` adds `users`, `whoami` adds `url`; plans are the `TeamPlan` of the \
         API.\n\n\
         | Exit code | Meaning |\n|---|---|\n| 0 | done |\n| 1 | failed |\n| 2 | bad arguments |\n\
         | 3 | not signed in, or not allowed |\n| 4 | not found |\n| 5 | exists already |\n\
         | 6 | refused: by a rule, or because nobody agreed; or there are differences (`diff`) |\n\
         | 69 | the server cannot be reached |\n\n"
    );
    for file in files {
        let inputs = file.with_extension("in");
        for line in fs::read_to_string(&file)?.lines() {
            match (line.strip_prefix("<!-- file: "), line.strip_prefix("? ")) {
                (Some(name), _) => {
                    let name = name.trim_end_matches(" -->");
                    let kind = name.rsplit('.').next().unwrap_or_default();
                    writeln!(text, "```{kind}\n{}```", fs::read_to_string(inputs.join(name))?)?;
                }
                (None, Some(code)) => writeln!(text, "(exit code {code})")?,
                (None, None) => {
                    let line = line.replace("[..]", "…").replace("[URL]", "http://localhost:6900");
                    writeln!(text, "{}", line.trim_end())?;
                }
            }
        }
        text.push('\n');
    }
    text.push_str("## Every command\n\nAll of them take `--url`, `--profile`, `--output` and `--quiet`.\n");
    let mut command = ochre_cli::command();
    command.build();
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        describe(&mut text, inner, &format!("ochre {}", inner.get_name()))?;
    }
    Ok(text.replace("\n\n```\n", "\n```\n").replace("\n\n\n", "\n\n"))
}

fn describe(text: &mut String, command: &clap::Command, name: &str) -> anyhow::Result<()> {
    let inner: Vec<_> = command.get_subcommands().filter(|inner| inner.get_name() != "help").collect();
    if name.ends_with("database users") {
        write!(text, "\n## `{name}`\n\nThe same commands as `ochre-server users`.\n")?;
        return Ok(());
    }
    for inner in &inner {
        describe(text, inner, &format!("{name} {}", inner.get_name()))?;
    }
    if !inner.is_empty() {
        return Ok(());
    }
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    write!(text, "\n{} `{name}`\n\n{about}.\n", if name.starts_with("ochre-server") { "##" } else { "###" })?;
    let aliases: Vec<_> = command.get_all_aliases().collect();
    if !aliases.is_empty() {
        writeln!(text, "Also as `{}`.", aliases.join("`, `"))?;
    }
    let own = |argument: &&clap::Arg| {
        let heading = argument.get_help_heading();
        !matches!(heading, Some("Settings" | "Options for all commands"))
            && !argument.is_hide_set()
            && argument.get_id() != "help"
            && argument.get_id() != "version"
    };
    let arguments: Vec<_> = command.get_arguments().filter(own).collect();
    if arguments.is_empty() {
        return Ok(());
    }
    text.push_str("\n| Option | What for | Default |\n|---|---|---|\n");
    for argument in arguments {
        let value = argument.get_value_names().map(|names| names.join(" ")).unwrap_or_default();
        let takes = argument.get_action().takes_values();
        let shown = match argument.get_long() {
            Some(long) if takes => format!("--{long} {value}"),
            Some(long) => format!("--{long}"),
            None => value,
        };
        let short = argument.get_short().map(|short| format!(", `-{short}`")).unwrap_or_default();
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default().replace('|', "\\|");
        let default: Vec<_> = argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        let default = if takes { default.join(" ") } else { String::new() };
        writeln!(text, "| `{shown}`{short} | {help} | {default} |")?;
    }
    Ok(())
}

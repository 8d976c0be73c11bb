//! Rules that no compiler checks.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::bail;
use cargo_metadata::{DependencyKind, MetadataCommand};
use xshell::{Shell, cmd};

/// Who may depend on whom among our own crates. Tests may use more.
const ALLOWED: &[(&str, &[&str])] = &[
    ("ochre-domain", &[]),
    ("ochre-dto", &[]),
    ("ochre-migrations", &[]),
    ("ochre-storage", &["ochre-domain", "ochre-migrations"]),
    ("ochre-client", &["ochre-dto"]),
    ("ochre-cli", &["ochre-client", "ochre-dto"]),
    ("ochre-server", &["ochre-domain", "ochre-dto", "ochre-storage", "ochre-web"]),
    ("ochre-web", &["ochre-domain"]),
    ("ochre-testkit", &["ochre-server", "ochre-storage", "ochre-client", "ochre-cli", "ochre-domain"]),
    ("ochre-torture", &["ochre-client"]),
    ("ochre-bench", &["ochre-client"]),
    ("ochre-e2e", &["ochre-cli", "ochre-client"]),
    ("xtask", &[]),
];

/// What a crate must compile without, with everything that it brings.
const WITHOUT: &[(&str, &[&str])] = &[
    ("ochre-domain", &["sea-orm", "sqlx", "axum", "reqwest", "tokio", "clap", "serde_json"]),
    ("ochre-client", &["axum", "sea-orm", "sqlx", "clap"]),
    ("ochre-cli", &["axum", "sea-orm", "sqlx"]),
];

/// Texts that must not stand in a file: what, where (a prefix of the path), what may contain it, why.
const FORBIDDEN: &[(&str, &str, &[&str], &str)] = &[
    (
        "Role::Owner",
        "crates/server/src",
        &["crates/server/src/api/v1/convert.rs", "crates/server/src/role_names.rs"],
        "only the policy compares roles (ochre_domain::policy)",
    ),
    (
        "Role::Owner",
        "crates/domain/src/usecase",
        &["crates/domain/src/usecase/bootstrap.rs"],
        "only the policy compares roles (ochre_domain::policy)",
    ),
    (
        ".route(",
        "crates/server/src/api",
        &["crates/server/src/api/legacy/mod.rs"],
        "a route is registered with its OpenAPI entry (routes!)",
    ),
    ("sqlite::memory:", "crates", &["crates/storage/src/options.rs"], "SQLite in memory hides locking"),
    ("thread::sleep", "crates", &[], "tests wait for what happens, not for time to pass"),
];

pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    let mut problems = Vec::new();
    dependencies(&mut problems)?;
    transitive(sh, &mut problems)?;
    texts(sh, &mut problems)?;
    if problems.is_empty() {
        return Ok(());
    }
    for problem in &problems {
        eprintln!("tidy: {problem}");
    }
    bail!("{} problems", problems.len())
}

fn dependencies(problems: &mut Vec<String>) -> anyhow::Result<()> {
    let metadata = MetadataCommand::new().no_deps().exec()?;
    let ours: BTreeSet<_> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let Some((_, allowed)) = ALLOWED.iter().find(|(crate_name, _)| *crate_name == name) else {
            problems.push(format!("{name} is not in the list of who may depend on whom (xtask/src/tidy.rs)"));
            continue;
        };
        let normal = package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
        for dependency in normal.map(|dependency| dependency.name.as_str()) {
            if ours.contains(dependency) && !allowed.contains(&dependency) {
                problems.push(format!("{name} may not depend on {dependency}"));
            }
        }
    }
    Ok(())
}

fn transitive(sh: &Shell, problems: &mut Vec<String>) -> anyhow::Result<()> {
    for (name, without) in WITHOUT {
        let tree = cmd!(sh, "cargo tree --package {name} --edges normal --prefix none").quiet().read()?;
        for line in tree.lines() {
            let found = line.split(' ').next().unwrap_or_default();
            if without.contains(&found) {
                problems.push(format!("{name} brings {found}, which it must compile without"));
            }
        }
    }
    Ok(())
}

fn texts(sh: &Shell, problems: &mut Vec<String>) -> anyhow::Result<()> {
    let files = cmd!(sh, "git ls-files").quiet().read()?;
    for file in files.lines() {
        let Ok(text) = fs::read_to_string(sh.current_dir().join(file)) else { continue };
        for (what, place, exceptions, why) in FORBIDDEN {
            if file.starts_with(place) && !exceptions.contains(&file) && text.contains(what) {
                problems.push(format!("{file}: {what}: {why}"));
            }
        }
        if Path::new(file).extension().is_some_and(|extension| extension == "rs") && !text.starts_with("//!") {
            problems.push(format!("{file}: a module begins with what it is for (//!)"));
        }
    }
    Ok(())
}

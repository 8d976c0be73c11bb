//! `database migrate`, `database revisions`.

use ochre_storage::schema::{self, Direction};

use super::{
    CommandError,
    console::{note, say},
    python::repr,
};
use crate::{config::Config, foundation::prepare_home};

/// The versions of Ochre whose schemas differ, with the revision that each ends with.
const TAGS: &[(&str, &str)] = &[("0.1", "m20261127_000005_long_lists")];

/// The exit code of Argilla for a revision that does not exist.
const NO_REVISION: u8 = 255;

/// Brings the schema to a revision.
pub(super) async fn migrate(config: &Config, revision: &str) -> Result<(), CommandError> {
    let Some(target) = target(revision)? else {
        say(&format!("FAILED: Can't locate revision identified by {}", repr(revision)))?;
        return Err(CommandError::Exit(NO_REVISION));
    };
    prepare_home(config)?;
    note(&format!("INFO  [ochre.migration] Database {}", config.database_url))?;
    for run in schema::migrate(&config.database_url, &target).await? {
        let way = match run.direction {
            Direction::Up => "upgrade",
            Direction::Down => "downgrade",
        };
        note(&format!("INFO  [ochre.migration] Running {way} {} -> {}", run.from, run.to))?;
    }
    Ok(())
}

/// The revision that a name means: `head`, a revision, a version of Ochre, or anything that Argilla calls so.
fn target(name: &str) -> Result<Option<String>, CommandError> {
    let known = schema::revisions();
    let head = known.last().cloned().unwrap_or_default();
    if name == "head" {
        return Ok(Some(head));
    }
    if let Some((_, revision)) = TAGS.iter().find(|(tag, _)| *tag == name) {
        return Ok(Some((*revision).to_owned()));
    }
    if known.iter().any(|revision| revision == name) {
        return Ok(Some(name.to_owned()));
    }
    if ochre_storage::argilla::is_revision(name) {
        note(&format!(
            "INFO  [ochre.migration] {name} is a revision of Argilla's schema; head of ours serves all of its APIs"
        ))?;
        return Ok(Some(head));
    }
    Ok(None)
}

/// Shows the revisions as Argilla shows its own.
pub(super) async fn revisions(config: &Config) -> Result<(), CommandError> {
    let known = schema::revisions();
    let current = schema::current(&config.database_url).await?;
    say("")?;
    say("Tagged revisions")?;
    say("-----------------")?;
    for (tag, revision) in TAGS {
        say(&format!("• {tag} (revision: {})", repr(revision)))?;
    }
    say("")?;
    say("Alembic revisions")?;
    say("-----------------")?;
    for (index, revision) in known.iter().enumerate().rev() {
        let before = index.checked_sub(1).map_or("<base>", |before| known[before].as_str());
        let head = if index + 1 == known.len() { " (head)" } else { "" };
        say(&format!("{before} -> {revision}{head}"))?;
    }
    say("")?;
    say("Current revision")?;
    say("----------------")?;
    say(&format!("Current revision(s) for {}:", config.database_url))?;
    if let Some(revision) = current {
        let head = if known.last() == Some(&revision) { " (head)" } else { "" };
        say(&format!("Rev: {revision}{head}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_tag_is_the_last_revision() {
        let known = schema::revisions();
        assert_eq!(TAGS.last().map(|(_, revision)| *revision), known.last().map(String::as_str));
        for (_, revision) in TAGS {
            assert!(known.iter().any(|name| name == revision), "{revision}");
        }
    }
}

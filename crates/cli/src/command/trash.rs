//! `ochre trash`: what was deleted and can be restored.

use ochre_client::{Error, TrashEntry, TrashKind};

use super::{
    Context,
    choice::{self, choose},
};
use crate::{
    args::{Consent, Trash},
    console::confirm,
    failure::Failure,
    output::{self, Row as _},
};

pub(crate) async fn run(context: &Context, command: Trash) -> anyhow::Result<()> {
    let list = context.client.trash().list().await?;
    match command {
        Trash::List => output::list(context.format, TrashEntry::columns(), &list),
        Trash::Restore { entries } => restore(context, chosen(&list, &entries)?).await,
        Trash::Delete { entries, consent } => delete(context, chosen(&list, &entries)?, consent).await,
    }
}

/// The entries of these names or ids; the id of the user or the workspace will do as well, which is what its deletion told.
fn chosen(list: &[TrashEntry], wanted: &[String]) -> anyhow::Result<Vec<TrashEntry>> {
    let kind = choice::Kind { name: "deleted user or workspace", listed_by: "ochre trash list" };
    let fits = |entry: &TrashEntry, text: &str| entry.name == text || choice::is(entry.subject_id, text);
    choose(list, wanted, kind, |entry| entry.id, fits)
}

async fn restore(context: &Context, entries: Vec<TrashEntry>) -> anyhow::Result<()> {
    let mut restored = Vec::new();
    let mut outcome = Ok(());
    for entry in entries {
        match context.client.trash().restore(entry.id).await {
            Ok(entry) => {
                context.talk.say(&format!("The {} {} is back.", entry.kind.as_str(), entry.name));
                restored.push(entry);
            }
            Err(error) => {
                outcome = Err(explained(&entry, error));
                break;
            }
        }
    }
    // What is done is told also where the rest is not.
    output::list(context.format, TrashEntry::columns(), &restored)?;
    outcome
}

fn explained(entry: &TrashEntry, error: Error) -> anyhow::Error {
    if !error.is_conflict() {
        return error.into();
    }
    let rename = match entry.kind {
        TrashKind::User => "ochre users update --username",
        TrashKind::Workspace => "ochre workspaces rename",
    };
    Failure::Exists(format!("{error}; {rename} gives the one that has the name now another one")).into()
}

async fn delete(context: &Context, entries: Vec<TrashEntry>, consent: Consent) -> anyhow::Result<()> {
    if consent.dry_run {
        output::list(context.format, TrashEntry::columns(), &entries)?;
        context.talk.say("Nothing was removed.");
        return Ok(());
    }
    if !consent.yes {
        let what: Vec<_> = entries.iter().map(|entry| format!("the {} {}", entry.kind.as_str(), entry.name)).collect();
        confirm(&format!("Remove {} for good? This cannot be undone.", what.join(", ")))?;
    }
    let mut removed = Vec::new();
    let mut outcome = Ok(());
    for entry in entries {
        if let Err(error) = context.client.trash().delete(entry.id).await {
            outcome = Err(error);
            break;
        }
        context.talk.say(&format!("The {} {} is gone for good.", entry.kind.as_str(), entry.name));
        removed.push(entry);
    }
    output::list(context.format, TrashEntry::columns(), &removed)?;
    Ok(outcome?)
}

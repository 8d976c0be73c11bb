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
                outcome = Err(explained(context, &entry, error).await);
                break;
            }
        }
    }
    // What is done is told also where the rest is not.
    output::list(context.format, TrashEntry::columns(), &restored)?;
    outcome
}

/// What to do where something else has the name or the id. The server's answer is 409 for both.
async fn explained(context: &Context, entry: &TrashEntry, error: Error) -> anyhow::Error {
    if !error.is_conflict() {
        return error.into();
    }
    // That nothing can be looked up is no better news than why nothing was restored.
    let in_the_way = in_the_way(context, entry).await.unwrap_or_default();
    let TrashEntry { name, subject_id: id, kind, .. } = entry;
    let (rename, delete) = match kind {
        TrashKind::User => (format!("ochre users update {name} --username NEW"), "ochre users delete"),
        TrashKind::Workspace => (format!("ochre workspaces rename {name} NEW"), "ochre workspaces delete"),
    };
    let kind = kind.as_str();
    let why = match in_the_way {
        InTheWay::Name => format!("the {kind} {name:?} exists by now; {rename} gives that one another name"),
        InTheWay::Id => format!("a {kind} with the id {id} exists by now; {delete} {id} makes room"),
        InTheWay::Other => error.to_string(),
    };
    Failure::Exists(why).into()
}

#[derive(Default)]
enum InTheWay {
    Name,
    Id,
    /// The API key, for example.
    #[default]
    Other,
}

async fn in_the_way(context: &Context, entry: &TrashEntry) -> Result<InTheWay, Error> {
    let (users, workspaces) = (context.client.users(), context.client.workspaces());
    let (named, with_id) = match entry.kind {
        TrashKind::User => (users.find(&entry.name).await?.map(|user| user.id), users.exists(entry.subject_id).await?),
        TrashKind::Workspace => (
            workspaces.find(&entry.name).await?.map(|workspace| workspace.id),
            workspaces.exists(entry.subject_id).await?,
        ),
    };
    // Another name is of no use to the one that has the id as well.
    Ok(match named {
        Some(id) if id != entry.subject_id => InTheWay::Name,
        _ if with_id => InTheWay::Id,
        _ => InTheWay::Other,
    })
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

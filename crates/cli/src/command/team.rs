//! Teams as files: `ochre apply`, `diff` and `export team`.

use std::collections::HashMap;

use ochre_client::{Error, PlanEntry, Prune, Team, TeamPlan};

use super::Context;
use crate::{
    args::{Apply, Diff, Format, TeamSource},
    console::{Talk, confirm},
    failure::Failure,
    file::{self, Places},
    hash, output,
    passwords::{self, PasswordFile},
};

/// A file, read.
struct Desired {
    team: Team,
    places: Places,
    prune: Prune,
}

impl Desired {
    fn read(source: &TeamSource) -> anyhow::Result<Self> {
        let (team, places) = file::team(&source.file)?;
        Ok(Self { team, places, prune: source.prune.into() })
    }

    async fn plan(&self, context: &Context) -> anyhow::Result<TeamPlan> {
        let plan = context.client.team().plan(&self.team, self.prune).await;
        plan.map_err(|error| self.places.explain(error))
    }
}

pub(crate) async fn diff(context: &Context, diff: Diff) -> anyhow::Result<()> {
    let desired = Desired::read(&diff.source)?;
    warn_of_reading(context).await?;
    let plan = desired.plan(context).await?;
    let printed = output::plan(context.format, &plan);
    // Differences are told by the exit code also where nobody reads the output to its end.
    if plan.entries.is_empty() { printed } else { Err(Failure::Drift.into()) }
}

pub(crate) async fn export(context: &Context) -> anyhow::Result<()> {
    warn_of_reading(context).await?;
    let team = context.client.team().export().await?;
    match context.format {
        Some(Format::Json) => output::object(Format::Json, &team),
        // A table would be no file that apply takes.
        None | Some(Format::Table | Format::Yaml) => output::object(Format::Yaml, &team),
    }
}

pub(crate) async fn apply(context: &Context, apply: Apply) -> anyhow::Result<()> {
    let mut desired = Desired::read(&apply.source)?;
    let atomic = context.client.is_ochre().await?;
    if !atomic {
        warn(context.talk, &desired.team);
    }
    if apply.plan {
        return output::plan(context.format, &desired.plan(context).await?);
    }
    // What only adds needs no consent, and passwords are made only for those who are new.
    let plan = if apply.yes && apply.generate_passwords.is_none() { None } else { Some(desired.plan(context).await?) };
    let mut shown = false;
    if let Some(plan) = &plan {
        if plan.changes == 0 {
            return output::plan(context.format, &TeamPlan { applied: true, ..plan.clone() });
        }
        if !apply.yes {
            shown = consent(context, plan)?;
        }
    }
    let mut secrets = match (&apply.generate_passwords, &plan) {
        (Some(path), Some(plan)) => Secrets::make(context.talk, path, plan)?,
        _ => None,
    };
    if let (Some(secrets), true) = (&mut secrets, atomic) {
        secrets.hash(context.talk, &mut desired.team);
    }
    let outcome = send(context, &desired, atomic, plan.as_ref(), secrets.as_ref()).await;
    if let Some(secrets) = secrets {
        secrets.file.settle(outcome.as_ref().map(|_| ()), context.talk);
    }
    let done = outcome.map_err(|error| desired.places.explain(error))?;
    if shown {
        context.talk.say(&format!("Done: {} changes made.", done.changes));
        return Ok(());
    }
    output::plan(context.format, &done)
}

/// Says what a server without Ochre's additions cannot do.
fn warn(talk: Talk, team: &Team) {
    talk.say(
        "This server has Argilla's API alone: changes are made one by one and not all or nothing, and password hashes cannot be set. After a failure the command can be run again.",
    );
    let hashes = team.users.iter().filter(|user| user.password_hash.is_some()).count();
    if hashes > 0 {
        talk.say(&format!(
            "{hashes} of the users have a hash in the file: those who are new get a password that nobody knows, or one that --generate-passwords makes."
        ));
    }
}

/// As [`warn`], for what only reads.
async fn warn_of_reading(context: &Context) -> anyhow::Result<()> {
    if !context.client.is_ochre().await? {
        context.talk.say("This server has Argilla's API alone: it is read call by call, and not at one moment.");
    }
    Ok(())
}

/// Asks before something goes. Whether the plan was printed.
fn consent(context: &Context, plan: &TeamPlan) -> anyhow::Result<bool> {
    let (members, users) = output::losses(plan);
    if members + users == 0 {
        return Ok(false);
    }
    let for_people = context.format.is_none_or(|format| format == Format::Table);
    if for_people {
        output::plan(context.format, plan)?;
    }
    let count = |number: usize, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{number} {many}")),
    };
    let losses = [count(members, "membership", "memberships"), count(users, "user", "users")];
    let losses: Vec<_> = losses.into_iter().flatten().collect();
    confirm(&format!("Apply this, and take away {}?", losses.join(" and ")))?;
    Ok(for_people)
}

async fn send(
    context: &Context,
    desired: &Desired,
    atomic: bool,
    plan: Option<&TeamPlan>,
    secrets: Option<&Secrets>,
) -> Result<TeamPlan, Error> {
    let team = context.client.team();
    match plan {
        // What was shown and agreed to is what is done, and passwords are for those whom it names.
        Some(plan) if atomic => return team.apply_planned(&desired.team, desired.prune, plan).await,
        None if atomic => return team.apply(&desired.team, desired.prune).await,
        Some(_) | None => {}
    }
    let passwords = secrets.map(|secrets| secrets.passwords.clone()).unwrap_or_default();
    let bar = passwords::progress(context.talk, "Applying", 0);
    let outcome = team
        .apply_in_steps(&desired.team, desired.prune, &passwords, |done, of| {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        })
        .await;
    bar.finish_and_clear();
    outcome
}

/// Passwords for new users, in their file.
struct Secrets {
    file: PasswordFile,
    passwords: HashMap<String, String>,
}

impl Secrets {
    /// For the new users of a plan who have none; `None` when all have.
    fn make(talk: Talk, path: &std::path::Path, plan: &TeamPlan) -> anyhow::Result<Option<Self>> {
        let without = |entry: &PlanEntry| match entry {
            PlanEntry::CreateUser { username, has_password: false, .. } => Some(username.clone()),
            _ => None,
        };
        let names: Vec<_> = plan.entries.iter().filter_map(without).collect();
        if names.is_empty() {
            talk.say("No new user needs a password.");
            return Ok(None);
        }
        let mut file = PasswordFile::create(path)?;
        let passwords: HashMap<_, _> = names.iter().map(|name| (name.clone(), hash::random_password())).collect();
        file.write(names.iter().map(|name| (name.as_str(), passwords[name].as_str())))?;
        Ok(Some(Self { file, passwords }))
    }

    /// Puts their hashes into the desired state.
    fn hash(&self, talk: Talk, team: &mut Team) {
        let mut users: Vec<_> =
            team.users.iter_mut().filter(|user| self.passwords.contains_key(&user.username)).collect();
        let passwords: Vec<_> = users.iter().map(|user| self.passwords[&user.username].as_str()).collect();
        for (user, hash) in users.iter_mut().zip(passwords::hashes(talk, &passwords)) {
            user.password_hash = Some(hash);
        }
    }
}

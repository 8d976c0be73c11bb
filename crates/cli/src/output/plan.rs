//! A plan, which reads like a diff.

use std::{
    fmt::Write as _,
    io::{self, IsTerminal as _, Write as _},
};

use ochre_client::{PlanEntry, TeamPlan};

use super::table::plain;
use crate::args::Format;

/// How a line begins, and its colour on a terminal.
#[derive(Clone, Copy)]
enum Sign {
    Plus,
    Minus,
    Change,
    Keep,
}

impl Sign {
    const fn parts(self) -> (char, &'static str) {
        match self {
            Self::Plus => ('+', "\u{1b}[32m"),
            Self::Minus => ('-', "\u{1b}[31m"),
            Self::Change => ('~', "\u{1b}[33m"),
            Self::Keep => ('!', "\u{1b}[35m"),
        }
    }
}

/// Prints a plan: lines for people, or the server's object.
pub(crate) fn print(format: Option<Format>, plan: &TeamPlan) -> anyhow::Result<()> {
    if let Some(format) = format.filter(|format| *format != Format::Table) {
        return super::object(format, plan);
    }
    #[expect(clippy::disallowed_methods, reason = "a convention of all programs (no-color.org)")]
    let plain_wanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    #[expect(clippy::disallowed_methods, reason = "a terminal says by it that it knows no colours")]
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    let coloured = io::stdout().is_terminal() && !plain_wanted && !dumb;
    let mut text = String::new();
    for entry in &plan.entries {
        let (sign, line) = describe(entry);
        let (sign, colour) = sign.parts();
        let (on, off) = if coloured { (colour, "\u{1b}[0m") } else { ("", "") };
        writeln!(text, "{on}{sign} {}{off}", plain(&line))?;
    }
    writeln!(text, "{}", summary(plan))?;
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

fn describe(entry: &PlanEntry) -> (Sign, String) {
    match entry {
        PlanEntry::CreateWorkspace { workspace } => (Sign::Plus, format!("workspace {workspace}")),
        PlanEntry::CreateUser { username, role, workspaces, has_password } => {
            let places = if workspaces.is_empty() { String::new() } else { format!(" in {}", workspaces.join(", ")) };
            let without = if *has_password { "" } else { ", without a password" };
            (Sign::Plus, format!("user {username} ({role}){places}{without}"))
        }
        PlanEntry::UpdateUser { username, field, from, to } => {
            let from = from.as_deref().unwrap_or("none");
            (Sign::Change, format!("user {username}: {} {from} -> {to}", field.replace('_', " ")))
        }
        PlanEntry::AddMember { username, workspace } => (Sign::Plus, format!("user {username} in {workspace}")),
        PlanEntry::RemoveMember { username, workspace } => (Sign::Minus, format!("user {username} in {workspace}")),
        PlanEntry::KeepMember { username, workspace } => (
            Sign::Keep,
            format!("user {username} in {workspace}, which the file leaves out; --prune memberships takes it away"),
        ),
        PlanEntry::DeleteUser { username } => (Sign::Minus, format!("user {username}")),
        other => (Sign::Change, format!("{other:?}")),
    }
}

fn summary(plan: &TeamPlan) -> String {
    let changes = plan.changes;
    let things = if changes == 1 { "change" } else { "changes" };
    let text = match (changes, plan.applied) {
        (0, _) if changes < plan.entries.len() => "Nothing to change without --prune memberships".to_owned(),
        (0, _) => "Nothing to change".to_owned(),
        (_, true) => format!("{changes} {things} made"),
        (_, false) => format!("{changes} {things} to make"),
    };
    match plan.entries.len() - changes {
        0 => format!("{text}."),
        1 => format!("{text}; 1 difference stays."),
        kept => format!("{text}; {kept} differences stay."),
    }
}

/// What a plan takes away: members, users.
pub(crate) fn losses(plan: &TeamPlan) -> (usize, usize) {
    let members = plan.entries.iter().filter(|entry| matches!(entry, PlanEntry::RemoveMember { .. })).count();
    let users = plan.entries.iter().filter(|entry| matches!(entry, PlanEntry::DeleteUser { .. })).count();
    (members, users)
}

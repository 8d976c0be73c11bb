//! Asking before users and workspaces are deleted, and telling what goes with them.

use ochre_client::Deletion;

use super::Context;
use crate::{
    args::Consent,
    console::confirm,
    output::{self, Gone, Row as _},
};

/// What a deletion takes, in words.
pub(super) fn counted(counts: &Deletion) -> String {
    let parts = [
        (counts.memberships, "membership", "memberships"),
        (counts.sessions, "login", "logins"),
        (counts.keys, "named key", "named keys"),
        (counts.links, "open link", "open links"),
    ];
    // That there are no memberships is worth a word: they are what a user or a workspace is about.
    let told = parts.iter().enumerate().filter(|(at, (number, ..))| *at == 0 || *number > 0);
    told.map(|(_, (number, one, many))| format!("{number} {}", if *number == 1 { one } else { many }))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Whether to go on: not where it was a rehearsal; an error where nobody agrees.
pub(super) fn agreed(context: &Context, gone: &[Gone], consent: Consent, ochre: bool) -> anyhow::Result<bool> {
    let later = if ochre { "can be restored for 7 days with ochre trash restore" } else { "cannot be undone" };
    if consent.dry_run {
        output::list(context.format, Gone::columns(), gone)?;
        let what = if ochre { format!(" What is deleted {later}.") } else { String::new() };
        context.talk.say(&format!("Nothing was deleted.{what}"));
        return Ok(false);
    }
    if !consent.yes {
        let what: Vec<_> = gone.iter().map(|gone| format!("{} ({})", gone.name, gone.with)).collect();
        confirm(&format!("Delete {}? This {later}.", what.join(", ")))?;
    }
    Ok(true)
}

/// Says how to get back what was deleted.
pub(super) fn tell_of_trash(context: &Context, deleted: usize, ochre: bool) {
    if ochre && deleted > 0 {
        let what = if deleted == 1 { "it" } else { "them" };
        context.talk.say(&format!("For 7 days ochre trash restore brings {what} back."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_is_counted_where_there_is_any() {
        assert_eq!(counted(&Deletion::default()), "0 memberships");
        assert_eq!(
            counted(&Deletion { memberships: 1, sessions: 2, keys: 1, links: 0 }),
            "1 membership, 2 logins, 1 named key"
        );
    }
}

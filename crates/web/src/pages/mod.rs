//! One page a module: what it shows and what its forms do.

pub(crate) mod bulk;
pub(crate) mod home;
pub(crate) mod import;
pub(crate) mod invitations;
pub(crate) mod links;
pub(crate) mod memberships;
pub(crate) mod missing;
pub(crate) mod new_user;
pub(crate) mod oauth;
pub(crate) mod password;
pub(crate) mod permissions;
pub(crate) mod server;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod trash;
pub(crate) mod user;
pub(crate) mod users;
pub(crate) mod workspace;
pub(crate) mod workspaces;

use std::{ops::RangeInclusive, time::Duration};

use ochre_domain::model::{Role, Timestamp, Username};

use crate::{field::Field, form::Form, host::FieldProblem, moment};

/// Two fields for a password that is new: nobody sees what is typed.
fn new_password([label, repeat]: [&'static str; 2], chars: &RangeInclusive<usize>) -> [Field; 2] {
    let hint = format!("{} to {} characters. Passwords that many people use are refused.", chars.start(), chars.end());
    [
        Field::password("password", label, "new-password").required("Choose a password.").hint(hint),
        Field::password("again", repeat, "new-password").required_of_people(),
    ]
}

/// What keeps somebody who types it from signing in with a user name, in the field `username`.
#[must_use]
pub fn hard_to_type(username: &Username) -> Option<FieldProblem> {
    let name = username.as_str();
    let message = if name.trim() != name {
        "The username has space around it, and nobody would sign in with that."
    } else if name.contains(char::is_control) {
        "The username has a line break or another control character, and nobody would sign in with that."
    } else {
        return None;
    };
    Some(FieldProblem::new("username", message))
}

/// The user name that a form chooses for somebody; one that they could sign in with.
fn chosen_username(problems: &mut Vec<FieldProblem>, form: &Form) -> Option<Username> {
    let username = settings::read(problems, "username", Some(Username::try_new(&form.text("username"))))?;
    problems.extend(hard_to_type(&username));
    Some(username)
}

/// The role that a form chooses.
fn chosen_role(problems: &mut Vec<FieldProblem>, form: &Form) -> Option<Role> {
    let role = form.get("role").and_then(|role| role.parse().ok());
    if role.is_none() {
        problems.push(FieldProblem::new("role", "Choose a role."));
    }
    role
}

/// The end of the day that a field names: what ends on a day is there for all of it. Nothing for an empty field.
fn day(problems: &mut Vec<FieldProblem>, form: &Form, name: &str) -> Option<Timestamp> {
    let text = form.filled(name)?;
    let Some(start) = moment::day(text) else {
        problems.push(FieldProblem::new(name, "Give a day, as 2026-12-31."));
        return None;
    };
    Some(Timestamp::from_micros(start.saturating_mul(1_000_000)).plus(Duration::from_hours(24)))
}

/// The last day before a moment, for a field: the other way round.
fn last_day(end: Timestamp) -> String {
    last(end).day
}

/// The last second before a moment from which on something is over, as lists show it.
fn last(end: Timestamp) -> moment::Moment {
    moment::Moment::new(end.seconds().saturating_sub(1))
}

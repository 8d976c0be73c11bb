//! Why a use-case refuses, in the words of a page. One exhaustive match, so that a new kind of refusal gets its sentence.

use ochre_domain::{
    Error,
    error::{EntryFault, EntryProblem},
    model::MAX_NAMED_KEYS,
    ports::{GateError, StorageError},
};

use crate::host::{FieldProblem, Refusal};

/// Nobody undoes what somebody else has changed without seeing it.
pub(crate) fn changed_meanwhile() -> Refusal {
    let text = "This user was changed meanwhile. Look at what is known now, and save again if yours is right.";
    Refusal::Refused(text.to_owned())
}

/// Entries of a list that are told; the rest is counted.
const MAX_ENTRIES: usize = 20;

/// What a page says of a refusal. `failed` writes a cause to the log, and tells how it is found there.
pub fn refusal(error: Error, failed: &dyn Fn(&str) -> Refusal) -> Refusal {
    let field = |name: &str, message: &str| Refusal::Fields(vec![FieldProblem::new(name, message)]);
    let not = |why: &str| Refusal::Refused(why.to_owned());
    match error {
        Error::Unauthenticated | Error::InvalidToken | Error::WrongPassword => Refusal::WrongPassword,
        Error::Forbidden => Refusal::Forbidden("Your role does not allow this.".to_owned()),
        Error::PasswordChangeRequired => Refusal::Forbidden("Choose a password of your own first.".to_owned()),
        Error::UserNotFound(_) | Error::UnknownUser(_) => gone("This user"),
        Error::WorkspaceNotFound(_) => gone("This workspace"),
        Error::MembershipNotFound { .. } => not("This person is not a member of the workspace (any more)."),
        Error::SessionNotFound(_) => not("This login has ended already."),
        Error::KeyNotFound(_) => not("This key has ended already."),
        Error::InvitationNotFound(_) => not("This invitation was withdrawn already."),
        Error::TrashNotFound(_) => not("This is not in the trash (any more)."),
        Error::IdentityNotFound(_) => not("This account at a provider is not linked (any more)."),
        Error::UsernameTaken(_) | Error::UsernameInUse(_) => {
            field("username", "Somebody has this user name already. Choose another one.")
        }
        Error::UserIdTaken(_) | Error::ApiKeyTaken | Error::WorkspaceIdTaken(_) => {
            not("The id or the API key is taken. Try again.")
        }
        Error::WorkspaceNameTaken(_) => {
            field("name", "There is a workspace of this name already. Choose another name.")
        }
        Error::AlreadyMember { .. } => field("username", "This person is a member already."),
        Error::UnknownWorkspace(name) => field(
            "workspaces",
            &format!("There is no workspace “{}”. Make it first, or correct the name.", name.as_str()),
        ),
        Error::Entries(problems) => Refusal::Refused(entries(&problems)),
        Error::PlanChanged => not("Somebody else has changed the team meanwhile. Look at the plan once more."),
        Error::UserChanged(_) => changed_meanwhile(),
        Error::OwnAccount(_) => not("This would delete your own account. Name yourself in the file."),
        Error::LastOwner(_) => {
            not("This is the last owner: nobody could manage the server afterwards. Make somebody else an owner first.")
        }
        Error::SamePassword => field("password", "The new password should be another than the one of now."),
        Error::PasswordIsName => field("password", "The password should not be the user name."),
        Error::KeyNameTaken(_) => field("key_name", "You have a key of this name already. Choose another name."),
        Error::TooManyKeys => Refusal::Refused(format!(
            "You have {MAX_NAMED_KEYS} keys, the most that anybody has. End one that is not needed any more."
        )),
        Error::CannotSignIn(_) => not(
            "This user cannot sign in, so the link would be worth nothing. Enable the user, or extend the time, first.",
        ),
        Error::NoPassword(_) => not("This user has no password that could be changed. A reset link gives one."),
        Error::Past(name) => field(name, "Choose a moment to come."),
        Error::DeadLink | Error::NewcomerMissing => Refusal::Gone,
        Error::RestoredNameTaken(name) => {
            Refusal::Refused(format!("The name “{name}” was taken meanwhile. Rename whatever has it, and try again."))
        }
        Error::RestoredIdTaken => not("The id or the API key was taken meanwhile by somebody else."),
        Error::IdentityTaken => {
            Refusal::Forbidden("This account at the provider signs in somebody else already. Ask an owner.".to_owned())
        }
        Error::NoAccess => {
            Refusal::Forbidden("Your account there gives no access here. Ask whoever runs this server.".to_owned())
        }
        Error::NotLinked(_) => {
            Refusal::Forbidden("The account here is not linked to the one at the provider.".to_owned())
        }
        Error::Gate(GateError::Full) => Refusal::Busy,
        Error::Storage(StorageError::Unavailable(cause)) => {
            // Its cause is for the log; people are told to come back.
            let _ = failed(&cause);
            Refusal::Busy
        }
        other @ (Error::Gate(_) | Error::Vault(_) | Error::Storage(_)) => failed(&other.to_string()),
    }
}

fn gone(what: &str) -> Refusal {
    Refusal::Refused(format!("{what} is gone: somebody else has deleted it meanwhile."))
}

fn entries(problems: &[EntryProblem]) -> String {
    let one = |problem: &EntryProblem| match &problem.fault {
        EntryFault::UsernameTaken(name) => format!("“{}” exists already.", name.as_str()),
        EntryFault::UnknownWorkspace(name) => {
            format!("There is no workspace “{}”: make it first, or name it under “workspaces”.", name.as_str())
        }
    };
    let mut told: Vec<_> = problems.iter().map(one).collect();
    told.dedup();
    let more = told.len().saturating_sub(MAX_ENTRIES);
    told.truncate(MAX_ENTRIES);
    if more > 0 {
        told.push(format!("And {more} more."));
    }
    told.join(" ")
}

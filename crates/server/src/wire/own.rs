//! What the calls about the own account, keys, links and the trash say: Ochre's own additions to the API.

use std::time::Duration;

use axum::extract::RawPathParams;
use ochre_domain::{
    model::{
        Email, FirstName, INVITATION_LIFETIME, IdentityId, KeyId, KeyName, KeyScope, LastName, LinkId, LoginSessionId,
        MAX_INVITATION_LIFETIME, MAX_LINK_USES, MAX_RESET_LIFETIME, MIN_LINK_LIFETIME, Password, Subject, SubjectPart,
        Timestamp, TrashId, UserId, Username, WorkspaceName,
    },
    usecase::{DEFAULT_OVERLAP, MAX_OVERLAP, NewInvitation, NewKey, Newcomer, OwnChanges},
};

use super::{
    Fields, Json, Problem, Problems,
    call::{JsonBody, Path, UserPath, path_uuid},
    fields::{moment, text, texts, whole},
};
use crate::security::chosen_password;

macro_rules! id_path {
    ($(#[$doc:meta])* $name:ident, $id:ident, $param:literal) => {
        $(#[$doc])*
        pub(crate) struct $name(pub(crate) $id);

        impl Path for $name {
            fn read(params: &RawPathParams, _: Option<&str>, problems: &mut Problems) -> Option<Self> {
                path_uuid(params, $param, problems).map($id::new).map(Self)
            }
        }
    };
}

id_path!(
    /// `{session_id}`
    SessionPath,
    LoginSessionId,
    "session_id"
);
id_path!(
    /// `{key_id}`
    KeyPath,
    KeyId,
    "key_id"
);
id_path!(
    /// `{identity_id}`
    IdentityPath,
    IdentityId,
    "identity_id"
);
id_path!(
    /// `{invitation_id}`
    InvitationPath,
    LinkId,
    "invitation_id"
);
id_path!(
    /// `{trash_id}`
    TrashPath,
    TrashId,
    "trash_id"
);

/// `{user_id}` and what is the user's.
pub(crate) struct OfUser<P> {
    pub(crate) user: UserId,
    pub(crate) what: P,
}

impl<P: Path> Path for OfUser<P> {
    fn read(params: &RawPathParams, query: Option<&str>, problems: &mut Problems) -> Option<Self> {
        let user = UserPath::read(params, None, problems);
        let what = P::read(params, query, problems);
        Some(Self { user: user?.0, what: what? })
    }
}

impl JsonBody for OwnChanges {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        fields.refuse_nulls(&["first_name"])?;
        let first_name = fields.optional("first_name", text(FirstName::try_new));
        let last_name = fields.optional("last_name", text(LastName::try_new));
        let removes_last_name = fields.is_null("last_name");
        fields.refuse_unknown(&["first_name", "last_name"]);
        let last_name = last_name?.map(Some).or(removes_last_name.then_some(None));
        fields.finish(Self { first_name: first_name?, last_name })
    }
}

/// The passwords of `POST /me/password`.
pub(crate) struct NewPassword {
    pub(crate) current: Password,
    pub(crate) new: Password,
}

impl JsonBody for NewPassword {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        let current = fields.required("current_password", text(|text| Ok(Password::verbatim(text.to_owned()))));
        let new = fields.required("new_password", text(chosen_password));
        Some(Self { current: current?, new: new? })
    }
}

/// How long a replaced key stays valid.
pub(crate) struct Overlap(pub(crate) Duration);

impl JsonBody for Overlap {
    const REQUIRED: bool = false;
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        let seconds = fields.optional("overlap_seconds", whole(0, MAX_OVERLAP.as_secs()))?;
        fields.refuse_unknown(&["overlap_seconds"]);
        fields.finish(Self(seconds.map_or(DEFAULT_OVERLAP, Duration::from_secs)))
    }
}

/// The scopes of a key; what they are is told where one of them is none.
fn scopes(value: &Json) -> Result<Vec<KeyScope>, Problem> {
    let unknown = || Problem::Own("enum", "Input should be a list of 'read', 'annotate' or 'manage'".to_owned());
    let Json::List(items) = value else { return Err(Problem::NotAList) };
    let scope = |item: &Json| match item {
        Json::Text(text) => text.parse().map_err(|_| unknown()),
        _ => Err(unknown()),
    };
    let scopes: Vec<_> = items.iter().map(scope).collect::<Result<_, _>>()?;
    if scopes.is_empty() {
        let message = "List should have at least 1 item after validation, not 0";
        return Err(Problem::Own("too_short", message.to_owned()));
    }
    Ok(scopes)
}

impl JsonBody for NewKey {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        let name = fields.required("name", text(KeyName::try_new));
        let scopes = fields.required("scopes", scopes);
        let workspaces = fields.optional("workspaces", texts(WorkspaceName::try_new));
        let expires_at = fields.optional("expires_at", moment);
        // A limit that is misspelt would be none.
        fields.refuse_unknown(&["name", "scopes", "workspaces", "expires_at"]);
        let names = |names: Vec<WorkspaceName>| names.into_iter().map(WorkspaceName::into_string).collect();
        fields.finish(Self {
            name: name?,
            scopes: scopes?.into_iter().collect(),
            workspaces: workspaces?.map(names),
            expires_at: expires_at?,
        })
    }
}

/// A link for a new password to be made.
pub(crate) struct NewResetLink {
    pub(crate) lifetime: Option<Duration>,
    pub(crate) email: Option<Email>,
}

impl JsonBody for NewResetLink {
    const REQUIRED: bool = false;
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        let lifetime = fields.optional("expires_in", whole(MIN_LINK_LIFETIME.as_secs(), MAX_RESET_LIFETIME.as_secs()));
        let email = fields.optional("email", text(Email::try_new));
        fields.refuse_unknown(&["expires_in", "email"]);
        fields.finish(Self { lifetime: lifetime?.map(Duration::from_secs), email: email? })
    }
}

/// An invitation to be made.
pub(crate) struct InvitationBody {
    pub(crate) invitation: NewInvitation,
    pub(crate) email: Option<Email>,
}

impl JsonBody for InvitationBody {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        let role = fields.required_role("role");
        let workspaces = fields.optional("workspaces", texts(WorkspaceName::try_new));
        let max_uses = fields.optional("max_uses", whole(1, u64::from(MAX_LINK_USES)));
        let lifetime =
            fields.optional("expires_in", whole(MIN_LINK_LIFETIME.as_secs(), MAX_INVITATION_LIFETIME.as_secs()));
        let email = fields.optional("email", text(Email::try_new));
        fields.refuse_unknown(&["role", "workspaces", "max_uses", "expires_in", "email"]);
        let invitation = NewInvitation {
            role: role?,
            workspaces: workspaces?.unwrap_or_default(),
            max_uses: max_uses?.and_then(|uses| u32::try_from(uses).ok()).unwrap_or(1),
            lifetime: Some(lifetime?.map_or(INVITATION_LIFETIME, Duration::from_secs)),
        };
        fields.finish(Self { invitation, email: email? })
    }
}

/// What whoever holds a link says to use it.
pub(crate) struct Redemption {
    pub(crate) newcomer: Option<Newcomer>,
    pub(crate) password: Password,
}

impl JsonBody for Redemption {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        let username = fields.optional("username", text(Username::try_new));
        let first_name = fields.optional("first_name", text(FirstName::try_new));
        let last_name = fields.optional("last_name", text(LastName::try_new));
        let password = fields.required("password", text(chosen_password));
        let (first_name, last_name) = (first_name?, last_name?);
        let newcomer = username?.map(|username| Newcomer { username, first_name, last_name });
        Some(Self { newcomer, password: password? })
    }
}

impl JsonBody for Subject {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        let plain = |text: &str| Ok(text.to_owned());
        let issuer = fields.required("issuer", text(plain));
        let subject = fields.required("subject", text(plain));
        match Self::try_new(&issuer?, &subject?) {
            Ok(who) => Some(who),
            Err((part, error)) => {
                let key = match part {
                    SubjectPart::Issuer => "issuer",
                    SubjectPart::Subject => "subject",
                };
                problems.push(error.into(), "body", Some(key));
                None
            }
        }
    }
}

/// The new name of a workspace.
impl JsonBody for WorkspaceName {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        Fields::of(body, problems)?.required("name", text(WorkspaceName::try_new))
    }
}

/// A new member, for ever or until a moment.
pub(crate) struct NewMember {
    pub(crate) user: UserId,
    pub(crate) until: Option<Timestamp>,
}

impl JsonBody for NewMember {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        let user = fields.required("user_id", super::fields::uuid).map(UserId::new);
        let until = fields.optional("active_until", moment);
        Some(Self { user: user?, until: until? })
    }
}

/// When a membership ends.
pub(crate) struct MemberEnd(pub(crate) Option<Timestamp>);

impl JsonBody for MemberEnd {
    fn read(body: &Json, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(body, problems)?;
        if fields.is_null("active_until") {
            return Some(Self(None));
        }
        fields.required("active_until", moment).map(Some).map(Self)
    }
}

//! A team that is not easy to show: many people, long names, names from right to left, people who left.

use ochre_client::{
    Client, Existing, InvitationCreate, KeyCreate, KeyScope, LinkRedeem, ResetLinkCreate, Role, TeamUser, UserCreate,
};

pub(crate) const PASSWORD: &str = "a password of one's own, 42";
/// The key of a new server's owner.
pub(crate) const KEY: &str = "argilla.apikey";
pub(crate) const PEOPLE: usize = 10_000;
const LONG: &str = "Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüsselanhängerannotierungsprojekt";
const RIGHT_TO_LEFT: &str = "مشروع التعليقات التوضيحية";

/// What was made, where pages need it.
pub(crate) struct Team {
    pub(crate) papers: String,
    pub(crate) long_workspace: String,
    pub(crate) empty_workspace: String,
    pub(crate) ada: String,
    pub(crate) long_user: String,
    pub(crate) right_to_left: String,
    pub(crate) trashed: String,
    pub(crate) invitation: String,
    pub(crate) reset: String,
}

/// Makes it.
pub(crate) async fn make(base: &str) -> anyhow::Result<Team> {
    let owner = Client::builder(base).api_key(KEY).build()?;
    let papers = owner.workspaces().create("papers").await?;
    let long_workspace = owner.workspaces().create(LONG).await?;
    let empty = owner.workspaces().create(RIGHT_TO_LEFT).await?;
    for number in 1..=60 {
        owner.workspaces().create(&format!("reviews {number:02}")).await?;
    }
    let create = async |user: UserCreate| owner.users().create(&user).await;
    let ada =
        create(UserCreate::new("ada", PASSWORD).first_name("Ada").last_name("Lovelace").role(Role::Admin)).await?;
    let ann = create(UserCreate::new("ann", PASSWORD).first_name("Ann").last_name("Annotator")).await?;
    let long = UserCreate::new(format!("{LONG}@example.org"), PASSWORD)
        .first_name("Maximilian-Alexander-Ferdinand")
        .last_name("Hohenlohe-Waldenburg-Schillingsfürst-von-und-zu-Liechtenstein");
    let long = create(long).await?;
    let other = UserCreate::new("عبد الرحمن", PASSWORD).first_name("عبد الرحمن").last_name("بن خلدون الحضرمي");
    let other = create(other).await?;
    for user in [ada.id, ann.id, long.id, other.id] {
        papers.add_user(user).await?;
        long_workspace.add_user(user).await?;
    }
    for number in 1..=20 {
        let name = format!("reviews {number:02}");
        if let Some(workspace) = owner.workspaces().find(&name).await? {
            workspace.add_user(long.id).await?;
        }
    }
    let many = (1..=PEOPLE - 8).map(|number| TeamUser {
        username: format!("person-{number:05}"),
        first_name: Some(format!("Person {number}")),
        workspaces: Some(vec!["papers".to_owned()]),
        ..TeamUser::default()
    });
    let many: Vec<_> = many.collect();
    for part in many.chunks(2500) {
        owner.users().create_many(part.to_vec(), Existing::Refuse).await?;
    }
    if let Some(left) = owner.users().find("person-00002").await? {
        left.disable().await?;
    }
    let reset = ada.create_reset_link(&ResetLinkCreate::default()).await?;
    let own = Client::builder(base).api_key(&ada.api_key).build()?;
    own.account().create_key(&KeyCreate::new("nightly export", [KeyScope::Read])).await?;
    own.account().create_key(&KeyCreate::new(LONG.chars().take(60).collect::<String>(), [KeyScope::Annotate])).await?;
    owner.account().create_key(&KeyCreate::new("backup", [KeyScope::Read, KeyScope::Manage])).await?;
    let invite = InvitationCreate { max_uses: Some(20), ..InvitationCreate::new(Role::Annotator) };
    let invite = InvitationCreate { workspaces: vec!["papers".to_owned(), LONG.to_owned()], ..invite };
    let invitation = owner.invitations().create(&invite).await?;
    let eve = LinkRedeem {
        username: Some("eve".to_owned()),
        first_name: Some("Eve".to_owned()),
        password: PASSWORD.to_owned(),
        ..LinkRedeem::default()
    };
    owner.links().redeem(&invitation.url, &eve).await?;
    let gone = create(UserCreate::new(format!("gone-{LONG}"), PASSWORD)).await?;
    papers.add_user(gone.id).await?;
    gone.delete().await?;
    let trashed = owner.trash().list().await?;
    let trashed = trashed.first().map(|entry| entry.id.to_string()).unwrap_or_default();
    Ok(Team {
        papers: papers.id.to_string(),
        long_workspace: long_workspace.id.to_string(),
        empty_workspace: empty.id.to_string(),
        ada: ada.id.to_string(),
        long_user: long.id.to_string(),
        right_to_left: other.id.to_string(),
        trashed,
        invitation: invitation.url,
        reset: reset.url,
    })
}

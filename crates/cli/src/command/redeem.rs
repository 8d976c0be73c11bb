//! `ochre links`: what whoever holds a link can do with it.

use ochre_client::{Client, Error, Link, LinkKind, LinkRedeem, Links};

use super::{Context, account::warn_of_plain_http, any_client, ochre_only, refuse_empty};
use crate::{
    args::{self, Global, UseLink},
    console::{Talk, ask, ask_secret, check_password, is_interactive, new_password, secret_from_stdin, two_from_stdin},
    failure::Failure,
    output,
};

pub(crate) async fn run(global: &Global, command: args::Links) -> anyhow::Result<()> {
    let (text, password) = match &command {
        args::Links::Use(UseLink { link, password, .. }) if link == "-" && password.password_stdin => {
            let (link, password) = two_from_stdin(["link", "password"])?;
            (link, Some(password))
        }
        args::Links::Show { link } | args::Links::Use(UseLink { link, .. }) => (given(link)?, None),
    };
    let (server, token) = parts(&text)?;
    let client = match server {
        Some(server) if global.url.is_none() => Client::builder(server).build()?,
        _ => any_client(global)?.0,
    };
    let context = Context { client, key: None, format: global.output, talk: Talk { quiet: global.quiet } };
    let outcome = match command {
        args::Links::Show { .. } => show(&context, token).await,
        args::Links::Use(asked) => redeem(&context, token, asked, password).await,
    };
    match ochre_only::explained(&context, outcome).await {
        Err(error) if is_dead(&error) => {
            let why = "this link is worth nothing: it was used, has ended or was withdrawn, or it is not whole; ask whoever sent it \
                       for another one";
            Err(Failure::NotFound(why.to_owned()).into())
        }
        outcome => outcome,
    }
}

/// The link that an argument stands for.
fn given(link: &str) -> anyhow::Result<String> {
    match link {
        // Typed, it is not shown.
        "-" if is_interactive() => ask_secret("Link", ""),
        "-" => secret_from_stdin("link"),
        link => Ok(link.to_owned()),
    }
}

/// The server of a link, where its whole address is given, and its token. What is wrong is told without the link, which is a secret.
fn parts(link: &str) -> Result<(Option<&str>, &str), Failure> {
    let no_link = || {
        let why =
            "this is no link: it should be a whole address, as http://localhost:6900/links/TOKEN, or its token alone";
        Failure::Usage(why.to_owned())
    };
    match Links::split(link) {
        (_, "") => Err(no_link()),
        (None, token) => Ok((None, token)),
        (Some(before), token) => Ok((Some(before.strip_suffix("/links").ok_or_else(no_link)?), token)),
    }
}

/// Whether a server of the API, and no other one, says that there is no such link.
fn is_dead(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(Error::Refused(refusal)) if refusal.status == 404)
}

async fn show(context: &Context, token: &str) -> anyhow::Result<()> {
    let link = context.client.links().get(token).await?;
    output::record(context.format, &link)
}

async fn redeem(context: &Context, token: &str, asked: UseLink, password: Option<String>) -> anyhow::Result<()> {
    let Context { client, talk, .. } = context;
    // Before anybody types a secret.
    warn_of_plain_http(*talk, client.url());
    let link = client.links().get(token).await?;
    let UseLink { username, first_name, last_name, password: source, .. } = asked;
    let with = match link.kind {
        LinkKind::Invitation => {
            talk.say(&format!("This link makes an account ({}).", account_of(&link)));
            let username = match username {
                Some(username) => username,
                None if is_interactive() => ask("User name", None)?,
                None => {
                    let why = "nobody can be asked for the name of the new user here; --username gives it";
                    return Err(Failure::Usage(why.to_owned()).into());
                }
            };
            refuse_empty(&username, "user")?;
            LinkRedeem { username: Some(username), first_name, last_name, password: String::new() }
        }
        LinkKind::Reset => {
            let whose = link.username.as_deref().unwrap_or_default();
            if username.is_some() || first_name.is_some() || last_name.is_some() {
                let why = format!("this link sets another password for {whose}: it takes no names");
                return Err(Failure::Usage(why).into());
            }
            talk.say(&format!("This link sets another password for {whose}."));
            LinkRedeem::default()
        }
    };
    let password = match password {
        Some(password) => password,
        None => new_password(&source)?,
    };
    if let Err(problem) = check_password(&password) {
        return Err(Failure::Input(format!("the password {problem}")).into());
    }
    let with = LinkRedeem { password, ..with };
    match client.links().redeem(token, &with).await {
        Ok(Some(user)) => {
            let url = client.url().trim_end_matches('/');
            talk.say(&format!("The account is made; ochre login --url {url} signs in."));
            output::one(context.format, &user)
        }
        Ok(None) => {
            let whose = link.username.unwrap_or_default();
            talk.say(&format!("{whose} has a new password, and is signed out everywhere."));
            Ok(())
        }
        Err(error) if error.is_conflict() => {
            let name = with.username.unwrap_or_default();
            let why = format!("the user name {name:?} is taken; choose another one, the link is still good");
            Err(Failure::Exists(why).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// What the account is that an invitation makes.
fn account_of(link: &Link) -> String {
    let role = link.role.map(|role| role.to_string()).unwrap_or_default();
    if link.workspaces.is_empty() { role } else { format!("{role} in {}", link.workspaces.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_an_address_or_its_token() {
        for (link, server) in [
            ("ochl_x", None),
            (" ochl_x\n", None),
            ("https://ochre.example/links/ochl_x", Some("https://ochre.example")),
            ("http://localhost:6900/ochre/links/ochl_x/\n", Some("http://localhost:6900/ochre")),
            ("https://ochre.example/links/links/ochl_x", Some("https://ochre.example/links")),
            ("https://ochre.example/links/ochl_x?from=mail/links/y#top", Some("https://ochre.example")),
        ] {
            assert_eq!(parts(link).unwrap(), (server, "ochl_x"), "{link:?}");
        }
    }

    #[test]
    fn what_is_no_link_is_told_without_it() {
        for link in
            ["", " ", "?ochl_s3cret", "https://ochre.example/links/", "https://ochre.example/invite/ochl_s3cret"]
        {
            let why = parts(link).unwrap_err();
            assert!(matches!(why, Failure::Usage(_)) && !why.to_string().contains("s3cret"), "{link:?}: {why}");
        }
    }
}

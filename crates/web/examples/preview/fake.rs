//! A server that is made up: it remembers nothing, and what it says depends on names. For the preview and for the tests.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use http::{HeaderMap, HeaderValue, header, request::Parts};
use ochre_web::{
    About, Cookies, Departure, FieldProblem, Finished, Host, LinkView, PasswordState, Provider, RedeemForm, Refusal,
    Secret, SignedIn, Visitor,
};

/// The password of everybody.
pub(crate) const PASSWORD: &str = "12345678";
/// A name that would be a script if nobody escaped it.
pub(crate) const SCRIPT: &str = "<script>alert(\"1\")</script>'";

/// The server.
pub(crate) struct Fake {
    /// Begins and ends with a slash.
    pub(crate) prefix: &'static str,
    /// What it was asked to do, in order.
    pub(crate) done: Mutex<Vec<String>>,
}

impl Default for Fake {
    fn default() -> Self {
        Self { prefix: "/", done: Mutex::default() }
    }
}

impl Fake {
    fn note(&self, what: String) {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    /// Refuses by name, so that every refusal can be had.
    fn refuse(name: &str) -> Result<(), Refusal> {
        Err(match name {
            "throttled" => Refusal::Throttled { seconds: 120 },
            "busy" => Refusal::Busy,
            "failed" => Refusal::Failed { request_id: "0198c0de".to_owned() },
            "forbidden" => Refusal::Forbidden("Your account ended on 1 March.".to_owned()),
            "gone" | "dead" => Refusal::Gone,
            "nobody" => Refusal::NotFound,
            "broken" => Refusal::ProviderFailed,
            _ => return Ok(()),
        })
    }
}

/// The session is the user's name.
fn session(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies.split("; ").find_map(|cookie| cookie.strip_prefix("session=")).filter(|name| !name.is_empty())
}

fn cookie(name: &str) -> Cookies {
    HeaderValue::try_from(format!("session={name}; Path=/; HttpOnly; SameSite=Lax")).into_iter().collect()
}

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn person(username: &str) -> Visitor {
    let password = match username {
        "must" => PasswordState::MustChange,
        "guest" => PasswordState::None,
        _ => PasswordState::Set,
    };
    let username = match username {
        "script" => SCRIPT,
        "long" => "donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft",
        other => other,
    };
    Visitor { username: username.to_owned(), password }
}

#[async_trait]
impl Host for Fake {
    fn about(&self) -> About {
        About { version: "0.1.0".to_owned(), password_chars: 8..=100 }
    }

    fn prefix(&self, _: &Parts) -> String {
        self.prefix.to_owned()
    }

    fn address(&self, request: &Parts) -> String {
        let host = request.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost:6900");
        format!("http://{host}{}", self.prefix.trim_end_matches('/'))
    }

    fn may_lose_cookies(&self, _: &Parts) -> bool {
        false
    }

    fn csrf(&self, request: &Parts) -> String {
        format!("token-of-{}", session(&request.headers).unwrap_or("nobody"))
    }

    fn csrf_ok(&self, request: &Parts, token: &str) -> bool {
        token == self.csrf(request)
    }

    async fn visitor(&self, request: &Parts) -> Result<Option<Visitor>, Refusal> {
        let Some(name) = session(&request.headers) else { return Ok(None) };
        Self::refuse(name)?;
        Ok(Some(person(name)))
    }

    async fn sign_in(&self, _: &Parts, username: &str, password: &Secret) -> Result<Cookies, Refusal> {
        Self::refuse(username)?;
        self.note(format!("sign in {username}"));
        if password.expose() == PASSWORD { Ok(cookie(username)) } else { Err(Refusal::WrongPassword) }
    }

    async fn sign_out(&self, request: &Parts) -> Result<Cookies, Refusal> {
        self.note(format!("sign out {:?}", session(&request.headers)));
        Ok(cookie(""))
    }

    fn providers(&self) -> Vec<Provider> {
        let provider = |name: &str, label: &str| Provider { name: name.to_owned(), label: label.to_owned() };
        vec![provider("hub", "Hugging Face"), provider("company", "Universitätsrechenzentrum")]
    }

    async fn begin(&self, _: &Parts, provider: &str, next: Option<&str>) -> Result<Departure, Refusal> {
        if self.providers().iter().all(|known| known.name != provider) {
            return Err(Refusal::NotFound);
        }
        self.note(format!("begin {provider} {next:?}"));
        let address = "https://provider.example/authorize?state=s".to_owned();
        Ok(Departure { address, cookies: vec![HeaderValue::from_static("state=s; Path=/; HttpOnly")] })
    }

    async fn finish(&self, request: &Parts, _: &str) -> Result<Finished, Refusal> {
        let query: HashMap<String, String> =
            serde_urlencoded::from_str(request.uri.query().unwrap_or_default()).unwrap_or_default();
        let code = query.get("code").map(String::as_str).unwrap_or_default();
        let next = query.get("then").cloned();
        let cookies = cookie("ada");
        match code {
            "taken" => Ok(Finished::NotLinked { username: "ada".to_owned(), cookies: vec![] }),
            "script" => Ok(Finished::NotLinked { username: SCRIPT.to_owned(), cookies: vec![] }),
            "denied" => Err(Refusal::Forbidden(
                "Your account at Hugging Face gives no access here: it is in none of the organisations that may come in. \
                 Ask an owner of this server."
                    .to_owned(),
            )),
            other => Self::refuse(other).map(|()| Finished::SignedIn(SignedIn { cookies, next })),
        }
    }

    async fn link_by_password(&self, _: &Parts, provider: &str, password: &Secret) -> Result<SignedIn, Refusal> {
        Self::refuse(password.expose())?;
        self.note(format!("link {provider}"));
        match password.expose() {
            PASSWORD => Ok(SignedIn { cookies: cookie("ada"), next: Some("/password".to_owned()) }),
            _ => Err(Refusal::WrongPassword),
        }
    }

    async fn link(&self, _: &Parts, token: &str) -> Result<LinkView, Refusal> {
        Self::refuse(token)?;
        let (role, expires_at) = ("annotator".to_owned(), 1_772_719_620);
        let workspaces = texts(&["papers", "reviews-2026", "القرويين"]);
        match token {
            "invitation" => Ok(LinkView::Invitation { role, workspaces, expires_at }),
            "script" => Ok(LinkView::Invitation { role: SCRIPT.to_owned(), workspaces: texts(&[SCRIPT]), expires_at }),
            "reset" => Ok(LinkView::Reset { username: "فاطمة".to_owned(), expires_at }),
            "reset-script" => Ok(LinkView::Reset { username: SCRIPT.to_owned(), expires_at }),
            _ => Err(Refusal::Gone),
        }
    }

    async fn redeem(&self, _: &Parts, token: &str, form: RedeemForm) -> Result<(), Refusal> {
        match &form {
            RedeemForm::Invitation(new) if new.username == "ada" => {
                let known = FieldProblem::new("username", "Somebody has this username. Choose another one.");
                return Err(Refusal::Fields(vec![
                    known,
                    FieldProblem::of("password", &"should have at least 8 characters"),
                ]));
            }
            RedeemForm::Invitation(new) => Self::refuse(&new.username)?,
            RedeemForm::Reset { password } => Self::refuse(password.expose())?,
        }
        self.note(format!("redeem {token} {form:?}"));
        Ok(())
    }

    async fn change_password(&self, request: &Parts, current: &Secret, new: &Secret) -> Result<(), Refusal> {
        Self::refuse(new.expose())?;
        if current.expose() != PASSWORD {
            return Err(Refusal::WrongPassword);
        }
        self.note(format!("change the password of {}", session(&request.headers).unwrap_or_default()));
        Ok(())
    }
}

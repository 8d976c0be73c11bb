//! A browser without a screen: it keeps cookies and shows redirects.

use std::collections::BTreeMap;

use reqwest::{
    Client, Method, Response, StatusCode, Url,
    header::{COOKIE, LOCATION, SET_COOKIE},
};

/// Cookies by host and port, which real browsers do not tell apart: what must not travel does not.
#[derive(Default)]
pub(crate) struct Browser {
    client: Option<Client>,
    cookies: BTreeMap<(String, String), String>,
}

/// A page, or a redirect.
pub(crate) struct Page {
    pub(crate) url: Url,
    pub(crate) status: StatusCode,
    pub(crate) location: Option<Url>,
    pub(crate) text: String,
}

impl Page {
    /// The first address with this part in it that a form is sent to (`action`) or a link leads to (`href`).
    pub(crate) fn address(&self, attribute: &str, part: &str) -> String {
        let before = format!("{attribute}=\"");
        let mut addresses = self.text.split(&before).skip(1).filter_map(|rest| rest.split('"').next());
        let found = addresses.find(|address| address.contains(part));
        found.unwrap_or_else(|| panic!("no {attribute} with {part} in {}", self.text)).replace("&#38;", "&")
    }
}

impl Browser {
    pub(crate) fn new() -> Self {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { client: Some(client), cookies: BTreeMap::new() }
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|((_, known), _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Sets a cookie for a page's origin.
    pub(crate) fn set_cookie(&mut self, url: &str, name: &str, value: &str) {
        self.cookies.insert((origin(&url.parse().unwrap()), name.to_owned()), value.to_owned());
    }

    pub(crate) async fn get(&mut self, url: &str) -> Page {
        self.send(Method::GET, url.parse().unwrap(), None).await
    }

    /// Posts a form with the token that the page before carries.
    pub(crate) async fn submit(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let url = page.url.join(action).unwrap();
        let csrf = hidden(&page.text, "csrf").expect("a form with a token");
        let mut form: Vec<_> = fields.to_vec();
        form.push(("csrf", &csrf));
        self.send(Method::POST, url, Some(&form)).await
    }

    /// Follows redirects until there is a page, or one leads to an address that begins with `until`.
    pub(crate) async fn follow(&mut self, url: &str, until: &str) -> Page {
        let mut page = self.get(url).await;
        for _ in 0..20 {
            match &page.location {
                Some(next) if !next.as_str().starts_with(until) => {
                    let next = next.clone();
                    page = self.send(Method::GET, next, None).await;
                }
                _ => return page,
            }
        }
        panic!("redirects without an end at {}", page.url)
    }

    async fn send(&mut self, method: Method, url: Url, form: Option<&[(&str, &str)]>) -> Page {
        let client = self.client.as_ref().unwrap();
        let here = origin(&url);
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .filter(|((host, _), _)| *host == here)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let mut request = client.request(method, url.clone());
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        if let Some(form) = form {
            request = request.header("Sec-Fetch-Site", "same-origin").form(form);
        }
        let answer = request.send().await.unwrap();
        self.keep(&here, &answer);
        let location = answer.headers().get(LOCATION).map(|to| url.join(to.to_str().unwrap()).unwrap());
        Page { status: answer.status(), location, text: answer.text().await.unwrap(), url }
    }

    fn keep(&mut self, here: &str, answer: &Response) {
        for line in answer.headers().get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            let key = (here.to_owned(), name.to_owned());
            if line.contains("Max-Age=0") || value.is_empty() {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
    }
}

fn origin(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

/// The value of a hidden field.
fn hidden(html: &str, name: &str) -> Option<String> {
    let field = html.split("<input").find(|field| field.contains(&format!("name=\"{name}\"")))?;
    let (_, rest) = field.split_once("value=\"")?;
    rest.split('"').next().map(str::to_owned)
}

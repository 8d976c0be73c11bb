//! The commands and the calls that pages show: each is one that there is.

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

/// The paths and methods of the API.
pub(crate) struct Calls(Value);

impl Calls {
    /// `openapi` is the server's own description.
    pub(crate) fn new(openapi: Value) -> Self {
        Self(openapi)
    }

    /// A block of commands, a line each, or of calls of `curl`.
    pub(crate) fn check(&self, block: &str) -> anyhow::Result<()> {
        let joined = block.replace("\\\n", " ");
        for line in joined.lines().filter(|line| !line.trim().is_empty()) {
            let words = shlex::split(line).with_context(|| format!("a shell does not take {line:?}"))?;
            match words.first().map(String::as_str) {
                Some("ochre") => command(&words)?,
                Some("curl") => self.call(&words).with_context(|| line.to_owned())?,
                _ => bail!("neither a command nor a call: {line:?}"),
            }
        }
        Ok(())
    }

    fn call(&self, words: &[String]) -> anyhow::Result<()> {
        let [_, flag, method, url, ..] = words else { bail!("a call without a method and an address") };
        ensure!(flag == "-X", "the method is missing");
        let (_, path) = url.split_once("/api/v1/").context("not an address of the API")?;
        let path = path.split('?').next().unwrap_or_default();
        let paths = self.0["paths"].as_object().context("the description has no paths")?;
        let known = paths.iter().any(|(template, methods)| {
            matches(template.trim_start_matches("/api/v1/"), path) && methods.get(method.to_lowercase()).is_some()
        });
        ensure!(known, "the API has no {method} {path}");
        for pair in words.windows(2).filter(|pair| pair[0] == "-d" && !pair[1].contains('=')) {
            serde_json::from_str::<Value>(&pair[1]).context("the body is no JSON")?;
        }
        Ok(())
    }
}

fn command(words: &[String]) -> anyhow::Result<()> {
    match ochre_cli::command().try_get_matches_from(words) {
        Ok(_) => Ok(()),
        Err(error) => bail!("{}: {error}", words.join(" ")),
    }
}

fn matches(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(path).all(|(expected, part)| expected.starts_with('{') || *expected == part)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_does_not_exist_is_found() {
        let calls = Calls::new(json!({"paths": {"/api/v1/users/{user_id}": {"delete": {}}}}));
        calls.check("ochre users delete ada --yes\nochre users delete bob").unwrap();
        calls.check("curl -X DELETE http://x/api/v1/users/1 \\\n  -H 'a: b' \\\n  -d '{\"a\": 1}'").unwrap();
        for wrong in [
            "ochre users remove ada",
            "ochre users delete ada --not-a-flag",
            "curl -X POST http://x/api/v1/users/1",
            "curl -X DELETE http://x/api/v1/users/1/more",
            "curl -X DELETE http://x/api/v1/users/1 -d '{'",
            "rm 'x",
        ] {
            assert!(calls.check(wrong).is_err(), "{wrong}");
        }
    }
}

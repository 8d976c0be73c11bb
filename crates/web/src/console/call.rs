//! What a form does, as a command and as a call of the API: whoever has done it here can do it in a script.

use serde_json::Value;

/// The same thing twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) command: String,
    pub(crate) curl: String,
}

impl Call {
    /// `words` is the command without its name, `path` is below `/api/v1/`.
    pub(crate) fn new(address: &str, words: &[&str], method: &str, path: &str, body: Option<Value>) -> Self {
        let command = std::iter::once("ochre").chain(words.iter().copied()).map(quoted).collect::<Vec<_>>().join(" ");
        let url = quoted(&format!("{address}/api/v1/{path}"));
        let curl = format!("curl -X {method} {url} \\\n  -H \"X-Argilla-Api-Key: $OCHRE_API_KEY\"");
        let curl = match body {
            Some(body) => {
                let body = quoted(&body.to_string());
                format!("{curl} \\\n  -H 'Content-Type: application/json' \\\n  -d {body}")
            }
            None => curl,
        };
        Self { command, curl }
    }

    /// What another button of the same form does.
    #[must_use]
    pub(crate) fn and(self, other: &Self) -> Self {
        let joined = |first: String, second: &str| format!("{first}\n{second}");
        Self { command: joined(self.command, &other.command), curl: joined(self.curl, &other.curl) }
    }
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    // Control characters would do something in a terminal where it is pasted.
    let shown: String = word.chars().filter(|c| !c.is_control()).collect();
    format!("'{}'", shown.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_stay_one_word_in_a_shell() {
        let call = Call::new(
            "https://ochre.example",
            &["users", "create", "o'hara $(id)", "--role", "admin"],
            "POST",
            "users",
            Some(json!({"username": "o'hara $(id)"})),
        );
        assert_eq!(call.command, r"ochre users create 'o'\''hara $(id)' --role admin");
        assert!(call.curl.ends_with(r#"-d '{"username":"o'\''hara $(id)"}'"#), "{}", call.curl);
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("a\u{1b}[2Jb"), "'a[2Jb'");
    }
}

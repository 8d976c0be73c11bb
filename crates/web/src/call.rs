//! What a form does, as a command and as a call of the API: whoever has done it here can do it in a script.

use serde_json::Value;

/// The same thing twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) command: String,
    pub(crate) curl: String,
}

impl Call {
    /// `words` is the command without its name: after a word `--` come names that people chose, which may begin with a dash. `path`
    /// is below `/api/v1/`.
    pub(crate) fn new(address: &str, words: &[&str], method: &str, path: &str, body: Option<Value>) -> Self {
        let mut options = vec!["-H \"X-Argilla-Api-Key: $OCHRE_API_KEY\"".to_owned()];
        if let Some(body) = body {
            options.extend(json(&body));
        }
        Self::of(words, method, &quoted(&format!("{address}/api/v1/{path}")), options)
    }

    /// Of a call that nobody need be signed in for. Pages for strangers name no address at all: a variable stands for it.
    pub(crate) fn open(words: &[&str], path: &str, body: &Value) -> Self {
        Self::of(words, "POST", &variable(path), json(body))
    }

    /// Signing in, which sends what a form sends.
    pub(crate) fn sign_in() -> Self {
        let words = ["login", "--username", "NAME"];
        let data = ["-d username=NAME", "-d password=PASSWORD"].map(str::to_owned);
        Self::of(&words, "POST", &variable("token"), data)
    }

    /// `url` is a word for a shell.
    fn of(words: &[&str], method: &str, url: &str, options: impl IntoIterator<Item = String>) -> Self {
        let command = command(words);
        let lines = std::iter::once(format!("curl -X {method} {url}")).chain(options);
        let curl = lines.collect::<Vec<_>>().join(" \\\n  ");
        Self { command, curl }
    }

    /// A command that makes the same call as often as there is something to call it for.
    #[must_use]
    pub(crate) fn for_all(self, words: &[&str]) -> Self {
        Self { command: format!("{}\n{}", self.command, command(words)), ..self }
    }

    /// What another button of the same form does.
    #[must_use]
    pub(crate) fn and(self, other: &Self) -> Self {
        let joined = |first: String, second: &str| format!("{first}\n{second}");
        Self { command: joined(self.command, &other.command), curl: joined(self.curl, &other.curl) }
    }
}

/// A command in which only names that need it are set apart.
fn command(words: &[&str]) -> String {
    let mut parts = words.splitn(2, |word| *word == "--");
    let (own, names) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let apart = names.iter().any(|name| name.starts_with('-')).then_some("--");
    let all = std::iter::once("ochre").chain(own.iter().copied()).chain(apart).chain(names.iter().copied());
    all.map(quoted).collect::<Vec<_>>().join(" ")
}

/// An option with a value that people chose, which may begin with a dash.
pub(crate) fn option(flag: &str, value: &str) -> Vec<String> {
    if value.starts_with('-') { vec![format!("{flag}={value}")] } else { vec![flag.to_owned(), value.to_owned()] }
}

/// An address of the server that the command `ochre` asks as well.
fn variable(path: &str) -> String {
    format!("\"$OCHRE_API_URL/api/v1/{path}\"")
}

/// The options of `curl` that send a body.
fn json(body: &Value) -> [String; 2] {
    ["-H 'Content-Type: application/json'".to_owned(), format!("-d {}", quoted(&body.to_string()))]
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    if !word.contains(char::is_control) {
        return format!("'{}'", word.replace('\'', "'\\''"));
    }
    // They would do something in a terminal where it is pasted. This way of writing them is that of POSIX since 2024.
    let mut text = String::from("$'");
    for character in word.chars() {
        match character {
            '\\' | '\'' => text.extend(['\\', character]),
            character if character.is_control() => {
                let mut bytes = [0; 4];
                for byte in character.encode_utf8(&mut bytes).bytes() {
                    // Three digits each, so that what follows is no part of it.
                    text.extend(format!("\\{byte:03o}").chars());
                }
            }
            character => text.push(character),
        }
    }
    text.push('\'');
    text
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
        assert_eq!(quoted("a\u{1b}[2J'\\b\u{85}1"), r"$'a\033[2J\'\\b\302\2051'");
    }

    #[test]
    fn names_are_no_options() {
        let command = |words: &[&str]| Call::new("https://ochre.example", words, "GET", "users", None).command;
        assert_eq!(command(&["users", "delete", "--yes", "--", "ada"]), "ochre users delete --yes ada");
        assert_eq!(
            command(&["users", "delete", "--yes", "--", "ada", "--yes"]),
            "ochre users delete --yes -- ada --yes"
        );
        assert_eq!(command(&["users", "delete", "--yes", "--", "--"]), "ochre users delete --yes -- --");
        assert_eq!(option("--search", "a"), ["--search", "a"]);
        assert_eq!(option("--search", "-a"), ["--search=-a"]);
    }
}

//! How much of what others wrote a message shows.

/// Entries of a list in a message; the rest is counted.
pub(crate) const MAX_LISTED: usize = 20;
/// Characters of a value that are quoted.
pub(crate) const MAX_QUOTED: usize = 80;

/// A value for a message: in quotes, without what confuses a terminal, at most [`MAX_QUOTED`] characters of it.
pub(crate) fn quote(value: &str) -> String {
    let cut: String = value.chars().take(MAX_QUOTED).collect();
    let dots = if cut.len() < value.len() { "…" } else { "" };
    format!("{cut:?}{dots}")
}

/// As [`quote`], without the quotes where nothing was cut or escaped.
pub(crate) fn cut(value: &str) -> String {
    let quoted = quote(value);
    if quoted == format!("\"{value}\"") { value.to_owned() } else { quoted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut_and_controls_are_shown() {
        assert_eq!(quote("a\u{1b}[31m"), "\"a\\u{1b}[31m\"");
        assert_eq!(quote(&"é".repeat(81)), format!("\"{}\"…", "é".repeat(80)));
    }
}

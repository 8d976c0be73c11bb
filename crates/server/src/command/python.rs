//! Values as Python shows them, for output that scripts read.

use std::fmt::Write as _;

/// A text as Python's `repr` writes it.
pub(super) fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push(quote);
    for c in text.chars() {
        match c {
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if c == quote => shown.extend(['\\', c]),
            c if is_printable(c) => shown.push(c),
            c => {
                let code = u32::from(c);
                // Writing to a text cannot fail.
                let _ = match code {
                    0..=0xff => write!(shown, "\\x{code:02x}"),
                    0x100..=0xffff => write!(shown, "\\u{code:04x}"),
                    _ => write!(shown, "\\U{code:08x}"),
                };
            }
        }
    }
    shown.push(quote);
    shown
}

/// A list of texts as Python's `repr` writes it.
pub(super) fn repr_list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    format!("[{}]", texts.into_iter().map(repr).collect::<Vec<_>>().join(", "))
}

/// Whether Python shows a character as it is: no control, no space but the plain one, nothing that steers a terminal or
/// has no shape of its own.
fn is_printable(c: char) -> bool {
    let invisible = matches!(c,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..);
    c == ' ' || !(c.is_control() || c.is_whitespace() || invisible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_as_python_quotes_them() {
        for (text, shown) in [
            ("hurra", "'hurra'"),
            ("O'Hara", "\"O'Hara\""),
            ("\"O'Hara\"", "'\"O\\'Hara\"'"),
            ("a\\b\n\t\r", "'a\\\\b\\n\\t\\r'"),
            ("é漢🚀", "'é漢🚀'"),
            ("\u{1b}[31m", "'\\x1b[31m'"),
            ("a\u{a0}b\u{202e}", "'a\\xa0b\\u202e'"),
            ("\u{e0001}", "'\\U000e0001'"),
            ("", "''"),
        ] {
            assert_eq!(repr(text), shown);
        }
        assert_eq!(repr_list(["ws", "ws2"]), "['ws', 'ws2']");
        assert_eq!(repr_list([]), "[]");
    }
}

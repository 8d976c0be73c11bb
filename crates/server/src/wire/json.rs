//! JSON, read as Argilla's server reads it.
//!
//! Its dialect is Python's: a byte order mark, UTF-16 and UTF-32 are understood, `NaN` is a number, of equal keys the
//! last counts, a lone surrogate is a text that is not valid, and a syntax error is reported with its position in
//! characters. Positions and outcomes are part of what clients see, so no other parser will do.

use std::borrow::Cow;

/// Deepest nesting. Argilla gives up at about a thousand levels; no body of the API needs five.
const MAX_DEPTH: usize = 500;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    Text(String),
    /// A text with a lone surrogate.
    BrokenText,
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
    /// A body that is not declared as JSON.
    Opaque,
}

/// Why a body is no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonError {
    /// The syntax is wrong at this character.
    Syntax(usize),
    /// The bytes are no text, or nested too deeply.
    Unreadable,
}

impl Json {
    /// Reads a body.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, JsonError> {
        let text = decode(bytes).ok_or(JsonError::Unreadable)?;
        let mut parser = Parser { text: &text, at: 0, chars: 0 };
        parser.skip_space();
        let value = parser.value(0)?;
        parser.skip_space();
        if parser.peek().is_some() { Err(parser.error()) } else { Ok(value) }
    }

    /// The value of a key; `None` when there is none, or this is no object.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(entries) => entries.iter().rev().find(|(k, _)| k == key).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// Decodes UTF-8, UTF-16 or UTF-32, told apart by a byte order mark or by where the zeros are.
fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (units, []) = bytes.as_chunks() else { return None };
        char::decode_utf16(units.iter().map(|b| unit(*b))).collect::<Result<String, _>>().ok().map(Cow::Owned)
    };
    let utf32 = |bytes: &[u8], unit: fn([u8; 4]) -> u32| {
        let (units, []) = bytes.as_chunks() else { return None };
        units.iter().map(|b| char::from_u32(unit(*b))).collect::<Option<String>>().map(Cow::Owned)
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest).ok().map(Cow::Borrowed),
        [0xff, 0xfe, 0, 0, rest @ ..] => utf32(rest, u32::from_le_bytes),
        [0, 0, 0xfe, 0xff, rest @ ..] => utf32(rest, u32::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0, 0, 0, ..] => utf32(bytes, u32::from_be_bytes),
        [0, _, ..] => utf16(bytes, u16::from_be_bytes),
        [_, 0, 0, 0, ..] => utf32(bytes, u32::from_le_bytes),
        [_, 0, ..] => utf16(bytes, u16::from_le_bytes),
        _ => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
    }
}

struct Parser<'a> {
    text: &'a str,
    /// Position in bytes.
    at: usize,
    /// The same position in characters.
    chars: usize,
}

type Parsed<T> = Result<T, JsonError>;

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        self.chars += 1;
        Some(next)
    }

    fn eat(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.bump();
        }
        found
    }

    /// Eats ASCII text.
    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
            self.chars += word.len();
        }
        found
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.bump();
        }
    }

    fn error(&self) -> JsonError {
        JsonError::Syntax(self.chars)
    }

    fn value(&mut self, depth: usize) -> Parsed<Json> {
        if depth > MAX_DEPTH {
            return Err(JsonError::Unreadable);
        }
        match self.peek() {
            Some('"') => self.text_value(),
            Some('{') => self.object(depth),
            Some('[') => self.list(depth),
            _ if self.eat_word("null") => Ok(Json::Null),
            _ if self.eat_word("true") => Ok(Json::Bool(true)),
            _ if self.eat_word("false") => Ok(Json::Bool(false)),
            _ => match ["NaN", "Infinity", "-Infinity"].into_iter().find(|word| self.eat_word(word)) {
                Some(word) => Ok(Json::Number(word.to_owned())),
                None => self.number(),
            },
        }
    }

    fn object(&mut self, depth: usize) -> Parsed<Json> {
        self.bump();
        self.skip_space();
        let mut entries = Vec::new();
        if self.eat('}') {
            return Ok(Json::Object(entries));
        }
        loop {
            if self.peek() != Some('"') {
                return Err(self.error());
            }
            let key = self.text_value()?;
            self.skip_space();
            if !self.eat(':') {
                return Err(self.error());
            }
            self.skip_space();
            let value = self.value(depth + 1)?;
            // A key that is no valid text is none that anybody asks for.
            if let Json::Text(key) = key {
                entries.push((key, value));
            }
            self.skip_space();
            if self.eat('}') {
                return Ok(Json::Object(entries));
            }
            if !self.eat(',') {
                return Err(self.error());
            }
            self.skip_space();
        }
    }

    fn list(&mut self, depth: usize) -> Parsed<Json> {
        self.bump();
        self.skip_space();
        let mut items = Vec::new();
        if self.eat(']') {
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_space();
            if self.eat(']') {
                return Ok(Json::List(items));
            }
            if !self.eat(',') {
                return Err(self.error());
            }
            self.skip_space();
        }
    }

    fn number(&mut self) -> Parsed<Json> {
        let error = self.error();
        let start = self.at;
        self.eat('-');
        if !self.eat('0') && self.digits() == 0 {
            return Err(error);
        }
        // A point or an exponent without digits is left for whoever comes next, who will not expect it.
        let bytes = self.rest().as_bytes();
        if bytes.first() == Some(&b'.') && bytes.get(1).is_some_and(u8::is_ascii_digit) {
            self.bump();
            self.digits();
        }
        let bytes = self.rest().as_bytes();
        if matches!(bytes.first(), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(1), Some(b'+' | b'-')));
            if bytes.get(1 + sign).is_some_and(u8::is_ascii_digit) {
                for _ in 0..=sign {
                    self.bump();
                }
                self.digits();
            }
        }
        Ok(Json::Number(self.text[start..self.at].to_owned()))
    }

    fn digits(&mut self) -> usize {
        let mut count = 0;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.bump();
            count += 1;
        }
        count
    }

    fn text_value(&mut self) -> Parsed<Json> {
        let start = self.error();
        self.bump();
        let mut text = String::new();
        let mut broken = false;
        // A high surrogate that waits for its other half.
        let mut high: Option<u32> = None;
        loop {
            let here = self.error();
            let unit = match self.bump().ok_or(start)? {
                '"' => break,
                '\\' => match self.bump().ok_or(start)? {
                    'u' => self.hex_unit()?,
                    'n' => u32::from('\n'),
                    't' => u32::from('\t'),
                    'r' => u32::from('\r'),
                    'b' => 8,
                    'f' => 12,
                    plain @ ('"' | '\\' | '/') => u32::from(plain),
                    _ => return Err(here),
                },
                control if control < ' ' => return Err(here),
                plain => u32::from(plain),
            };
            match (high.take(), unit) {
                (Some(first), 0xdc00..=0xdfff) => {
                    let pair = 0x1_0000 + ((first - 0xd800) << 10) + (unit - 0xdc00);
                    text.extend(char::from_u32(pair));
                    continue;
                }
                (Some(_), _) => broken = true,
                (None, _) => {}
            }
            match char::from_u32(unit) {
                Some(c) => text.push(c),
                None if unit < 0xdc00 => high = Some(unit),
                None => broken = true,
            }
        }
        Ok(if broken || high.is_some() { Json::BrokenText } else { Json::Text(text) })
    }

    fn hex_unit(&mut self) -> Parsed<u32> {
        let error = JsonError::Syntax(self.chars - 1);
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.bump().and_then(|c| c.to_digit(16)).ok_or(error)?;
            unit = unit << 4 | digit;
        }
        // The text must go on: at the least, it must be closed.
        if self.peek().is_some() { Ok(unit) } else { Err(error) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(value: &str) -> Json {
        Json::Text(value.to_owned())
    }

    #[test]
    fn positions_are_those_of_python() {
        // Each was given to Python 3.11's json.loads.
        for (body, position) in [
            ("{", 1),
            ("{\"a\": ", 6),
            ("{\"a\":1} x", 8),
            ("{\"a\":1,}", 7),
            ("{a:1}", 1),
            ("{\"a\" 1}", 5),
            ("{\"a\":1 \"b\":2}", 7),
            ("[1,]", 3),
            ("[1 2]", 3),
            ("nul", 0),
            ("-", 0),
            ("01", 1),
            ("1.", 1),
            ("1e", 1),
            ("\"abc", 0),
            ("[\"abc", 1),
            ("\"a\nb\"", 2),
            ("\"\\x\"", 1),
            ("\"\\u12\"", 2),
            ("\"\\u12g4\"", 2),
            ("\"\\u1234", 2),
            ("\"é\\x\"", 2),
            ("  ", 2),
            ("\"\\", 0),
        ] {
            assert_eq!(Json::parse(body.as_bytes()), Err(JsonError::Syntax(position)), "{body:?}");
        }
    }

    #[test]
    fn python_reads_more_than_the_standard() {
        for body in ["NaN", "Infinity", "-Infinity", "-0.5e+3", "0"] {
            assert_eq!(Json::parse(body.as_bytes()), Ok(Json::Number(body.to_owned())), "{body}");
        }
        assert_eq!(Json::parse(br#""\ud83d\ude80""#), Ok(text("🚀")));
        assert_eq!(Json::parse(br#""\ud800""#), Ok(Json::BrokenText));
        assert_eq!(Json::parse(br#""\ude80\ud83d""#), Ok(Json::BrokenText));
        assert_eq!(Json::parse(br#""\ud800\ud83d\ude80""#), Ok(Json::BrokenText));
        assert_eq!(Json::parse(br#"{"a":1,"a":"x"}"#).unwrap().get("a"), Some(&text("x")));
    }

    #[test]
    fn every_unicode_encoding_is_read() {
        let body = "{\"a\":\"ü\"}";
        let utf16 = |f: fn(u16) -> [u8; 2]| body.encode_utf16().flat_map(f).collect::<Vec<_>>();
        let utf32 = |f: fn(u32) -> [u8; 4]| body.chars().flat_map(|c| f(u32::from(c))).collect::<Vec<_>>();
        let with = |mark: &[u8], rest: Vec<u8>| [mark, &rest].concat();
        for bytes in [
            body.as_bytes().to_vec(),
            with(&[0xef, 0xbb, 0xbf], body.as_bytes().to_vec()),
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
            with(&[0xff, 0xfe], utf16(u16::to_le_bytes)),
            with(&[0xfe, 0xff], utf16(u16::to_be_bytes)),
            utf32(u32::to_le_bytes),
            utf32(u32::to_be_bytes),
            with(&[0xff, 0xfe, 0, 0], utf32(u32::to_le_bytes)),
            with(&[0, 0, 0xfe, 0xff], utf32(u32::to_be_bytes)),
        ] {
            assert_eq!(Json::parse(&bytes).unwrap().get("a"), Some(&text("ü")), "{bytes:?}");
        }
        assert_eq!(Json::parse(b"\"\xff\""), Err(JsonError::Unreadable));
    }

    #[test]
    fn deep_nesting_is_refused() {
        assert_eq!(Json::parse("[".repeat(100_000).as_bytes()), Err(JsonError::Unreadable));
        assert!(matches!(Json::parse(("[".repeat(400) + &"]".repeat(400)).as_bytes()), Ok(Json::List(_))));
    }

    proptest! {
        #[test]
        fn agrees_with_serde_on_what_is_valid(body in "[\\[\\]{}:,\"a0-9eE+.\\\\ntu -]{0,24}") {
            // Everything that the standard allows is read; what Python adds needs letters that are not generated here.
            let standard = serde_json::from_str::<serde_json::Value>(&body);
            let ours = Json::parse(body.as_bytes());
            if standard.is_ok() {
                prop_assert!(ours.is_ok());
            }
        }

        #[test]
        fn never_panics(body in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = Json::parse(&body);
        }

        #[test]
        fn any_text_survives(value in any::<String>()) {
            let body = serde_json::to_vec(&value).unwrap();
            prop_assert_eq!(Json::parse(&body), Ok(Json::Text(value)));
        }
    }
}

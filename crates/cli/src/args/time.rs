//! Times as the command line writes them.

use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use ochre_client::Moment;
use ochre_dto::time;

/// The longest time that is taken: a hundred years, behind which nobody counts.
const LONGEST: Duration = Duration::from_hours(100 * 366 * 24);

/// How long: `90s`, `15m`, `24h`, `7d`; a number alone is seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.char_indices().last() {
        Some((at, 's')) => (&text[..at], 1),
        Some((at, 'm')) => (&text[..at], 60),
        Some((at, 'h')) => (&text[..at], 60 * 60),
        Some((at, 'd')) => (&text[..at], 24 * 60 * 60),
        _ => (text, 1),
    };
    // A sign is taken by `parse`, and means nothing here.
    let number = number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse::<u64>().ok()).flatten();
    let Some(number) = number else {
        return Err("it should be as 90s, 15m, 24h or 7d".to_owned());
    };
    let duration = number.checked_mul(unit).map(Duration::from_secs);
    duration.filter(|duration| *duration <= LONGEST).ok_or_else(|| "it should be a hundred years at most".to_owned())
}

/// A moment, or a time from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// A moment, UTC.
    At(Moment),
    /// So long from now.
    In(Duration),
}

impl When {
    /// Reads `2026-12-31`, `2026-12-31T18:00:00` with or without an offset, or a duration.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let unclear = || "it should be as 2026-12-31, 2026-12-31T18:00:00Z, or 30d from now".to_owned();
        // A number alone could as well be a year.
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(unclear());
        }
        let at = time::parse(text).map(Self::At);
        at.or_else(|| duration(text).ok().map(Self::In)).ok_or_else(unclear)
    }

    /// The moment that is meant.
    pub(crate) fn moment(self) -> Moment {
        self.seen_from(now())
    }

    fn seen_from(self, now: Moment) -> Moment {
        match self {
            Self::At(moment) => moment,
            Self::In(duration) => {
                let later = TimeDelta::from_std(duration).ok().and_then(|delta| now.checked_add_signed(delta));
                later.unwrap_or(Moment::MAX)
            }
        }
    }
}

/// When something ends by itself, if it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// It does not.
    Never,
    /// Then.
    When(When),
}

impl Until {
    /// Reads a moment or `never`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == "never" {
            return Ok(Self::Never);
        }
        When::parse(text).map(Self::When).map_err(|problem| format!("{problem}, or never"))
    }

    /// The moment that is meant; `None` for never.
    pub(crate) fn moment(self) -> Option<Moment> {
        match self {
            Self::Never => None,
            Self::When(when) => Some(when.moment()),
        }
    }
}

/// Now, to the second: nobody means more who says `30d`.
pub(crate) fn now() -> Moment {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks for the time")]
    let seconds = chrono::Utc::now().timestamp();
    DateTime::from_timestamp(seconds, 0).unwrap_or_default().naive_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    #[test]
    fn a_duration_has_a_unit_or_is_seconds() {
        for (text, seconds) in [("0", 0), ("90", 90), ("90s", 90), ("15m", 900), ("24h", 86_400), ("7d", 604_800)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "d", "-1d", "+1d", "1.5h", "1w", "1 d", "1D", "d1", "1é", "99999999999999999999", "37000d"] {
            assert!(duration(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_moment_is_utc_unless_an_offset_follows() {
        for (text, expected) in [
            ("2026-12-31", "2026-12-31T00:00:00"),
            ("2026-12-31T18:00:00", "2026-12-31T18:00:00"),
            ("2026-12-31T18:00:00Z", "2026-12-31T18:00:00"),
            ("2026-12-31T18:00:00+01:00", "2026-12-31T17:00:00"),
            ("2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00"),
        ] {
            assert_eq!(When::parse(text), Ok(When::At(at(expected))), "{text}");
        }
        for text in ["", "2026", "20261231", "2026-13-01", "2026-02-30", "31.12.2026", "tomorrow", "never", "1w"] {
            assert!(When::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_duration_counts_from_now() {
        let when = When::parse("30d").unwrap();
        assert_eq!(when.seen_from(at("2026-12-02T10:00:00")), at("2027-01-01T10:00:00"));
        let last = When::parse("36600d").unwrap();
        assert!(last.seen_from(at("2026-12-02T10:00:00")) > at("2126-01-01T00:00:00"));
    }

    #[test]
    fn an_end_may_never_come() {
        assert_eq!(Until::parse("never").unwrap().moment(), None);
        assert_eq!(Until::parse("2026-12-31").unwrap().moment(), Some(at("2026-12-31T00:00:00")));
        assert!(Until::parse("Never").unwrap_err().contains("never"));
    }
}

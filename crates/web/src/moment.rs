//! Moments for people, in UTC: pages without a script do not know the reader's clock.

use chrono::{DateTime, Datelike as _, NaiveDate};

/// A moment, twice: for people and for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    /// `5 March 2026, 14:07 UTC`
    pub(crate) shown: String,
    /// `2026-03-05T14:07Z`, for `<time datetime>`.
    pub(crate) stamp: String,
    /// `2026-03-05`, for fields and narrow columns.
    pub(crate) day: String,
    /// `2026-03-05 14:07`, for columns where days are not enough.
    pub(crate) minute: String,
}

impl Moment {
    /// From seconds since 1970; seconds are not shown. What no calendar has is shown as the end of time.
    pub(crate) fn new(seconds: i64) -> Self {
        let at = DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<chrono::Utc>::MAX_UTC);
        Self {
            shown: at.format("%-d %B %Y, %H:%M UTC").to_string(),
            stamp: at.format("%Y-%m-%dT%H:%MZ").to_string(),
            day: at.format("%Y-%m-%d").to_string(),
            minute: at.format("%Y-%m-%d %H:%M").to_string(),
        }
    }
}

/// The first second of a day (`2026-03-05`), since 1970; `None` for what is no day of the years to 9999.
pub(crate) fn day(text: &str) -> Option<i64> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| (0..=9999).contains(&day.year()))?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_dates_of_the_calendar() {
        let moment = Moment::new(1_772_719_620);
        assert_eq!(moment.shown, "5 March 2026, 14:07 UTC");
        assert_eq!((moment.stamp.as_str(), moment.day.as_str()), ("2026-03-05T14:07Z", "2026-03-05"));
        assert_eq!(day("2026-03-05"), Some(1_772_668_800));
        for bad in ["", "2026-02-30", "+262142-12-31", "-0001-12-31", "5.3.2026", "tomorrow"] {
            assert_eq!(day(bad), None, "{bad}");
        }
    }

    #[test]
    fn no_number_is_too_large() {
        let _ = (Moment::new(i64::MAX), Moment::new(i64::MIN));
    }
}

//! Moments for people, in UTC: pages without a script do not know the reader's clock.

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A moment, twice: for people and for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    /// `5 March 2026, 14:07 UTC`
    pub(crate) shown: String,
    /// `2026-03-05T14:07Z`, for `<time datetime>`.
    pub(crate) stamp: String,
}

impl Moment {
    /// From seconds since 1970; seconds are not shown.
    pub(crate) fn new(seconds: i64) -> Self {
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (hour, minute) = (rest / 3600, rest / 60 % 60);
        let (year, month, day) = date(days);
        let name = usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default();
        Self {
            shown: format!("{day} {name} {year}, {hour:02}:{minute:02} UTC"),
            stamp: format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}Z"),
        }
    }
}

/// Year, month and day of a day since 1970, in the Gregorian calendar. Years begin in March here, so that the day that some
/// have and others have not is the last one (<https://howardhinnant.github.io/date_algorithms.html#civil_from_days>).
fn date(days: i64) -> (i64, i64, i64) {
    let since_march_of_year_0 = days.saturating_add(719_468);
    let era = since_march_of_year_0.div_euclid(146_097);
    let day_of_era = since_march_of_year_0.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_dates_of_the_calendar() {
        // Figures of `date -u -d @…`.
        let known = [
            (0, "1 January 1970, 00:00 UTC", "1970-01-01T00:00Z"),
            (951_827_696, "29 February 2000, 12:34 UTC", "2000-02-29T12:34Z"),
            (1_772_719_620, "5 March 2026, 14:07 UTC", "2026-03-05T14:07Z"),
            (4_107_542_399, "28 February 2100, 23:59 UTC", "2100-02-28T23:59Z"),
            (4_107_542_400, "1 March 2100, 00:00 UTC", "2100-03-01T00:00Z"),
            (-1, "31 December 1969, 23:59 UTC", "1969-12-31T23:59Z"),
        ];
        for (seconds, shown, stamp) in known {
            assert_eq!(Moment::new(seconds), Moment { shown: shown.to_owned(), stamp: stamp.to_owned() });
        }
    }

    #[test]
    fn no_number_is_too_large() {
        let _ = (Moment::new(i64::MAX), Moment::new(i64::MIN));
    }
}

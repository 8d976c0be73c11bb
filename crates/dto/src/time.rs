//! Moments on the wire.
//!
//! Argilla writes UTC without an offset, with six digits of a second's fraction, or none when the fraction is zero:
//! `2026-11-22T11:15:09.302954`, `2026-11-22T11:15:09`.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde::{Deserialize as _, Deserializer, Serializer, de};

/// A moment: UTC without an offset.
pub type Moment = NaiveDateTime;

/// A moment from microseconds since the epoch; the epoch itself when out of range.
#[must_use]
pub fn from_micros(micros: i64) -> NaiveDateTime {
    DateTime::from_timestamp_micros(micros).unwrap_or_default().naive_utc()
}

/// The text of a moment as Argilla writes it.
#[must_use]
pub fn format(moment: NaiveDateTime) -> String {
    if moment.and_utc().timestamp_subsec_micros() == 0 {
        moment.format("%Y-%m-%dT%H:%M:%S").to_string()
    } else {
        moment.format("%Y-%m-%dT%H:%M:%S%.6f").to_string()
    }
}

/// Reads a moment: with an offset, or without one in UTC; a date alone is its beginning.
#[must_use]
pub fn parse(text: &str) -> Option<NaiveDateTime> {
    let zoned = DateTime::parse_from_rfc3339(text).map(|moment| moment.naive_utc());
    let plain = || text.parse::<NaiveDateTime>().ok();
    let date = || text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0);
    zoned.ok().or_else(plain).or_else(date)
}

/// Writes a moment; for `#[serde(with = "…")]`.
///
/// # Errors
/// When the serializer fails.
pub fn serialize<S: Serializer>(moment: &NaiveDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format(*moment))
}

/// Reads a moment, with or without an offset; for `#[serde(with = "…")]`.
///
/// # Errors
/// When the text is no moment.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDateTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).ok_or_else(|| de::Error::custom(format!("{text:?} is no moment")))
}

/// A moment that may be absent; for `#[serde(with = "…::option")]`.
pub mod option {
    use chrono::NaiveDateTime;
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes a moment, or `null`.
    ///
    /// # Errors
    /// When the serializer fails.
    pub fn serialize<S: Serializer>(moment: &Option<NaiveDateTime>, serializer: S) -> Result<S::Ok, S::Error> {
        match moment {
            Some(moment) => super::serialize(moment, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a moment, or `null`.
    ///
    /// # Errors
    /// When it is neither.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDateTime>, D::Error> {
        #[derive(Deserialize)]
        struct Moment(#[serde(with = "super")] NaiveDateTime);
        Ok(Option::<Moment>::deserialize(deserializer)?.map(|moment| moment.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_six_digits_or_none() {
        assert_eq!(format(from_micros(1_763_810_109_302_954)), "2025-11-22T11:15:09.302954");
        assert_eq!(format(from_micros(1_763_810_109_300_000)), "2025-11-22T11:15:09.300000");
        assert_eq!(format(from_micros(1_763_810_109_000_000)), "2025-11-22T11:15:09");
    }

    #[test]
    fn reads_with_and_without_an_offset() {
        #[derive(serde::Deserialize)]
        struct At(#[serde(with = "super")] NaiveDateTime);
        for text in ["2025-11-22T11:15:09.3", "2025-11-22T12:15:09.300+01:00", "2025-11-22T11:15:09.300000Z"] {
            let at: At = serde_json::from_value(text.into()).unwrap();
            assert_eq!(format(at.0), "2025-11-22T11:15:09.300000", "{text}");
        }
    }
}

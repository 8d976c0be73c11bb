//! Tells an absent field from one that is `null`; for `#[serde(with = "…")]`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[expect(clippy::option_option, clippy::ref_option, reason = "the shape that serde asks for")]
pub(super) fn serialize<T: Serialize, S: Serializer>(
    value: &Option<Option<T>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.as_ref().and_then(Option::as_ref).serialize(serializer)
}

#[expect(clippy::option_option, reason = "the shape that serde asks for")]
pub(super) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

//! The login form: urlencoded or multipart.

use std::convert::Infallible;

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use futures_util::stream;
use http::header;
use ochre_domain::model::Password;

use super::{
    Problem, Problems,
    call::{Limits, read_body},
};
use crate::{app::App, error::ApiError};

/// What somebody typed to sign in.
pub(crate) struct LoginForm {
    pub(crate) username: String,
    pub(crate) password: Password,
}

impl FromRequest<App> for LoginForm {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &App) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let bytes = read_body(body, Limits::USUAL).await?;
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let fields = match essence.as_str() {
            // Bytes that are no UTF-8 become replacement characters, which are in no user's name.
            "application/x-www-form-urlencoded" => {
                serde_urlencoded::from_bytes(&bytes).map_err(|_| ApiError::UnreadableBody)?
            }
            "multipart/form-data" => multipart(kind, bytes).await?,
            // Any other body holds no form fields.
            _ => Vec::new(),
        };
        Self::from_fields(&fields)
    }
}

impl LoginForm {
    fn from_fields(fields: &[(String, String)]) -> Result<Self, ApiError> {
        let mut problems = Problems::default();
        // Of equal fields the last counts.
        let mut field = |key: &str| {
            let value = fields.iter().rev().find(|(k, _)| k == key).map(|(_, value)| value.clone());
            if value.is_none() {
                problems.push(Problem::Missing, "body", Some(key));
            }
            value
        };
        let (username, password) = (field("username"), field("password"));
        match (username, password) {
            (Some(username), Some(password)) => Ok(Self { username, password: Password::verbatim(password) }),
            _ => Err(ApiError::Invalid(problems)),
        }
    }
}

async fn multipart(kind: &str, bytes: Bytes) -> Result<Vec<(String, String)>, ApiError> {
    let boundary = multer::parse_boundary(kind).map_err(|_| ApiError::MissingBoundary)?;
    let body = stream::iter([Ok::<_, Infallible>(bytes)]);
    let mut form = multer::Multipart::new(body, boundary);
    let mut fields = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|_| ApiError::UnreadableBody)? {
        let name = field.name().unwrap_or_default().to_owned();
        fields.push((name, field.text().await.map_err(|_| ApiError::UnreadableBody)?));
    }
    Ok(fields)
}

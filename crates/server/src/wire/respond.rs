//! Answers, serialised once into a buffer of the right size.

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures_util::{FutureExt as _, Stream, StreamExt as _, future::BoxFuture, stream};
use http::{HeaderValue, StatusCode, header};
use ochre_domain::Error;
use serde::Serialize;

use crate::error::ApiError;

/// A rough upper bound of one serialised entry, in bytes.
const ENTRY_BYTES: usize = 420;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// An answer in JSON.
pub(crate) fn json<T: Serialize>(status: StatusCode, body: &T) -> Response {
    let mut buffer = Vec::with_capacity(ENTRY_BYTES);
    // Our own types have text keys and no failing parts; a failure here is a bug and is answered as one.
    if let Err(error) = serde_json::to_writer(&mut buffer, body) {
        return ApiError::Internal(format!("an answer cannot be serialised: {error}")).into_response();
    }
    bytes(status, buffer.into())
}

/// An answer that is serialised already.
pub(crate) fn bytes(status: StatusCode, body: Bytes) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], body).into_response()
}

/// An answer without a body.
pub(crate) fn nothing() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// A source of pages; `None` behind the last.
pub(crate) trait Pages: Send + 'static {
    type Entry: Serialize + Send;
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Vec<Self::Entry>>, Error>>;
    fn is_done(&self) -> bool;
}

/// What stands around the entries of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Frame {
    /// `{"items":[…]}`
    Items,
    /// `[…]`
    Bare,
}

impl Frame {
    const fn parts(self) -> (&'static [u8], &'static [u8]) {
        match self {
            Self::Items => (b"{\"items\":[", b"]}"),
            Self::Bare => (b"[", b"]"),
        }
    }
}

/// A list, page by page: in one piece when it is short, otherwise in chunks, so that memory does not
/// grow with its length. A failure behind the first page breaks the connection off: the status is sent by then.
pub(crate) async fn stream<P: Pages>(mut pages: P, frame: Frame) -> Result<Response, ApiError> {
    let (opening, closing) = frame.parts();
    let mut buffer = Vec::from(opening);
    let first = pages.next().await?.unwrap_or_default();
    write(&mut buffer, &first, true)?;
    if pages.is_done() {
        buffer.extend_from_slice(closing);
        return Ok(bytes(StatusCode::OK, buffer.into()));
    }
    let head = stream::once(async move { Ok(Bytes::from(buffer)) });
    let body = Body::from_stream(head.chain(rest(pages, closing)));
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, JSON)], body).into_response())
}

fn rest<P: Pages>(pages: P, closing: &'static [u8]) -> impl Stream<Item = Result<Bytes, ApiError>> + Send {
    stream::unfold(Some(pages), move |state| {
        async move {
            let mut pages = state?;
            match chunk(&mut pages).await {
                Ok(Some(chunk)) => Some((Ok(chunk), Some(pages))),
                Ok(None) => Some((Ok(Bytes::from_static(closing)), None)),
                Err(error) => {
                    tracing::error!(%error, "a list broke off");
                    Some((Err(error), None))
                }
            }
        }
        .boxed()
    })
}

async fn chunk<P: Pages>(pages: &mut P) -> Result<Option<Bytes>, ApiError> {
    let Some(page) = pages.next().await? else { return Ok(None) };
    let mut buffer = Vec::new();
    write(&mut buffer, &page, false)?;
    Ok(Some(buffer.into()))
}

fn write<T: Serialize>(buffer: &mut Vec<u8>, page: &[T], mut first: bool) -> Result<(), ApiError> {
    buffer.reserve(page.len() * ENTRY_BYTES);
    for entry in page {
        if !std::mem::take(&mut first) {
            buffer.push(b',');
        }
        serde_json::to_writer(&mut *buffer, entry).map_err(|error| ApiError::Internal(error.to_string()))?;
    }
    Ok(())
}

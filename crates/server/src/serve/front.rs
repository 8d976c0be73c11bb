//! What happens around every request, in one place instead of a tower of layers: the prefix, the time limit, the
//! request's id, failures, and the headers of every answer.

use std::{
    convert::Infallible,
    fmt,
    net::IpAddr,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::Request,
    response::{IntoResponse as _, Response},
};
use futures_util::{FutureExt as _, future::BoxFuture};
use http::{HeaderName, HeaderValue, StatusCode, header};
use hyper::body::Incoming;
use ochre_domain::ports::{Random, RandomExt as _};
use tower::ServiceExt as _;
use tower_http::{
    compression::{
        CompressionLayer, CompressionLevel,
        predicate::{NotForContentType, Predicate as _, SizeAbove},
    },
    cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer},
};

use super::{
    caller::Peer,
    prefix::{Prefix, Stripped},
};
use crate::{
    config::Config,
    error::{ApiError, Cause, failure},
};

/// How long a request may take until its answer begins.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// As [`REQUEST_TIMEOUT`], for many users at once.
const LONG_REQUEST_TIMEOUT: Duration = Duration::from_mins(1);
/// The paths that take many users at once.
const LONG_REQUESTS: &[&str] =
    &["/api/v1/team/plan", "/api/v1/team/apply", "/api/v1/users/bulk", "/users/import", "/users/bulk"];
/// Answers below this many bytes are sent as they are, as Argilla does.
const COMPRESS_FROM: u64 = 512;
/// Brotli's quality, as Argilla has it.
const COMPRESSION_QUALITY: i32 = 7;
/// How long a browser may remember a preflight's answer.
const CORS_MAX_AGE: Duration = Duration::from_mins(10);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// A request's id, beside it.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(HeaderValue);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It was made of plain characters.
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

/// The application as connections see it.
#[derive(Clone)]
pub(crate) struct Front {
    router: Router,
    prefix: Prefix,
    ids: Arc<Ids>,
    /// The connection that requests come over.
    peer: Option<IpAddr>,
}

impl Front {
    pub(crate) fn new(router: Router, config: &Config, random: &dyn Random) -> Self {
        let worth_it = SizeAbove::new(COMPRESS_FROM).and(NotForContentType::IMAGES);
        let compression =
            CompressionLayer::new().quality(CompressionLevel::Precise(COMPRESSION_QUALITY)).compress_when(worth_it);
        let mut router = router.layer(compression);
        if let Some(cors) = cors(config) {
            router = router.layer(cors);
        }
        Self { router, prefix: Prefix::new(&config.base_url), ids: Arc::new(Ids::new(random)), peer: None }
    }

    /// The same for one connection.
    pub(super) fn of(&self, peer: IpAddr) -> Self {
        Self { peer: Some(peer), ..self.clone() }
    }

    async fn answer(self, mut request: Request) -> Result<Response, Infallible> {
        let start = Instant::now();
        let id = self.ids.of(&request);
        request.extensions_mut().insert(RequestId(id.clone()));
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(Peer(peer));
        }
        let answer = match self.enter(&mut request) {
            Some(answer) => answer,
            None => self.route(request).await,
        };
        Ok(finish(answer, &id, start.elapsed()))
    }

    /// Takes the prefix off, or answers what the prefix alone answers.
    fn enter(&self, request: &mut Request) -> Option<Response> {
        match self.prefix.strip(request.uri()) {
            Stripped::No => {
                request.extensions_mut().insert(self.prefix.clone());
                None
            }
            Stripped::Yes(uri) => {
                *request.uri_mut() = uri;
                request.extensions_mut().insert(self.prefix.was_stripped());
                None
            }
            Stripped::Bare => {
                let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
                let location = HeaderValue::try_from(format!("{}{query}", self.prefix.as_str())).ok()?;
                Some((StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response())
            }
        }
    }

    async fn route(&self, request: Request) -> Response {
        let long = LONG_REQUESTS.contains(&request.uri().path());
        let limit = if long { LONG_REQUEST_TIMEOUT } else { REQUEST_TIMEOUT };
        let answer = self.router.clone().oneshot(request);
        let guarded = AssertUnwindSafe(tokio::time::timeout(limit, answer)).catch_unwind();
        match guarded.await {
            Ok(Ok(Ok(answer))) => answer,
            Ok(Ok(Err(never))) => match never {},
            Ok(Err(_)) => ApiError::TimedOut(limit).into_response(),
            // The panic's message went to the log through the hook.
            Err(_) => ApiError::Internal("the handler panicked".to_owned()).into_response(),
        }
    }
}

impl hyper::service::Service<http::Request<Incoming>> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn call(&self, request: http::Request<Incoming>) -> Self::Future {
        self.clone().answer(request.map(Body::new)).boxed()
    }
}

/// Logs failures beside their id, and adds what every answer has.
fn finish(mut answer: Response, id: &HeaderValue, took: Duration) -> Response {
    if let Some(Cause(cause)) = answer.extensions_mut().remove() {
        let request_id = id.to_str().unwrap_or_default();
        tracing::error!(request.id = request_id, status = answer.status().as_u16(), cause, "request failed");
        if answer.status() == StatusCode::INTERNAL_SERVER_ERROR {
            answer = failure(request_id);
        }
    }
    let headers = answer.headers_mut();
    headers.insert(REQUEST_ID, id.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    // A number and a few letters are always a header's value.
    if let Ok(timing) = HeaderValue::try_from(format!("total;dur={:.3}", took.as_secs_f64() * 1000.0)) {
        headers.insert(SERVER_TIMING, timing);
    }
    answer
}

/// Ids of requests: the caller's own, if it is short and plain, otherwise unique among all starts of the server.
struct Ids {
    start: u64,
    next: AtomicU64,
}

impl Ids {
    fn new(random: &dyn Random) -> Self {
        Self { start: random.uuid().as_u64_pair().0, next: AtomicU64::new(0) }
    }

    fn of(&self, request: &Request) -> HeaderValue {
        let plain = |id: &&HeaderValue| {
            let bytes = id.as_bytes();
            (1..=64).contains(&bytes.len()) && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
        };
        if let Some(id) = request.headers().get(&REQUEST_ID).filter(plain) {
            return id.clone();
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        HeaderValue::try_from(format!("{:016x}", self.start.wrapping_add(number)))
            .unwrap_or(HeaderValue::from_static("none"))
    }
}

/// Cross-origin access, only where it is configured.
fn cors(config: &Config) -> Option<CorsLayer> {
    let origins = config.cors_origins.as_ref()?;
    let layer = CorsLayer::new()
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .max_age(CORS_MAX_AGE);
    // Credentials travel in headers that the page's own script sets; cookies are never meant for other origins.
    Some(if origins.iter().any(|origin| origin == "*") {
        layer.allow_origin(AllowOrigin::any())
    } else {
        layer.allow_origin(AllowOrigin::list(origins.iter().cloned()))
    })
}

//! The description of the API, and the page that a browser sees until there is more to see. No file comes from
//! elsewhere.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header};
use utoipa_swagger_ui::Config;

use crate::{
    app::App,
    error::ApiError,
    serve::Prefix,
    wire::{self, TextPath},
};

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
/// Swagger UI sets styles on its elements by script; nothing else is allowed.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
const WELCOME_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// Describe the API (OpenAPI 3.1)
#[utoipa::path(get, path = "/openapi.json", tag = "Server", operation_id = "openapi",
    responses((status = OK, description = "The OpenAPI document", body = serde_json::Value)))]
pub(super) async fn openapi(State(app): State<App>) -> Response {
    wire::bytes(StatusCode::OK, app.openapi.clone())
}

/// Show the API's documentation
#[utoipa::path(get, path = "/docs", tag = "Server", operation_id = "docs",
    responses((status = OK, description = "A page", body = String, content_type = "text/html")))]
pub(super) async fn docs(request: Request) -> Response {
    page(request.extensions().get::<Prefix>().map_or("/", Prefix::as_str))
}

/// A file of the documentation's page
#[utoipa::path(get, path = "/docs/{file}", tag = "Server", operation_id = "docs_file",
    params(("file" = String, Path, description = "The file's name")),
    responses((status = OK, description = "A script or a style sheet", body = String, content_type = "text/plain"),
              (status = NOT_FOUND, description = "No such file", body = ochre_dto::v1::ErrorBody)))]
pub(super) async fn docs_file(TextPath(file): TextPath) -> Response {
    let own =
        |kind, text: &'static str| ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], text).into_response();
    match file.as_str() {
        "start.js" => return own("text/javascript; charset=utf-8", START),
        "welcome.css" => return own("text/css; charset=utf-8", STYLE),
        _ => {}
    }
    let served = ["swagger-ui.css", "swagger-ui-bundle.js"].contains(&file.as_str());
    match utoipa_swagger_ui::serve(&file, Arc::new(Config::default())) {
        Ok(Some(found)) if served => {
            let kind = HeaderValue::try_from(found.content_type).unwrap_or(HTML);
            let mut response = ([(header::CONTENT_TYPE, kind)], found.bytes.into_owned()).into_response();
            if found.gzpipped {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            response
        }
        Ok(_) => ApiError::NotFound.into_response(),
        Err(error) => ApiError::Internal(error.to_string()).into_response(),
    }
}

/// Starts Swagger UI beside the document, whatever the page's own address is.
const START: &str = "const file = new URL('../openapi.json', document.currentScript.src);\n\
                     SwaggerUIBundle({ url: file.href, dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });\n";

/// The documentation's page. `prefix` begins and ends with a slash.
pub(super) fn page(prefix: &str) -> Response {
    let files = format!("{prefix}api/v1/docs");
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Ochre API</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <link rel=\"stylesheet\" href=\"{files}/swagger-ui.css\">\n</head>\n<body>\n<div id=\"swagger-ui\"></div>\n\
         <script src=\"{files}/swagger-ui-bundle.js\"></script>\n<script src=\"{files}/start.js\"></script>\n\
         </body>\n</html>\n"
    );
    ([(header::CONTENT_TYPE, HTML), (header::CONTENT_SECURITY_POLICY, PAGE_POLICY)], html).into_response()
}

/// What a browser sees at every address that is not the API's.
pub(super) fn welcome(prefix: &str) -> Response {
    let version = env!("CARGO_PKG_VERSION");
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Ochre</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <link rel=\"stylesheet\" href=\"{prefix}api/v1/docs/welcome.css\">\n</head>\n<body>\n<main>\n\
         <h1>Ochre</h1>\n<p>This server is running, version {version}. It keeps the users, workspaces and roles of \
         annotation teams, and speaks the API of Argilla 2.8.</p>\n<p>Connect with Argilla&#8217;s Python SDK, with \
         the <code>ochre</code> command, or read <a href=\"{prefix}api/v1/docs\">the description of the API</a>.</p>\n\
         </main>\n</body>\n</html>\n"
    );
    ([(header::CONTENT_TYPE, HTML), (header::CONTENT_SECURITY_POLICY, WELCOME_POLICY)], html).into_response()
}

const STYLE: &str = ":root{color-scheme:light dark}body{font:1rem/1.6 system-ui,sans-serif;margin:0;padding:10vh 1.5rem}\
                     main{max-width:36rem;margin:auto}h1{color:#b5651d;margin:0}a{color:#b5651d}\
                     @media(prefers-color-scheme:dark){h1,a{color:#e0a050}}";

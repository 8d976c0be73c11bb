//! The description of the API, and a page that shows it. No file comes from elsewhere.

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
    if file == "start.js" {
        return own("text/javascript; charset=utf-8", START);
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

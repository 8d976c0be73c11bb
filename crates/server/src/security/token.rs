//! Bearer tokens: JSON Web Tokens as Argilla makes them, with one more claim for the login behind them; and refresh tokens, as
//! Extralit makes them, which get a new bearer token for the same login and open nothing else.

use std::{sync::Arc, time::Duration};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use ochre_domain::{
    Error, Result,
    model::{LoginSessionId, Timestamp, UserId},
    ports::{Clock, GateError},
    usecase::SignedIn,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Makes and reads tokens (HS256).
pub(crate) struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    clock: Arc<dyn Clock>,
}

/// What a token says that the server relies on. It says more (name, role), for clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) user: UserId,
    pub(crate) session: LoginSessionId,
    /// When the token ends by itself, if ever.
    pub(crate) expires_at: Option<Timestamp>,
}

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Calls of the API.
    Access,
    /// A new token for calls.
    Refresh,
}

/// The value of the claim `type` of a refresh token.
const REFRESH: &str = "refresh";

#[derive(Serialize)]
struct Written<'a> {
    identity: Uuid,
    name: &'a str,
    username: &'a str,
    role: &'a str,
    exp: i64,
    session: Uuid,
}

#[derive(Serialize)]
struct WrittenRefresh<'a> {
    identity: Uuid,
    username: &'a str,
    exp: i64,
    session: Uuid,
    r#type: &'static str,
}

#[derive(Deserialize)]
struct Read {
    identity: Option<Value>,
    session: Option<Value>,
    exp: Option<Value>,
    nbf: Option<Value>,
    r#type: Option<Value>,
}

impl Tokens {
    pub(crate) fn new(secret: &[u8], clock: Arc<dyn Clock>) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // Moments are compared with our own clock below; nothing else is required of a token.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
            clock,
        }
    }

    /// A token of a login, for `lifetime` at most.
    pub(crate) fn issue(&self, login: &SignedIn, lifetime: Duration) -> Result<String> {
        let end = self.clock.now().plus(lifetime).min(login.session.expires_at);
        let claims = Written {
            identity: login.user.id.uuid(),
            name: login.user.first_name.as_str(),
            username: login.user.username.as_str(),
            role: login.user.role.as_str(),
            exp: end.seconds(),
            session: login.session.id.uuid(),
        };
        self.sign(&claims)
    }

    /// The refresh token of a login, which lasts as long as the login.
    pub(crate) fn issue_refresh(&self, login: &SignedIn) -> Result<String> {
        self.sign(&WrittenRefresh {
            identity: login.user.id.uuid(),
            username: login.user.username.as_str(),
            exp: login.session.expires_at.seconds(),
            session: login.session.id.uuid(),
            r#type: REFRESH,
        })
    }

    fn sign(&self, claims: &impl Serialize) -> Result<String> {
        encode(&Header::new(Algorithm::HS256), claims, &self.encoding)
            .map_err(|error| Error::Gate(GateError::Failed(format!("a token cannot be signed: {error}"))))
    }

    /// What a token says.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] when it does not decode, is signed otherwise, out of its time or for another purpose;
    /// [`Error::Unauthenticated`] when it is genuine but names no user and login.
    pub(crate) fn read(&self, token: &str, purpose: Purpose) -> Result<Claims> {
        let data = decode::<Read>(token, &self.decoding, &self.validation).map_err(|_| Error::InvalidToken)?;
        let is_refresh = data.claims.r#type.as_ref().is_some_and(|kind| kind == REFRESH);
        if is_refresh != (purpose == Purpose::Refresh) {
            return Err(Error::InvalidToken);
        }
        let now = self.clock.now().seconds();
        let out_of_time = |claim: &Option<Value>, wrong: fn(i64, i64) -> bool| match claim {
            None => false,
            #[expect(clippy::cast_possible_truncation, reason = "saturates, and moments are far from the limits")]
            Some(value) => value.as_f64().is_none_or(|at| wrong(at as i64, now)),
        };
        if out_of_time(&data.claims.exp, |exp, now| exp <= now) || out_of_time(&data.claims.nbf, |nbf, now| nbf > now) {
            return Err(Error::InvalidToken);
        }
        let id = |claim: &Option<Value>| claim.as_ref()?.as_str()?.parse::<Uuid>().ok();
        match (id(&data.claims.identity), id(&data.claims.session)) {
            (Some(user), Some(session)) => {
                #[expect(clippy::cast_possible_truncation, reason = "saturates, and moments are far from the limits")]
                let end = data.claims.exp.as_ref().and_then(Value::as_f64).map(|exp| exp as i64);
                let end = end.map(|seconds| Timestamp::from_micros(seconds.saturating_mul(1_000_000)));
                Ok(Claims { user: UserId::new(user), session: LoginSessionId::new(session), expires_at: end })
            }
            _ => Err(Error::Unauthenticated),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::security::SystemClock;

    fn tokens() -> Tokens {
        Tokens::new(b"0123456789abcdef0123456789abcdef", Arc::new(SystemClock::default()))
    }

    fn forge(claims: &Value, algorithm: Algorithm, secret: &[u8]) -> String {
        encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret)).unwrap()
    }

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
    const ID: &str = "00000000-0000-4000-8000-000000000001";

    #[test]
    fn a_genuine_token_names_user_and_login() {
        let token = forge(&json!({"identity": ID, "session": ID, "exp": 4_000_000_000_i64}), Algorithm::HS256, SECRET);
        assert_eq!(tokens().read(&token, Purpose::Access).unwrap().user.to_string(), ID);
    }

    #[test]
    fn what_does_not_decode_is_invalid() {
        let good = json!({"identity": ID, "session": ID, "exp": 4_000_000_000_i64});
        let with = |key: &str, value: Value| {
            let mut claims = good.clone();
            claims[key] = value;
            forge(&claims, Algorithm::HS256, SECRET)
        };
        for token in [
            "garbage".to_owned(),
            String::new(),
            forge(&good, Algorithm::HS512, SECRET),
            forge(&good, Algorithm::HS256, b"another secret"),
            with("exp", json!(1_000_000)),
            with("exp", json!("soon")),
            with("nbf", json!(4_000_000_000_i64)),
        ] {
            assert!(matches!(tokens().read(&token, Purpose::Access), Err(Error::InvalidToken)), "{token}");
        }
    }

    #[test]
    fn a_token_serves_its_purpose_alone() {
        let claims = json!({"identity": ID, "session": ID, "exp": 4_000_000_000_i64, "type": "refresh"});
        let refresh = forge(&claims, Algorithm::HS256, SECRET);
        assert!(matches!(tokens().read(&refresh, Purpose::Access), Err(Error::InvalidToken)));
        assert!(tokens().read(&refresh, Purpose::Refresh).is_ok());
        let access = forge(&json!({"identity": ID, "session": ID}), Algorithm::HS256, SECRET);
        assert!(matches!(tokens().read(&access, Purpose::Refresh), Err(Error::InvalidToken)));
    }

    #[test]
    fn a_genuine_token_without_a_login_signs_nobody_in() {
        for claims in [
            json!({"identity": ID, "exp": 4_000_000_000_i64}),
            json!({"session": ID}),
            json!({"identity": [ID], "session": {"a": 1}}),
            json!({"username": "argilla", "role": "owner"}),
        ] {
            let token = forge(&claims, Algorithm::HS256, SECRET);
            assert!(matches!(tokens().read(&token, Purpose::Access), Err(Error::Unauthenticated)), "{claims}");
        }
    }
}

//! The token server: what it is asked, and what its answer means.
//!
//! A user with a password is asked for by GET, which every token server understands, and by POST
//! where that is refused; an identity token can only be exchanged by POST (OAuth 2).

use std::fmt::Write as _;
use std::time::Duration;

use registrar_net::{Answer, StatusCode};
use registrar_registry::Secret;
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::byte_serialize;

use crate::credentials::Credentials;
use crate::failure::{Failure, FailureKind};
use crate::words;

/// How we call ourselves.
const CLIENT_ID: &str = "registrar";
/// How many seconds every token counts, as the specification has it.
const SHORTEST: u64 = 60;
/// OAuth 2's codes for credentials that are not accepted.
const REFUSALS: [&str; 4] = [
    "invalid_grant",
    "invalid_client",
    "unauthorized_client",
    "access_denied",
];

/// Where to ask for a token, and for what.
#[derive(Debug)]
pub(crate) struct TokenServer {
    pub(crate) url: Url,
    pub(crate) service: Option<String>,
    /// The first one counts most: some servers look at no other.
    pub(crate) scopes: Vec<String>,
}

impl TokenServer {
    /// The address for a GET, with what the realm had in its query.
    pub(crate) fn get_url(&self) -> Url {
        let mut url = self.url.clone();
        let service = self.service.iter().map(|service| ("service", service));
        let scopes = self.scopes.iter().map(|scope| ("scope", scope));
        let mut pairs = service.chain(scopes).peekable();
        if pairs.peek().is_some() {
            url.query_pairs_mut().extend_pairs(pairs);
        }
        url
    }

    /// The body for a POST.
    pub(crate) fn form(&self, credentials: &Credentials) -> Secret {
        let mut form = Form::new();
        match credentials {
            Credentials::Password { user, password } => {
                form.add("grant_type", b"password");
                form.add("username", user.as_bytes());
                form.add("password", password.expose());
            }
            Credentials::IdentityToken(token) => {
                form.add("grant_type", b"refresh_token");
                form.add("refresh_token", token.expose());
            }
        }
        form.add("client_id", CLIENT_ID.as_bytes());
        if let Some(service) = &self.service {
            form.add("service", service.as_bytes());
        }
        if !self.scopes.is_empty() {
            form.add("scope", self.scopes.join(" ").as_bytes());
        }
        Secret::new(form.0)
    }

    /// Asks for `scope` as well.
    pub(crate) fn add(&mut self, scope: &str) {
        if !self.scopes.iter().any(|known| known == scope) {
            self.scopes.push(scope.to_owned());
        }
    }

    /// Asks for `more` as well, and for that first.
    pub(crate) fn widen(&mut self, more: Vec<String>) {
        self.scopes.retain(|scope| !more.contains(scope));
        self.scopes.splice(..0, more);
    }
}

/// A body in `application/x-www-form-urlencoded`.
struct Form(String);

impl Form {
    fn new() -> Self {
        // Roomy enough for every secret, so that no copy of one stays behind by growing.
        Self(String::with_capacity(3 * Secret::MAX_BYTES + 4096))
    }

    fn add(&mut self, name: &str, value: &[u8]) {
        let separator = if self.0.is_empty() { "" } else { "&" };
        let _ = write!(self.0, "{separator}{name}=");
        self.0.extend(byte_serialize(value));
    }
}

/// What a token server answers; anything else that it says is of no use here.
#[derive(Deserialize)]
struct Tokens {
    token: Option<Secret>,
    access_token: Option<Secret>,
    expires_in: Option<serde_json::Value>,
}

/// A token, and how long it counts.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) secret: Secret,
    /// From the moment at which it came; what the specification says where the server says less.
    pub(crate) lifetime: Duration,
}

/// Whether `answer` says that the server does not know the way in which it was asked.
pub(crate) fn is_unsupported(answer: &Answer) -> bool {
    matches!(
        answer.status,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
    )
}

/// The token in `answer`, for which `credentials` were sent.
pub(crate) fn understand(
    answer: &Answer,
    credentials: Option<&Credentials>,
) -> Result<Token, Failure> {
    if let Some(failure) = answer.failure() {
        let known = words::of(answer, |text| credentials.is_some_and(|c| c.is_in(text)));
        return Err(match refusal(answer, credentials) {
            Some(kind) => Failure::about(answer, kind, known),
            None => Failure {
                raw: known,
                ..Failure::of_token_server(failure)
            },
        });
    }
    let bad = |raw: String| Failure::about(answer, FailureKind::BadToken, raw);
    let tokens: Tokens = serde_json::from_slice(&answer.body)
        .map_err(|error| bad(format!("no JSON with a token (line {})", error.line())))?;
    let seconds = tokens
        .expires_in
        .as_ref()
        .and_then(serde_json::Value::as_u64);
    let mut found = tokens.token.into_iter().chain(tokens.access_token);
    found
        .find(|token| !token.is_empty())
        .map(|secret| Token {
            secret,
            lifetime: Duration::from_secs(seconds.unwrap_or_default().max(SHORTEST)),
        })
        .ok_or_else(|| bad("neither token nor access_token".to_owned()))
}

/// What the refusal `answer` says about `credentials`, if it is about them.
fn refusal(answer: &Answer, credentials: Option<&Credentials>) -> Option<FailureKind> {
    let oauth = words::oauth_error(answer);
    let about_credentials = match answer.status.as_u16() {
        // GitLab answers wrong credentials with 403.
        401 | 403 => true,
        400 => oauth.is_some_and(|code| REFUSALS.contains(&&*code)),
        _ => false,
    };
    match credentials {
        Some(known) if known.is_identity_token() && is_unsupported(answer) => {
            Some(FailureKind::IdentityTokenUnsupported)
        }
        _ if !about_credentials => None,
        Some(_) => Some(FailureKind::CredentialsRefused),
        None => Some(FailureKind::CredentialsNeeded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> TokenServer {
        TokenServer {
            url: Url::parse("https://h.io/token?account=x").unwrap(),
            service: Some("a registry".to_owned()),
            scopes: vec!["repository:a:pull".to_owned()],
        }
    }

    #[test]
    fn a_get_keeps_the_realms_query_and_repeats_scope() {
        let mut server = server();
        server.widen(vec!["repository:b:pull,push".to_owned()]);
        assert_eq!(
            server.get_url().as_str(),
            "https://h.io/token?account=x&service=a+registry\
             &scope=repository%3Ab%3Apull%2Cpush&scope=repository%3Aa%3Apull"
        );
    }

    #[test]
    fn a_realm_that_asks_for_nothing_stays_as_it_is() {
        let server = TokenServer {
            url: Url::parse("https://h.io/token").unwrap(),
            service: None,
            scopes: Vec::new(),
        };
        assert_eq!(server.get_url().as_str(), "https://h.io/token");
    }

    #[test]
    fn a_form_carries_any_secret_and_one_scope() {
        let mut server = server();
        server.widen(vec!["b".to_owned(), "repository:a:pull".to_owned()]);
        let password = Credentials::new("u&u", Secret::new("p =+%\n\"ü"));
        assert_eq!(
            server.form(&password).expose_text().unwrap(),
            "grant_type=password&username=u%26u&password=p+%3D%2B%25%0A%22%C3%BC\
             &client_id=registrar&service=a+registry&scope=b+repository%3Aa%3Apull"
        );
        let token = Credentials::new("<token>", Secret::new("t"));
        let form = server.form(&token);
        let form = form.expose_text().unwrap();
        assert!(form.starts_with("grant_type=refresh_token&refresh_token=t&client_id="));
    }
}

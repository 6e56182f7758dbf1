//! Requests to one registry, with whatever it wants to see before it answers.

use std::collections::HashMap;

use parking_lot::Mutex;
use registrar_net::{
    Answer, Authorization, ClientIdentity, Follow, Http, Request, Session, StatusCode, Trace,
};
use registrar_registry::{ImageReference, Secret};
use tokio::sync::OnceCell;
use tokio::time::Instant;
use url::Url;

use crate::answer::wider_scope;
use crate::failure::{Failure, FailureKind};
use crate::talk::{self, Talk};
use crate::target::Target;
use crate::token::{Token, TokenServer};

/// Reads one registry. Its connections, and the tokens that it was given, live as long as it does,
/// so one is made for requests that belong together. Dropping a future cancels its requests.
pub struct Reader {
    http: Http,
    session: Session,
    target: Target,
    root: Url,
    identity: OnceCell<Option<ClientIdentity>>,
    /// What each scope is read with.
    passes: Mutex<HashMap<String, Pass>>,
}

/// What opens the registry for a scope.
#[derive(Clone)]
enum Pass {
    Nothing,
    Password,
    Token { secret: Secret, ends: Instant },
}

impl From<Token> for Pass {
    fn from(token: Token) -> Self {
        Self::Token {
            secret: token.secret,
            ends: Instant::now() + token.lifetime / 2,
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) url: &'a Url,
    /// The scope that a token must have for it.
    pub(super) scope: &'a str,
    pub(super) accept: &'static str,
    pub(super) max_body: u64,
    pub(super) head_only: bool,
    pub(super) follow: Follow,
}

impl Reader {
    pub(crate) fn new(http: Http, target: Target) -> Self {
        Self {
            session: http.session(),
            root: target.host.api_url(target.plain_http),
            identity: OnceCell::new(),
            passes: Mutex::default(),
            http,
            target,
        }
    }

    /// The address of `path` below the root of the API, like `/v2/_catalog`.
    pub(super) fn url(&self, path: &str) -> Url {
        let mut url = self.root.clone();
        url.set_path(path);
        url
    }

    /// Fetches something of the repository of `image`.
    pub(super) async fn of_repository(
        &self,
        image: &ImageReference,
        path: &str,
        accept: &'static str,
        max_body: u64,
    ) -> Result<Answer, Failure> {
        let url = self.url(&format!("/v2/{}/{path}", image.repository()));
        self.fetch(Wanted {
            url: &url,
            scope: &pull_scope(image),
            accept,
            max_body,
            head_only: false,
            follow: Follow::SameOrigin,
        })
        .await
    }

    /// Whether a token was given for `scope`.
    pub(super) fn has_token(&self, scope: &str) -> bool {
        matches!(self.passes.lock().get(scope), Some(Pass::Token { .. }))
    }

    /// The registry's answer, which is a success.
    pub(super) async fn fetch(&self, wanted: Wanted<'_>) -> Result<Answer, Failure> {
        let load = || talk::identity(&self.target);
        let identity = self.identity.get_or_try_init(load).await?;
        let trace = Trace::new(&|_| {});
        let talk = Talk {
            session: &self.session,
            target: &self.target,
            root: &self.root,
            identity: identity.as_ref(),
            deadline: self.http.deadline(),
            trace: &trace,
        };
        let visit = Visit { talk, wanted };
        let pass = self.pass(wanted.scope);
        let answer = visit.send(&pass).await?;
        let (answer, pass) = if answer.status == StatusCode::UNAUTHORIZED {
            let (answer, pass) = visit.identify(&answer).await?;
            self.passes
                .lock()
                .insert(wanted.scope.to_owned(), pass.clone());
            (answer, pass)
        } else {
            (answer, pass)
        };
        visit.success(answer, &pass)
    }

    fn pass(&self, scope: &str) -> Pass {
        match self.passes.lock().get(scope) {
            Some(Pass::Token { ends, .. }) if *ends <= Instant::now() => Pass::Nothing,
            Some(pass) => pass.clone(),
            None => Pass::Nothing,
        }
    }
}

/// What is needed to pull from the repository of `image`.
pub(super) fn pull_scope(image: &ImageReference) -> String {
    format!("repository:{}:pull", image.repository())
}

/// One thing that is fetched.
struct Visit<'a> {
    talk: Talk<'a>,
    wanted: Wanted<'a>,
}

impl Visit<'_> {
    async fn send(&self, pass: &Pass) -> Result<Answer, Failure> {
        let wanted = self.wanted;
        let request = Request {
            authorization: match pass {
                Pass::Nothing => None,
                Pass::Password => self.talk.basic()?,
                Pass::Token { secret, .. } => Some(Authorization::Bearer(secret)),
            },
            accept: wanted.accept,
            max_body: wanted.max_body,
            follow: wanted.follow,
            head_only: wanted.head_only,
            ..self.talk.to_registry(wanted.url)
        };
        let trace = Trace::new(&|_| {});
        self.talk.send(&request, &trace).await
    }

    /// Answers the challenge in `refusal`, and asks again.
    async fn identify(&self, refusal: &Answer) -> Result<(Answer, Pass), Failure> {
        let challenges = self.talk.challenges(refusal)?;
        let challenge = self.talk.choose(refusal, challenges)?;
        if challenge.scheme == "basic" {
            return Ok((self.send(&Pass::Password).await?, Pass::Password));
        }
        let mut server = self.talk.token_server(&challenge, &refusal.url)?;
        server.add(self.wanted.scope);
        let (answer, pass) = self.with_token(&server).await?;
        let Some(more) = wider_scope(&answer) else {
            return Ok((answer, pass));
        };
        server.widen(more);
        self.with_token(&server).await
    }

    async fn with_token(&self, server: &TokenServer) -> Result<(Answer, Pass), Failure> {
        let pass = Pass::from(self.talk.token(server).await?);
        Ok((self.send(&pass).await?, pass))
    }

    fn success(&self, answer: Answer, pass: &Pass) -> Result<Answer, Failure> {
        if answer.status.is_success() {
            return Ok(answer);
        }
        let token = match pass {
            Pass::Token { secret, .. } => Some(secret),
            Pass::Nothing | Pass::Password => None,
        };
        let failure = self.talk.refused(&answer, token);
        let kind = match failure.kind {
            FailureKind::NotARegistry if answer.status == StatusCode::NOT_FOUND => {
                FailureKind::NotFound
            }
            // Who has a token is known; that it does not suffice is another matter.
            FailureKind::CredentialsRefused if token.is_some() => FailureKind::Forbidden,
            kind => kind,
        };
        Err(Failure { kind, ..failure })
    }
}

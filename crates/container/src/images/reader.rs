//! Requests to one registry, with whatever it wants to see before it answers.

use std::collections::HashMap;

use bytes::Bytes;
use parking_lot::Mutex;
use registrar_net::{
    self as net, Answer, Authorization, ClientIdentity, Download, Extra, Follow, Http, Outgoing,
    Request, Session, StatusCode, Trace,
};
use registrar_registry::{ImageReference, Secret};
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout_at};
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
pub(crate) enum Pass {
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
pub(crate) struct Wanted<'a> {
    pub(crate) url: &'a Url,
    /// The scope that a token must have for it; several with spaces between them.
    pub(crate) scope: &'a str,
    pub(crate) accept: &'static str,
    pub(crate) max_body: u64,
    pub(crate) head_only: bool,
    pub(crate) follow: Follow,
}

impl<'a> Wanted<'a> {
    /// What is small, at `url` itself.
    pub(crate) fn of(url: &'a Url, scope: &'a str) -> Self {
        Self {
            url,
            scope,
            accept: "*/*",
            max_body: 64 * 1024,
            head_only: false,
            follow: Follow::SameOrigin,
        }
    }
}

/// How it is asked for.
#[derive(Clone, Copy)]
enum How<'a> {
    /// To be read as a whole.
    Fetch,
    /// To be read piece by piece, from this byte on.
    Open(u64),
    /// Changing something.
    Change(&'a Extra, &'a Bytes),
}

/// What has come.
enum Came {
    Answer(Box<Answer>),
    Body(Box<Download>),
}

impl Came {
    fn answer(&self) -> &Answer {
        match self {
            Self::Answer(answer) => answer,
            Self::Body(download) => download.answer(),
        }
    }

    async fn whole(self) -> Answer {
        match self {
            Self::Answer(answer) => *answer,
            Self::Body(download) => download.refusal().await,
        }
    }
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
    pub(crate) fn url(&self, path: &str) -> Url {
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
    pub(crate) async fn fetch(&self, wanted: Wanted<'_>) -> Result<Answer, Failure> {
        let (came, pass) = self.ask(wanted, How::Fetch).await?;
        let answer = came.whole().await;
        self.success(answer, &pass).await
    }

    /// The registry's answer, which is a success, to be read piece by piece from the byte `from`
    /// of its body on, as far as the server obeys that.
    pub(crate) async fn open(&self, wanted: Wanted<'_>, from: u64) -> Result<Download, Failure> {
        let (came, pass) = self.ask(wanted, How::Open(from)).await?;
        match came {
            Came::Body(download) if download.answer().status.is_success() => Ok(*download),
            refused => {
                let answer = refused.whole().await;
                self.success(answer, &pass).await?;
                let raw = "an answer without a body";
                Err(Failure::new(FailureKind::NotARegistry, raw))
            }
        }
    }

    /// The registry's answer, of any status, to a request that changes something.
    pub(crate) async fn change(
        &self,
        wanted: Wanted<'_>,
        extra: &Extra,
        body: Bytes,
    ) -> Result<(Answer, Pass), Failure> {
        let (came, pass) = self.ask(wanted, How::Change(extra, &body)).await?;
        Ok((came.whole().await, pass))
    }

    /// As [`Self::change`], but `body` can be sent once only: what the scope wants must be known.
    pub(crate) async fn push(
        &self,
        wanted: Wanted<'_>,
        extra: &Extra,
        body: Outgoing,
    ) -> Result<(Answer, Pass), Failure> {
        let trace = Trace::new(&|_| {});
        let visit = self.visit(wanted, How::Open(0), &trace).await?;
        let pass = self.pass(wanted.scope);
        let request = Request {
            extra: Some(extra),
            ..visit.request(&pass)?
        };
        let answer = self.session.push(&request, body, &trace).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            self.passes.lock().remove(wanted.scope);
        }
        Ok((answer, pass))
    }

    /// Whether what the scope wants is known and counts for a while.
    pub(crate) fn is_known(&self, scope: &str) -> bool {
        match self.passes.lock().get(scope) {
            Some(Pass::Token { ends, .. }) => *ends > Instant::now(),
            known => known.is_some(),
        }
    }

    /// The answer, and what it was given for.
    async fn ask(&self, wanted: Wanted<'_>, how: How<'_>) -> Result<(Came, Pass), Failure> {
        let trace = Trace::new(&|_| {});
        let visit = self.visit(wanted, how, &trace).await?;
        let pass = self.pass(wanted.scope);
        let came = visit.send(&pass).await?;
        let (came, pass) = if came.answer().status == StatusCode::UNAUTHORIZED {
            visit.identify(came.answer()).await?
        } else {
            (came, pass)
        };
        let mut passes = self.passes.lock();
        let known = passes.entry(wanted.scope.to_owned());
        match &pass {
            // Some of what is asked for may be open to all, and some not.
            Pass::Nothing => drop(known.or_insert(Pass::Nothing)),
            pass => drop(known.insert_entry(pass.clone())),
        }
        drop(passes);
        Ok((came, pass))
    }

    async fn visit<'a>(
        &'a self,
        wanted: Wanted<'a>,
        how: How<'a>,
        trace: &'a Trace<'a>,
    ) -> Result<Visit<'a>, Failure> {
        let load = || talk::identity(&self.target);
        let identity = self.identity.get_or_try_init(load).await?;
        let talk = Talk {
            session: &self.session,
            target: &self.target,
            root: &self.root,
            identity: identity.as_ref(),
            deadline: self.http.deadline(),
            trace,
        };
        Ok(Visit { talk, wanted, how })
    }

    /// `answer`, if it is a success; else what it means.
    pub(crate) async fn success(&self, answer: Answer, pass: &Pass) -> Result<Answer, Failure> {
        if answer.status.is_success() {
            return Ok(answer);
        }
        let trace = Trace::new(&|_| {});
        let wanted = Wanted::of(&self.root, "");
        let visit = self.visit(wanted, How::Fetch, &trace).await?;
        Err(visit.failure(&answer, pass))
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
pub(crate) fn pull_scope(image: &ImageReference) -> String {
    format!("repository:{}:pull", image.repository())
}

/// One thing that is fetched.
struct Visit<'a> {
    talk: Talk<'a>,
    wanted: Wanted<'a>,
    how: How<'a>,
}

impl Visit<'_> {
    fn request<'s>(&'s self, pass: &'s Pass) -> Result<Request<'s>, Failure> {
        let wanted = self.wanted;
        Ok(Request {
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
        })
    }

    async fn send(&self, pass: &Pass) -> Result<Came, Failure> {
        let request = self.request(pass)?;
        let trace = Trace::new(&|_| {});
        match self.how {
            How::Fetch => self
                .talk
                .send(&request, &trace)
                .await
                .map(Box::new)
                .map(Came::Answer),
            How::Open(from_byte) => {
                let request = Request {
                    from_byte,
                    ..request
                };
                let opened = self.talk.session.open(&request, &trace).await?;
                Ok(Came::Body(Box::new(opened)))
            }
            How::Change(extra, body) => {
                let request = Request {
                    extra: Some(extra),
                    ..request
                };
                let body = Outgoing::of(body.clone());
                let pushed = self.talk.session.push(&request, body, &trace);
                let answer = timeout_at(request.deadline, pushed).await;
                let answer = answer.map_err(|_| no_answer())?;
                Ok(Came::Answer(Box::new(answer?)))
            }
        }
    }

    /// Answers the challenge in `refusal`, and asks again.
    async fn identify(&self, refusal: &Answer) -> Result<(Came, Pass), Failure> {
        let challenges = self.talk.challenges(refusal)?;
        let challenge = self.talk.choose(refusal, challenges)?;
        if challenge.scheme == "basic" {
            return Ok((self.send(&Pass::Password).await?, Pass::Password));
        }
        let mut server = self.talk.token_server(&challenge, &refusal.url)?;
        for scope in self.wanted.scope.split(' ') {
            server.add(scope);
        }
        let (came, pass) = self.with_token(&server).await?;
        let Some(more) = wider_scope(came.answer()) else {
            return Ok((came, pass));
        };
        server.widen(more);
        self.with_token(&server).await
    }

    async fn with_token(&self, server: &TokenServer) -> Result<(Came, Pass), Failure> {
        let pass = Pass::from(self.talk.token(server).await?);
        Ok((self.send(&pass).await?, pass))
    }

    /// What `answer` to `pass` means, which is no success.
    fn failure(&self, answer: &Answer, pass: &Pass) -> Failure {
        let token = match pass {
            Pass::Token { secret, .. } => Some(secret),
            Pass::Nothing | Pass::Password => None,
        };
        let failure = self.talk.refused(answer, token);
        let kind = match failure.kind {
            FailureKind::NotARegistry if answer.status == StatusCode::NOT_FOUND => {
                FailureKind::NotFound
            }
            // Who has a token is known; that it does not suffice is another matter.
            FailureKind::CredentialsRefused if token.is_some() => FailureKind::Forbidden,
            kind => kind,
        };
        Failure { kind, ..failure }
    }
}

/// Nothing came before the deadline.
fn no_answer() -> Failure {
    let kind = FailureKind::Registry(net::FailureKind::TimedOut);
    Failure::new(kind, "no answer in time")
}

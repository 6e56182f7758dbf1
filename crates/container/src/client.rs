//! The client itself: from the first request to a verdict.

use std::sync::OnceLock;
use std::time::Instant;

use jiff::Timestamp;
use registrar_net::{
    self as net, Answer, Authorization, ClientIdentity, Follow, Http, Request, Session, Settings,
    StatusCode, Trace,
};
use registrar_registry::Secret;
use url::Url;

use crate::answer::{is_registry, wider_scope};
use crate::check::{Access, CheckReport};
use crate::failure::{Failure, FailureKind};
use crate::images::Reader;
use crate::steps::{self, Step};
use crate::talk::{self, Talk};
use crate::target::Target;
use crate::token::TokenServer;

/// A client of container registries. Cloning it is cheap; one serves any number of registries
/// at the same time.
#[derive(Debug, Clone)]
pub struct Client {
    http: Http,
}

impl Client {
    /// A client that reaches registries by `settings`.
    pub fn new(settings: Settings) -> Self {
        Self {
            http: Http::new(settings),
        }
    }

    /// Finds out whether `target` is a container registry, and whether its credentials are
    /// accepted. Calls `on_step` when a step begins. Never takes much longer than the settings'
    /// limit; dropping the future cancels it.
    ///
    /// A token server that gives tokens to everybody, and a registry that accepts them, cannot be
    /// told from ones that have checked the credentials.
    pub async fn check(
        &self,
        target: &Target,
        on_step: &(dyn Fn(Step) + Send + Sync),
    ) -> CheckReport {
        let began = Instant::now();
        let on_net_step = |step| {
            if step != net::Step::Index {
                on_step(Step::of(step));
            }
        };
        let check = Check {
            session: self.http.session(),
            target,
            root: target.host.api_url(target.plain_http),
            deadline: self.http.deadline(),
            first: Trace::new(&on_net_step),
            later: Trace::new(&|_| {}),
            on_step,
            credentials: OnceLock::new(),
        };
        let outcome = check.run().await;
        check.report(outcome, began)
    }

    /// Reads what is in the registry `target`: its lists, manifests and configurations.
    pub fn reader(&self, target: Target) -> Reader {
        Reader::new(self.http.clone(), target)
    }
}

/// One check while it runs.
struct Check<'a> {
    session: Session,
    target: &'a Target,
    /// The root of the registry's API.
    root: Url,
    deadline: tokio::time::Instant,
    /// Follows the request without credentials.
    first: Trace<'a>,
    /// Follows all others.
    later: Trace<'a>,
    on_step: &'a (dyn Fn(Step) + Send + Sync),
    /// When it came to the credentials.
    credentials: OnceLock<Instant>,
}

impl Check<'_> {
    async fn run(&self) -> Result<Access, Failure> {
        let identity = talk::identity(self.target).await?;
        let talk = self.talk(identity.as_ref());
        let answer = self.ping(talk, None).await?;
        match answer.status {
            StatusCode::UNAUTHORIZED => self.identify(talk, &answer).await,
            status if status.is_success() => self.accepted(&answer, Access::OpenNotChecked),
            _ => Err(talk.refused(&answer, None)),
        }
    }

    fn talk<'t>(&'t self, identity: Option<&'t ClientIdentity>) -> Talk<'t> {
        Talk {
            session: &self.session,
            target: self.target,
            root: &self.root,
            identity,
            deadline: self.deadline,
            trace: &self.later,
        }
    }

    /// Asks the registry whether it is there, and whether it knows us.
    async fn ping(
        &self,
        talk: Talk<'_>,
        authorization: Option<Authorization<'_>>,
    ) -> Result<Answer, Failure> {
        let (trace, follow) = match authorization {
            None => (&self.first, Follow::Anywhere),
            Some(_) => (&self.later, Follow::SameOrigin),
        };
        let mut url = self.root.clone();
        url.set_path("/v2/");
        let request = Request {
            authorization,
            follow,
            ..talk.to_registry(&url)
        };
        talk.send(&request, trace).await
    }

    /// Answers the challenge in `answer`.
    async fn identify(&self, talk: Talk<'_>, answer: &Answer) -> Result<Access, Failure> {
        let challenges = talk.challenges(answer)?;
        self.begin_credentials();
        let challenge = talk.choose(answer, challenges)?;
        if challenge.scheme == "basic" {
            let answer = self.ping(talk, talk.basic()?).await?;
            return self.verdict(talk, &answer, None);
        }
        let server = talk.token_server(&challenge, &answer.url)?;
        self.bearer(talk, server).await
    }

    fn begin_credentials(&self) {
        self.credentials.get_or_init(Instant::now);
        (self.on_step)(Step::Credentials);
    }

    /// Gets a token from `server` and shows it to the registry; once more where that asks for a
    /// wider scope.
    async fn bearer(&self, talk: Talk<'_>, mut server: TokenServer) -> Result<Access, Failure> {
        let token = talk.token(&server).await?.secret;
        let answer = self.ping(talk, Some(Authorization::Bearer(&token))).await?;
        let Some(more) = wider_scope(&answer) else {
            return self.verdict(talk, &answer, Some(&token));
        };
        server.widen(more);
        let token = talk.token(&server).await?.secret;
        let answer = self.ping(talk, Some(Authorization::Bearer(&token))).await?;
        self.verdict(talk, &answer, Some(&token))
    }

    /// What the registry's `answer` to credentials, or to a `token`, means.
    fn verdict(
        &self,
        talk: Talk<'_>,
        answer: &Answer,
        token: Option<&Secret>,
    ) -> Result<Access, Failure> {
        if answer.status.is_success() {
            return self.accepted(answer, Access::Proved);
        }
        Err(talk.refused(answer, token))
    }

    /// The success `answer`, which means `access` where there are credentials.
    fn accepted(&self, answer: &Answer, access: Access) -> Result<Access, Failure> {
        if !is_registry(answer) {
            let raw = "its answer is not that of a container registry";
            return Err(Failure::about(answer, FailureKind::NotARegistry, raw));
        }
        Ok(match self.target.credentials {
            Some(_) => access,
            None => Access::Anonymous,
        })
    }

    fn report(&self, outcome: Result<Access, Failure>, began: Instant) -> CheckReport {
        let took = self.credentials.get().map(Instant::elapsed);
        let failed = outcome.is_err();
        CheckReport {
            checked_at: Timestamp::now(),
            answer_time: (!failed).then(|| began.elapsed()),
            credentials_sent: self.target.credentials.is_some() && self.later.token_sent(),
            certificate: self.first.certificate(),
            steps: steps::results(&self.first, took, failed, !self.target.plain_http),
            outcome,
        }
    }
}

//! The client itself: from the first request to a verdict.

use std::sync::OnceLock;
use std::time::Instant;

use jiff::Timestamp;
use registrar_net::{
    self as net, Answer, Authorization, ClientIdentity, Follow, Http, Request, Session, Settings,
    StatusCode, Tls, Trace,
};
use registrar_registry::{Secret, TlsRules};
use url::Url;

use crate::answer::{is_registry, wider_scope};
use crate::challenge::{self, Challenge};
use crate::check::{Access, CheckReport};
use crate::credentials::Credentials;
use crate::failure::{Failure, FailureKind};
use crate::realm;
use crate::steps::{self, Step};
use crate::target::Target;
use crate::token::{self, TokenServer};
use crate::words;

/// The largest answer that is accepted, in bytes.
const MAX_BODY: u64 = 64 * 1024;

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
        let identity = self.identity().await?;
        let identity = identity.as_ref();
        let answer = self.ping(None, identity).await?;
        match answer.status {
            StatusCode::UNAUTHORIZED => self.identify(&answer, identity).await,
            status if status.is_success() => self.accepted(&answer, Access::OpenNotChecked),
            _ => Err(self.refused(&answer, None)),
        }
    }

    async fn identity(&self) -> Result<Option<ClientIdentity>, Failure> {
        let Some(files) = &self.target.client_certificate else {
            return Ok(None);
        };
        let loaded = ClientIdentity::load(&files.certificate, &files.key).await;
        let unusable = FailureKind::ClientCertificateUnusable;
        loaded
            .map(Some)
            .map_err(|error| Failure::new(unusable, error.to_string()))
    }

    /// Asks the registry whether it is there, and whether it knows us.
    async fn ping(
        &self,
        authorization: Option<Authorization<'_>>,
        identity: Option<&ClientIdentity>,
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
            ..self.request(&url, self.tls(&self.target.tls, identity))
        };
        let sent = self.session.send(&request, trace).await;
        sent.map_err(|failure| match failure.kind {
            net::FailureKind::TlsFailed | net::FailureKind::ConnectionClosed
                if trace.client_certificate_asked() =>
            {
                Failure::new(FailureKind::ClientCertificateNeeded, failure.raw)
            }
            _ => failure.into(),
        })
    }

    fn request<'r>(&self, url: &'r Url, tls: Tls<'r>) -> Request<'r> {
        Request {
            url,
            authorization: None,
            form: None,
            extra: None,
            plain_http: self.target.plain_http,
            tls,
            accept: "application/json",
            max_body: MAX_BODY,
            read_refusals: true,
            follow: Follow::SameOrigin,
            deadline: self.deadline,
        }
    }

    /// The rules for the registry's own host.
    fn tls<'r>(&self, rules: &'r TlsRules, identity: Option<&'r ClientIdentity>) -> Tls<'r> {
        Tls {
            rules,
            identity,
            insecure: self.target.insecure,
        }
    }

    /// Answers the challenge in `answer`.
    async fn identify(
        &self,
        answer: &Answer,
        identity: Option<&ClientIdentity>,
    ) -> Result<Access, Failure> {
        if answer.url.origin() != self.root.origin() {
            let raw = "the registry redirects to another address, which asks for credentials";
            let kind = FailureKind::Registry(net::FailureKind::BadRedirect);
            return Err(Failure::about(answer, kind, raw));
        }
        let challenges = challenge::all(&answer.headers).map_err(|_| {
            let raw = "its header WWW-Authenticate is malformed";
            Failure::about(answer, FailureKind::ChallengeNotUnderstood, raw)
        })?;
        self.begin_credentials();
        match self.choose(&challenges) {
            Some(challenge) if challenge.scheme == "basic" => self.basic(identity).await,
            Some(challenge) => self.bearer(challenge, &answer.url, identity).await,
            None => Err(self.no_way(answer, &challenges)),
        }
    }

    fn begin_credentials(&self) {
        self.credentials.get_or_init(Instant::now);
        (self.on_step)(Step::Credentials);
    }

    /// The first challenge that can be answered with what there is.
    fn choose<'c>(&self, challenges: &'c [Challenge]) -> Option<&'c Challenge> {
        let credentials = self.target.credentials.as_ref();
        let password = credentials.is_some_and(|known| !known.is_identity_token());
        challenges
            .iter()
            .find(|challenge| match &*challenge.scheme {
                "basic" => password,
                "bearer" => challenge
                    .get("realm")
                    .is_some_and(|realm| !realm.is_empty()),
                _ => false,
            })
    }

    /// Why none of `challenges` can be answered.
    fn no_way(&self, answer: &Answer, challenges: &[Challenge]) -> Failure {
        let basic = challenges
            .iter()
            .any(|challenge| challenge.scheme == "basic");
        let (kind, raw) = match &self.target.credentials {
            None if basic => (FailureKind::CredentialsNeeded, "it asks for Basic"),
            Some(_) if basic => (FailureKind::IdentityTokenUnsupported, "it asks for Basic"),
            _ => (
                FailureKind::ChallengeNotUnderstood,
                "it asks for neither Basic nor Bearer with a realm",
            ),
        };
        Failure::about(answer, kind, raw)
    }

    async fn basic(&self, identity: Option<&ClientIdentity>) -> Result<Access, Failure> {
        let credentials = self.target.credentials.as_ref();
        let basic = credentials.map(Credentials::basic).transpose()?;
        let answer = self.ping(basic, identity).await?;
        self.verdict(&answer, None)
    }

    /// Gets a token as `challenge` wants it and shows it to the registry; once more where that
    /// asks for a wider scope.
    async fn bearer(
        &self,
        challenge: &Challenge,
        registry: &Url,
        identity: Option<&ClientIdentity>,
    ) -> Result<Access, Failure> {
        let mut server = TokenServer {
            url: self.realm(challenge.get("realm").unwrap_or_default(), registry)?,
            service: challenge.get("service").map(ToOwned::to_owned),
            scopes: challenge.scopes(),
        };
        let token = self.token(&server, identity).await?;
        let bearer = Authorization::Bearer(&token);
        let answer = self.ping(Some(bearer), identity).await?;
        let Some(more) = wider_scope(&answer) else {
            return self.verdict(&answer, Some(&token));
        };
        server.widen(more);
        let token = self.token(&server, identity).await?;
        let bearer = Authorization::Bearer(&token);
        let answer = self.ping(Some(bearer), identity).await?;
        self.verdict(&answer, Some(&token))
    }

    /// The token server's address. Nobody has to approve it where nothing is sent there.
    fn realm(&self, realm: &str, registry: &Url) -> Result<Url, Failure> {
        let judged = realm::judge(realm, registry, self.target.approved_realm.as_ref());
        match judged {
            Err(realm::Objection::NotApproved(url)) if self.target.credentials.is_none() => Ok(url),
            judged => judged.map_err(Failure::from),
        }
    }

    async fn token(
        &self,
        server: &TokenServer,
        identity: Option<&ClientIdentity>,
    ) -> Result<Secret, Failure> {
        let credentials = self.target.credentials.as_ref();
        let answer = match credentials {
            Some(known) if known.is_identity_token() => {
                let form = server.form(known);
                self.ask(&server.url, None, Some(&form), identity).await?
            }
            Some(known) => {
                let basic = Some(known.basic()?);
                let answer = self.ask(&server.get_url(), basic, None, identity).await?;
                if token::is_unsupported(&answer) {
                    let form = server.form(known);
                    self.ask(&server.url, None, Some(&form), identity).await?
                } else {
                    answer
                }
            }
            None => self.ask(&server.get_url(), None, None, identity).await?,
        };
        token::understand(&answer, credentials)
    }

    /// Asks the token server at `url`. What is special about the registry's host (its pinned
    /// certificate, its being insecure, who we are to it) counts for the same host only.
    async fn ask(
        &self,
        url: &Url,
        authorization: Option<Authorization<'_>>,
        form: Option<&Secret>,
        identity: Option<&ClientIdentity>,
    ) -> Result<Answer, Failure> {
        let foreign = TlsRules {
            trusted_certificate: None,
            ..self.target.tls.clone()
        };
        let tls = if url.host() == self.root.host() {
            self.tls(&self.target.tls, identity)
        } else {
            Tls::from(&foreign)
        };
        let request = Request {
            authorization,
            form,
            ..self.request(url, tls)
        };
        let sent = self.session.send(&request, &self.later).await;
        sent.map_err(Failure::of_token_server)
    }

    /// What the registry's `answer` to credentials, or to a `token`, means.
    fn verdict(&self, answer: &Answer, token: Option<&Secret>) -> Result<Access, Failure> {
        if answer.status.is_success() {
            return self.accepted(answer, Access::Proved);
        }
        let failure = self.refused(answer, token);
        let kind = match failure.kind {
            FailureKind::CredentialsRefused if self.target.credentials.is_none() => {
                FailureKind::CredentialsNeeded
            }
            kind => kind,
        };
        Err(Failure { kind, ..failure })
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

    /// What `answer` means, which is no success.
    fn refused(&self, answer: &Answer, token: Option<&Secret>) -> Failure {
        let credentials = self.target.credentials.as_ref();
        let token = token.and_then(Secret::expose_text);
        let raw = words::of(answer, |text| {
            credentials.is_some_and(|known| known.is_in(text))
                || token.is_some_and(|token| text.contains(token))
        });
        let failure = answer.failure().map(Failure::from);
        let other = || Failure::about(answer, FailureKind::NotARegistry, "");
        Failure {
            raw,
            ..failure.unwrap_or_else(other)
        }
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

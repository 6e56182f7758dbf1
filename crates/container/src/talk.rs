//! How one registry and its token server are talked to: what the check and the reader share.

use registrar_net::{
    self as net, Answer, Authorization, ClientIdentity, Follow, Request, Session, Tls, Trace,
};
use registrar_registry::{Secret, TlsRules};
use tokio::time::Instant;
use url::Url;

use crate::challenge::{self, Challenge};
use crate::credentials::Credentials;
use crate::failure::{Failure, FailureKind};
use crate::realm;
use crate::target::Target;
use crate::token::{self, Token, TokenServer};
use crate::words;

/// The largest answer of a token server, and of `/v2/`, in bytes.
const MAX_BODY: u64 = 64 * 1024;

/// Everything that a request to one registry needs.
#[derive(Clone, Copy)]
pub(crate) struct Talk<'a> {
    pub(crate) session: &'a Session,
    pub(crate) target: &'a Target,
    /// The root of the registry's API.
    pub(crate) root: &'a Url,
    /// Who we are to the registry's own host.
    pub(crate) identity: Option<&'a ClientIdentity>,
    pub(crate) deadline: Instant,
    /// Follows the requests to the token server.
    pub(crate) trace: &'a Trace<'a>,
}

/// The client certificate of `target`, where it has one.
pub(crate) async fn identity(target: &Target) -> Result<Option<ClientIdentity>, Failure> {
    let Some(files) = &target.client_certificate else {
        return Ok(None);
    };
    let loaded = ClientIdentity::load(&files.certificate, &files.key).await;
    let unusable = FailureKind::ClientCertificateUnusable;
    loaded
        .map(Some)
        .map_err(|error| Failure::new(unusable, error.to_string()))
}

impl<'a> Talk<'a> {
    /// A request to the registry itself.
    pub(crate) fn to_registry(self, url: &'a Url) -> Request<'a> {
        self.request(url, self.tls())
    }

    fn request(self, url: &'a Url, tls: Tls<'a>) -> Request<'a> {
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
            head_only: false,
            from_byte: 0,
        }
    }

    /// The rules for the registry's own host.
    fn tls(self) -> Tls<'a> {
        Tls {
            rules: &self.target.tls,
            identity: self.identity,
            insecure: self.target.insecure,
        }
    }

    /// Sends `request` to the registry itself.
    pub(crate) async fn send(
        self,
        request: &Request<'_>,
        trace: &Trace<'_>,
    ) -> Result<Answer, Failure> {
        let sent = self.session.send(request, trace).await;
        sent.map_err(|failure| match failure.kind {
            net::FailureKind::TlsFailed | net::FailureKind::ConnectionClosed
                if trace.client_certificate_asked() =>
            {
                Failure::new(FailureKind::ClientCertificateNeeded, failure.raw)
            }
            _ => failure.into(),
        })
    }

    /// The challenges of the registry's refusal `answer`.
    pub(crate) fn challenges(self, answer: &Answer) -> Result<Vec<Challenge>, Failure> {
        if answer.url.origin() != self.root.origin() {
            let raw = "the registry redirects to another address, which asks for credentials";
            let kind = FailureKind::Registry(net::FailureKind::BadRedirect);
            return Err(Failure::about(answer, kind, raw));
        }
        challenge::all(&answer.headers).map_err(|_| {
            let raw = "its header WWW-Authenticate is malformed";
            Failure::about(answer, FailureKind::ChallengeNotUnderstood, raw)
        })
    }

    /// The first challenge that can be answered with what there is.
    pub(crate) fn choose(
        self,
        answer: &Answer,
        challenges: Vec<Challenge>,
    ) -> Result<Challenge, Failure> {
        let credentials = self.target.credentials.as_ref();
        let password = credentials.is_some_and(|known| !known.is_identity_token());
        let possible = |challenge: &Challenge| match &*challenge.scheme {
            "basic" => password,
            "bearer" => challenge
                .get("realm")
                .is_some_and(|realm| !realm.is_empty()),
            _ => false,
        };
        let no_way = self.no_way(answer, &challenges);
        challenges.into_iter().find(possible).ok_or(no_way)
    }

    /// Why none of `challenges` can be answered.
    fn no_way(self, answer: &Answer, challenges: &[Challenge]) -> Failure {
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

    /// The password as Basic has it.
    pub(crate) fn basic(self) -> Result<Option<Authorization<'a>>, Failure> {
        let credentials = self.target.credentials.as_ref();
        credentials.map(Credentials::basic).transpose()
    }

    /// The token server that `challenge` names, which came from `registry`. Nobody has to approve
    /// it where nothing is sent there.
    pub(crate) fn token_server(
        self,
        challenge: &Challenge,
        registry: &Url,
    ) -> Result<TokenServer, Failure> {
        let realm = challenge.get("realm").unwrap_or_default();
        let judged = realm::judge(realm, registry, self.target.approved_realm.as_ref());
        let url = match judged {
            Err(realm::Objection::NotApproved(url)) if self.target.credentials.is_none() => url,
            judged => judged.map_err(Failure::from)?,
        };
        Ok(TokenServer {
            url,
            service: challenge.get("service").map(ToOwned::to_owned),
            scopes: challenge.scopes(),
        })
    }

    /// A token from `server`.
    pub(crate) async fn token(self, server: &TokenServer) -> Result<Token, Failure> {
        let credentials = self.target.credentials.as_ref();
        let answer = match credentials {
            Some(known) if known.is_identity_token() => {
                let form = server.form(known);
                self.ask(&server.url, None, Some(&form)).await?
            }
            Some(known) => {
                let basic = Some(known.basic()?);
                let answer = self.ask(&server.get_url(), basic, None).await?;
                if token::is_unsupported(&answer) {
                    let form = server.form(known);
                    self.ask(&server.url, None, Some(&form)).await?
                } else {
                    answer
                }
            }
            None => self.ask(&server.get_url(), None, None).await?,
        };
        token::understand(&answer, credentials)
    }

    /// Asks the token server at `url`. What is special about the registry's host (its pinned
    /// certificate, its being insecure, who we are to it) counts for the same host only.
    async fn ask(
        self,
        url: &Url,
        authorization: Option<Authorization<'_>>,
        form: Option<&Secret>,
    ) -> Result<Answer, Failure> {
        let foreign = TlsRules {
            trusted_certificate: None,
            ..self.target.tls.clone()
        };
        let tls = if url.host() == self.root.host() {
            self.tls()
        } else {
            Tls::from(&foreign)
        };
        let request = Request {
            authorization,
            form,
            ..self.request(url, tls)
        };
        let sent = self.session.send(&request, self.trace).await;
        sent.map_err(Failure::of_token_server)
    }

    /// What the registry's `answer` means, which is no success; `token` was sent with the request.
    pub(crate) fn refused(self, answer: &Answer, token: Option<&Secret>) -> Failure {
        let credentials = self.target.credentials.as_ref();
        let token = token.and_then(Secret::expose_text);
        let raw = words::of(answer, |text| {
            credentials.is_some_and(|known| known.is_in(text))
                || token.is_some_and(|token| text.contains(token))
        });
        let failure = answer.failure().map(Failure::from);
        let other = || Failure::about(answer, FailureKind::NotARegistry, "");
        let failure = failure.unwrap_or_else(other);
        let kind = match failure.kind {
            FailureKind::CredentialsRefused if credentials.is_none() && token.is_some() => {
                FailureKind::CredentialsNeeded
            }
            kind => kind,
        };
        Failure {
            kind,
            raw,
            ..failure
        }
    }
}

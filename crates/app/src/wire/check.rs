//! Checks of a registry: what was tried, what came of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::OperationId;
use super::registries::RegistryDraft;

/// The steps of a check, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CheckStep {
    /// The host name becomes addresses.
    Resolve,
    /// A TCP connection, to the registry or to the proxy.
    Connect,
    /// The TLS handshake; absent with plain http.
    Tls,
    /// The HTTP answer: status and redirects.
    Answer,
    /// The index is read and understood.
    Index,
    /// A container registry's token server answers, and the registry accepts the credentials.
    Credentials,
}

/// How a container registry can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// The credentials were asked for and accepted.
    Proved,
    /// It can be used without credentials, and there are none.
    Anonymous,
    /// It can be used without credentials, so it did not ask for those that there are.
    OpenNotChecked,
}

/// How far a step came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// It succeeded.
    Passed,
    /// It failed; the later ones were not tried.
    Failed,
    /// It was not tried.
    NotTried,
}

/// One step's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StepResult {
    /// Which step.
    pub step: CheckStep,
    /// How far it came.
    pub state: StepState,
    /// How long it took, in milliseconds, where it was tried.
    pub millis: Option<u32>,
}

/// Why a check failed. The window has the words for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The host name has no address.
    NameNotResolved,
    /// Nothing listens there.
    Refused,
    /// The network cannot reach that address.
    Unreachable,
    /// No answer within the time limit.
    TimedOut,
    /// The connection was closed in the middle.
    ConnectionClosed,
    /// The proxy did not let us through, or cannot be reached.
    Proxy,
    /// The certificate is not signed by anybody this computer trusts.
    CertificateNotTrusted,
    /// The certificate has expired, or is not valid yet.
    CertificateExpired,
    /// The certificate is for another host.
    CertificateWrongHost,
    /// The certificate is not the one that the person chose to trust.
    CertificateChanged,
    /// The certificate authority's file cannot be read or holds no certificate.
    CaFileUnusable,
    /// TLS failed otherwise.
    TlsFailed,
    /// The server speaks plain http on this port.
    PlainHttpOnTlsPort,
    /// The server wants TLS on this port.
    TlsOnPlainHttpPort,
    /// 401: a token is needed, or this one is wrong.
    Unauthorized,
    /// 403: the token is understood but not allowed.
    Forbidden,
    /// 404, or an answer that no devfile registry gives.
    NotARegistry,
    /// 429: too many requests.
    RateLimited,
    /// 5xx: the registry itself has failed.
    ServerError,
    /// It redirects in a circle, or to where we must not follow.
    BadRedirect,
    /// The index is not JSON, or not an index.
    BadJson,
    /// The index is larger than we accept.
    TooLarge,
    /// The keychain could not give the token, so nothing was sent.
    TokenUnavailable,
    /// A container registry wants credentials, and there are none.
    CredentialsNeeded,
    /// It, or its token server, does not accept the credentials.
    CredentialsRefused,
    /// The credentials cannot be sent: a colon in the user, for one. Nothing was sent.
    CredentialsUnusable,
    /// It does not take identity tokens.
    IdentityTokenUnsupported,
    /// The client certificate's files cannot be used.
    ClientCertificateUnusable,
    /// It wants a client certificate, or another one.
    ClientCertificateNeeded,
    /// It asks for credentials in a way that nobody understands.
    ChallengeNotUnderstood,
    /// It names a token server to which no credentials may go.
    RealmRefused,
    /// It names a token server on another site, which the person has not approved; `realm`.
    RealmNotApproved,
    /// The token server's answer holds no token.
    BadToken,
    /// The cloud gave no short-lived token, so nothing was sent; `said` and `hint`.
    NoCloudToken,
    /// It does not have the repository, tag or digest that was asked for.
    NotFound,
    /// What it sent does not have the digest that it should have.
    WrongDigest,
    /// What it sent is no image that is understood; the raw text says why.
    NotUnderstood,
}

/// A certificate as it was presented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CertificateFacts {
    /// Subject: common name, else the whole name.
    pub subject: String,
    /// The hosts it is for: DNS names and addresses.
    pub hosts: Vec<String>,
    /// Issuer: common name, else the whole name.
    pub issuer: String,
    /// Whether it is signed by itself.
    pub self_signed: bool,
    /// Start of validity.
    pub not_before: String,
    /// End of validity.
    pub not_after: String,
    /// SHA-256 of the DER form: 32 upper-case hex pairs joined by colons.
    pub sha256: String,
}

/// Why a check failed, with what the words need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckFailure {
    /// Why.
    pub kind: FailureKind,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// Where a redirect led, where that matters.
    pub redirected_to: Option<String>,
    /// The time limit that passed, in seconds, with `timed_out`; the wait that
    /// the server asked for, with `rate_limited`.
    pub seconds: Option<u32>,
    /// Whether it was the registry's token server that could not be reached or failed.
    #[serde(default)]
    pub at_token_server: bool,
    /// The token server to approve, with `realm_not_approved`; the one refused, with
    /// `realm_refused`, where it is known.
    #[serde(default)]
    pub realm: Option<String>,
    /// What happened, in a sentence, with `no_cloud_token`.
    #[serde(default)]
    pub said: Option<String>,
    /// The one next step, in a sentence, with `no_cloud_token`.
    #[serde(default)]
    pub hint: Option<String>,
    /// The underlying error as it came; never a secret.
    pub raw: String,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// When it ended.
    pub checked_at: String,
    /// From the request to the last byte of the index, in milliseconds.
    pub answer_millis: Option<u32>,
    /// Whether a token was sent.
    pub token_sent: bool,
    /// Why it failed, or `None` where it passed.
    pub failure: Option<CheckFailure>,
    /// The server's certificate, where TLS came that far.
    pub certificate: Option<CertificateFacts>,
    /// Every step, in order.
    pub steps: Vec<StepResult>,
    /// How a container registry can be used.
    #[serde(default)]
    pub access: Option<Access>,
    /// How many stacks a devfile registry offers.
    pub stacks: u32,
    /// How many samples it offers.
    pub samples: u32,
    /// The stacks' names, sorted; at most 500.
    pub stack_names: Vec<String>,
}

/// Request of `test_registry`: checks what stands in the form, without saving.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TestRegistry {
    /// What stands in the form.
    pub draft: RegistryDraft,
    /// The registry that the form edits, whose stored token `keep` means.
    pub id: Option<String>,
    /// Follow and cancel it by this.
    pub operation: OperationId,
}

/// Response of `test_registry`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TestResult {
    /// Hand this to `add_registry` or `update_registry`, so that the registry starts out
    /// with this result. It counts only while the draft is what was tested.
    pub test: String,
    /// What was found.
    pub report: CheckReport,
}

/// Request of `check_registries`: checks stored registries and remembers the results.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckRegistries {
    /// Which; all of them where absent.
    pub ids: Option<Vec<String>>,
    /// Follow and cancel it by this.
    pub operation: OperationId,
}

/// Response of `check_registries`, when all are done or it was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckSummary {
    /// How many passed.
    pub passed: u32,
    /// How many failed.
    pub failed: u32,
    /// Whether it was cancelled before all were checked.
    pub cancelled: bool,
}

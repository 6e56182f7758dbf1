//! The ways in which a registry and its token server can behave.

use std::time::Duration;

use crate::token_server::Signer;

/// What `/v2/` answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Registry {
    /// 200 with the right password or a token that was granted for it, else 401 with the
    /// challenges.
    #[default]
    Guarded,
    /// As guarded, but each answer takes this long.
    Slow(Duration),
    /// 200 for everybody.
    Open,
    /// 200 for everybody, with an empty body and without the header that is optional today.
    OpenAndTerse,
    /// 401 for everybody, with the challenges.
    NeverSatisfied,
    /// As guarded, but 403 for whom it would let in.
    Forbids,
    /// As guarded, but only tokens that were granted for this scope count; others are answered
    /// with `insufficient_scope`.
    WantsScope(&'static str),
    /// This status with this body in JSON.
    Fails(u16, &'static str),
    /// 429 with this `Retry-After`.
    RateLimited(&'static str),
    /// A web page.
    Html,
    /// Plain text that is no JSON.
    Text,
    /// Redirects to this address.
    RedirectsTo(String),
    /// As guarded, but redirects whom it would let in to this address.
    RedirectsKnownTo(String),
    /// As guarded, but its refusals repeat what was sent.
    Echoes,
    /// 200 and a body that comes byte by byte.
    Drips,
    /// 401 with the challenges and a body that comes byte by byte.
    DripsRefusal,
    /// 200 and a body without end.
    Endless,
}

/// What `/token` answers.
#[derive(Debug, Clone, Default)]
pub enum Tokens {
    /// A token for the right password (by GET and by POST) or identity token, else 401.
    #[default]
    Checked,
    /// As checked, but tokens that a real registry accepts, and an identity token for whoever
    /// asks for one, as `docker login` does.
    Signed(Signer),
    /// As checked, but also a token that counts for whoever sends no credentials.
    Anonymous,
    /// As checked, but GET only; 404 for POST.
    GetOnly,
    /// As checked, but POST only; 405 for GET.
    PostOnly,
    /// A token for everybody; it counts only where the password was right.
    ForAnyone,
    /// The token as `access_token`, beside an empty `token`.
    AccessTokenOnly,
    /// As checked, but 403 for wrong credentials, as GitLab has it.
    RefusesWith403,
    /// As checked, but 400 with `invalid_grant` for wrong credentials.
    RefusesWith400,
    /// As checked, but its refusals repeat what was sent.
    Echoes,
    /// This status.
    Fails(u16),
    /// 429 with this `Retry-After`.
    RateLimited(&'static str),
    /// 307 to this address.
    RedirectsTo(String),
    /// A web page.
    Html,
    /// JSON without a token.
    NoToken,
    /// A token that no header can carry.
    TokenWithLineBreak,
    /// A body that comes byte by byte.
    Drips,
    /// A body without end.
    Endless,
}

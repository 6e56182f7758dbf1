//! What only container registries have in the form.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registrar_catalog::{Address, ContainerOptions, Record};
use registrar_registry::{
    ClientCertificate, ContainerAddress, ContainerHost, Pasted, Provider, RegistryKind, Secret,
};
use url::Url;

use super::{Place, cloud, file, http_not_allowed, tls_rules};
use crate::wire::{self, CommandError, ContainerDraft, Field, RegistryDraft, TokenChange};

/// The most characters of a user's name.
const MAX_USER: usize = 2048;

/// The registry of the draft. `has_token`: whether a token would be stored.
pub(super) fn place(draft: &RegistryDraft, has_token: bool) -> Result<Place, CommandError> {
    let none = ContainerDraft::default();
    let form = draft.container.as_ref().unwrap_or(&none);
    let address = address(draft)?;
    let provider = form.provider.map(Provider::from);
    let kind_of = provider.unwrap_or_else(|| Provider::of(address.host()));
    let cloud = cloud::sign_in(draft, form, &address, has_token)?;
    let user = match user(form)? {
        // It signs in as whom its credentials are.
        _ if cloud.as_ref().is_some_and(|cloud| !cloud.way.has_secret()) => None,
        None if has_token => Some(user_for_token(kind_of, &draft.token)?),
        user => user,
    };
    Ok(Place {
        kind: RegistryKind::Container,
        user,
        allow_http: draft.allow_http,
        tls: tls_rules(draft)?,
        container: ContainerOptions {
            provider,
            client_certificate: client_certificate(form)?,
            insecure: form.insecure,
            token_server: token_server(form, draft.allow_http)?,
            cloud,
            added_by: None,
        },
        address: Address::Container(address),
    })
}

/// The form that says what `record` says.
pub(super) fn form(record: &Record) -> ContainerDraft {
    let options = &record.container;
    let shown = |path: &PathBuf| path.display().to_string();
    let certificate = options.client_certificate.as_ref();
    ContainerDraft {
        user: record.user.clone().unwrap_or_default(),
        provider: options.provider.map(Into::into),
        client_certificate: certificate.map(|files| shown(&files.certificate)),
        client_key: certificate.map(|files| shown(&files.key)),
        insecure: options.insecure,
        token_server: options.token_server.as_ref().map(Url::to_string),
        cloud: options.cloud.as_ref().map(cloud::form),
    }
}

/// What was typed or pasted, whether or not http is allowed.
pub(super) fn pasted(draft: &RegistryDraft) -> Result<Pasted, CommandError> {
    ContainerAddress::parse_pasted(&draft.url)
        .map_err(|error| CommandError::invalid(Field::Url, error.to_string()))
}

fn address(draft: &RegistryDraft) -> Result<ContainerAddress, CommandError> {
    let pasted = pasted(draft)?;
    if pasted.plain_http && !draft.allow_http {
        return Err(http_not_allowed());
    }
    no_contradiction(draft)?;
    Ok(pasted.address)
}

/// Refuses https:// where only http is allowed: nobody knows which of them is meant.
fn no_contradiction(draft: &RegistryDraft) -> Result<(), CommandError> {
    let beginning = draft.url.trim_start().get(..8).unwrap_or_default();
    if !draft.allow_http || !beginning.eq_ignore_ascii_case("https://") {
        return Ok(());
    }
    let both = "The address begins with https://, but this registry is to be reached by http only.";
    Err(CommandError::invalid(Field::Url, both)
        .hint("Remove https://, or turn unencrypted http off."))
}

/// Everything that is wrong but with the address itself.
pub(super) fn objections(
    draft: &RegistryDraft,
    address: Option<&ContainerAddress>,
    has_token: bool,
) -> Vec<CommandError> {
    let provider = address.map(|address| Provider::of(address.host()));
    let none = ContainerDraft::default();
    let form = draft.container.as_ref().unwrap_or(&none);
    let provider = form.provider.map(Provider::from).or(provider);
    let named = user(form).and_then(|user| match (user, provider) {
        (None, Some(provider)) if has_token && form.cloud.is_none() => {
            user_for_token(provider, &draft.token).map(drop)
        }
        _ => Ok(()),
    });
    let cloud = |address| cloud::sign_in(draft, form, address, has_token).map(drop);
    let parts = [
        no_contradiction(draft),
        address.map_or(Ok(()), cloud),
        named,
        tls_rules(draft).map(drop),
        client_certificate(form).map(drop),
        token_server(form, draft.allow_http).map(drop),
    ];
    parts.into_iter().filter_map(Result::err).collect()
}

/// The user as typed; `None` where there is none.
pub(super) fn user(form: &ContainerDraft) -> Result<Option<String>, CommandError> {
    let user = form.user.trim();
    let wrong = |message: &str| CommandError::invalid(Field::User, message);
    if user.contains(':') {
        return Err(wrong(
            "A user cannot have a colon: registries take what follows it for the password.",
        )
        .hint("Write the user alone, and the password or token into the field for it."));
    }
    if user.chars().any(char::is_control) {
        return Err(wrong(
            "The user holds a line break or another control character, which cannot be sent.",
        )
        .hint("Copy it again, without anything before or after it."));
    }
    if user.chars().nth(MAX_USER).is_some() {
        return Err(wrong("The user is longer than 2,048 characters."));
    }
    Ok((!user.is_empty()).then(|| user.to_owned()))
}

/// The user to save beside a token where none was typed.
fn user_for_token(provider: Provider, token: &TokenChange) -> Result<String, CommandError> {
    let token = match token {
        TokenChange::Set { token } => Some(token),
        TokenChange::Keep | TokenChange::Remove => None,
    };
    let user = default_user(provider, token).map(str::to_owned);
    user.ok_or_else(|| {
        CommandError::invalid(Field::User, "A password or token needs a user.")
            .hint("Type the user whose it is, or <token> for an identity token; or remove the token to use the registry without signing in.")
    })
}

/// The user whom a provider wants beside a token, where it is always the same.
pub(crate) fn default_user(provider: Provider, token: Option<&Secret>) -> Option<&'static str> {
    match provider {
        Provider::Ecr | Provider::EcrPublic => Some("AWS"),
        // A service account's key is JSON, an access token is not.
        Provider::Google => match token.and_then(|token| token.expose().trim_ascii().first()) {
            Some(b'{') => Some("_json_key"),
            _ if token.is_some_and(is_json_in_base64) => Some("_json_key_base64"),
            _ => Some("oauth2accesstoken"),
        },
        Provider::Acr => Some("00000000-0000-0000-0000-000000000000"),
        _ => None,
    }
}

/// Whether it is a service account's key as some tools want it.
fn is_json_in_base64(token: &Secret) -> bool {
    let plain = STANDARD
        .decode(token.expose().trim_ascii())
        .map(Secret::new);
    plain.is_ok_and(|plain| {
        plain.expose().trim_ascii().starts_with(b"{")
            && serde_json::from_slice::<serde::de::IgnoredAny>(plain.expose()).is_ok()
    })
}

/// The user to sign in as at `host`: the record's own. Where it has none, its token says itself
/// whose it is; the registry wants to see some name beside it all the same, and a few want a
/// certain one. Checks and tools must not differ in this: what was proved is what tools get.
pub(crate) fn user_at<'a>(
    host: &ContainerHost,
    user: Option<&'a str>,
    provider: Option<Provider>,
    token: Option<&Secret>,
) -> &'a str {
    let provider = provider.unwrap_or_else(|| Provider::of(host));
    user.or(default_user(provider, token)).unwrap_or("token")
}

fn client_certificate(form: &ContainerDraft) -> Result<Option<ClientCertificate>, CommandError> {
    let certificate = file(form.client_certificate.as_deref(), Field::ClientCertificate)?;
    let key = file(form.client_key.as_deref(), Field::ClientKey)?;
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some(ClientCertificate { certificate, key })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(CommandError::invalid(
            Field::ClientKey,
            "A client certificate needs its key as well.",
        )
        .hint("Choose the file with the key, or remove the certificate.")),
        (None, Some(_)) => Err(CommandError::invalid(
            Field::ClientCertificate,
            "This key needs its certificate as well.",
        )
        .hint("Choose the file with the certificate, or remove the key.")),
    }
}

/// The token server that the person has approved. Over http only where the registry is.
fn token_server(form: &ContainerDraft, allow_http: bool) -> Result<Option<Url>, CommandError> {
    let text = form.token_server.as_deref().unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(None);
    }
    let proper = |url: &Url| {
        (url.scheme() == "https" || (allow_http && url.scheme() == "http"))
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    };
    let url = Url::parse(text).ok().filter(proper);
    url.map(Some).ok_or_else(|| {
        CommandError::invalid(Field::TokenServer, "This is not a token server's address.")
            .hint("It begins with https:// and has no user, no ? and no #.")
    })
}

impl From<wire::Provider> for Provider {
    fn from(provider: wire::Provider) -> Self {
        macro_rules! same {
            ($($name:ident),* $(,)?) => {
                match provider { $(wire::Provider::$name => Self::$name,)* }
            };
        }
        same!(
            DockerHub,
            Ghcr,
            Quay,
            Gitlab,
            Ecr,
            EcrPublic,
            Google,
            Acr,
            Harbor,
            Jfrog,
            Gitea,
            DigitalOcean,
            Generic,
        )
    }
}

impl From<Provider> for wire::Provider {
    fn from(provider: Provider) -> Self {
        macro_rules! same {
            ($($name:ident),* $(,)?) => {
                match provider { $(Provider::$name => Self::$name,)* }
            };
        }
        same!(
            DockerHub,
            Ghcr,
            Quay,
            Gitlab,
            Ecr,
            EcrPublic,
            Google,
            Acr,
            Harbor,
            Jfrog,
            Gitea,
            DigitalOcean,
            Generic,
        )
    }
}

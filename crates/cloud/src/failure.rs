//! Why there is no token, and what to do about it.

use registrar_net as net;
use registrar_registry::Cloud;
use thiserror::Error;

/// Why a cloud gave no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Its tools have left no credentials on this computer.
    NoCredentials,
    /// The sign-in on this computer has ended. What to run: [`Failure::about`].
    SignInEnded,
    /// The cloud does not know the credentials, or the secret is not theirs.
    Refused,
    /// The credentials may not take on the role, [`Failure::about`].
    RoleRefused,
    /// The credentials may not get a token for this registry.
    NotAllowed,
    /// This computer's clock is wrong, so the cloud does not take what it signs.
    ClockWrong,
    /// The cloud could not be reached, or failed itself.
    Unreachable,
    /// The configuration of the cloud's tools cannot be used: what [`Failure::about`] says.
    BadConfiguration,
    /// The program that the configuration names, [`Failure::about`], gave no credentials.
    ProgramFailed,
    /// The cloud's answer could not be understood.
    BadAnswer,
    /// The registry is none of the cloud's, or the token is for another one.
    OtherHost,
}

/// Why there is no token. Contains no secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", self.message())]
pub struct Failure {
    /// Which cloud gave none.
    pub cloud: Cloud,
    /// Why.
    pub kind: FailureKind,
    /// What the kind is about: a command, a role, a program, a part of a file.
    pub about: Option<String>,
    /// The underlying error as it came.
    pub raw: String,
}

impl Failure {
    pub(crate) fn new(cloud: Cloud, kind: FailureKind, raw: impl Into<String>) -> Self {
        Self {
            cloud,
            kind,
            about: None,
            raw: raw.into(),
        }
    }

    /// The same, about `what`.
    #[must_use]
    pub(crate) fn about(self, what: impl Into<String>) -> Self {
        Self {
            about: Some(what.into()),
            ..self
        }
    }

    /// What went wrong on the way to the cloud.
    pub(crate) fn net(cloud: Cloud, failure: &net::Failure) -> Self {
        Self::new(cloud, FailureKind::Unreachable, failure.to_string())
    }

    /// What happened, in a sentence.
    pub fn message(&self) -> String {
        let cloud = self.cloud.name();
        let about = self.about.as_deref().unwrap_or_default();
        match self.kind {
            FailureKind::NoCredentials => format!("No {cloud} credentials are on this computer."),
            FailureKind::SignInEnded => format!("Your sign-in at {cloud} has ended."),
            FailureKind::Refused => format!("{cloud} does not accept these credentials."),
            FailureKind::RoleRefused => {
                format!("{cloud} does not let you take on the role {about}.")
            }
            FailureKind::NotAllowed => {
                format!("{cloud} knows you, but gives you no token for this registry.")
            }
            FailureKind::ClockWrong => "This computer's clock is wrong.".to_owned(),
            FailureKind::Unreachable => format!("{cloud} could not be reached for a token."),
            FailureKind::BadConfiguration => {
                format!("The {cloud} configuration on this computer cannot be used: {about}.")
            }
            FailureKind::ProgramFailed => format!("{about} gave no {cloud} credentials."),
            FailureKind::BadAnswer => {
                format!("{cloud} gave an answer that Registrar does not understand.")
            }
            FailureKind::OtherHost => format!("The token of {cloud} is for another registry."),
        }
    }

    /// The one next step, in a sentence.
    pub fn hint(&self) -> String {
        let about = self.about.as_deref().unwrap_or_default();
        match self.kind {
            FailureKind::NoCredentials => self.sign_in(),
            FailureKind::SignInEnded if about.is_empty() => self.sign_in(),
            FailureKind::SignInEnded => format!("Run `{about}`, then try again."),
            FailureKind::Refused => self.renew(),
            FailureKind::RoleRefused => {
                "Ask who owns the role whether it trusts you, and which external ID it wants."
                    .to_owned()
            }
            FailureKind::NotAllowed => self.permission(),
            FailureKind::ClockWrong => "Set date and time, then try again.".to_owned(),
            FailureKind::Unreachable => {
                "Look at the connection and the proxy in the settings, then try again.".to_owned()
            }
            FailureKind::BadConfiguration => {
                "Correct it there, or choose another way to sign in.".to_owned()
            }
            FailureKind::ProgramFailed => "Run it in a terminal to see why.".to_owned(),
            FailureKind::BadAnswer => "Try again later.".to_owned(),
            FailureKind::OtherHost => {
                "Check the registry's address: tokens go to the cloud's own registries only."
                    .to_owned()
            }
        }
    }

    /// Whether the same may succeed when it is tried again.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind,
            FailureKind::Unreachable | FailureKind::BadAnswer | FailureKind::SignInEnded
        )
    }

    fn sign_in(&self) -> String {
        match self.cloud {
            Cloud::Aws => "Sign in with `aws sso login` or `aws configure`, or enter access keys here.",
            Cloud::Azure => "Sign in with `az login`, or enter a service principal here.",
            Cloud::Google => {
                "Sign in with `gcloud auth application-default login`, or paste a service account's key here."
            }
        }
        .to_owned()
    }

    fn renew(&self) -> String {
        match self.cloud {
            Cloud::Aws => "Check the access key, or make a new one in the AWS console.",
            Cloud::Azure => {
                "Check tenant, application ID and client secret: a client secret ends after some months."
            }
            Cloud::Google => "Sign in again with `gcloud auth application-default login`.",
        }
        .to_owned()
    }

    fn permission(&self) -> String {
        match self.cloud {
            Cloud::Aws => {
                "Ask for the permission ecr:GetAuthorizationToken, which the policy AmazonEC2ContainerRegistryReadOnly has."
            }
            Cloud::Azure => "Ask for the role AcrPull on this registry.",
            Cloud::Google => "Ask for the role Artifact Registry Reader.",
        }
        .to_owned()
    }
}

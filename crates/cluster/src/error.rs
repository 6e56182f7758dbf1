//! Why a cluster's lists could not be read.

use std::time::Duration;

/// Why a cluster's lists could not be read. No text holds a secret of the kubeconfig.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// The kubeconfig cannot be understood, or does not hold together.
    #[error("the kubeconfig cannot be used: {message}")]
    Kubeconfig {
        /// What is wrong.
        message: String,
    },
    /// The program that gives the credentials did not.
    #[error("the program {program}, which the kubeconfig names for signing in, {message}")]
    Plugin {
        /// Its name.
        program: String,
        /// What it did instead.
        message: String,
    },
    /// The cluster cannot be reached.
    #[error("the cluster cannot be reached: {reason}")]
    Unreachable {
        /// Why.
        reason: String,
    },
    /// It took longer than everything may take.
    #[error("the cluster did not answer within {} seconds", .limit.as_secs())]
    Slow {
        /// How long it may take.
        limit: Duration,
    },
    /// The cluster does not let this user read the lists.
    #[error("the cluster does not let you read its lists of devfile registries (status {status})")]
    Refused {
        /// The HTTP status: 401 or 403.
        status: u16,
        /// What the cluster said, at most 300 characters.
        said: Option<String>,
    },
    /// The cluster answered with an error.
    #[error("the cluster answered with status {status}")]
    Failed {
        /// The HTTP status.
        status: u16,
        /// What the cluster said, at most 300 characters.
        said: Option<String>,
    },
    /// The answer is no list, or larger than a list may be.
    #[error("the cluster’s answer cannot be understood: {message}")]
    Answer {
        /// What is wrong with it.
        message: &'static str,
    },
}

impl ClusterError {
    pub(crate) fn kubeconfig(message: impl Into<String>) -> Self {
        Self::Kubeconfig {
            message: message.into(),
        }
    }
}

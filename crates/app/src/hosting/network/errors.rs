//! Why nothing is shared, as the window shows it.

use std::net::SocketAddr;

use registrar_hosting::server::ListenError;
use registrar_hosting::sharing::{CertificateProblem, ShareError};

use crate::wire::{Code, CommandError, Field};

impl From<ShareError> for CommandError {
    fn from(error: ShareError) -> Self {
        match error {
            ShareError::Listen(ListenError::InUse(address)) => in_use(address),
            ShareError::Listen(error) => error.into(),
            ShareError::Host(error) => error.into(),
            ShareError::Certificate(problem) => of_certificate(&problem, None),
            ShareError::Making(said) => Self::new(
                Code::Internal,
                "The certificate for this computer could not be made.",
            )
            .hint("Try again.")
            .retryable()
            .raw(&said),
        }
    }
}

fn in_use(address: SocketAddr) -> CommandError {
    let message = format!("Another program is already using port {}.", address.port());
    CommandError::new(Code::Internal, message)
        .hint("Close that program, or choose another port.")
        .retryable()
}

/// What is wrong with the person's own certificate, at the file that has to be another one; `key` is
/// the path of its key.
pub(super) fn of_certificate(problem: &CertificateProblem, key: Option<&str>) -> CommandError {
    let of_key = match problem {
        CertificateProblem::NoKey(_) | CertificateProblem::Encrypted(_) => true,
        CertificateProblem::Unreadable { file, .. } => key == Some(file),
        _ => false,
    };
    let field = if of_key {
        Field::CertificateKey
    } else {
        Field::Certificate
    };
    CommandError::invalid(field, problem.to_string())
}

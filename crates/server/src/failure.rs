//! Why the server does not run, with a code for scripts.

use std::io;
use std::process::ExitCode;

use registrar_hosting::HostError;
use registrar_hosting::server::{ListenError, holder};
use registrar_hosting::sharing::ShareError;

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// It was told something that it does not understand.
    #[error("{0}. See registrar-server --help.")]
    Arguments(String),
    /// Another process has the folder.
    #[error(
        "Another Registrar is already hosting from {0}. End that one, or choose another folder with --data."
    )]
    FolderInUse(String),
    /// The folder is not there and cannot be made, or cannot be written.
    #[error(
        "The folder {folder} cannot be used: {error}. Choose another one with --data, or change its permissions."
    )]
    Folder {
        /// Which folder.
        folder: String,
        /// What the system says.
        error: io::Error,
    },
    /// Another program listens there.
    #[error("{0}")]
    AddressInUse(String),
    /// The address could be reached from elsewhere.
    #[error("{0}")]
    NotLocal(ListenError),
    /// The packages cannot be opened.
    #[error("{0}")]
    Host(HostError),
    /// The address cannot be listened at.
    #[error("{0}")]
    Listen(ListenError),
    /// It cannot be shared on the network.
    #[error("{0}")]
    Share(String),
    /// The system.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The server has ended without being asked to.
    #[error("The server has ended by itself. The log says more.")]
    Ended,
}

impl Failure {
    /// What the process ends with.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Host(_) | Self::Listen(_) | Self::Io(_) | Self::Ended => 1,
            Self::Arguments(_) => 2,
            Self::FolderInUse(_) => 3,
            Self::AddressInUse(_) => 4,
            Self::NotLocal(_) => 5,
            Self::Folder { .. } => 6,
            Self::Share(_) => 7,
        })
    }

    /// Why a folder could not be opened.
    pub(crate) fn opening(folder: &std::path::Path, error: HostError) -> Self {
        let folder = folder.display().to_string();
        match error {
            HostError::InUse { folder } => Self::FolderInUse(folder),
            HostError::Io(error) => Self::Folder { folder, error },
            error => Self::Host(error),
        }
    }
}

impl From<ListenError> for Failure {
    fn from(error: ListenError) -> Self {
        match error {
            ListenError::InUse(address) => Self::AddressInUse(match holder(address) {
                Some(holder) => format!(
                    "{address} is already used by {holder}. End it, or choose another port with --listen."
                ),
                None => format!(
                    "{address} is already used by another program. Choose another port with --listen."
                ),
            }),
            ListenError::NotLocal(_) => Self::NotLocal(error),
            ListenError::Io(..) => Self::Listen(error),
        }
    }
}

impl From<ShareError> for Failure {
    fn from(error: ShareError) -> Self {
        Self::Share(match &error {
            ShareError::Listen(ListenError::InUse(address)) => {
                let by = holder(*address)
                    .map_or_else(|| "another program".to_owned(), |holder| holder.to_string());
                format!(
                    "Port {} is already used by {by}. End it, or choose another port with --share-port.",
                    address.port()
                )
            }
            _ => format!("The registries cannot be shared on the network. {error}"),
        })
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::Arguments(error.to_string())
    }
}

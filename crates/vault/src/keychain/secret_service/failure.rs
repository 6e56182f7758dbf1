//! What the Secret Service's errors mean.

use crate::{Absent, VaultError};

const ACCESS_DENIED: &str = "org.freedesktop.DBus.Error.AccessDenied";
const IS_LOCKED: &str = "org.freedesktop.Secret.Error.IsLocked";
const NO_SUCH_OBJECT: &str = "org.freedesktop.Secret.Error.NoSuchObject";

/// Errors of the bus that mean that no service could be reached.
const NO_SERVICE: [&str; 5] = [
    "org.freedesktop.DBus.Error.ServiceUnknown",
    "org.freedesktop.DBus.Error.NameHasNoOwner",
    "org.freedesktop.DBus.Error.NoReply",
    "org.freedesktop.DBus.Error.TimedOut",
    "org.freedesktop.DBus.Error.Disconnected",
];

/// A failure to connect to the session bus.
pub(super) fn from_connecting(error: &zbus::Error) -> VaultError {
    VaultError::Missing {
        what: Absent::Bus,
        raw: Some(error.to_string()),
    }
}

/// A failure of a call to the service `store`.
pub(super) fn from_bus(store: &str, error: &zbus::Error) -> VaultError {
    let raw = error.to_string();
    let name = match error {
        zbus::Error::MethodError(name, ..) => name.as_str(),
        zbus::Error::FDO(fdo) => return from_fdo(store, fdo),
        zbus::Error::InputOutput(_) => return missing(Absent::Service, raw),
        _ => "",
    };
    from_name(store, name, raw)
}

fn from_fdo(store: &str, error: &zbus::fdo::Error) -> VaultError {
    use zbus::DBusError;
    if let zbus::fdo::Error::ZBus(error) = error {
        return from_bus(store, error);
    }
    from_name(store, error.name().as_str(), error.to_string())
}

fn from_name(store: &str, name: &str, raw: String) -> VaultError {
    let store = store.to_owned();
    match name {
        ACCESS_DENIED => VaultError::Denied { store, raw },
        IS_LOCKED => VaultError::Locked {
            store,
            raw: Some(raw),
        },
        NO_SUCH_OBJECT => missing(Absent::Collection, raw),
        name if NO_SERVICE.contains(&name) || name.contains(".Spawn.") => {
            missing(Absent::Service, raw)
        }
        _ => VaultError::Unexpected { store, raw },
    }
}

/// A failure of `keyring`'s store.
pub(super) fn from_store(store: &str, error: &keyring_core::Error) -> VaultError {
    match error {
        keyring_core::Error::PlatformFailure(cause)
        | keyring_core::Error::NoStorageAccess(cause) => from_cause(store, cause.as_ref()),
        keyring_core::Error::Ambiguous(_) => {
            VaultError::damaged(store, "several entries for one account")
        }
        // The other kinds may quote what is stored, so only their name goes on.
        _ => VaultError::Unexpected {
            store: store.to_owned(),
            raw: "the keychain's entry is not valid".to_owned(),
        },
    }
}

fn from_cause(store: &str, cause: &(dyn std::error::Error + Send + Sync + 'static)) -> VaultError {
    use secret_service::Error;
    let raw = cause.to_string();
    match cause.downcast_ref::<Error>() {
        Some(Error::Locked) => VaultError::Locked {
            store: store.to_owned(),
            raw: Some(raw),
        },
        Some(Error::Prompt | Error::PromptDisconnected) => VaultError::Dismissed {
            store: store.to_owned(),
        },
        Some(Error::NoResult) => missing(Absent::Collection, raw),
        Some(Error::Unavailable) => missing(Absent::Service, raw),
        Some(Error::Zbus(error)) => from_bus(store, error),
        Some(Error::ZbusFdo(error)) => from_fdo(store, error),
        _ => VaultError::Unexpected {
            store: store.to_owned(),
            raw,
        },
    }
}

const fn missing(what: Absent, raw: String) -> VaultError {
    VaultError::Missing {
        what,
        raw: Some(raw),
    }
}

#[cfg(test)]
mod tests {
    use super::{from_name, from_store};
    use crate::{Absent, VaultError};

    fn named(name: &str) -> VaultError {
        from_name("GNOME Keyring", name, "as it came".to_owned())
    }

    #[test]
    fn a_sandbox_that_forbids_the_call_is_a_denial() {
        let error = named("org.freedesktop.DBus.Error.AccessDenied");
        assert!(matches!(error, VaultError::Denied { .. }));
        assert_eq!(error.raw().as_deref(), Some("as it came"));
    }

    #[test]
    fn a_service_that_does_not_start_is_missing() {
        for name in ["ServiceUnknown", "Spawn.ChildExited", "NoReply"] {
            let error = named(&format!("org.freedesktop.DBus.Error.{name}"));
            let service = matches!(
                error,
                VaultError::Missing {
                    what: Absent::Service,
                    ..
                }
            );
            assert!(service, "{name}: {error:?}");
        }
    }

    #[test]
    fn what_is_stored_is_not_quoted() {
        let stored = keyring_core::Error::BadEncoding(b"a secret".to_vec());
        let error = from_store("GNOME Keyring", &stored);
        assert!(!format!("{error:?} {error}").contains("secret"));
    }
}

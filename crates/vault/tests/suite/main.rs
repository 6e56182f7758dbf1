//! What every store promises, on real stores: files, a real gnome-keyring, processes that are killed.

#[cfg(test)]
mod child;
#[cfg(test)]
mod contract;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod keychain;
#[cfg(test)]
mod passphrase;

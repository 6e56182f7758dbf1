//! How the person wants to share on the network, in `settings.toml`. Off where nothing is said.

use registrar_hosting::sharing::is_name;
use toml_edit::{Array, DocumentMut, Item};

use super::{LOWEST_PORT, SettingsFile, set};
use crate::wire::{CommandError, NetworkSettings, OwnCertificate};

impl SettingsFile {
    /// How to share on the network.
    pub(crate) fn network(&self) -> NetworkSettings {
        read(&self.state.read().document)
    }

    /// Keeps how to share. It has been checked.
    pub(crate) fn save_network(&self, network: &NetworkSettings) -> Result<(), CommandError> {
        let mut state = self.state.write();
        let mut document = state.document.clone();
        write(&mut document, network);
        Ok(self.write(&mut state, document)?)
    }
}

fn read(document: &DocumentMut) -> NetworkSettings {
    let defaults = NetworkSettings::default();
    let text = |key: &str| {
        let text = document.get(key).and_then(Item::as_str);
        text.map(str::to_owned)
    };
    let port = document.get("share_port").and_then(Item::as_integer);
    let port = port.and_then(|port| u16::try_from(port).ok());
    let names = document.get("share_names").and_then(Item::as_array);
    let names = names.into_iter().flatten().filter_map(|name| name.as_str());
    let certificate = text("share_certificate").zip(text("share_key"));
    NetworkSettings {
        on: document.get("share").and_then(Item::as_bool) == Some(true),
        port: port
            .filter(|port| *port >= LOWEST_PORT)
            .unwrap_or(defaults.port),
        names: names
            .filter(|name| is_name(name))
            .map(str::to_owned)
            .collect(),
        certificate: certificate.map(|(chain, key)| OwnCertificate { chain, key }),
    }
}

fn write(document: &mut DocumentMut, network: &NetworkSettings) {
    set(document, "share", network.on);
    set(document, "share_port", i64::from(network.port));
    set(document, "share_names", Array::from_iter(&network.names));
    if let Some(own) = &network.certificate {
        set(document, "share_certificate", own.chain.as_str());
        set(document, "share_key", own.key.as_str());
    } else {
        document.remove("share_certificate");
        document.remove("share_key");
    }
}

#[cfg(test)]
mod tests {
    use super::SettingsFile;
    use crate::wire::{NetworkSettings, OwnCertificate, Settings};

    #[test]
    fn nothing_is_shared_until_somebody_says_so_and_what_they_say_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        let file = SettingsFile::open(path.clone());
        assert_eq!(file.network(), NetworkSettings::default());
        assert!(!file.network().on);
        let wanted = NetworkSettings {
            on: true,
            port: 5000,
            names: vec!["build-box.example.com".to_owned(), "192.0.2.7".to_owned()],
            certificate: Some(OwnCertificate {
                chain: "/etc/box.pem".to_owned(),
                key: "/etc/box.key".to_owned(),
            }),
        };
        file.save_network(&wanted).unwrap();
        file.save(&Settings::default()).unwrap();
        let again = SettingsFile::open(path);
        assert_eq!(again.network(), wanted);
        again
            .save_network(&NetworkSettings {
                certificate: None,
                ..wanted.clone()
            })
            .unwrap();
        assert_eq!(again.network().certificate, None);
    }

    #[test]
    fn what_somebody_wrote_by_hand_and_cannot_be_used_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        let text = "share = \"yes\"\nshare_port = 80\nshare_names = [\"a b\", 7, \"box\"]\n\
            share_certificate = \"/etc/box.pem\"\n";
        std::fs::write(&path, text).unwrap();
        let found = SettingsFile::open(path).network();
        let expected = NetworkSettings {
            names: vec!["box".to_owned()],
            ..NetworkSettings::default()
        };
        assert_eq!(found, expected);
    }
}

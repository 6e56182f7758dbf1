//! Icons: fetched and drawn here, so that the window loads nothing from a network.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registrar_catalog::{Address, Record};
use registrar_devfile::icon;
use registrar_net::Locality;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use url::Url;

use super::{key, words};
use crate::app::App;
use crate::wire::{CommandError, StackIcon, StackRef};

/// How many icons are fetched at the same time, and how many are drawn.
const FETCHED_AT_ONCE: usize = 12;
const DRAWN_AT_ONCE: usize = 2;
/// How long drawing one may take.
const DRAWING_LIMIT: Duration = Duration::from_secs(3);

/// What keeps icons from taking more than their share.
pub(super) struct Icons {
    fetching: Semaphore,
    drawing: Semaphore,
}

impl Default for Icons {
    fn default() -> Self {
        Self {
            fetching: Semaphore::new(FETCHED_AT_ONCE),
            drawing: Semaphore::new(DRAWN_AT_ONCE),
        }
    }
}

impl App {
    /// The icon of a stack or sample as a small picture; none where there is none, where it cannot
    /// be had, or where it is no icon. It is an ornament: nothing is said about why.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`] where the registry is gone.
    pub async fn stack_icon(&self, request: StackRef) -> Result<StackIcon, CommandError> {
        let record = self.devfile_record(&request.registry).await?;
        let address = self.icon_address(&record, &request).await;
        let picture = match address {
            Some(address) => self.picture(&record, &address).await,
            None => None,
        };
        let picture = picture.map(|png| format!("data:image/png;base64,{}", STANDARD.encode(png)));
        Ok(StackIcon { picture })
    }

    async fn icon_address(&self, record: &Record, request: &StackRef) -> Option<String> {
        let merged = self.merged().await;
        let place = merged
            .registries
            .iter()
            .position(|(id, _)| *id == record.id)?;
        let kind = words::kind_of(request.kind);
        merged
            .offers
            .entry_of(place, kind, &request.name)?
            .icon
            .clone()
    }

    async fn picture(&self, record: &Record, address: &str) -> Option<Vec<u8>> {
        let what = format!("icon {address}");
        let (cache, id) = (self.0.stacks.cache.clone(), record.id.to_string());
        let key = key(record, &what);
        let kept = tokio::task::spawn_blocking(move || cache.read(&id, &key))
            .await
            .ok()?;
        if let Some(kept) = kept {
            // An empty file says that there is no picture at this address.
            return Some(kept.bytes).filter(|png| !png.is_empty());
        }
        let bytes = match icon::of_data_url(address) {
            Some(bytes) => bytes,
            None => self.fetch_icon(record, address).await?,
        };
        let picture = self.draw(bytes).await;
        self.keep(record, &what, picture.clone().unwrap_or_default())
            .await;
        picture
    }

    async fn fetch_icon(&self, record: &Record, address: &str) -> Option<Vec<u8>> {
        let Address::Devfile(home) = &record.url else {
            return None;
        };
        let url = may_fetch(
            home.as_url(),
            &resolve(home.endpoint("").as_str(), address)?,
        )?;
        let _place = self.0.stacks.icons.fetching.acquire().await.ok()?;
        let mut target = self.stack_target(record).await.ok()?;
        if !home.is_same_origin(&url) {
            target.token = None;
            target.tls.trusted_certificate = None;
        }
        let clients = self.clients();
        clients.devfile().icon(&target, &url).await.ok()
    }

    async fn draw(&self, bytes: Vec<u8>) -> Option<Vec<u8>> {
        let _place = self.0.stacks.icons.drawing.acquire().await.ok()?;
        let drawing = tokio::task::spawn_blocking(move || icon::render(&bytes));
        timeout(DRAWING_LIMIT, drawing).await.ok()?.ok()?.ok()
    }
}

/// The address of an icon, which may be a path in the registry.
fn resolve(home: &str, address: &str) -> Option<Url> {
    Url::parse(home).ok()?.join(address).ok()
}

/// Whether a registry at `home` may have an icon fetched from `url`: never over a weaker
/// connection than its own, never from this computer or its network unless it is there itself.
fn may_fetch(home: &Url, url: &Url) -> Option<Url> {
    let web = matches!(url.scheme(), "http" | "https");
    let weaker = home.scheme() == "https" && url.scheme() == "http";
    let place = Locality::of(url);
    let inside = place != Locality::Elsewhere && place != Locality::of(home);
    let named = !url.username().is_empty() || url.password().is_some();
    (web && !weaker && !inside && !named).then(|| url.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(home: &str, icon: &str) -> bool {
        let url = resolve(home, icon).unwrap();
        may_fetch(&Url::parse(home).unwrap(), &url).is_some()
    }

    #[test]
    fn a_registry_cannot_make_this_computer_ask_its_own_network() {
        let home = "https://registry.example.com/";
        assert!(allowed(home, "https://raw.example.org/go.svg"));
        assert!(allowed(home, "icons/go.svg"));
        for icon in [
            "http://raw.example.org/go.svg",
            "https://127.0.0.1/admin",
            "https://169.254.169.254/latest/meta-data",
            "https://user:password@example.org/x",
            "file:///etc/passwd",
            "ftp://example.org/x",
        ] {
            assert!(!allowed(home, icon), "{icon}");
        }
        assert!(allowed(
            "http://localhost:8080/",
            "http://localhost:9090/x.svg"
        ));
    }
}

//! From the start to a peaceful end.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use registrar_hosting::server::{Server, bind, listen};
use registrar_hosting::sharing::{Shared, Sharing, share};
use registrar_hosting::{Host, Options};
use url::Url;

use crate::arguments::Settings;
use crate::failure::Failure;
use crate::{log, say, stop};

/// Connections and files at once; the usual limit of 1024 is reached by a busy morning.
const FILES: u64 = 8192;
/// The file with the owner's first token, in the folder of everything.
const TOKEN_FILE: &str = "owner-token";
/// Work on other threads, such as the writing of a broken upload, may take so long to end.
const END_LIMIT: Duration = Duration::from_secs(5);

/// Serves until somebody ends it.
pub(crate) fn run(settings: &Settings) -> Result<(), Failure> {
    log::start()?;
    if let Err(error) = rlimit::increase_nofile_limit(FILES) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let served = runtime.block_on(serve(settings));
    runtime.shutdown_timeout(END_LIMIT);
    served
}

async fn serve(settings: &Settings) -> Result<(), Failure> {
    // Before anything is said to be ready: a signal must never find nobody listening for it.
    let mut stop = stop::Stop::listen()?;
    let listener = bind(settings.listen).await?;
    let address = listener.local_addr()?;
    let host = open(&settings.data).await?;
    let url = settings.public_url.clone().or_else(|| own_url(address));
    let server = Server::new(host.clone(), address.port(), url.as_ref());
    let mut listening = listen(listener, &server)?;
    let shared = shared(&server, settings.share.as_deref().cloned()).await?;
    let tending = tokio::spawn({
        let host = host.clone();
        async move { host.tend().await }
    });
    say(&format!("Ready: http://{address}"))?;
    tracing::info!(%address, base = server.base(), version = env!("CARGO_PKG_VERSION"), "ready");
    let asked = tokio::select! {
        () = stop.asked() => true,
        () = listening.ended() => false,
    };
    tracing::info!(under_way = server.changing(), "ending");
    let end = async {
        let shared = async {
            if let Some(shared) = shared {
                shared.end().await;
            }
        };
        tokio::join!(listening.end(), shared);
    };
    tokio::select! {
        () = end => {}
        () = stop.asked() => tracing::warn!("asked again: requests under way are broken off"),
    }
    tending.abort();
    host.close().await;
    tracing::info!("ended");
    if asked { Ok(()) } else { Err(Failure::Ended) }
}

/// Shares on the network where that is wanted, and says by which addresses.
async fn shared(server: &Arc<Server>, sharing: Option<Sharing>) -> Result<Option<Shared>, Failure> {
    let Some(sharing) = sharing else {
        return Ok(None);
    };
    let shared = share(server, sharing).await?;
    if let Some(state) = server.shared() {
        for url in state.urls() {
            say(&format!("Shared: {url}"))?;
        }
        if let Some(authority) = &state.authority {
            say(&format!("Authority: SHA-256 {}", authority.fingerprint))?;
        }
        tracing::info!(port = state.port, certificate = state.fingerprint, "shared");
    }
    Ok(Some(shared))
}

/// Opens the folder; on the first start there is an owner's token afterwards.
async fn open(folder: &Path) -> Result<Host, Failure> {
    let options = Options {
        folder: folder.to_owned(),
        safe: None,
    };
    let opened = Host::open(options).await;
    let host = opened.map_err(|error| Failure::opening(folder, error))?;
    let file = folder.join(TOKEN_FILE);
    let made = host.create_first_token(&file).await;
    made.map_err(|error| Failure::opening(folder, error))?;
    if fs_err::exists(&file)? {
        say(&format!("Owner\u{2019}s API token: {}", file.display()))?;
    }
    Ok(host)
}

/// What clients are told where the server listens at an unusual address of this computer.
fn own_url(address: SocketAddr) -> Option<Url> {
    let usual = address.ip() == Ipv4Addr::LOCALHOST;
    let url = || Url::parse(&format!("http://{address}")).ok();
    if usual { None } else { url() }
}

//! What takes the space, what is damaged, what is kept, and copies of all of it.

#![expect(
    clippy::unwrap_used,
    reason = "a fixture that cannot be set up fails its test"
)]

mod backup;
mod collect;
mod hostile;
mod relocation;
mod repair;
mod retention;
mod rows;
mod usage;

use std::path::PathBuf;

use registrar_hosting::hex;
use sha2::{Digest as _, Sha256};

use crate::support::Hosted;

/// Where the bytes of some content lie.
fn blob(hosted: &Hosted, content: &[u8]) -> PathBuf {
    let name = hex(&Sha256::digest(content));
    let place = format!("blobs/sha256/{}/{}/{name}", &name[..2], &name[2..4]);
    hosted.host.folder().join(place)
}

/// Writes over a blob, as a failing disk or another program would.
fn damage(hosted: &Hosted, content: &[u8], with: &[u8]) {
    let path = blob(hosted, content);
    fs_err::remove_file(&path).unwrap();
    fs_err::write(path, with).unwrap();
}

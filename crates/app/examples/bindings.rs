//! Writes the TypeScript bindings into the folder given as the only argument.

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .unwrap_or_default();
    fs_err::create_dir_all(&folder)?;
    fs_err::write(folder.join("index.ts"), registrar_app::bindings::types())?;
    fs_err::write(
        folder.join("commands.ts"),
        registrar_app::bindings::commands(),
    )
}

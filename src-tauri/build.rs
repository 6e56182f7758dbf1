//! Compiles the permissions into the shell, and refuses early where there is no front end.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=src-tauri/permissions");
    println!("cargo::rerun-if-changed=ui/dist");
    if !Path::new("ui/dist/index.html").is_file() {
        println!("cargo::error=ui/dist/index.html is missing: the front end is not built.");
        println!(
            "cargo::error=Use `cargo xtask run`, or build it with: npm --prefix ui ci && npm --prefix ui run build"
        );
        return;
    }
    let manifest =
        tauri_build::AppManifest::new().permissions_path_pattern("./src-tauri/permissions/*.toml");
    if let Err(error) =
        tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
    {
        println!("cargo::error={error:#}");
    }
}

//! What the system must have: installed where that can be done, else named.

use std::fs;

use crate::command::{Failure, Program, exists};

/// What a command needs of the system.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// To compile the application.
    Build,
    /// Also to show and drive its window where nobody watches.
    Window,
    /// Also the registries and clients that Registrar is tried with.
    Tests,
    /// Also the programs that its figures are compared with.
    Bench,
}

/// Debian's and Ubuntu's names of what compiling needs.
const DEBIAN_BUILD: [&str; 5] = [
    "build-essential",
    "libdbus-1-dev",
    "libgtk-3-dev",
    "libwebkit2gtk-4.1-dev",
    "pkg-config",
];

/// What a window on a virtual display needs besides: the display, a bus with a keyring, fonts
/// with emoji, a driver.
const DEBIAN_WINDOW: [&str; 7] = [
    "dbus",
    "fonts-noto-color-emoji",
    "gnome-keyring",
    "libgl1-mesa-dri",
    "libsecret-tools",
    "webkit2gtk-driver",
    "xvfb",
];

/// The registries and clients that Registrar is tried with.
const DEBIAN_TESTS: [&str; 10] = [
    "buildah",
    "curl",
    "docker-registry",
    "iproute2",
    "openssl",
    "podman",
    "skopeo",
    "xclip",
    "xdotool",
    "zbar-tools",
];

/// What the figures are compared with: the reference helper, `docker-credential-secretservice`; nginx
/// and what asks it; Python for the peers that come from `PyPI`.
const DEBIAN_BENCH: [&str; 4] = [
    "golang-docker-credential-helpers",
    "hey",
    "nginx-light",
    "python3-venv",
];

/// How other systems install the same.
const ELSEWHERE: &str = "\
  Fedora: sudo dnf install gcc pkgconf-pkg-config dbus-devel gtk3-devel webkit2gtk4.1-devel \\
          dbus-daemon gnome-keyring libsecret webkit2gtk-driver xorg-x11-server-Xvfb google-noto-color-emoji-fonts
  Arch:   sudo pacman -S --needed base-devel dbus gtk3 webkit2gtk-4.1 \\
          gnome-keyring libsecret webkitgtk-6.0 xorg-server-xvfb noto-fonts-emoji
Names differ elsewhere; what counts is that these are there:";

/// Programs by which the presence of the above is recognised where packages cannot be asked.
const PROGRAMS: [&str; 5] = [
    "dbus-daemon",
    "gnome-keyring-daemon",
    "secret-tool",
    "WebKitWebDriver",
    "Xvfb",
];

/// The same for the registries and clients.
const CLIENTS: [&str; 12] = [
    "buildah",
    "curl",
    "docker",
    "docker-registry",
    "dockerd",
    "ip",
    "openssl",
    "podman",
    "skopeo",
    "xclip",
    "xdotool",
    "zbarimg",
];

/// The same for what the figures are compared with.
const PEERS: [&str; 4] = ["docker-credential-secretservice", "hey", "nginx", "python3"];

/// Makes sure that the system has what is needed.
pub(crate) fn ensure(need: Need) -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    if is_debian() {
        ensure_debian(need)
    } else {
        ensure_elsewhere(need)
    }
}

/// Installs packages of Debian or Ubuntu, if any is missing.
pub(crate) fn install(packages: &[&str]) -> Result<(), Failure> {
    let missing = missing(packages);
    if missing.is_empty() {
        return Ok(());
    }
    println!("Installing with apt-get: {}", missing.join(" "));
    apt_get(&["update", "-qq"])?;
    let options = ["install", "--yes", "--no-install-recommends"];
    apt_get(&[&options[..], &missing[..]].concat())
}

/// Whether this is Debian, Ubuntu or one of their children.
pub(crate) fn is_debian() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let like = |line: &str| line.starts_with("ID=") || line.starts_with("ID_LIKE=");
    release
        .lines()
        .any(|line| like(line) && (line.contains("debian") || line.contains("ubuntu")))
}

fn ensure_debian(need: Need) -> Result<(), Failure> {
    let mut packages = DEBIAN_BUILD.to_vec();
    if need >= Need::Window {
        packages.extend(DEBIAN_WINDOW);
    }
    if need >= Need::Tests {
        packages.extend(DEBIAN_TESTS);
        // Docker's own packages have other names; what counts is the client and the engine.
        if !(exists("docker") && exists("dockerd")) {
            packages.push("docker.io");
        }
    }
    if need >= Need::Bench {
        packages.extend(DEBIAN_BENCH);
    }
    install(&packages)
}

fn ensure_elsewhere(need: Need) -> Result<(), Failure> {
    let mut absent = Vec::new();
    let library =
        Program::new("pkg-config").args(["--exists", "webkit2gtk-4.1", "gtk+-3.0", "dbus-1"]);
    if library.output().is_none() {
        absent.push("webkit2gtk-4.1, gtk+-3.0 and dbus-1 for pkg-config");
    }
    if need >= Need::Bench {
        absent.extend(PEERS.into_iter().filter(|program| !exists(program)));
    }
    if need >= Need::Tests {
        absent.extend(CLIENTS.into_iter().filter(|program| !exists(program)));
    }
    if need >= Need::Window {
        absent.extend(PROGRAMS.into_iter().filter(|program| !exists(program)));
    }
    if absent.is_empty() {
        return Ok(());
    }
    let list = absent.join("\n  ");
    Err(Failure::Needed(format!(
        "this system's packages cannot be installed from here; please install them:\n{ELSEWHERE}\n  {list}"
    )))
}

/// Those of `packages` that dpkg does not know as installed.
fn missing<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    let installed = |package: &&str| {
        let query = Program::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]);
        query.output().is_some_and(|status| status == "installed")
    };
    packages
        .iter()
        .copied()
        .filter(|package| !installed(package))
        .collect()
}

fn apt_get(arguments: &[&str]) -> Result<(), Failure> {
    let root = Program::new("id")
        .args(["-u"])
        .output()
        .is_some_and(|id| id == "0");
    let program = if root {
        Program::new("env")
    } else if exists("sudo") {
        Program::new("sudo")
    } else {
        let line = arguments.join(" ");
        return Err(Failure::Needed(format!(
            "please run as root: apt-get {line}"
        )));
    };
    program
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get"])
        .args(arguments)
        .run()
}

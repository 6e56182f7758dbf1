//! pypiserver and devpi, from `PyPI` into an environment of their own.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use acceptance_support::port;
use acceptance_support::process::OwnedProcess;

use super::peers::{Peer, install, tools};

const PACKAGES: [&str; 3] = [
    "pypiserver==2.4.2",
    "devpi-server==6.20.3",
    "devpi-client==7.2.1",
];

/// The folder of the environment's programs.
fn environment() -> Result<PathBuf, Box<dyn Error>> {
    let home = tools()?.join("python");
    let programs = home.join("bin");
    if !programs.join("devpi").is_file() {
        install(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
        let pip = ["install", "--quiet", "--disable-pip-version-check"];
        install(Command::new(programs.join("pip")).args(pip).args(PACKAGES))?;
    }
    Ok(programs)
}

/// pypiserver with one file.
pub(super) fn pypiserver(name: &str, wheel: &[u8]) -> Result<Peer, Box<dyn Error>> {
    let program = environment()?.join("pypi-server");
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join(name), wheel)?;
    let port = port::free()?;
    let process = OwnedProcess::spawn(&program.display().to_string(), |command| {
        command
            .args([
                "run",
                "-i",
                "127.0.0.1",
                "-p",
                &port.to_string(),
                "-P",
                ".",
                "-a",
                ".",
            ])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
    })?;
    let peer = Peer::started(port, process, folder);
    peer.wait("/simple/")?;
    Ok(peer)
}

/// devpi with one file in the index `root/bench`.
pub(super) fn devpi(name: &str, wheel: &[u8]) -> Result<Peer, Box<dyn Error>> {
    let programs = environment()?;
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    install(
        Command::new(programs.join("devpi-init"))
            .arg("--serverdir")
            .arg(&data),
    )?;
    let port = port::free()?;
    let server = programs.join("devpi-server").display().to_string();
    let process = OwnedProcess::spawn(&server, |command| {
        command
            .arg("--serverdir")
            .arg(&data)
            .args([
                "--host",
                "127.0.0.1",
                "--port",
                &port.to_string(),
                "--offline-mode",
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
    })?;
    let file = folder.path().join(name);
    fs::write(&file, wheel)?;
    let client = folder.path().join("client");
    let peer = Peer::started(port, process, folder);
    peer.wait("/+api")?;
    let devpi = |arguments: &[&str]| {
        let mut command = Command::new(programs.join("devpi"));
        install(command.args(arguments).arg("--clientdir").arg(&client))
    };
    devpi(&["use", &peer.url("/")])?;
    devpi(&["login", "root", "--password="])?;
    devpi(&["index", "-c", "root/bench", "bases=", "volatile=True"])?;
    devpi(&["use", "root/bench"])?;
    devpi(&["upload", &file.display().to_string()])?;
    Ok(peer)
}

/// Where a simple page says that a file lies.
pub(super) fn address_of_file(page: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(page);
    let links = text.split("href=\"").skip(1);
    let mut targets = links.filter_map(|link| link.split('"').next());
    let link = targets.find(|target| target.contains(name))?;
    Some(link.split('#').next().unwrap_or(link).to_owned())
}

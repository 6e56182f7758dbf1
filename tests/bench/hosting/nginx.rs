//! nginx, which sends files as fast as this computer can.

use std::error::Error;
use std::fs;
use std::process::Stdio;

use acceptance_support::port;
use acceptance_support::process::OwnedProcess;

use super::peers::Peer;

/// nginx with some files.
pub(super) struct Nginx(Peer);

impl Nginx {
    /// Starts it over files with these names and contents.
    pub(super) fn start(files: &[(&str, &[u8])]) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let place = folder.path().display();
        let port = port::free()?;
        fs::create_dir(folder.path().join("files"))?;
        for (name, content) in files {
            fs::write(folder.path().join("files").join(name), content)?;
        }
        readable(folder.path())?;
        let config = format!(
            "daemon off;\nworker_processes 2;\npid {place}/pid;\nerror_log {place}/log;\n\
             events {{ worker_connections 512; }}\n\
             http {{\n  access_log off;\n  sendfile on;\n  tcp_nopush on;\n  keepalive_requests 1000000;\n  \
             client_body_temp_path {place}/body;\n  proxy_temp_path {place}/proxy;\n  \
             fastcgi_temp_path {place}/fastcgi;\n  uwsgi_temp_path {place}/uwsgi;\n  scgi_temp_path {place}/scgi;\n  \
             server {{ listen 127.0.0.1:{port}; root {place}/files; }}\n}}\n"
        );
        let file = folder.path().join("nginx.conf");
        fs::write(&file, config)?;
        let process = OwnedProcess::spawn("/usr/sbin/nginx", |command| {
            command
                .arg("-c")
                .arg(&file)
                .args(["-e", "stderr"])
                .stdout(Stdio::null())
                .stderr(Stdio::null());
        })?;
        let peer = Peer::started(port, process, folder);
        let (first, _) = files.first().ok_or("nginx without a file")?;
        peer.wait(&format!("/{first}"))?;
        Ok(Self(peer))
    }

    pub(super) fn url(&self, path: &str) -> String {
        self.0.url(path)
    }
}

/// Its workers run as another user where this runs as root.
fn readable(folder: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}

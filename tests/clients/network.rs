//! Registries that are shared on the network, and another computer, which is told to trust them. What
//! the window says of that is run there word by word. Its `/etc` is its own: a copy in a folder, in
//! the place of the real one for its programs alone.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use acceptance_support::computer::Ran;
use acceptance_support::installed_python::python_environment;
use registrar_hosting::Ecosystem;
use registrar_hosting::sharing::{Authority, Shared, Sharing, instructions, share};

use crate::hosted::Hosted;

/// Runs `$1` as the administrator of a computer whose own files are in the folder `$0`.
const COMPUTER: &str = "\
mount --bind \"$0/etc\" /etc
own=/usr/local/share/ca-certificates
if [ -d $own ]; then mount --bind \"$0/ca-certificates\" $own; fi
PATH=\"$0/bin:$PATH\" exec sh -ec \"$1\"";
/// Nobody asks for a password here, and the administrator finds the system's programs.
const SUDO: &str = "#!/bin/sh\nPATH=\"$PATH:/usr/sbin:/sbin\" exec \"$@\"\n";

/// A server that is shared; what it runs is run on another computer, at the shared address.
pub(crate) struct OnNetwork {
    pub(crate) hosted: Hosted,
    authority: Authority,
    _shared: Shared,
}

impl OnNetwork {
    /// Shares it. The other computer has fetched the authority, and nobody there trusts it yet.
    pub(crate) fn new(mut hosted: Hosted) -> Self {
        let any_port = Sharing {
            port: 0,
            ..Sharing::default()
        };
        let sharing = share(&hosted.server, any_port);
        let shared = hosted.runtime.block_on(sharing).unwrap();
        let state = hosted.server.shared().unwrap();
        hosted.base = state.urls().swap_remove(0);
        hosted.shell = computer(&hosted.path("../computer"));
        let network = Self {
            hosted,
            authority: state.authority.unwrap(),
            _shared: shared,
        };
        network.hosted.shell(&network.says("fetch")).ok();
        network
    }

    /// What the window says first for a client or a system, to be run before something else.
    pub(crate) fn says(&self, client: &str) -> String {
        self.all_it_says(client).swap_remove(0)
    }

    /// Everything that it says for it.
    pub(crate) fn all_it_says(&self, client: &str) -> Vec<String> {
        let mut all = instructions(self.hosted.bare(), &self.authority);
        all.retain(|one| one.client == client);
        all.into_iter().map(|one| one.text + "\n").collect()
    }

    /// Has the other computer's system trust the authority, as the window says.
    pub(crate) fn trust_system_wide(&self) {
        let debian = Path::new("/usr/sbin/update-ca-certificates").exists();
        let system = if debian { "Debian" } else { "Fedora" };
        self.hosted.shell(&self.says(system)).ok();
    }
}

/// Makes sure that a client has refused the certificate.
pub(crate) fn assert_untrusted(ran: &Ran) {
    let said = format!("{}{}", ran.stdout, ran.stderr).to_lowercase();
    let refused = said.contains("certificate");
    assert!(ran.code != 0 && refused, "{ran:?}");
}

/// What runs a line on a computer whose files are in a folder. Whoever is not the administrator is it
/// there.
fn computer(folder: &Path) -> Vec<String> {
    for part in ["bin", "ca-certificates"] {
        fs::create_dir_all(folder.join(part)).unwrap();
    }
    // What only the real administrator may read is left out.
    let mut copy = Command::new("cp");
    copy.args(["-rP", "/etc"]).arg(folder).output().unwrap();
    // The certificates that whoever runs the tests has told pip to trust.
    let _ = fs::remove_file(folder.join("etc/pip.conf"));
    let sudo = folder.join("bin/sudo");
    fs::write(&sudo, SUDO).unwrap();
    fs::set_permissions(&sudo, fs::Permissions::from_mode(0o755)).unwrap();
    let id = Command::new("id").arg("-u").output().unwrap();
    let mut before = vec!["unshare", "--mount"];
    if id.stdout != b"0\n" {
        before.push("--map-root-user");
    }
    before.extend(["sh", "-ec", COMPUTER]);
    let mut before: Vec<_> = before.into_iter().map(str::to_owned).collect();
    before.push(folder.display().to_string());
    before
}

#[test]
fn an_authority_is_the_one_that_is_shown_and_a_system_trusts_those_of_several_computers() {
    let files = || OnNetwork::new(Hosted::new(Ecosystem::Files, "files", python_environment));
    let (one, mut other) = (files(), files());
    let hosted = &one.hosted;
    let fetched = hosted.shell(&one.says("fetch"));
    let print = fetched.ok().trim().split_once('=').unwrap().1;
    assert_eq!(print, one.authority.fingerprint);
    assert!(one.says("fetch").contains(print));

    let curl = format!("curl --silent --show-error --fail {}/health", hosted.base);
    assert_untrusted(&hosted.shell(&curl));
    hosted.shell(&format!("{}{curl}", one.says("curl"))).ok();
    assert_untrusted(&hosted.shell(&curl));
    one.trust_system_wide();
    hosted.shell(&curl).ok();
    // A second computer is trusted beside the first one.
    other.hosted.shell.clone_from(&hosted.shell);
    other.trust_system_wide();
    hosted.shell(&curl).ok();
    let there = curl.replace(&hosted.base, &other.hosted.base);
    hosted.shell(&there).ok();
}

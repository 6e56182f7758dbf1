//! Who listens at an address, so that “in use” can be told with a name.

use std::fmt;
use std::net::SocketAddr;

/// A program that listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// What its executable is called, such as `nginx`.
    pub name: String,
    /// The number of its process.
    pub pid: u32,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {})", self.name, self.pid)
    }
}

/// The program that keeps others from listening at `address`, where the system says so: on Linux, if
/// it belongs to the same user. May block for some milliseconds.
pub fn holder(address: SocketAddr) -> Option<Holder> {
    #[cfg(target_os = "linux")]
    {
        linux::holder(address)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = address;
        None
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::OsStr;
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
    use std::path::Path;

    use fs_err as fs;

    use super::Holder;

    /// The state of a socket that listens.
    const LISTENS: &str = "0A";

    pub(super) fn holder(address: SocketAddr) -> Option<Holder> {
        let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
        let sockets = tables
            .iter()
            .filter_map(|table| fs::read_to_string(table).ok());
        let inodes: Vec<_> = sockets
            .flat_map(|table| {
                let lines = table.lines().filter_map(|line| listening(line, address));
                lines.collect::<Vec<_>>()
            })
            .collect();
        let processes = fs::read_dir("/proc").ok()?.flatten();
        let mut pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        pids.find_map(|pid: u32| {
            let process = Path::new("/proc").join(pid.to_string());
            let name = has_socket(&process, &inodes).then(|| name(&process))?;
            Some(Holder { name, pid })
        })
    }

    /// The inode of a line's socket, where it listens at `address` or at every address; at any
    /// address where `address` means every one.
    pub(super) fn listening(line: &str, address: SocketAddr) -> Option<String> {
        let columns: Vec<_> = line.split_ascii_whitespace().collect();
        let (local, state, inode) = (columns.get(1)?, columns.get(3)?, columns.get(9)?);
        let (ip, port) = local.split_once(':')?;
        let ip = parse_ip(ip)?;
        let every = ip.is_unspecified() || address.ip().is_unspecified();
        let same = every || ip == address.ip();
        let at = u16::from_str_radix(port, 16).ok()? == address.port();
        (*state == LISTENS && same && at).then(|| (*inode).to_owned())
    }

    /// Each four bytes are written as one number of this machine's order.
    fn parse_ip(hex: &str) -> Option<IpAddr> {
        let word = |at: usize| {
            let digits = hex.get(8 * at..8 * at + 8)?;
            u32::from_str_radix(digits, 16).ok().map(u32::to_ne_bytes)
        };
        if hex.len() == 8 {
            return Some(Ipv4Addr::from(word(0)?).into());
        }
        let bytes = [word(0)?, word(1)?, word(2)?, word(3)?].concat();
        let bytes: [u8; 16] = bytes.try_into().ok()?;
        Some(Ipv6Addr::from(bytes).to_canonical())
    }

    fn has_socket(process: &Path, inodes: &[String]) -> bool {
        let Ok(files) = fs::read_dir(process.join("fd")) else {
            return false;
        };
        files.flatten().any(|file| {
            let target = fs::read_link(file.path()).unwrap_or_default();
            let inode = target.to_str().and_then(|target| {
                let rest = target.strip_prefix("socket:[")?;
                rest.strip_suffix(']')
            });
            inode.is_some_and(|inode| inodes.iter().any(|one| one == inode))
        })
    }

    /// What the executable is called; the kernel's own name for the process is cut short.
    fn name(process: &Path) -> String {
        let executable = fs::read_link(process.join("exe")).ok();
        let called = executable.as_deref().and_then(Path::file_name);
        if let Some(name) = called.and_then(OsStr::to_str) {
            return name.trim_end_matches(" (deleted)").to_owned();
        }
        let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
        name.trim().to_owned()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::TcpListener;

    use super::{holder, linux};

    #[test]
    fn whoever_listens_is_named() {
        for place in ["127.0.0.1:0", "0.0.0.0:0"] {
            let listener = TcpListener::bind(place).unwrap();
            let port = listener.local_addr().unwrap().port();
            let address = ([127, 0, 0, 1], port).into();
            let found = holder(address).unwrap();
            assert_eq!(found.pid, std::process::id());
            assert_eq!(holder(([0, 0, 0, 0], port).into()).as_ref(), Some(&found));
            assert!(found.name.starts_with("registrar_hosting"), "{found}");
            drop(listener);
            assert_eq!(holder(address), None);
        }
    }

    #[test]
    fn lines_that_say_something_else_are_passed_over() {
        let address = "127.0.0.1:4747".parse().unwrap();
        let line = |local: &str, state: &str| {
            format!(
                "   0: {local} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000  1000        0 71234 1"
            )
        };
        let found = |local, state| linux::listening(&line(local, state), address);
        if cfg!(target_endian = "little") {
            assert_eq!(found("0100007F:128B", "0A").as_deref(), Some("71234"));
            assert_eq!(found("0200007F:128B", "0A"), None);
        }
        assert_eq!(found("00000000:128B", "0A").as_deref(), Some("71234"));
        assert_eq!(found("00000000:128B", "01"), None);
        assert_eq!(found("00000000:128C", "0A"), None);
        assert_eq!(found("zz:128B", "0A"), None);
        assert_eq!(
            linux::listening("  sl  local_address rem_address", address),
            None
        );
        assert_eq!(linux::listening("", address), None);
    }
}

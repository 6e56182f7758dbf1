//! What the server is told when it is started.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use lexopt::prelude::*;
use registrar_hosting::sharing::{Identity, Sharing};
use url::Url;

use crate::failure::Failure;

/// Where the server listens when it is not told: lock files remember addresses, so it is always the same.
const LISTEN: &str = "127.0.0.1:4747";

/// What `--help` says.
pub(crate) const HELP: &str = "\
Hosts source registries: packages for npm, pip, docker, helm and curl, without
a window.

Usage: registrar-server --data DIR [--listen ADDR] [--public-url URL]
         [--share [--share-port PORT] [--share-name NAME]...
          [--certificate FILE --certificate-key FILE]]
       registrar-server backup --data DIR FILE
       registrar-server restore --data DIR FILE

  --data DIR         the folder of everything; made where it is not there
  --listen ADDR      an address of this computer and a port (127.0.0.1:4747);
                     port 0 takes any that is free
  --public-url URL   the address that clients are told, where it is another,
                     such as that of a proxy that speaks HTTPS
  --share            share on the network as well: over TLS, at every address
                     of this computer. The authority that others have to trust
                     is made once; GET /ca.pem answers with it
  --share-port PORT  at which port (4748); port 0 takes any that is free
  --share-name NAME  a further name or address by which others reach this
                     computer; can be given several times
  --certificate FILE, --certificate-key FILE
                     your own certificate with those that lead to its
                     authority, and its key, in PEM; read again when they
                     change
  --help, -h         this
  --version, -V      the version

backup writes everything into FILE, a plain tar; restore makes DIR what FILE
says, once all of it was found whole. Both want the folder for themselves: of a
server that runs, GET /api/v2/storage/backup with the owner's token is the same
file. No secret is in it: registry tokens go on working, but those of another
folder cannot be shown again. DIR keeps the authority that it shares with.

To move everything to another folder, end the server, move DIR as it is, and
start it with the new one.

On the first start the server makes the organization \u{201c}local\u{201d} and an API
token that may do everything, and prints the path of the file with it. A line
beginning with \u{201c}Ready\u{201d} follows as soon as it answers, GET /health with 200.
Where it is shared, lines beginning with \u{201c}Shared\u{201d} and \u{201c}Authority\u{201d} come
before, with the addresses and the SHA-256 fingerprint to compare.
SIGTERM or Ctrl+C ends it: requests under way finish, or are undone.

The log goes to stderr, one JSON object a line. REGISTRAR_LOG says how much:
error, warn, info, debug, or for every request
\u{201c}info,registrar_hosting::access=debug\u{201d}. It holds no secrets.

Exit codes: 0 ended when asked to, 1 failed, 2 arguments, 3 the folder is in
use, 4 the address is in use, 5 the address is not this computer's own, 6 the
folder cannot be used, 7 it cannot be shared.";

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Say how to use the program.
    Help,
    /// Say which version it is.
    Version,
    /// Serve.
    Run(Settings),
    /// Write everything into a file.
    Backup(Copy),
    /// Make the folder what a file says.
    Restore(Copy),
}

/// A folder and the file with everything that is in it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Copy {
    /// The folder of everything, absolute.
    pub(crate) data: PathBuf,
    /// The file.
    pub(crate) file: PathBuf,
}

/// How to serve.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The folder of everything, absolute.
    pub(crate) data: PathBuf,
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// What clients are told.
    pub(crate) public_url: Option<Url>,
    /// How to share on the network, if at all.
    pub(crate) share: Option<Box<Sharing>>,
}

impl Order {
    pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Self, Failure> {
        let (mut data, mut listen, mut public_url) = (None, LISTEN.to_owned(), None);
        let (mut words, mut sharing) = (Vec::new(), Wanted::default());
        while let Some(argument) = parser.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(Self::Help),
                Short('V') | Long("version") => return Ok(Self::Version),
                Long("data") => data = Some(PathBuf::from(parser.value()?)),
                Long("listen") => listen = parser.value()?.string()?,
                Long("public-url") => public_url = Some(parse_url(&parser.value()?.string()?)?),
                Long(name) => {
                    let name = name.to_owned();
                    sharing.take(&name, &mut parser)?;
                }
                Value(word) if words.len() < 2 => words.push(word),
                other => return Err(other.unexpected().into()),
            }
        }
        let data = data.ok_or_else(|| {
            Failure::Arguments("say with --data in which folder the packages lie".to_owned())
        })?;
        let data = std::path::absolute(data)?;
        if let Some(order) = words.first() {
            let file = words.get(1).map(PathBuf::from);
            return Self::copy(&order.to_string_lossy(), data, file);
        }
        Ok(Self::Run(Settings {
            data,
            listen: parse_address(&listen)?,
            public_url,
            share: sharing.sharing()?.map(Box::new),
        }))
    }
}

impl Order {
    fn copy(order: &str, data: PathBuf, file: Option<PathBuf>) -> Result<Self, Failure> {
        let made = match order {
            "backup" => Self::Backup,
            "restore" => Self::Restore,
            other => {
                let message = format!("\u{201c}{other}\u{201d} is neither backup nor restore");
                return Err(Failure::Arguments(message));
            }
        };
        let file = file.ok_or_else(|| {
            Failure::Arguments(format!("say which file to {order}, behind --data DIR"))
        })?;
        let file = std::path::absolute(file)?;
        Ok(made(Copy { data, file }))
    }
}

/// What was said about sharing so far.
#[derive(Default)]
struct Wanted {
    share: bool,
    sharing: Sharing,
    chain: Option<PathBuf>,
    key: Option<PathBuf>,
}

impl Wanted {
    fn take(&mut self, name: &str, parser: &mut lexopt::Parser) -> Result<(), Failure> {
        match name {
            "share" => self.share = true,
            "share-port" => self.sharing.port = parser.value()?.parse()?,
            "share-name" => self.sharing.names.push(parser.value()?.string()?),
            "certificate" => self.chain = Some(PathBuf::from(parser.value()?)),
            "certificate-key" => self.key = Some(PathBuf::from(parser.value()?)),
            _ => return Err(Long(name).unexpected().into()),
        }
        Ok(())
    }

    fn sharing(self) -> Result<Option<Sharing>, Failure> {
        let Self {
            share,
            mut sharing,
            chain,
            key,
        } = self;
        let wrong = |message: &str| Err(Failure::Arguments(message.to_owned()));
        match (chain, key) {
            (Some(chain), Some(key)) => sharing.identity = Identity::Own { chain, key },
            (None, None) => {}
            _ => return wrong("give both --certificate and --certificate-key"),
        }
        if !share && sharing != Sharing::default() {
            return wrong("say --share as well to share on the network");
        }
        Ok(share.then_some(sharing))
    }
}

fn parse_address(text: &str) -> Result<SocketAddr, Failure> {
    let wrong = || {
        let message =
            format!("\u{201c}{text}\u{201d} is no address and port; write it as {LISTEN}");
        Failure::Arguments(message)
    };
    match text.strip_prefix("localhost:") {
        Some(port) => {
            let port: u16 = port.parse().map_err(|_| wrong())?;
            Ok((Ipv4Addr::LOCALHOST, port).into())
        }
        None => text.parse().map_err(|_| wrong()),
    }
}

fn parse_url(text: &str) -> Result<Url, Failure> {
    let good = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.host().is_some()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    };
    let url = Url::parse(text).ok().filter(good);
    url.ok_or_else(|| {
        let message = "the public URL must be like https://packages.example.com, without a user, \
                       a query or a fragment";
        Failure::Arguments(message.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::{Identity, Order, Settings, Sharing};
    use crate::failure::Failure;

    fn parse(arguments: &[&str]) -> Result<Order, Failure> {
        Order::parse(lexopt::Parser::from_args(arguments))
    }

    #[test]
    fn arguments_say_where_and_how() {
        let parsed = parse(&["--data", "/srv/packages", "--listen=localhost:0"]).unwrap();
        let expected = Settings {
            data: "/srv/packages".into(),
            listen: "127.0.0.1:0".parse().unwrap(),
            public_url: None,
            share: None,
        };
        assert_eq!(parsed, Order::Run(expected));
        let Order::Run(default) = parse(&["--data", "x"]).unwrap() else {
            panic!("it serves");
        };
        assert!(default.data.is_absolute());
        assert_eq!(default.listen.to_string(), "127.0.0.1:4747");
        assert_eq!(parse(&["-h"]).unwrap(), Order::Help);
        assert_eq!(
            parse(&["--data", "x", "--version"]).unwrap(),
            Order::Version
        );
    }

    #[test]
    fn sharing_has_to_be_asked_for() {
        let share = |more: &[&str]| {
            let parsed = parse(&[&["--data", "x"], more].concat());
            match parsed.unwrap() {
                Order::Run(settings) => settings.share.map(|share| *share),
                _ => panic!("it serves"),
            }
        };
        assert_eq!(share(&[]), None);
        assert_eq!(share(&["--share"]), Some(Sharing::default()));
        let own = ["--certificate", "a.pem", "--certificate-key", "b.pem"];
        let port = [
            "--share",
            "--share-port=0",
            "--share-name",
            "box.example.com",
        ];
        let expected = Sharing {
            port: 0,
            names: vec!["box.example.com".to_owned()],
            identity: Identity::Own {
                chain: "a.pem".into(),
                key: "b.pem".into(),
            },
        };
        assert_eq!(share(&[&port[..], &own].concat()), Some(expected));
    }

    #[test]
    fn wrong_arguments_are_told_what_would_be_right() {
        for (arguments, expected) in [
            (&[][..], "--data"),
            (&["--data"], "--data"),
            (&["--data", "x", "--listen", "4747"], "127.0.0.1:4747"),
            (
                &["--data", "x", "--listen", "localhost:x"],
                "127.0.0.1:4747",
            ),
            (&["--data", "x", "--public-url", "packages"], "https://"),
            (
                &["--data", "x", "--public-url", "https://a:b@c"],
                "https://",
            ),
            (&["--data", "x", "--port", "1"], "--port"),
            (&["--data", "x", "--share-port", "1"], "--share"),
            (&["--data", "x", "--share", "--share-port", "x"], "x"),
            (
                &["--data", "x", "--share", "--certificate", "a"],
                "--certificate-key",
            ),
            (&["--data", "x", "more"], "more"),
            (&["backup", "--data", "x"], "which file"),
            (&["restore", "--data", "x", "a", "b"], "b"),
            (&["backup", "x.tar"], "--data"),
        ] {
            let message = parse(arguments).unwrap_err().to_string();
            assert!(message.contains(expected), "{arguments:?}: {message}");
        }
    }
}

//! What the server is told when it is started.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use lexopt::prelude::*;
use url::Url;

use crate::failure::Failure;

/// Where the server listens when it is not told: lock files remember addresses, so it is always the same.
const LISTEN: &str = "127.0.0.1:4747";

/// What `--help` says.
pub(crate) const HELP: &str = "\
Hosts source registries: packages for npm, pip, docker, helm and curl, without
a window.

Usage: registrar-server --data DIR [--listen ADDR] [--public-url URL]
       registrar-server backup --data DIR FILE
       registrar-server restore --data DIR FILE

  --data DIR         the folder of everything; made where it is not there
  --listen ADDR      an address of this computer and a port (127.0.0.1:4747);
                     port 0 takes any that is free
  --public-url URL   the address that clients are told, where it is another,
                     such as that of a proxy that speaks HTTPS
  --help, -h         this
  --version, -V      the version

backup writes everything into FILE, a plain tar; restore makes DIR what FILE
says, once all of it was found whole. Both want the folder for themselves: of a
server that runs, GET /api/v2/storage/backup with the owner's token is the same
file. No secret is in it: registry tokens go on working, but those of another
folder cannot be shown again.

On the first start the server makes the organization \u{201c}local\u{201d} and an API
token that may do everything, and prints the path of the file with it. A line
beginning with \u{201c}Ready\u{201d} follows as soon as it answers, GET /health with 200.
SIGTERM or Ctrl+C ends it: requests under way finish, or are undone.

The log goes to stderr, one JSON object a line. REGISTRAR_LOG says how much:
error, warn, info, debug, or for every request
\u{201c}info,registrar_hosting::access=debug\u{201d}. It holds no secrets.

Exit codes: 0 ended when asked to, 1 failed, 2 arguments, 3 the folder is in
use, 4 the address is in use, 5 the address is not this computer's own, 6 the
folder cannot be used.";

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
}

impl Order {
    pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Self, Failure> {
        let (mut data, mut listen, mut public_url) = (None, LISTEN.to_owned(), None);
        let mut words = Vec::new();
        while let Some(argument) = parser.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(Self::Help),
                Short('V') | Long("version") => return Ok(Self::Version),
                Long("data") => data = Some(PathBuf::from(parser.value()?)),
                Long("listen") => listen = parser.value()?.string()?,
                Long("public-url") => public_url = Some(parse_url(&parser.value()?.string()?)?),
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
    use super::{Order, Settings};
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

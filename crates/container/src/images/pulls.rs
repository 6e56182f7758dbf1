//! How many pulls Docker Hub still allows.

use registrar_net::{Answer, Follow, clean};

use super::reader::{Reader, Wanted};
use crate::failure::Failure;

/// The repository that exists to be asked about; a HEAD of it is no pull.
const ASKED: &str = "ratelimitpreview/test";

/// What Docker Hub allows whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulls {
    /// How many at most, and how many are left; `None` where they are not limited.
    pub limit: Option<(u64, u64)>,
    /// In how many seconds the limit counts, where that is said.
    pub window: Option<u64>,
    /// Whose pulls are counted: an address or an account, where that is said.
    pub source: Option<String>,
}

impl Reader {
    /// How many pulls are left, which costs none.
    ///
    /// # Errors
    /// Those of any request.
    pub async fn pulls(&self) -> Result<Pulls, Failure> {
        let url = self.url(&format!("/v2/{ASKED}/manifests/latest"));
        let answer = self
            .fetch(Wanted {
                url: &url,
                scope: &format!("repository:{ASKED}:pull"),
                accept: super::manifest::ACCEPT,
                max_body: 0,
                head_only: true,
                follow: Follow::SameOrigin,
            })
            .await?;
        Ok(Pulls::of(&answer))
    }
}

impl Pulls {
    fn of(answer: &Answer) -> Self {
        let header = |name: &str| answer.headers.get(name)?.to_str().ok();
        let limit = header("ratelimit-limit").and_then(counted);
        let left = header("ratelimit-remaining").and_then(counted);
        Self {
            limit: limit.zip(left).map(|(limit, left)| (limit.0, left.0)),
            window: limit.and_then(|(_, window)| window),
            source: header("docker-ratelimit-source").map(|source| clean(source, 100)),
        }
    }
}

/// `100;w=21600`: how many, and in how many seconds.
fn counted(header: &str) -> Option<(u64, Option<u64>)> {
    let mut parts = header.split(';');
    let count = parts.next()?.trim().parse().ok()?;
    let window = parts.find_map(|part| part.trim().strip_prefix("w=")?.parse().ok());
    Some((count, window))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn understands_what_docker_hub_says() {
        assert_eq!(counted("100;w=21600"), Some((100, Some(21600))));
        assert_eq!(counted(" 7 "), Some((7, None)));
        assert_eq!(counted("many"), None);
    }
}

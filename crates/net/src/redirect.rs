//! Following redirects, as far as they may be followed.

use hyper::header::LOCATION;
use hyper::{HeaderMap, StatusCode};
use url::Url;

use crate::failure::{Failure, FailureKind};
use crate::locality::Locality;

/// The most redirects of one request.
const MAX_REDIRECTS: usize = 5;

/// Which redirects a request follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// All that are safe; credentials stay with the first origin.
    Anywhere,
    /// Those within the first origin.
    SameOrigin,
    /// None.
    Nowhere,
}

/// The addresses that one request has led to.
pub(crate) struct Redirects {
    follow: Follow,
    /// Never empty; the first one is the registry's own.
    visited: Vec<Url>,
}

impl Redirects {
    pub(crate) fn new(url: &Url, follow: Follow) -> Self {
        Self {
            follow,
            visited: vec![url.clone()],
        }
    }

    /// Where the request goes next.
    pub(crate) fn current(&self) -> &Url {
        &self.visited[self.visited.len() - 1]
    }

    /// Whether it goes to the registry itself.
    pub(crate) fn is_home(&self) -> bool {
        self.current().origin() == self.visited[0].origin()
    }

    /// Whether it has never left the registry's origin. Who has been elsewhere may have been
    /// sent back with an address of somebody else's making.
    pub(crate) fn never_left(&self) -> bool {
        let home = self.visited[0].origin();
        self.visited.iter().all(|url| url.origin() == home)
    }

    /// Notes in `failure` where the redirects led, if there were any.
    pub(crate) fn mark(&self, failure: Failure) -> Failure {
        let known = failure.redirected_to.clone();
        Failure {
            redirected_to: known.or_else(|| self.redirected_to()),
            ..failure
        }
    }

    /// Where the redirects have led, without query, if there were any.
    pub(crate) fn redirected_to(&self) -> Option<String> {
        (self.visited.len() > 1).then(|| shown(self.current()))
    }

    /// Takes the redirect that an answer of `status` with `headers` asks for; says whether
    /// there was one.
    ///
    /// # Errors
    /// [`FailureKind::BadRedirect`] for a circle, more than five, no or no proper target, one
    /// with user or password, one from https to http,
    /// one to this computer or its link from elsewhere, and what [`Follow`] excludes.
    pub(crate) fn take(
        &mut self,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Result<bool, Failure> {
        if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            return Ok(false);
        }
        let bad = |to: Option<&Url>, raw: &str| Failure {
            redirected_to: to.map(shown),
            ..Failure::new(FailureKind::BadRedirect, raw).with_status(status.as_u16())
        };
        let target = headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let Some(target) = target.and_then(|target| self.resolve(target)) else {
            return Err(bad(None, "a redirect without a proper target"));
        };
        if let Some(raw) = self.objection(&target) {
            return Err(bad(Some(&target), raw));
        }
        self.visited.push(target);
        Ok(true)
    }

    fn resolve(&self, target: &str) -> Option<Url> {
        let mut url = self.current().join(target).ok()?;
        url.set_fragment(None);
        url.has_host().then_some(url)
    }

    fn objection(&self, target: &Url) -> Option<&'static str> {
        let locality = Locality::of(target);
        let home = &self.visited[0];
        if !matches!(target.scheme(), "http" | "https") {
            Some("a redirect to something else than http")
        } else if !target.username().is_empty() || target.password().is_some() {
            Some("a redirect to an address with user or password")
        } else if self.current().scheme() == "https" && target.scheme() == "http" {
            Some("a redirect from https to http")
        } else if locality != Locality::Elsewhere && locality != Locality::of(home) {
            Some("a redirect into this computer or its own network")
        } else if self.follow == Follow::Nowhere {
            Some("a redirect where none may be followed")
        } else if self.follow == Follow::SameOrigin && target.origin() != home.origin() {
            Some("a redirect to another host where none may be followed")
        } else if self.visited.contains(target) {
            Some("a redirect in a circle")
        } else if self.visited.len() > MAX_REDIRECTS {
            Some("more than five redirects")
        } else {
            None
        }
    }
}

/// `url` without what might be secret: user, password, query.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    crate::text::clean(url.as_str(), 500)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(from: &str, to: &str) -> Result<Redirects, Failure> {
        let mut redirects = Redirects::new(&Url::parse(from).unwrap(), Follow::Anywhere);
        let headers = HeaderMap::from_iter([(LOCATION, to.parse().unwrap())]);
        redirects
            .take(StatusCode::FOUND, &headers)
            .map(|_| redirects)
    }

    #[test]
    fn follows_relative_targets() {
        let redirects = follow("https://a/x/index", "../y?z").unwrap();
        assert_eq!(redirects.current().as_str(), "https://a/y?z");
        assert!(redirects.never_left());
    }

    #[test]
    fn another_port_is_another_origin() {
        assert!(!follow("https://a/", "https://a:444/").unwrap().is_home());
    }

    #[test]
    fn refuses_what_would_be_dangerous() {
        for target in [
            "http://a/",
            "ftp://a/",
            "file:///etc/passwd",
            "https://u:p@a/",
            "/x",
            "https://127.0.0.1/",
            "https://[::ffff:169.254.169.254]/",
        ] {
            let failure = follow("https://a/x", target).err().unwrap();
            assert_eq!(failure.kind, FailureKind::BadRedirect, "{target}");
            assert!(!format!("{failure:?}").contains("u:p"), "{target}");
        }
    }

    #[test]
    fn who_came_back_has_been_away() {
        let mut redirects = follow("https://a/", "https://b/").unwrap();
        let back = HeaderMap::from_iter([(LOCATION, "https://a/2".parse().unwrap())]);
        assert!(redirects.take(StatusCode::FOUND, &back).unwrap());
        assert!(redirects.is_home() && !redirects.never_left());
    }
}

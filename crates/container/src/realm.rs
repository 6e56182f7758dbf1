//! Whether credentials may go to the token server that a registry names.
//!
//! It is the server that says where the password goes. Its own host and its own site (the
//! registrable domain) are its business; any other place the person has to approve, once.

use registrar_net::{Locality, clean};
use url::Url;

use crate::failure::{Failure, FailureKind};

/// The most bytes of a realm.
const MAX_REALM: usize = 2048;

/// Why no credentials may go to a token server.
#[derive(Debug)]
pub(crate) enum Objection {
    /// It is no http address, has a user, leads from https to http, back to where it was named, or
    /// into this computer or its link from elsewhere; in words.
    Refused(String),
    /// It is on another site than the registry's, and not approved.
    NotApproved(Url),
}

impl From<Objection> for Failure {
    fn from(objection: Objection) -> Self {
        match objection {
            Objection::Refused(raw) => Self::new(FailureKind::RealmRefused, raw),
            Objection::NotApproved(mut realm) => {
                realm.set_query(None);
                let raw = "the token server is on another site than the registry";
                let realm = Box::new(realm);
                Self::new(FailureKind::RealmNotApproved { realm }, raw)
            }
        }
    }
}

/// The address of the token server that the registry at `registry` calls `realm`.
pub(crate) fn judge(realm: &str, registry: &Url, approved: Option<&Url>) -> Result<Url, Objection> {
    let refused = |why: &str| {
        let shown = clean(without_query(realm), 200);
        Objection::Refused(format!("{why}: {shown}"))
    };
    let url = registry.join(realm).ok();
    let Some(mut url) = url.filter(|url| url.has_host() && realm.len() <= MAX_REALM) else {
        return Err(refused("the token server's address is not valid"));
    };
    url.set_fragment(None);
    if let Some(why) = objection(&url, registry) {
        return Err(refused(why));
    }
    if is_same_site(&url, registry) || approved.is_some_and(|known| is_same_place(&url, known)) {
        return Ok(url);
    }
    Err(Objection::NotApproved(url))
}

fn objection(url: &Url, registry: &Url) -> Option<&'static str> {
    let locality = Locality::of(url);
    let same_host = url.host() == registry.host();
    match url.scheme() {
        "https" => {}
        "http" if registry.scheme() == "http" => {}
        "http" => return Some("the token server would get the credentials over plain http"),
        _ => return Some("the token server is not reached by https"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        Some("the token server's address has a user or password")
    } else if is_same_place(url, registry) {
        Some("the token server would be the registry itself, which has just refused")
    } else if !same_host && locality != Locality::Elsewhere && locality != Locality::of(registry) {
        Some("the token server would be in this computer or its own network")
    } else {
        None
    }
}

/// Whether both hosts are the same, or belong to the same registrable domain.
fn is_same_site(url: &Url, registry: &Url) -> bool {
    let site = |url: &Url| {
        let domain = url.domain()?.trim_end_matches('.').to_owned();
        psl::domain_str(&domain).map(ToOwned::to_owned)
    };
    url.host() == registry.host() || site(url).is_some_and(|site_| Some(site_) == site(registry))
}

fn is_same_place(url: &Url, known: &Url) -> bool {
    url.origin() == known.origin() && url.path() == known.path()
}

fn without_query(address: &str) -> &str {
    // A user and password may stand before the host.
    let plain = address.split(['?', '#']).next().unwrap_or_default();
    plain.rsplit_once('@').map_or(plain, |(_, host)| host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(realm: &str, registry: &str) -> Result<String, FailureKind> {
        let registry = Url::parse(registry).unwrap();
        match judge(realm, &registry, None) {
            Ok(url) => Ok(url.to_string()),
            Err(objection) => Err(Failure::from(objection).kind),
        }
    }

    #[test]
    fn the_registrys_own_site_needs_no_approval() {
        for (realm, registry, expected) in [
            (
                "https://auth.docker.io/token",
                "https://registry-1.docker.io/v2/",
                "https://auth.docker.io/token",
            ),
            (
                "https://gitlab.com/jwt/auth",
                "https://registry.gitlab.com/v2/",
                "https://gitlab.com/jwt/auth",
            ),
            ("/token2", "https://h.io/v2/", "https://h.io/token2"),
            ("token?a=b", "https://h.io/v2/", "https://h.io/v2/token?a=b"),
            (
                "https://h.io:8443/t",
                "https://h.io/v2/",
                "https://h.io:8443/t",
            ),
            (
                "http://127.0.0.1:2/t",
                "http://127.0.0.1:1/v2/",
                "http://127.0.0.1:2/t",
            ),
            (
                "https://a.h.co.uk/t",
                "https://b.h.co.uk/v2/",
                "https://a.h.co.uk/t",
            ),
        ] {
            assert_eq!(judged(realm, registry).as_deref(), Ok(expected), "{realm}");
        }
    }

    #[test]
    fn another_site_needs_approval() {
        for (realm, registry) in [
            ("https://evil.example/token", "https://h.io/v2/"),
            ("https://b.co.uk/token", "https://a.co.uk/v2/"),
            ("https://b.github.io/token", "https://a.github.io/v2/"),
            ("https://h.io.evil.example/t", "https://h.io/v2/"),
            ("https://10.0.0.7/t", "https://10.0.0.8/v2/"),
            ("http://localhost:1/t", "http://127.0.0.1:1/v2/"),
        ] {
            let kind = judged(realm, registry).unwrap_err();
            assert!(
                matches!(kind, FailureKind::RealmNotApproved { .. }),
                "{realm}"
            );
        }
    }

    #[test]
    fn approval_is_for_one_place() {
        let registry = Url::parse("https://h.io/v2/").unwrap();
        let approved = Url::parse("https://login.example/token").unwrap();
        let judge = |realm| judge(realm, &registry, Some(&approved));
        assert!(judge("https://login.example/token?x=y").is_ok());
        assert!(judge("https://login.example/other").is_err());
        assert!(judge("https://login.example:444/token").is_err());
    }

    #[test]
    fn some_places_cannot_be_approved() {
        for (realm, registry) in [
            ("http://h.io/token", "https://h.io/v2/"),
            ("ftp://h.io/token", "https://h.io/v2/"),
            ("https://u:p4ss@h.io/token", "https://h.io/v2/"),
            ("https://169.254.169.254/token", "https://h.io/v2/"),
            ("http://169.254.169.254/token", "http://127.0.0.1:5000/v2/"),
            ("https://[::ffff:169.254.169.254]/t", "https://h.io/v2/"),
            ("https://localhost/token", "https://h.io/v2/"),
            ("https://127.0.0.1/token", "https://h.io/v2/"),
            ("https://", "https://h.io/v2/"),
            ("/v2/?again", "https://h.io/v2/"),
            ("data:text/plain,x", "https://h.io/v2/"),
        ] {
            let registry = Url::parse(registry).unwrap();
            let approved = registry.join(realm).ok();
            let failure = Failure::from(judge(realm, &registry, approved.as_ref()).unwrap_err());
            assert_eq!(failure.kind, FailureKind::RealmRefused, "{realm}");
            assert!(!failure.raw.contains("p4ss"));
        }
    }
}

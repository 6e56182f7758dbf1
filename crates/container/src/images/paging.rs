//! Lists that come in pages: the header `Link` (RFC 8288) leads from one to the next.

use std::collections::HashSet;

use registrar_net::{self as net, Answer, Follow};
use url::Url;

use super::reader::{Reader, Wanted};
use crate::failure::{Failure, FailureKind};

/// The most pages of one list.
const MAX_PAGES: usize = 500;
/// The most bytes of one page.
const MAX_PAGE: u64 = 4 * 1024 * 1024;
/// The most bytes of one header.
const MAX_LINK: usize = 8 * 1024;

/// The list that is read page by page.
pub(super) struct Pages<'a> {
    pub(super) reader: &'a Reader,
    pub(super) scope: String,
    pub(super) accept: &'static str,
}

impl Pages<'_> {
    /// Hands every page from `first` on to `take`, until that says that it has enough or there is
    /// none. Says whether there is more.
    pub(super) async fn read(
        &self,
        first: Url,
        mut take: impl FnMut(&Answer) -> Result<bool, Failure>,
    ) -> Result<bool, Failure> {
        let mut seen = HashSet::from([first.clone()]);
        let mut url = first;
        for _ in 0..MAX_PAGES {
            let answer = self.page(&url).await?;
            let enough = take(&answer)?;
            let Some(next) = next(&answer, &url)? else {
                return Ok(false);
            };
            if enough {
                return Ok(true);
            }
            if !seen.insert(next.clone()) {
                return Err(bad_link(&answer, "the list's pages go in a circle"));
            }
            url = next;
        }
        Ok(true)
    }

    async fn page(&self, url: &Url) -> Result<Answer, Failure> {
        self.reader
            .fetch(Wanted {
                url,
                scope: &self.scope,
                accept: self.accept,
                max_body: MAX_PAGE,
                head_only: false,
                follow: Follow::SameOrigin,
            })
            .await
    }
}

fn bad_link(answer: &Answer, raw: &str) -> Failure {
    let kind = FailureKind::Registry(net::FailureKind::BadRedirect);
    Failure::about(answer, kind, raw)
}

/// The next page of the list at `url`; only the same list can have one.
fn next(answer: &Answer, url: &Url) -> Result<Option<Url>, Failure> {
    let links = answer.headers.get_all(net::header::LINK);
    let mut links = links.iter().filter_map(|link| link.to_str().ok());
    let Some(target) = links.find_map(next_page) else {
        return Ok(None);
    };
    let bad = || bad_link(answer, "the list's next page is not at the same address");
    let next = answer.url.join(&target).map_err(|_| bad())?;
    let same = next.origin() == url.origin() && next.path() == url.path();
    if same && next.username().is_empty() && next.password().is_none() {
        Ok(Some(next))
    } else {
        Err(bad())
    }
}

/// The target with the relation `next` in a header `Link`, as it is written there.
pub fn next_page(header: &str) -> Option<String> {
    if header.len() > MAX_LINK {
        return None;
    }
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let (target, after) = after.split_once('>')?;
        let end = after.find('<').unwrap_or(after.len());
        if after[..end].split([';', ',']).any(is_next) {
            return Some(target.to_owned());
        }
        rest = &after[end..];
    }
    None
}

/// Whether a parameter is `rel=next`, perhaps with other relations beside it.
fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else {
        return false;
    };
    let mut relations = value.trim().trim_matches('"').split_ascii_whitespace();
    name.trim().eq_ignore_ascii_case("rel")
        && relations.any(|relation| relation.eq_ignore_ascii_case("next"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_next_page_among_links() {
        for (header, expected) in [
            (
                r#"</v2/_catalog?last=b&n=2&orderby=>; rel="next""#,
                Some("/v2/_catalog?last=b&n=2&orderby="),
            ),
            ("<https://h.io/v2/x>; rel=next", Some("https://h.io/v2/x")),
            (
                r#"</a>; rel="prev", </b,c>; title="x"; REL="last next""#,
                Some("/b,c"),
            ),
            (r#"</a>; rel="prev""#, None),
            ("</a>", None),
            ("</a; rel=next", None),
            ("", None),
        ] {
            assert_eq!(next_page(header).as_deref(), expected, "{header}");
        }
    }
}

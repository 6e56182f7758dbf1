//! Pages of lists: how many, behind or before which one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use super::Asked;
use crate::server::Problem;

/// As many as are not told otherwise, and the most.
const USUAL: u32 = 30;
const MOST: u32 = 100;

/// Which part of a list is asked for.
pub(super) struct Page {
    pub(super) after: Option<Uuid>,
    pub(super) before: Option<Uuid>,
    size: u32,
    /// What else the list was asked with, and stays in its links.
    filter: Option<(&'static str, String)>,
}

/// A part of a list, and where its neighbours begin.
pub(super) struct Cut<T> {
    pub(super) items: Vec<T>,
    prev: Option<Uuid>,
    next: Option<Uuid>,
}

impl Page {
    /// # Errors
    /// Says what a cursor and a number must be.
    pub(super) fn of(asked: &Asked, filter: Option<&'static str>) -> Result<Self, Problem> {
        let cursor = |name| asked.query(name).as_deref().map(parse).transpose();
        let (after, before) = (cursor("after")?, cursor("before")?);
        if after.is_some() && before.is_some() {
            return Err(Problem::Bad(
                "Ask with either \u{201c}after\u{201d} or \u{201c}before\u{201d}.".into(),
            ));
        }
        let size = match asked.query("per_page") {
            None => USUAL,
            Some(text) => match text.parse() {
                Ok(number @ 1..) => MOST.min(number),
                _ => return Err(Problem::Bad("per_page is a number from 1 to 100.".into())),
            },
        };
        let filter = filter.and_then(|name| Some((name, asked.query(name)?)));
        Ok(Self {
            after,
            before,
            size,
            filter,
        })
    }

    /// What the list is narrowed to.
    pub(super) fn filter(&self) -> Option<&str> {
        self.filter.as_ref().map(|(_, value)| value.as_str())
    }

    /// One more than is shown: whether it is there says whether there is another page.
    pub(super) fn fetch(&self) -> u32 {
        self.size + 1
    }

    /// What was fetched, without the one more.
    pub(super) fn cut<T>(&self, mut items: Vec<T>, id: impl Fn(&T) -> Uuid) -> Cut<T> {
        let more = items.len() > self.size as usize;
        if more && self.before.is_some() {
            items.remove(0);
        } else if more {
            items.pop();
        }
        let newer = if self.before.is_some() {
            more
        } else {
            self.after.is_some()
        };
        let older = if self.before.is_some() { true } else { more };
        Cut {
            prev: items.first().filter(|_| newer).map(&id),
            next: items.last().filter(|_| older).map(&id),
            items,
        }
    }

    /// The addresses of this page and its neighbours, by their relation.
    pub(super) fn links<T>(&self, list: &str, cut: &Cut<T>) -> Vec<(&'static str, String)> {
        let mut links = vec![
            ("self", self.link(list, self.after, self.before)),
            ("first", self.link(list, None, None)),
        ];
        if cut.prev.is_some() {
            links.push(("prev", self.link(list, None, cut.prev)));
        }
        if cut.next.is_some() {
            links.push(("next", self.link(list, cut.next, None)));
        }
        links
    }

    fn link(&self, list: &str, after: Option<Uuid>, before: Option<Uuid>) -> String {
        let mut query = Serializer::new(format!("{list}?"));
        query.append_pair("per_page", &self.size.to_string());
        if let Some((name, value)) = &self.filter {
            query.append_pair(name, value);
        }
        for (name, id) in [("after", after), ("before", before)] {
            if let Some(id) = id {
                query.append_pair(name, &URL_SAFE_NO_PAD.encode(id));
            }
        }
        query.finish()
    }
}

/// Links as a JSON object.
pub(super) fn object(links: Vec<(&'static str, String)>) -> Value {
    let pairs = links
        .into_iter()
        .map(|(name, link)| (name.to_owned(), link.into()));
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// Links as the header `Link`.
pub(super) fn header(links: &[(&'static str, String)]) -> String {
    let links: Vec<_> = links
        .iter()
        .map(|(name, link)| format!("<{link}>; rel=\"{name}\""))
        .collect();
    links.join(", ")
}

fn parse(cursor: &str) -> Result<Uuid, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    let id = bytes.and_then(|bytes| Uuid::from_slice(&bytes).ok());
    id.ok_or(Problem::Bad(
        "The cursor is not one of this list. Follow the links of the list\u{2019}s answers.".into(),
    ))
}

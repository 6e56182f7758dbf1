//! The lists of a registry: its repositories, and a repository's tags.

use std::collections::HashSet;

use registrar_net::{self as net, Answer, StatusCode, clean};
use registrar_registry::{ContainerHost, ImageReference};
use serde::Deserialize;

use super::paging::Pages;
use super::reader::{Reader, pull_scope};
use crate::failure::{Failure, FailureKind};

/// The most names of one list.
const MAX_NAMES: usize = 50_000;
/// How many names are asked for at a time.
const PAGE: &str = "1000";
const CATALOG_SCOPE: &str = "registry:catalog:*";

/// A list of names, each of which is what it is called: a repository, or a tag.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// In the registry's order, each once.
    pub names: Vec<String>,
    /// How many the registry listed that are no proper names; they were left out.
    pub left_out: u32,
    /// Whether the registry has more than were read.
    pub more: bool,
}

/// Why a registry has no list of its repositories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoList {
    /// It offers none to anybody.
    NotOffered,
    /// It does not show it to us.
    NotAllowed,
}

/// What a registry says about its repositories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repositories {
    /// All of them.
    Listed(Names),
    /// It has no list; a repository has to be named.
    NoList(NoList),
}

#[derive(Deserialize)]
struct CatalogPage {
    repositories: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct TagPage {
    tags: Option<Vec<String>>,
}

impl Reader {
    /// The repositories of the registry at `host`. Calls `on_names` with how many there are so far.
    ///
    /// # Errors
    /// Those of any request; [`net::FailureKind::BadRedirect`] where its pages go in a circle or
    /// elsewhere; [`net::FailureKind::BadJson`].
    pub async fn repositories(
        &self,
        host: &ContainerHost,
        on_names: &(dyn Fn(usize) + Send + Sync),
    ) -> Result<Repositories, Failure> {
        if host.is_hub() {
            return Ok(Repositories::NoList(NoList::NotOffered));
        }
        let mut list = List::new(on_names);
        let proper = |name: &str| ImageReference::parse(&format!("{host}/{name}")).is_ok();
        let read = self
            .read("/v2/_catalog", CATALOG_SCOPE.to_owned(), |answer| {
                let page: CatalogPage = understand(answer)?;
                Ok(list.add(page.repositories.unwrap_or_default(), proper))
            })
            .await;
        match read {
            Ok(more) => Ok(Repositories::Listed(list.end(more))),
            Err(failure) => self.no_list(failure).map(Repositories::NoList),
        }
    }

    /// What `failure` says about the list, if that is the reason for it.
    fn no_list(&self, failure: Failure) -> Result<NoList, Failure> {
        match failure.kind {
            FailureKind::NotFound => Ok(NoList::NotOffered),
            FailureKind::NotARegistry
                if failure.status.is_some_and(|s| (400..500).contains(&s)) =>
            {
                Ok(NoList::NotOffered)
            }
            FailureKind::Forbidden => Ok(NoList::NotAllowed),
            FailureKind::CredentialsNeeded if self.has_token(CATALOG_SCOPE) => {
                Ok(NoList::NotAllowed)
            }
            _ => Err(failure),
        }
    }

    /// The tags of the repository of `image`. Calls `on_names` with how many there are so far.
    ///
    /// # Errors
    /// [`FailureKind::NotFound`] where there is no such repository; otherwise as
    /// [`Self::repositories`].
    pub async fn tags(
        &self,
        image: &ImageReference,
        on_names: &(dyn Fn(usize) + Send + Sync),
    ) -> Result<Names, Failure> {
        let mut list = List::new(on_names);
        let path = format!("/v2/{}/tags/list", image.repository());
        let proper = |tag: &str| ImageReference::parse(&format!("h.io/x:{tag}")).is_ok();
        let more = self
            .read(&path, pull_scope(image), |answer| {
                let page: TagPage = understand(answer)?;
                Ok(list.add(page.tags.unwrap_or_default(), proper))
            })
            .await?;
        Ok(list.end(more))
    }

    async fn read(
        &self,
        path: &str,
        scope: String,
        take: impl FnMut(&Answer) -> Result<bool, Failure>,
    ) -> Result<bool, Failure> {
        let mut first = self.url(path);
        first.query_pairs_mut().append_pair("n", PAGE);
        let pages = Pages {
            reader: self,
            scope,
            accept: "application/json",
        };
        pages.read(first, take).await
    }
}

fn understand<T: for<'de> Deserialize<'de>>(answer: &Answer) -> Result<T, Failure> {
    serde_json::from_slice(&answer.body).map_err(|error| {
        // An error page with the status of a success is no list either.
        let kind = FailureKind::Registry(net::FailureKind::BadJson);
        let raw = format!("the list cannot be understood (line {})", error.line());
        debug_assert!(answer.status != StatusCode::UNAUTHORIZED);
        Failure::about(answer, kind, clean(&raw, 200))
    })
}

/// A list while it comes.
struct List<'a> {
    names: Vec<String>,
    known: HashSet<String>,
    left_out: u32,
    full: bool,
    on_names: &'a (dyn Fn(usize) + Send + Sync),
}

impl<'a> List<'a> {
    fn new(on_names: &'a (dyn Fn(usize) + Send + Sync)) -> Self {
        Self {
            names: Vec::new(),
            known: HashSet::new(),
            left_out: 0,
            full: false,
            on_names,
        }
    }

    /// Adds a page; says whether that is enough. A page that has nothing new ends the list, or
    /// somebody could go on forever.
    fn add(&mut self, page: Vec<String>, proper: impl Fn(&str) -> bool) -> bool {
        let before = self.names.len();
        let empty = page.is_empty();
        for name in page {
            if self.names.len() == MAX_NAMES {
                self.full = true;
                break;
            }
            if !proper(&name) {
                self.left_out = self.left_out.saturating_add(1);
            } else if self.known.insert(name.clone()) {
                self.names.push(name);
            }
        }
        (self.on_names)(self.names.len());
        self.full || (!empty && self.names.len() == before)
    }

    fn end(self, more: bool) -> Names {
        Names {
            names: self.names,
            left_out: self.left_out,
            more: more || self.full,
        }
    }
}

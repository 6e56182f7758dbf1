//! What a path below `/v2/{organization}/{registry}/` names.

use uuid::Uuid;

/// What a path names. The repository's name stands before everything else, and has slashes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// `…/manifests/{reference}`
    Manifest(String, String),
    /// `…/blobs/{digest}`
    Blob(String, String),
    /// `…/blobs/uploads/`
    Uploads(String),
    /// `…/blobs/uploads/{id}`
    Upload(String, Uuid),
    /// `…/tags/list`
    Tags(String),
    /// `…/referrers/{digest}`
    Referrers(String, String),
    /// Nothing that the specification knows.
    Unknown,
}

impl Route {
    /// The repository's name.
    pub(super) fn repository(&self) -> Option<&str> {
        match self {
            Self::Manifest(name, _)
            | Self::Blob(name, _)
            | Self::Uploads(name)
            | Self::Upload(name, _)
            | Self::Tags(name)
            | Self::Referrers(name, _) => Some(name),
            Self::Unknown => None,
        }
    }
}

pub(super) fn parse(segments: &[&str]) -> Route {
    match segments {
        [name @ .., "blobs", "uploads", ""] | [name @ .., "blobs", "uploads"] => {
            Route::Uploads(name.join("/"))
        }
        [name @ .., "blobs", "uploads", id] => match Uuid::try_parse(id) {
            Ok(id) => Route::Upload(name.join("/"), id),
            // No upload has such an id.
            Err(_) => Route::Upload(name.join("/"), Uuid::nil()),
        },
        [name @ .., "manifests", reference] => {
            Route::Manifest(name.join("/"), (*reference).to_owned())
        }
        [name @ .., "blobs", digest] => Route::Blob(name.join("/"), (*digest).to_owned()),
        [name @ .., "tags", "list"] => Route::Tags(name.join("/")),
        [name @ .., "referrers", digest] => Route::Referrers(name.join("/"), (*digest).to_owned()),
        _ => Route::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::{Route, Uuid, parse};

    fn parsed(path: &str) -> Route {
        parse(&path.split('/').collect::<Vec<_>>())
    }

    #[test]
    fn the_end_of_a_path_says_what_it_names() {
        let (name, id) = (|name: &str| name.to_owned(), Uuid::now_v7());
        for (path, route) in [
            ("app/manifests/v1", Route::Manifest(name("app"), name("v1"))),
            (
                "a/b/blobs/sha256:x",
                Route::Blob(name("a/b"), name("sha256:x")),
            ),
            ("app/blobs/uploads/", Route::Uploads(name("app"))),
            ("app/blobs/uploads", Route::Uploads(name("app"))),
            (
                &format!("app/blobs/uploads/{id}"),
                Route::Upload(name("app"), id),
            ),
            (
                "app/blobs/uploads/x",
                Route::Upload(name("app"), Uuid::nil()),
            ),
            ("app/tags/list", Route::Tags(name("app"))),
            (
                "app/referrers/sha256:x",
                Route::Referrers(name("app"), name("sha256:x")),
            ),
            // A repository may be called like something else.
            (
                "blobs/uploads/manifests/v1",
                Route::Manifest(name("blobs/uploads"), name("v1")),
            ),
            ("manifests/tags/list", Route::Tags(name("manifests"))),
            ("manifests/v1", Route::Manifest(name(""), name("v1"))),
            ("app", Route::Unknown),
            ("app/tags", Route::Unknown),
            ("", Route::Unknown),
        ] {
            assert_eq!(parsed(path), route, "{path}");
        }
    }
}

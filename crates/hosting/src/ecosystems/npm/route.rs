//! What a path below `npm/` names.

/// What a request is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// The registry itself.
    Root,
    Ping,
    Whoami,
    Search,
    WebLogin,
    /// `-/user/org.couchdb.user:{name}`: to sign in with a password.
    User(&'a str),
    /// `-/user/token/{token}`: to sign out.
    Logout,
    Profile,
    Tokens,
    /// Known vulnerabilities, by version numbers.
    Advisories,
    /// The same as older clients ask.
    Audits,
    Tags(&'a str),
    Tag(&'a str, &'a str),
    Visibility(&'a str),
    Collaborators(&'a str),
    Access,
    /// A package; with the revision that the client has seen, where it changes or deletes it.
    Package(&'a str, Option<&'a str>),
    /// A version or a tag of a package.
    Version(&'a str, &'a str),
    /// A tarball of a package; with a revision where it is deleted.
    Tarball(&'a str, &'a str, Option<&'a str>),
    Unknown,
}

/// Takes a decoded path apart. A scope's slash may have been encoded or not.
pub(super) fn parse(path: &str) -> Route<'_> {
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() {
        return Route::Root;
    }
    match path.strip_prefix("-/") {
        Some(rest) => special(rest),
        None => package(path),
    }
}

fn special(path: &str) -> Route<'_> {
    match path {
        "ping" => Route::Ping,
        "whoami" => Route::Whoami,
        "v1/search" => Route::Search,
        "v1/login" => Route::WebLogin,
        "npm/v1/user" => Route::Profile,
        "npm/v1/tokens" => Route::Tokens,
        "npm/v1/security/advisories/bulk" => Route::Advisories,
        "npm/v1/security/audits" | "npm/v1/security/audits/quick" => Route::Audits,
        _ => {
            if let Some(rest) = path.strip_prefix("package/") {
                return of_package(rest);
            }
            if path.starts_with("user/token/") {
                return Route::Logout;
            }
            let user = path.strip_prefix("user/org.couchdb.user:");
            let name = user.map(|user| user.split_once('/').map_or(user, |(name, _)| name));
            name.map_or(Route::Unknown, Route::User)
        }
    }
}

/// `-/package/{package}/…`.
fn of_package(path: &str) -> Route<'_> {
    let (name, rest) = name_first(path);
    match rest.split_once('/') {
        None if rest == "dist-tags" => Route::Tags(name),
        None if rest == "visibility" => Route::Visibility(name),
        None if rest == "collaborators" => Route::Collaborators(name),
        None if rest == "access" => Route::Access,
        Some(("dist-tags", tag)) => Route::Tag(name, tag),
        _ => Route::Unknown,
    }
}

fn package(path: &str) -> Route<'_> {
    let (name, rest) = name_first(path);
    if rest.is_empty() {
        return Route::Package(name, None);
    }
    if let Some(revision) = rest.strip_prefix("-rev/") {
        return Route::Package(name, Some(revision));
    }
    let Some(file) = rest.strip_prefix("-/") else {
        return Route::Version(name, rest);
    };
    match file.split_once("/-rev/") {
        Some((file, revision)) => Route::Tarball(name, file, Some(revision)),
        None => Route::Tarball(name, file, None),
    }
}

/// A package's name, which has a slash where it has a scope, and what follows.
fn name_first(path: &str) -> (&str, &str) {
    let scope = if path.starts_with('@') {
        path.find('/').map_or(path.len(), |slash| slash + 1)
    } else {
        0
    };
    let base = path.get(scope..).unwrap_or_default();
    let end = base.find('/').map_or(path.len(), |slash| scope + slash);
    let (name, rest) = path.split_at(end);
    (name, rest.strip_prefix('/').unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::{Route, parse};

    #[test]
    fn a_path_names_one_thing() {
        for (path, route) in [
            ("", Route::Root),
            ("-/ping", Route::Ping),
            ("a", Route::Package("a", None)),
            ("a/", Route::Package("a", None)),
            ("@a/b", Route::Package("@a/b", None)),
            ("@a", Route::Package("@a", None)),
            ("@a/b/latest", Route::Version("@a/b", "latest")),
            ("a/1.0.0", Route::Version("a", "1.0.0")),
            ("a/-rev/1-x", Route::Package("a", Some("1-x"))),
            ("a/-/a-1.0.0.tgz", Route::Tarball("a", "a-1.0.0.tgz", None)),
            (
                "@a/b/-/@a/b-1.0.0.tgz",
                Route::Tarball("@a/b", "@a/b-1.0.0.tgz", None),
            ),
            (
                "@a/b/-/b-1.0.0.tgz/-rev/1-x",
                Route::Tarball("@a/b", "b-1.0.0.tgz", Some("1-x")),
            ),
            ("-/package/@a/b/dist-tags", Route::Tags("@a/b")),
            ("-/package/a/dist-tags/next", Route::Tag("a", "next")),
            ("-/user/org.couchdb.user:me", Route::User("me")),
            ("-/user/org.couchdb.user:me/-rev/1", Route::User("me")),
            ("-/stage", Route::Unknown),
        ] {
            assert_eq!(parse(path), route, "{path}");
        }
    }
}

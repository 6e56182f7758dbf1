//! How pip, uv, twine and Poetry are set up.

use crate::instructions::{MASK, Place, Purpose, Snippet};

/// Any user name will do; this is the one that Buildkite's users know.
const USER: &str = "buildkite";

pub(super) fn instructions(place: &Place<'_>) -> Vec<Snippet> {
    match place.purpose {
        Purpose::Publish => publish(place),
        Purpose::Install => install(place),
    }
}

fn publish(place: &Place<'_>) -> Vec<Snippet> {
    let (url, name) = (format!("{}/pypi/", place.url()), place.registry);
    let uv = format!("UV_PUBLISH_TOKEN={MASK} \\\n  uv publish --publish-url {url} dist/*");
    let twine = format!(
        "TWINE_USERNAME={USER} TWINE_PASSWORD={MASK} \\\n  twine upload --repository-url {url} dist/*"
    );
    let pypirc = format!(
        "[distutils]\nindex-servers =\n    {name}\n\n[{name}]\nrepository = {url}\nusername = {USER}\npassword = {MASK}\n"
    );
    let poetry = format!(
        "poetry config repositories.{name} {url}\npoetry config http-basic.{name} {USER} {MASK}\n\
         poetry publish --build --repository {name}"
    );
    let curl = format!(
        "curl -X POST {}/api/v2/packages/organizations/{}/registries/{name}/packages \\\n  \
         -H \"Authorization: Bearer {MASK}\" \\\n  -F \"file=@dist/my_package-1.0-py3-none-any.whl\"",
        place.base, place.organization
    );
    vec![
        Snippet::shell("uv", "Publish what lies in dist", uv),
        Snippet::shell("twine", "Publish what lies in dist", twine),
        Snippet::file(
            "twine",
            "Name the registry once, then run twine upload with --repository",
            "~/.pypirc",
            pypirc,
        ),
        Snippet::shell("Poetry", "Build and publish", poetry),
        Snippet::shell("curl", "Publish a file", curl),
    ]
}

fn install(place: &Place<'_>) -> Vec<Snippet> {
    let package = place.package.unwrap_or("my-package");
    let wanted = match place.version {
        Some(version) => format!("{package}=={version}"),
        None => package.to_owned(),
    };
    let index = format!("{}/pypi/simple/", place.url_with_token());
    let conf = format!(
        "[global]\n# Only this registry is asked. With extra-index-url pip would take whichever index has the higher\n\
         # version of a name, also one that a stranger has put on PyPI. uv and Poetry keep them apart.\n\
         index-url = {index}\n"
    );
    let pip = format!("pip install --index-url {index} {wanted}");
    let mut snippets = vec![
        Snippet::shell("pip", "Install", pip),
        Snippet::file("pip", "Ask this registry always", "pip.conf", conf),
    ];
    snippets.extend(uv(place, &wanted));
    snippets.push(poetry(place, &wanted));
    snippets
}

fn uv(place: &Place<'_>, wanted: &str) -> Vec<Snippet> {
    let (url, name) = (place.url(), place.registry);
    let project = format!(
        "# Asked before PyPI: a name that is here is never taken from there.\n\
         [[tool.uv.index]]\nname = \"{name}\"\nurl = \"{url}/pypi/simple/\"\npublish-url = \"{url}/pypi/\"\n"
    );
    let add = if place.needs_token() {
        let variable = variable(name);
        format!(
            "export UV_INDEX_{variable}_USERNAME={USER}\nexport UV_INDEX_{variable}_PASSWORD={MASK}\nuv add \"{wanted}\""
        )
    } else {
        format!("uv add \"{wanted}\"")
    };
    vec![
        Snippet::file(
            "uv",
            "Name the registry in the project",
            "pyproject.toml",
            project,
        ),
        Snippet::shell("uv", "Install", add),
    ]
}

fn poetry(place: &Place<'_>, wanted: &str) -> Snippet {
    let (url, name) = (place.url(), place.registry);
    let login = if place.needs_token() {
        format!("poetry config http-basic.{name} {USER} {MASK}\n")
    } else {
        String::new()
    };
    let text = format!(
        "poetry source add --priority=explicit {name} {url}/pypi/simple/\n{login}poetry add --source {name} \"{wanted}\""
    );
    Snippet::shell("Poetry", "Install", text)
}

/// A registry's name as a part of an environment variable's.
fn variable(name: &str) -> String {
    let letter = |one: char| {
        if one.is_ascii_alphanumeric() {
            one.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    name.chars().map(letter).collect()
}

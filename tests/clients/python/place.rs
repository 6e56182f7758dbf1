//! What Python's clients do in a place of their own.

use std::fs;

use acceptance_support::computer::Ran;
use acceptance_support::installed_python::python_environment;
use registrar_hosting::Ecosystem;
use registrar_hosting::instructions::Purpose;

use super::packages::Built;
use crate::hosted::Hosted;

impl Hosted {
    /// A server with the private registry `py`.
    pub(super) fn python() -> Self {
        let hosted = Self::new(Ecosystem::Python, "py", python_environment);
        fs::create_dir(hosted.path("dist")).unwrap();
        hosted
    }

    /// Puts a file where it is published from, in the place of all others.
    pub(super) fn build(&self, built: &[&Built]) {
        let dist = self.path("dist");
        fs::remove_dir_all(&dist).unwrap();
        fs::create_dir(&dist).unwrap();
        for one in built {
            fs::write(dist.join(&one.name), &one.content).unwrap();
        }
    }

    /// Publishes files as a client does that works.
    pub(super) fn publish(&self, built: &[&Built]) {
        self.build(built);
        self.shell(&self.instructions(Purpose::Publish, "twine", None, &self.writer))
            .ok();
    }

    /// What the window tells a person about the package `demo`.
    pub(super) fn instructions(
        &self,
        purpose: Purpose,
        client: &str,
        file: Option<&str>,
        token: &str,
    ) -> String {
        self.says(purpose, (client, file), ("demo", None), token)
    }

    /// The index's address with a token in it, or without.
    pub(super) fn index(&self, token: &str) -> String {
        let base = match token {
            "" => self.base.clone(),
            token => self.base.replace("://", &format!("://buildkite:{token}@")),
        };
        format!("{base}/local/py/pypi/simple/")
    }

    /// Where uploads go.
    pub(super) fn upload(&self) -> String {
        format!("{}/local/py/pypi/", self.base)
    }

    /// Installs with pip into a folder of that name.
    pub(super) fn pip(&self, folder: &str, token: &str, wanted: &str) -> Ran {
        let index = self.index(token);
        self.shell(&format!(
            "pip install --no-cache-dir --target {folder} --index-url {index} {wanted}"
        ))
    }

    /// The same with uv.
    pub(super) fn uv(&self, folder: &str, token: &str, wanted: &str) -> Ran {
        let index = self.index(token);
        self.shell(&format!(
            "uv pip install --no-cache --target {folder} --default-index {index} {wanted}"
        ))
    }

    /// The value of the module `demo` that was installed there.
    pub(super) fn value(&self, folder: &str) -> String {
        let program = "import demo; print(demo.value)";
        let ran = self.shell(&format!("PYTHONPATH={folder} python -c '{program}'"));
        ran.ok().trim().to_owned()
    }
}

//! Registries of our own as skopeo, docker, buildah, oras and helm find them, public and private, with
//! the right token and with a wrong one.

mod artifacts;
mod charts;
mod images;
mod network;

use std::fs;
use std::path::Path;

use acceptance_support::installed_oci::oci_environment;
use registrar_hosting::instructions::Purpose;
use registrar_hosting::{Ecosystem, Scope};

use crate::hosted::Hosted;
use crate::image;

impl Hosted {
    /// A server with the private registry `images`, and an image in the folder `image`.
    fn images() -> Self {
        let hosted = Self::new(Ecosystem::Container, "images", oci_environment);
        image::write(&hosted.path("image"));
        fs::create_dir(hosted.path("run")).unwrap();
        no_keychain(&hosted.path("docker"));
        hosted
    }

    /// Where an image is, without a scheme.
    fn image(&self, tag: &str) -> String {
        format!("{}/local/images/team/app:{tag}", self.bare())
    }

    /// What the window tells a person about `team/app`. No daemon has an image here, a folder does.
    fn tells(&self, purpose: Purpose, client: &str, version: Option<&str>, token: &str) -> String {
        let text = self.says(purpose, (client, None), ("team/app", version), token);
        text.replace("docker-daemon:team/app:latest", "dir:image")
    }

    /// Has skopeo delete an image, with a token that may.
    fn delete(&self, image: &str) {
        let token = self.token(&[Scope::ReadPackages, Scope::DeletePackages]);
        let login = self.tells(Purpose::Install, "skopeo", None, &token);
        let login = login.lines().next().unwrap();
        let delete = format!("skopeo delete --tls-verify=false docker://{image}");
        self.shell(&format!("{login}\n{delete}")).ok();
    }

    /// Pushes the image with skopeo, as the window says.
    fn push_image(&self) {
        self.shell(&self.tells(Purpose::Publish, "skopeo", Some("1"), &self.writer))
            .ok();
    }
}

/// Where a file of credentials has none, docker and helm take the keychain if they find a program for
/// it. There is no keychain here, and such a program may be installed all the same.
fn no_keychain(config: &Path) {
    fs::create_dir_all(config).unwrap();
    let other = "{\"auths\": {\"other.example\": {\"auth\": \"dTpw\"}}}";
    fs::write(config.join("config.json"), other).unwrap();
}

//! AWS's own tool, which renews sign-ins that it alone can renew.

use registrar_registry::Cloud;

use super::keys::{AccessKey, Given};
use super::profile::Profile;
use super::sso::login;
use crate::failure::{Failure, FailureKind};
use crate::machine::Machine;
use crate::program::{self, Trouble};

/// The access key that `aws configure export-credentials` gives for `profile`.
pub(crate) async fn key(machine: &Machine, profile: &Profile) -> Result<AccessKey, Failure> {
    let arguments = [
        "configure",
        "export-credentials",
        "--format",
        "process",
        "--profile",
    ];
    let mut arguments: Vec<String> = arguments.map(str::to_owned).into();
    arguments.push(profile.name.clone());
    let ended = |raw: &str| {
        let failure = Failure::new(Cloud::Aws, FailureKind::SignInEnded, raw);
        failure.about(login(Some(&profile.name)))
    };
    match program::output(machine, "aws", &arguments).await {
        Ok(output) => Given::read(output.expose()).ok_or_else(|| ended("aws gave no credentials")),
        Err(Trouble::Missing) => Err(ended("there is no program aws to renew it")),
        Err(Trouble::Failed(why)) => Err(ended(&format!("aws could not renew it: {why}"))),
    }
}

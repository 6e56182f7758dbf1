//! Charts, with helm's own library.

use std::fs;

use acceptance_support::computer::Ran;
use acceptance_support::installed_oci::oci_environment;
use registrar_hosting::Ecosystem;

use super::no_keychain;
use crate::hosted::Hosted;
use crate::network::{OnNetwork, assert_untrusted};

/// What `helm registry login`, `helm push` and `helm show chart` do.
const SCRIPT: &str = "\
import asyncio, json, sys, helm_sdkpy as helm
host, token, what, options = sys.argv[1:5]
options = json.loads(options)
async def main():
    with helm.Configuration(namespace='default') as configuration:
        if token:
            await helm.RegistryLogin(configuration).run(host, 'buildkite', token, **options)
        if what == 'push':
            package = await helm.Package(configuration).run('cache', dest_dir='.')
            await helm.Push(configuration).run(package, f'oci://{host}/local/charts', **options)
        else:
            print(await helm.Show(configuration).chart(f'oci://{host}/local/charts/cache'))
asyncio.run(main())
";

/// As `--plain-http`, and as the window says of the network.
const PLAIN: &str = "{\"plain_http\": true}";
const TRUSTED: &str = "{\"ca_file\": \"registrar-ca.pem\"}";

fn run(hosted: &Hosted, token: &str, what: &str, options: &str) -> Ran {
    let host = hosted.bare();
    hosted.shell(&format!(
        "python charts.py {host} '{token}' {what} '{options}'"
    ))
}

/// A server with the private registry `charts`, and a chart in the folder `cache`.
fn charts() -> Hosted {
    let hosted = Hosted::new(Ecosystem::HelmOci, "charts", oci_environment);
    fs::create_dir_all(hosted.path("cache/templates")).unwrap();
    let chart = "apiVersion: v2\nname: cache\nversion: 1.2.3+b1\ndescription: Keeps things\n";
    fs::write(hosted.path("cache/Chart.yaml"), chart).unwrap();
    fs::write(hosted.path("cache/values.yaml"), "size: 1\n").unwrap();
    fs::write(hosted.path("cache/README.md"), "# Cache\n").unwrap();
    fs::write(hosted.path("charts.py"), SCRIPT).unwrap();
    no_keychain(&hosted.path(".config/helm/registry"));
    hosted
}

#[test]
fn helm_pushes_a_chart_and_finds_it() {
    let hosted = charts();
    run(&hosted, "bkua_wrong", "push", PLAIN).failed();
    run(&hosted, &hosted.reader, "push", PLAIN).failed();
    run(&hosted, &hosted.writer, "push", PLAIN).ok();
    let package = hosted.package("cache").unwrap();
    let tags = hosted
        .runtime
        .block_on(hosted.host.tags(package.id))
        .unwrap();
    assert_eq!(tags[0].0, "1.2.3_b1");
    let latest = hosted.host.version_by_id(package.latest.unwrap());
    let latest = hosted.runtime.block_on(latest).unwrap().unwrap();
    assert_eq!(latest.about.summary, "Keeps things");
    assert_eq!(latest.about.readme.unwrap().text, "# Cache\n");
    let shown = run(&hosted, &hosted.reader, "show", PLAIN);
    assert!(shown.ok().contains("version: 1.2.3+b1"), "{shown:?}");
}

#[test]
fn helm_on_the_network_pushes_with_the_file_and_reads_what_the_system_trusts() {
    let network = OnNetwork::new(charts());
    let hosted = &network.hosted;
    assert!(network.says("helm").contains("--ca-file registrar-ca.pem"));
    assert_untrusted(&run(hosted, &hosted.writer, "push", "{}"));
    let wrong = run(hosted, "bkua_wrong", "push", TRUSTED);
    assert!(wrong.failed().contains("unauthorized"), "{wrong:?}");
    run(hosted, &hosted.writer, "push", TRUSTED).ok();
    assert_eq!(hosted.package("cache").unwrap().versions, 1);
    // For reading, the library takes no such file.
    network.trust_system_wide();
    let shown = run(hosted, &hosted.reader, "show", "{}");
    assert!(shown.ok().contains("version: 1.2.3+b1"), "{shown:?}");
}

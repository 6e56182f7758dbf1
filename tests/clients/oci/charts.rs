//! Charts, with helm's own library.

use std::fs;

use acceptance_support::computer::Ran;
use acceptance_support::installed_oci::oci_environment;
use registrar_hosting::Ecosystem;

use crate::hosted::Hosted;

/// What `helm registry login`, `helm push` and `helm show chart` do.
const SCRIPT: &str = "\
import asyncio, sys, helm_sdkpy as helm
host, token, what = sys.argv[1:4]
async def main():
    with helm.Configuration(namespace='default') as configuration:
        if token:
            await helm.RegistryLogin(configuration).run(host, 'buildkite', token, plain_http=True)
        if what == 'push':
            package = await helm.Package(configuration).run('cache', dest_dir='.')
            await helm.Push(configuration).run(package, f'oci://{host}/local/charts', plain_http=True)
        else:
            print(await helm.Show(configuration).chart(f'oci://{host}/local/charts/cache'))
asyncio.run(main())
";

fn run(hosted: &Hosted, token: &str, what: &str) -> Ran {
    let host = hosted.base.replace("http://", "");
    hosted.shell(&format!("python charts.py {host} '{token}' {what}"))
}

#[test]
fn helm_pushes_a_chart_and_finds_it() {
    let hosted = Hosted::new(Ecosystem::HelmOci, "charts", oci_environment);
    fs::create_dir_all(hosted.path("cache/templates")).unwrap();
    let chart = "apiVersion: v2\nname: cache\nversion: 1.2.3+b1\ndescription: Keeps things\n";
    fs::write(hosted.path("cache/Chart.yaml"), chart).unwrap();
    fs::write(hosted.path("cache/values.yaml"), "size: 1\n").unwrap();
    fs::write(hosted.path("cache/README.md"), "# Cache\n").unwrap();
    fs::write(hosted.path("charts.py"), SCRIPT).unwrap();
    run(&hosted, "bkua_wrong", "push").failed();
    run(&hosted, &hosted.reader, "push").failed();
    run(&hosted, &hosted.writer, "push").ok();
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
    let shown = run(&hosted, &hosted.reader, "show");
    assert!(shown.ok().contains("version: 1.2.3+b1"), "{shown:?}");
}

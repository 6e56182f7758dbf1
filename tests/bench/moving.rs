//! Moving images and reading registries, beside skopeo in the same run.

use std::error::Error;
use std::fs;
use std::num::NonZero;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::generated_registry::GeneratedRegistry;
use registrar_container::moving::{End, Move, Place, Platforms, carry, plan};
use registrar_container::{Client, Reader, Settings, Target};
use registrar_registry::{ContainerAddress, ImageReference};
use tokio::runtime::Runtime;

use crate::figure::{Figure, median};
use crate::hosting::images::layout;

/// The image that is copied: so many layers of so many bytes, 500 MB together.
const LAYERS: usize = 30;
const LAYER: usize = 500_000_000 / LAYERS;
/// How many copies the medians are of.
const COPIES: usize = 3;
/// How many tags are listed, and how many manifests are read.
const TAGS: usize = 10_000;
const MANIFESTS: usize = 100;
/// Layers for which memory is compared, in MiB.
const SMALL: usize = 50;
const LARGE: usize = 5 * 1024;
const PEER: &str = "skopeo";

/// All figures.
pub(crate) fn measure() -> Result<Vec<Figure>, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let mut figures = copied(&runtime)?;
    figures.extend(read(&runtime)?);
    figures.push(memory(&runtime)?);
    Ok(figures)
}

fn reader(host: &str) -> Result<Reader, Box<dyn Error>> {
    let target = Target {
        plain_http: true,
        ..Target::new(ContainerAddress::parse(host)?.host().clone())
    };
    Ok(Client::new(Settings::default()).reader(target))
}

fn registry(host: &str, name: &str) -> Result<End, Box<dyn Error>> {
    let image = ImageReference::parse(&format!("{host}/{name}"))?;
    Ok(End::Registry(Place::new(Arc::new(reader(host)?), image)))
}

/// Copies an image by the engine.
fn copy(runtime: &Runtime, from: End, to: End) -> Result<(), Box<dyn Error>> {
    let what = Move {
        from,
        to,
        platforms: Platforms::All,
        referrers: false,
    };
    let moving = async {
        let plan = plan(&what).await?;
        carry(&plan, &|_| {}).await
    };
    runtime.block_on(moving)?;
    Ok(())
}

fn skopeo(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let mut command = Command::new("skopeo");
    command.arg("--insecure-policy").args(arguments);
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("skopeo: {}", String::from_utf8_lossy(&output.stderr)).into())
}

fn push(folder: &str, host: &str, name: &str) -> Result<(), Box<dyn Error>> {
    let (from, to) = (format!("oci:{folder}"), format!("docker://{host}/{name}"));
    skopeo(&["copy", "--quiet", "--dest-tls-verify=false", &from, &to])
}

fn millis(act: impl FnOnce() -> Result<(), Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let began = Instant::now();
    act()?;
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}

/// A copy from one registry to another, which is a new one each time. Beside skopeo, and beside what
/// no program can do without: the work of the two registries themselves, spread over all processors.
/// What is above it is fetching, checking and sending, for which the registries leave no processor.
fn copied(runtime: &Runtime) -> Result<Vec<Figure>, Box<dyn Error>> {
    let source = DockerRegistry::builder().start();
    let folder = tempfile::tempdir()?;
    layout(folder.path(), LAYERS, LAYER)?;
    let name = "bench/app:1";
    push(&folder.path().display().to_string(), &source.host(), name)?;
    let (mut ours, mut theirs, mut limit) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..COPIES {
        let target = DockerRegistry::builder().start();
        let (from, to) = (
            registry(&source.host(), name)?,
            registry(&target.host(), name)?,
        );
        let before = worked([&source, &target]);
        ours.push(millis(|| copy(runtime, from, to))?);
        limit.push(worked([&source, &target]) - before);
        drop(target);
        let target = DockerRegistry::builder().start();
        let from = format!("docker://{}/{name}", source.host());
        let to = format!("docker://{}/{name}", target.host());
        let plain = [
            "copy",
            "--quiet",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
        ];
        theirs.push(millis(|| skopeo(&[&plain[..], &[&from, &to]].concat()))?);
    }
    let what = "copy 500 MB in 30 layers";
    let limit = Figure {
        floor_is: "the registries' own work",
        ..figure(what, ours.clone(), limit, 1.5)
    };
    Ok(vec![figure(what, ours, theirs, 0.5), limit])
}

/// How long these registries have worked so far, in milliseconds, were it spread over all processors.
fn worked(registries: [&DockerRegistry; 2]) -> f64 {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let time: Duration = registries.map(DockerRegistry::processor_time).iter().sum();
    (time / u32::try_from(processors).unwrap_or(1)).as_secs_f64() * 1000.0
}

fn figure(what: &str, ours: Vec<f64>, theirs: Vec<f64>, aim: f64) -> Figure {
    Figure {
        what: what.to_owned(),
        unit: "ms",
        ours: median(ours),
        floor: median(theirs),
        floor_is: PEER,
        aim,
    }
}

/// Tags listed, and manifests read one after the other.
fn read(runtime: &Runtime) -> Result<Vec<Figure>, Box<dyn Error>> {
    let host = DockerRegistry::builder().start();
    let at = host.host();
    let folder = tempfile::tempdir()?;
    layout(folder.path(), 1, 1000)?;
    push(&folder.path().display().to_string(), &at, "bench/app:0")?;
    tag(&at)?;
    let list = ["list-tags", "--tls-verify=false"];
    let repository = format!("docker://{at}/bench/app");
    let image = ImageReference::parse(&format!("{at}/bench/app:0"))?;
    let (mut listed, mut listed_by_peer) = (Vec::new(), Vec::new());
    let (mut seen, mut seen_by_peer) = (Vec::new(), Vec::new());
    for _ in 0..COPIES {
        listed.push(millis(|| {
            let names = runtime.block_on(reader(&at)?.tags(&image, &|_| {}))?.names;
            if names.len() == TAGS {
                Ok(())
            } else {
                Err("not all tags".into())
            }
        })?);
        listed_by_peer.push(millis(|| skopeo(&[&list[..], &[&repository]].concat()))?);
        seen.push(millis(|| {
            let reader = reader(&at)?;
            (0..MANIFESTS).try_for_each(|number| {
                let image = ImageReference::parse(&format!("{at}/bench/app:{number}"))?;
                runtime.block_on(reader.manifest(&image))?;
                Ok(())
            })
        })?);
        seen_by_peer.push(millis(|| {
            (0..MANIFESTS).try_for_each(|number| {
                let image = format!("{repository}:{number}");
                skopeo(&["inspect", "--raw", "--tls-verify=false", &image])
            })
        })?);
    }
    Ok(vec![
        figure("list 10,000 tags", listed, listed_by_peer, 1.0),
        figure("inspect 100 manifests", seen, seen_by_peer, 1.0),
    ])
}

/// Gives the image all the other tags.
fn tag(host: &str) -> Result<(), Box<dyn Error>> {
    let kind = "application/vnd.oci.image.manifest.v1+json";
    let url = |tag: usize| format!("http://{host}/v2/bench/app/manifests/{tag}");
    let mut answer = ureq::get(url(0)).header("accept", kind).call()?;
    let manifest = answer.body_mut().read_to_vec()?;
    for number in 1..TAGS {
        let put = ureq::put(url(number)).header("content-type", kind);
        put.send(&manifest[..])?;
    }
    Ok(())
}

/// The most memory that a copy of a layer of 5 GB takes, beside one of 50 MB.
fn memory(runtime: &Runtime) -> Result<Figure, Box<dyn Error>> {
    let [small, large] = [SMALL, LARGE].map(|size| peak(runtime, size));
    Ok(Figure {
        what: "memory with a layer of 5 GB".to_owned(),
        unit: "MiB",
        ours: large?,
        floor: small?,
        floor_is: "with one of 50 MB",
        aim: 1.2,
    })
}

/// The most memory that this process has had while it copied a layer of so many MiB.
fn peak(runtime: &Runtime, mebibytes: usize) -> Result<f64, Box<dyn Error>> {
    let host = GeneratedRegistry::start(mebibytes);
    // From here on Linux counts the peak anew.
    fs::write("/proc/self/clear_refs", "5")?;
    let at = host.host();
    copy(
        runtime,
        registry(&at, "generated:1")?,
        registry(&at, "pushed/app:1")?,
    )?;
    if host.received() < (mebibytes as u64) << 20 {
        return Err("not all of the layer has arrived".into());
    }
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<f64>().ok());
    Ok(kibibytes.ok_or("no VmHWM")? / 1024.0)
}

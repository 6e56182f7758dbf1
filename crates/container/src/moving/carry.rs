//! Moving what was planned.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use registrar_registry::Digest;

use super::checked::Blob;
use super::end::End;
use super::failure::MoveFailure;
use super::finish::{self, Whole, docker_items, entry};
use super::gather::Part;
use super::plan::{Plan, name_at};
use super::progress::{Meter, Progress};
use super::push::Push;
use super::staging::Staging;
use crate::images::Content;

/// How many blobs move at the same time.
const AT_ONCE: usize = 5;

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The digest that the image has at its destination.
    pub digest: Digest,
    /// Bytes that are there now.
    pub bytes_total: u64,
    /// Bytes of these that were there before or were mounted.
    pub bytes_already_there: u64,
}

/// Moves what was planned. Calls `on_progress` often, from any thread; it should only take note.
/// Failures that may pass are tried again, with growing waits, as long as that gets anywhere.
///
/// # Errors
/// [`MoveFailure`]. The destination is as it was then, but for parts that nothing refers to.
pub async fn carry(
    plan: &Plan,
    on_progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Moved, MoveFailure> {
    let meter = Meter::new(plan.bytes_total, plan.blobs, on_progress);
    match &plan.what.to {
        End::Registry(place) => push(plan, &Push::new(place, &plan.work.source), &meter).await?,
        End::Layout { folder: place, .. } | End::Archive { file: place, .. } => {
            let staging = Staging::open(place).await?;
            save(plan, staging, &meter).await?;
        }
    }
    let progress = meter.now();
    Ok(Moved {
        digest: plan.digest.clone(),
        bytes_total: plan.bytes_total,
        bytes_already_there: progress.bytes_already_there,
    })
}

async fn push(plan: &Plan, push: &Push, meter: &Meter<'_>) -> Result<(), MoveFailure> {
    let work = &plan.work;
    let fetched = stream::iter(work.blobs.clone()).map(|blob| async move {
        let fetched = push.fetch(&work.source, &blob, meter).await;
        noted(fetched, &blob, meter)
    });
    let all = fetched.buffer_unordered(AT_ONCE);
    all.try_for_each(|_| std::future::ready(Ok(()))).await?;
    let Some((root, parts)) = work.parts.split_last() else {
        return Ok(());
    };
    for part in parts {
        push.part(&part.manifest, part.tag.as_deref(), meter)
            .await?;
        meter.add(part.manifest.bytes.len() as u64);
    }
    push.root(&root.manifest, meter).await?;
    meter.add(root.manifest.bytes.len() as u64);
    Ok(())
}

async fn save(plan: &Plan, staging: Staging, meter: &Meter<'_>) -> Result<(), MoveFailure> {
    let (work, at) = (&plan.work, &staging);
    let fetched = stream::iter(work.blobs.clone()).map(|blob| async move {
        let fetched = at.fetch(&work.source, &blob, meter).await;
        Ok(noted(fetched, &blob, meter)?.then_some(blob.digest))
    });
    let fetched: Vec<Option<Digest>> = fetched.buffer_unordered(AT_ONCE).try_collect().await?;
    let mut digests: Vec<_> = fetched.into_iter().flatten().collect();
    digests.sort_unstable();
    for part in &work.parts {
        let manifest = &part.manifest;
        staging.put(&manifest.digest, &manifest.bytes).await?;
        meter.add(manifest.bytes.len() as u64);
        digests.push(manifest.digest.clone());
    }
    let whole = whole(plan, digests);
    match &plan.what.to {
        End::Layout { folder, .. } => finish::layout(staging, folder.clone(), whole).await,
        End::Archive { file, .. } => finish::archive(staging, file.clone(), whole).await,
        End::Registry(_) => Ok(()),
    }
}

/// Whether a blob is there now; one that may be missing everywhere may be missing here.
fn noted(
    fetched: Result<(), MoveFailure>,
    blob: &Blob,
    meter: &Meter<'_>,
) -> Result<bool, MoveFailure> {
    let there = match fetched {
        Ok(()) => true,
        Err(MoveFailure::Missing(_)) if blob.optional => {
            meter.there(blob.size);
            false
        }
        Err(failure) => return Err(failure),
    };
    meter.blob();
    Ok(there)
}

fn whole(plan: &Plan, digests: Vec<Digest>) -> Whole {
    let name = name_at(&plan.what.to, &plan.work.source);
    let is_archive = matches!(plan.what.to, End::Archive { .. });
    let parts = &plan.work.parts;
    let root = parts.iter().rev().take(1);
    let root = root.map(|part| entry(&part.manifest, name.as_deref(), is_archive));
    let referrers = parts.iter().filter(|part| part.referrer);
    let referrers = referrers.map(|part| entry(&part.manifest, part.tag.as_deref(), false));
    let images = parts.iter().filter(|part| is_image(part));
    let images = images.map(|part| (part.platform.clone(), &part.manifest));
    Whole {
        docker: docker_items(&images.collect::<Vec<_>>(), name.as_deref()),
        entries: root.chain(referrers).collect(),
        digests,
    }
}

/// Whether docker could run it.
fn is_image(part: &Part) -> bool {
    let known = part
        .platform
        .as_ref()
        .is_none_or(crate::images::Platform::is_known);
    match &part.manifest.content {
        Content::Image(image) => {
            known && !part.referrer && crate::images::Config::is_one(&image.config)
        }
        Content::Index(_) => false,
    }
}

//! A registry as a destination: manifests, and what has to be known of them before.

use bytes::Bytes;
use registrar_net::{Extra, HeaderMap, Method, StatusCode, header};
use registrar_registry::Digest;
use serde_json::{Value, json};

use super::{Push, is_said};
use crate::failure::{Failure, FailureKind};
use crate::images::{Content, IMAGES, INDEXES, MAX_MANIFEST, Manifest, Wanted, tag_of};
use crate::moving::end::Side;
use crate::moving::failure::MoveFailure;
use crate::moving::plan::Standing;
use crate::moving::progress::Meter;
use crate::moving::retry::Retry;

impl Push {
    /// What the destination has under the name that the image is to have.
    pub(in crate::moving) async fn standing(
        &self,
        digest: &Digest,
    ) -> Result<Standing, MoveFailure> {
        let name = match (self.place.image.digest(), self.place.image.tag()) {
            (_, Some(tag)) => tag.to_owned(),
            (Some(_), None) => digest.as_str().to_owned(),
            (None, None) => "latest".to_owned(),
        };
        let url = self.url(&format!("manifests/{name}"));
        let wanted = Wanted {
            head_only: true,
            accept: crate::images::ACCEPT,
            ..Wanted::of(&url, &self.scope)
        };
        match self.place.reader.fetch(wanted).await {
            Ok(answer) => {
                let said = answer.headers.get("docker-content-digest");
                let said = said.and_then(|said| Digest::parse(said.to_str().ok()?).ok());
                Ok(match said {
                    Some(said) if said == *digest => Standing::Same,
                    said => Standing::Other(said),
                })
            }
            Err(failure) if failure.kind == FailureKind::NotFound => Ok(Standing::Free),
            Err(failure) => Err(Side::To.failed(failure)),
        }
    }

    /// Puts the image itself there, under its name. That is the moment at which it is there.
    pub(in crate::moving) async fn root(
        &self,
        manifest: &Manifest,
        meter: &Meter<'_>,
    ) -> Result<(), MoveFailure> {
        let image = &self.place.image;
        let name = match (image.tag(), image.digest()) {
            (Some(tag), _) => tag,
            (None, Some(_)) => manifest.digest.as_str(),
            (None, None) => "latest",
        };
        self.manifest(manifest, name, meter).await.map(drop)
    }

    /// Puts a manifest there, by its digest or by a tag, and lists it where the registry does not
    /// know itself what it belongs to.
    pub(in crate::moving) async fn part(
        &self,
        manifest: &Manifest,
        tag: Option<&str>,
        meter: &Meter<'_>,
    ) -> Result<(), MoveFailure> {
        let name = tag.unwrap_or(manifest.digest.as_str());
        let listed = self.manifest(manifest, name, meter).await?;
        match manifest.subject() {
            Some(subject) if !listed => self.list(subject, manifest, meter).await,
            _ => Ok(()),
        }
    }

    /// Puts a manifest there; says whether the registry has noted what it belongs to.
    async fn manifest(
        &self,
        manifest: &Manifest,
        name: &str,
        meter: &Meter<'_>,
    ) -> Result<bool, MoveFailure> {
        let bytes = Bytes::from(manifest.bytes.clone());
        let mut retry = Retry::default();
        loop {
            match self
                .put(name, &manifest.media_type, &bytes, &manifest.digest)
                .await
            {
                Err(failure) => meter.wait(&mut retry, failure, false).await?,
                outcome => return outcome,
            }
        }
    }

    async fn put(
        &self,
        name: &str,
        media_type: &str,
        bytes: &Bytes,
        digest: &Digest,
    ) -> Result<bool, MoveFailure> {
        let url = self.url(&format!("manifests/{name}"));
        let kind = header::HeaderValue::from_str(media_type);
        let kind = kind.unwrap_or_else(|_| header::HeaderValue::from_static(IMAGES[0]));
        let extra = Extra {
            method: Some(Method::PUT),
            headers: HeaderMap::from_iter([(header::CONTENT_TYPE, kind)]),
        };
        let reader = &self.place.reader;
        let asked = reader.change(Wanted::of(&url, &self.scope), &extra, bytes.clone());
        let (answer, pass) = asked.await.map_err(|failure| Side::To.failed(failure))?;
        let answer = reader.success(answer, &pass).await;
        let answer = answer.map_err(|failure| Side::To.failed(failure))?;
        if !is_said(&answer, digest) {
            let kind = FailureKind::WrongDigest;
            let raw = "the registry has stored the manifest under another digest";
            return Err(Side::To.failed(Failure::about(&answer, kind, raw)));
        }
        Ok(answer.headers.contains_key("oci-subject"))
    }

    /// Adds `manifest` to the tag that stands for a list of what belongs to `subject`.
    async fn list(
        &self,
        subject: &Digest,
        manifest: &Manifest,
        meter: &Meter<'_>,
    ) -> Result<(), MoveFailure> {
        let tag = tag_of(subject);
        let mut index = self.listed(&tag).await?;
        let entry = referrer(manifest);
        let Some(entries) = index["manifests"].as_array_mut() else {
            return Ok(());
        };
        if entries
            .iter()
            .any(|known| known["digest"] == entry["digest"])
        {
            return Ok(());
        }
        entries.push(entry);
        let bytes = Bytes::from(index.to_string());
        let digest = crate::images::digest_of(&bytes);
        let digest = Digest::parse(&digest).map_err(|_| MoveFailure::NoSuchImage)?;
        let mut retry = Retry::default();
        loop {
            match self.put(&tag, INDEXES[0], &bytes, &digest).await {
                Err(failure) => meter.wait(&mut retry, failure, false).await?,
                outcome => return outcome.map(drop),
            }
        }
    }

    /// The list that `tag` stands for; an empty one where there is none yet.
    async fn listed(&self, tag: &str) -> Result<Value, MoveFailure> {
        let url = self.url(&format!("manifests/{tag}"));
        let wanted = Wanted {
            accept: INDEXES[0],
            max_body: MAX_MANIFEST,
            ..Wanted::of(&url, &self.scope)
        };
        match self.place.reader.fetch(wanted).await {
            Ok(answer) if answer.status == StatusCode::OK => {
                let index = serde_json::from_slice(&answer.body);
                let known = matches!(Content::parse(&answer.body, ""), Ok((Content::Index(_), _)));
                Ok(index.ok().filter(|_| known).unwrap_or_else(empty))
            }
            Ok(_) => Ok(empty()),
            Err(failure) if failure.kind == FailureKind::NotFound => Ok(empty()),
            Err(failure) => Err(Side::To.failed(failure)),
        }
    }
}

fn empty() -> Value {
    json!({"schemaVersion": 2, "mediaType": INDEXES[0], "manifests": []})
}

/// How a list of referrers speaks of `manifest`.
fn referrer(manifest: &Manifest) -> Value {
    let mut entry = json!({
        "mediaType": manifest.media_type,
        "digest": manifest.digest,
        "size": manifest.bytes.len(),
    });
    if let Content::Image(image) = &manifest.content {
        let kind = image.artifact_type.as_ref();
        entry["artifactType"] = (**kind.unwrap_or(&image.config.media_type)).into();
        if !image.annotations.is_empty() {
            entry["annotations"] = json!(image.annotations);
        }
    }
    entry
}

//! From a file to what it is.

use std::io::{Read, Seek, SeekFrom};

use sha2::{Digest as _, Sha256};

use super::about::about;
use super::file_name::{FileName, Packing};
use super::index::{FileIndex, Place, VersionIndex};
use super::metadata::{MAX_METADATA, Metadata};
use super::name::{key_of, normal, parse_name, parse_version};
use crate::ecosystems::archive::{shown, tar, zip};
use crate::error::Rejection;
use crate::model::{Release, hex};

/// Reads a wheel or a source distribution: its metadata must agree with its name.
///
/// # Errors
/// Says what is wrong with the file.
pub fn inspect(name: &str, mut file: impl Read + Seek) -> Result<Release, Rejection> {
    let parsed = FileName::parse(name)?;
    let (metadata, place) = match &parsed {
        FileName::Wheel(_) => wheel(&mut file).map(|(found, place)| (found, Some(place)))?,
        FileName::Sdist {
            packing: Packing::Zip,
            ..
        } => (zip_sdist(&mut file)?, None),
        FileName::Sdist {
            packing: Packing::TarGz,
            ..
        } => (tar_sdist(&mut file)?, None),
    };
    release(name, &parsed, &Metadata::parse(&metadata)?, place)
}

fn release(
    file: &str,
    parsed: &FileName<'_>,
    metadata: &Metadata,
    place: Option<Place>,
) -> Result<Release, Rejection> {
    demand_known(&metadata.sole("Metadata-Version")?)?;
    let name = metadata.sole("Name")?;
    let name = parse_name(&name)?.to_owned();
    let version = parse_version(&metadata.sole("Version")?)?;
    let key = normal(&name);
    if parsed.version_of(&key).as_ref() != Some(&version) {
        return Err(Rejection::new(format!(
            "The file is called {file}, but its metadata says that it is {name} {version}. Both must be the same: build it again."
        )));
    }
    let file_index = FileIndex {
        kind: parsed.kind().to_owned(),
        python: parsed.python().to_owned(),
        requires_python: metadata.one("Requires-Python"),
        metadata: place,
    };
    Ok(Release {
        file_key: parsed.key(&key).unwrap_or_else(|| file.to_owned()),
        package_key: key,
        package: name,
        version_key: key_of(&version),
        version: version.to_string(),
        prerelease: version.any_prerelease(),
        file: file.to_owned(),
        about: about(metadata),
        version_index: to_json(&VersionIndex::of(metadata))?,
        file_index: to_json(&file_index)?,
        tags: Vec::new(),
    })
}

fn to_json(index: &impl serde::Serialize) -> Result<serde_json::Value, Rejection> {
    serde_json::to_value(index).map_err(|error| Rejection::new(error.to_string()))
}

/// Core metadata of the versions 1 and 2: a client must refuse what it does not know.
fn demand_known(version: &str) -> Result<(), Rejection> {
    let known = version
        .split_once('.')
        .is_some_and(|(major, minor)| matches!(major, "1" | "2") && minor.parse::<u8>().is_ok());
    if known {
        return Ok(());
    }
    Err(Rejection::new(format!(
        "The package has metadata of version \u{201c}{}\u{201d}; known are 1.0 to 2.x.",
        shown(version)
    )))
}

/// A wheel's metadata, and where it lies in the archive.
fn wheel(file: &mut (impl Read + Seek)) -> Result<(Vec<u8>, Place), Rejection> {
    let entries = zip::entries(file)?;
    let folder = sole_dist_info(&entries)?;
    let find = |name: &str| {
        let path = format!("{folder}/{name}");
        let found = entries.iter().find(|entry| entry.name == path);
        found.ok_or_else(|| Rejection::new(format!("The wheel has no {path}.")))
    };
    let entry = find("METADATA")?;
    find("WHEEL")?;
    find("RECORD")?;
    let metadata = zip::content(file, entry, MAX_METADATA)?;
    let place = Place {
        sha256: hex(&Sha256::digest(&metadata)),
        start: entry.data,
        packed: entry.packed,
        size: entry.size,
        deflated: entry.is_deflated(),
    };
    Ok((metadata, place))
}

/// The one `*.dist-info` folder at the top.
fn sole_dist_info(entries: &[zip::Entry]) -> Result<&str, Rejection> {
    let tops = entries.iter().filter_map(|entry| {
        let (top, _) = entry.name.split_once('/')?;
        // Some file systems do not tell letters apart by their case.
        let end = top.len().checked_sub(".dist-info".len())?;
        let is_it = top.get(end..)?.eq_ignore_ascii_case(".dist-info");
        is_it.then_some(top)
    });
    let mut found = None;
    for top in tops {
        if found.is_some_and(|known| known != top) {
            return Err(Rejection::new(
                "The wheel has two *.dist-info folders: which one counts is not clear.",
            ));
        }
        found = Some(top);
    }
    found.ok_or_else(|| Rejection::new("The wheel has no *.dist-info folder."))
}

/// Whether an entry is the metadata of a source distribution: `{folder}/PKG-INFO`.
fn is_pkg_info(name: &str) -> bool {
    let path = name.split_once('/').map(|(_, rest)| rest);
    path.is_some_and(|rest| rest.eq_ignore_ascii_case("PKG-INFO"))
}

fn zip_sdist(file: &mut (impl Read + Seek)) -> Result<Vec<u8>, Rejection> {
    let entries = zip::entries(file)?;
    let mut found = entries.iter().filter(|entry| is_pkg_info(&entry.name));
    match (found.next(), found.next()) {
        (Some(entry), None) => zip::content(file, entry, MAX_METADATA),
        (first, _) => Err(not_one(first.is_some())),
    }
}

fn tar_sdist(file: &mut (impl Read + Seek)) -> Result<Vec<u8>, Rejection> {
    let unreadable = |error| Rejection::new(format!("The file cannot be read: {error}."));
    let packed = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
    file.rewind().map_err(unreadable)?;
    let mut archive = tar::Archive::new(file, packed);
    let mut found: Option<Vec<u8>> = None;
    while let Some(entry) = archive.next(is_pkg_info, MAX_METADATA)? {
        if !is_pkg_info(&entry.name) {
            continue;
        }
        match entry.content {
            Some(content) if found.is_none() => found = Some(content),
            Some(_) => return Err(not_one(true)),
            None => {
                return Err(Rejection::new(format!("{} is no file.", entry.name)));
            }
        }
    }
    found.ok_or_else(|| not_one(false))
}

fn not_one(several: bool) -> Rejection {
    Rejection::new(if several {
        "The source distribution has several PKG-INFO files in its folder: which one counts is not clear."
    } else {
        "The source distribution has no PKG-INFO in its folder. Build it with a current tool, such as `python -m build`."
    })
}

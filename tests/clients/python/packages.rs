//! Wheels and source distributions that can be installed, made here.

use std::io::{Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A file to be published.
pub(super) struct Built {
    pub(super) name: String,
    pub(super) content: Vec<u8>,
}

/// A wheel of a module `name` with a `value`, and what it needs.
pub(super) fn wheel(name: &str, version: &str, value: &str, needs: &[&str]) -> Built {
    let folder = format!("{name}-{version}.dist-info");
    let needs: Vec<_> = needs
        .iter()
        .map(|need| format!("Requires-Dist: {need}\n"))
        .collect();
    let needs = needs.concat();
    let metadata = format!(
        "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: A demo\n{needs}"
    );
    let kind = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    let mut entries = vec![
        (format!("{name}.py"), format!("value = {value:?}\n")),
        (format!("{folder}/METADATA"), metadata),
        (format!("{folder}/WHEEL"), kind.to_owned()),
    ];
    let record = entries.iter().map(|(path, content)| {
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(content));
        format!("{path},sha256={digest},{}\n", content.len())
    });
    let record: String = record.chain([format!("{folder}/RECORD,,\n")]).collect();
    entries.push((format!("{folder}/RECORD"), record));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in entries {
        archive
            .start_file(path, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    Built {
        name: format!("{name}-{version}-py3-none-any.whl"),
        content: archive.finish().unwrap().into_inner(),
    }
}

/// A source distribution that builds itself, with nothing from elsewhere, into a module whose value
/// is `value`.
pub(super) fn sdist(name: &str, version: &str, value: &str) -> Built {
    let folder = format!("{name}-{version}");
    let built = wheel(name, version, value, &[]);
    let project =
        "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n";
    let backend = format!(
        "import os, shutil\n\ndef build_wheel(folder, settings=None, metadata=None):\n    \
         shutil.copy('built.whl', os.path.join(folder, {:?}))\n    return {:?}\n",
        built.name, built.name
    );
    let info = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (path, content) in [
        ("PKG-INFO", info.as_bytes()),
        ("pyproject.toml", project.as_bytes()),
        ("backend.py", backend.as_bytes()),
        ("built.whl", &built.content),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive
            .append_data(&mut header, format!("{folder}/{path}"), content)
            .unwrap();
    }
    Built {
        name: format!("{folder}.tar.gz"),
        content: archive.into_inner().unwrap().finish().unwrap(),
    }
}

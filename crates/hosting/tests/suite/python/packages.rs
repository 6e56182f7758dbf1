//! Small wheels and source distributions, and the forms that they are sent in.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A file to be published.
#[derive(Clone)]
pub(super) struct Built {
    pub(super) name: String,
    pub(super) content: Vec<u8>,
}

/// Core metadata with more fields, each with its line's end.
pub(super) fn metadata(name: &str, version: &str, more: &str) -> String {
    format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{more}")
}

/// A wheel for every system.
pub(super) fn wheel(name: &str, version: &str) -> Built {
    wheel_with(name, version, "Requires-Python: >=3.8\n")
}

pub(super) fn wheel_with(name: &str, version: &str, more: &str) -> Built {
    let folder = format!("{name}-{version}.dist-info");
    let content = zip_of(&[
        (&format!("{name}/__init__.py"), b"value = 1\n"),
        (
            &format!("{folder}/METADATA"),
            metadata(name, version, more).as_bytes(),
        ),
        (
            &format!("{folder}/WHEEL"),
            b"Wheel-Version: 1.0\nTag: py3-none-any\n",
        ),
        (&format!("{folder}/RECORD"), b""),
    ]);
    Built {
        name: format!("{name}-{version}-py3-none-any.whl"),
        content,
    }
}

/// A source distribution.
pub(super) fn sdist(name: &str, version: &str) -> Built {
    let folder = format!("{name}-{version}");
    let content = tar_of(&[
        (
            &format!("{folder}/PKG-INFO"),
            metadata(name, version, "").as_bytes(),
        ),
        (&format!("{folder}/pyproject.toml"), b"[project]\n"),
    ]);
    Built {
        name: format!("{folder}.tar.gz"),
        content,
    }
}

pub(super) fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        let options = SimpleFileOptions::default();
        archive.start_file(*name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

pub(super) fn tar_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content) in entries {
        let mut header = tar::Header::new_gnu();
        // As it is: the crate itself would refuse some of these names.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append(&header, *content).unwrap();
    }
    gzip(&archive.into_inner().unwrap())
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A form for an upload, its parts in the order in which they are sent.
#[derive(Clone)]
pub(super) struct Form {
    pub(super) fields: Vec<(String, String)>,
    pub(super) file: Option<Built>,
    /// Before which field the file is sent; all of them where it is beyond.
    pub(super) file_at: usize,
}

impl Form {
    /// What twine sends: fields, then the file.
    pub(super) fn of(built: &Built) -> Self {
        let sha256 = hex(&Sha256::digest(&built.content));
        let fields = [
            (":action", "file_upload"),
            ("protocol_version", "1"),
            ("sha256_digest", &sha256),
        ];
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            fields: fields.map(owned).to_vec(),
            file: Some(built.clone()),
            file_at: usize::MAX,
        }
    }

    /// The same with a field set, or added.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.and(name, value)
    }

    /// The same with one more field.
    pub(super) fn and(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same without a field.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    /// Its content type and its bytes.
    pub(super) fn encode(&self) -> (String, Vec<u8>) {
        let mut body = Vec::new();
        for (at, (name, value)) in self.fields.iter().enumerate() {
            if at == self.file_at {
                self.encode_file(&mut body);
            }
            let part = format!(
                "--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend(part.bytes());
        }
        if self.file_at >= self.fields.len() {
            self.encode_file(&mut body);
        }
        body.extend(b"--xx--\r\n");
        ("multipart/form-data; boundary=xx".to_owned(), body)
    }

    fn encode_file(&self, body: &mut Vec<u8>) {
        if let Some(file) = &self.file {
            let name = &file.name;
            let head = format!(
                "--xx\r\nContent-Disposition: form-data; name=\"content\"; filename=\"{name}\"\r\n\r\n"
            );
            body.extend(head.bytes());
            body.extend_from_slice(&file.content);
            body.extend(b"\r\n");
        }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

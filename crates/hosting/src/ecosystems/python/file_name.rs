//! Names of files: `{name}-{version}(-{build})?-{python}-{abi}-{platform}.whl`,
//! `{name}-{version}.tar.gz` and `{name}-{version}.zip`.

use pep440_rs::Version;

use super::name::{is_name, key_of, normal, parse_version};
use crate::ecosystems::archive::shown;
use crate::error::Rejection;

/// The most characters of a file's name.
const MAX: usize = 255;

/// What a file's name says that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FileName<'a> {
    /// A wheel.
    Wheel(Wheel<'a>),
    /// A source distribution; where its name ends and its version begins, only its project tells.
    Sdist {
        /// `{name}-{version}`.
        stem: &'a str,
        /// How it is packed.
        packing: Packing,
    },
}

/// A wheel's name, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wheel<'a> {
    pub(super) name: &'a str,
    pub(super) version: Version,
    build: Option<&'a str>,
    /// Such as `py3` or `py2.py3`.
    pub(super) python: &'a str,
    /// `{python}-{abi}-{platform}`.
    tags: &'a str,
}

/// How a source distribution is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// `.tar.gz`
    TarGz,
    /// `.zip`
    Zip,
}

impl Packing {
    fn extension(self) -> &'static str {
        match self {
            Self::TarGz => ".tar.gz",
            Self::Zip => ".zip",
        }
    }
}

impl<'a> FileName<'a> {
    /// Takes a name apart.
    ///
    /// # Errors
    /// Says what the name should look like.
    pub(super) fn parse(name: &'a str) -> Result<Self, Rejection> {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+!".contains(&byte);
        if name.len() > MAX || !name.bytes().all(good) {
            return Err(Rejection::new(format!(
                "\u{201c}{}\u{201d} is no name of a Python package's file: letters, digits and -_.+! only, at most {MAX} \
                 characters.",
                shown(name)
            )));
        }
        if let Some(stem) = name.strip_suffix(".whl") {
            return Wheel::parse(stem).map(Self::Wheel);
        }
        for packing in [Packing::TarGz, Packing::Zip] {
            if let Some(stem) = name.strip_suffix(packing.extension()) {
                return Ok(Self::Sdist { stem, packing });
            }
        }
        Err(Rejection::new(format!(
            "\u{201c}{}\u{201d} is neither a wheel (.whl) nor a source distribution (.tar.gz or .zip).",
            shown(name)
        )))
    }

    /// The version, where the file is one of the project of this name in normal form.
    pub(super) fn version_of(&self, project: &str) -> Option<Version> {
        match self {
            Self::Wheel(wheel) => (normal(wheel.name) == project).then(|| wheel.version.clone()),
            Self::Sdist { stem, .. } => stem.match_indices('-').find_map(|(at, _)| {
                let (name, version) = (stem.get(..at)?, stem.get(at + 1..)?);
                let is_it = is_name(name) && normal(name) == project;
                is_it.then(|| parse_version(version).ok()).flatten()
            }),
        }
    }

    /// The form that all spellings of the name share, for the project of this name in normal form.
    pub(super) fn key(&self, project: &str) -> Option<String> {
        let version = key_of(&self.version_of(project)?);
        let kind = match self {
            Self::Wheel(wheel) => match wheel.build {
                Some(build) => format!("{build}-{}.whl", wheel.tags),
                None => format!("{}.whl", wheel.tags),
            },
            Self::Sdist { packing, .. } => format!("sdist{}", packing.extension()),
        };
        Some(format!("{project}/{version}/{kind}").to_ascii_lowercase())
    }

    /// As uploads and the JSON interface name it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Wheel(_) => "bdist_wheel",
            Self::Sdist { .. } => "sdist",
        }
    }

    /// Which Python it is for, as uploads and the JSON interface name it.
    pub(super) fn python(&self) -> &'a str {
        match self {
            Self::Wheel(wheel) => wheel.python,
            Self::Sdist { .. } => "source",
        }
    }
}

impl<'a> Wheel<'a> {
    fn parse(stem: &'a str) -> Result<Self, Rejection> {
        let parts: Vec<&str> = stem.split('-').collect();
        let (name, version, build, python) = match *parts.as_slice() {
            [name, version, python, _, _] => (name, version, None, python),
            [name, version, build, python, _, _] => (name, version, Some(build), python),
            _ => return Err(wrong(stem)),
        };
        let starts_with_digit = |build: &str| build.starts_with(|one: char| one.is_ascii_digit());
        let tags = parts.len() - 3;
        let empty = parts.iter().skip(tags).any(|tag| tag.is_empty());
        if !is_name(name) || empty || !build.is_none_or(starts_with_digit) {
            return Err(wrong(stem));
        }
        let before: usize = parts.iter().take(tags).map(|part| part.len() + 1).sum();
        Ok(Self {
            version: parse_version(version)?,
            tags: stem.get(before..).unwrap_or_default(),
            name,
            build,
            python,
        })
    }
}

fn wrong(stem: &str) -> Rejection {
    Rejection::new(format!(
        "\u{201c}{}.whl\u{201d} is no name of a wheel: {{name}}-{{version}}(-{{build}})?-{{python}}-{{abi}}-{{platform}}.whl, \
         such as my_package-1.0-py3-none-any.whl.",
        shown(stem)
    ))
}

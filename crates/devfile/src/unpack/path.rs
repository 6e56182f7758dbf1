//! Which paths of an archive are safe.

use std::path::{Path, PathBuf};

use registrar_net::clean;

use super::UnpackError;

/// The most bytes of a path, and the most folders in it.
const MAX_BYTES: usize = 1024;
const MAX_DEPTH: usize = 64;
/// Names that Windows takes for devices, whatever follows a dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// The path of an entry below its folder; `None` for the folder itself.
///
/// # Errors
/// [`UnpackError::UnsafePath`].
pub(super) fn parse(text: &str) -> Result<Option<PathBuf>, UnpackError> {
    let refuse = || UnpackError::UnsafePath(shown(text));
    if text.starts_with('/') || text.len() > MAX_BYTES {
        return Err(refuse());
    }
    let parts: Vec<&str> = text
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    if parts.len() > MAX_DEPTH || !parts.iter().all(|part| is_name(part)) {
        return Err(refuse());
    }
    Ok((!parts.is_empty()).then(|| parts.iter().collect()))
}

/// Whether a link at `link` may have this target: it stays below the folder, also on a disk where
/// other links of the same archive lie, because nothing follows `..` but `..`.
pub(super) fn may_link(link: &Path, target: &str) -> bool {
    let depth = link.components().count().saturating_sub(1);
    let parts: Vec<&str> = target.split('/').filter(|part| *part != ".").collect();
    let ups = parts.iter().take_while(|part| **part == "..").count();
    let relative = !target.is_empty() && !target.starts_with('/') && target.len() <= MAX_BYTES;
    let names = parts[ups..].iter().filter(|part| !part.is_empty());
    relative && ups <= depth && names.clone().all(|part| is_name(part))
}

/// Whether it is the name of a file on every system, and nothing else.
fn is_name(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().to_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        let rest = stem.strip_prefix(device);
        rest.is_some_and(|rest| rest.chars().count() == 1 && rest != "0")
    });
    let device = numbered || DEVICES.contains(&stem.as_str());
    let forbidden = |c: char| c.is_control() || matches!(c, '\\' | ':');
    part != ".." && part.len() <= 255 && !part.contains(forbidden) && !(cfg!(windows) && device)
}

/// A path as it may be shown.
pub(super) fn shown(text: &str) -> String {
    clean(text, 120)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_below_the_folder_are_taken() {
        let parsed = |text| parse(text).unwrap().map(|path| path.display().to_string());
        assert_eq!(parsed("./a//b/./c").as_deref(), Some("a/b/c"));
        assert_eq!(parsed("docker/"), Some("docker".to_owned()));
        assert_eq!((parsed("./"), parsed("")), (None, None));
    }

    #[test]
    fn paths_that_lead_elsewhere_are_not() {
        let long = "a".repeat(256);
        let deep = "a/".repeat(65);
        for text in [
            "/etc/passwd",
            "..",
            "a/../../b",
            "a\\..\\b",
            "C:/x",
            "a\0b",
            &long,
            &deep,
        ] {
            assert!(
                matches!(parse(text), Err(UnpackError::UnsafePath(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn links_stay_below_the_folder() {
        for (link, target) in [
            ("a", "b"),
            ("a/b", "../c"),
            ("a/b/c", "../../d/e"),
            ("a", "./b"),
        ] {
            assert!(may_link(Path::new(link), target), "{link} → {target}");
        }
        for (link, target) in [
            ("a", ".."),
            ("a", "../b"),
            ("a/b", "../../c"),
            ("a", "/etc"),
            ("a", ""),
            // Where `x` is a link itself, this would lead above the folder.
            ("a", "x/../y"),
        ] {
            assert!(!may_link(Path::new(link), target), "{link} → {target}");
        }
    }
}

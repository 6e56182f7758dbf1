//! The readme of a Helm chart, in the archive that was pushed.
//!
//! The archive is a client's: it is read with bounds and never unpacked. What is wrong within it is
//! for Helm to say when somebody installs the chart; here it only means that there is no readme.

use crate::ecosystems::archive::tar::{self, Archive};
use crate::error::Rejection;
use crate::model::{Readme, ReadmeFormat};

/// Helm loads no chart that unpacks to more bytes,
const MAX_UNPACKED: u64 = 100 * 1024 * 1024;
/// and none with a file of more than this.
const MAX_FILE: u64 = 5 * 1024 * 1024;

/// The readme in a chart's own folder: the first one, as `helm show readme` has it.
///
/// # Errors
/// Refuses what is no packed tar archive, which no client could take for a chart.
pub fn find(archive: &[u8], chart: &str) -> Result<Option<Readme>, Rejection> {
    if !tar::is_one(archive) {
        return Err(Rejection::new(
            "The chart is not a gzip-compressed tar archive. Make it with \u{201c}helm package\u{201d}.",
        ));
    }
    let mut entries = Archive::new(archive, archive.len() as u64).at_most(MAX_UNPACKED);
    let wanted = |path: &str| format_of(path, chart).is_some();
    while let Ok(Some(entry)) = entries.next(wanted, MAX_FILE) {
        if let (Some(format), Some(text)) = (format_of(&entry.name, chart), entry.content) {
            return Ok(Some(Readme::new(format, &String::from_utf8_lossy(&text))));
        }
    }
    Ok(None)
}

/// The form of the readme that lies at a path; `None` where none does. Charts that a chart brings
/// along have readmes of their own, further down.
fn format_of(path: &str, chart: &str) -> Option<ReadmeFormat> {
    let file = path.strip_prefix(chart)?.strip_prefix('/')?;
    match file.to_ascii_lowercase().as_str() {
        "readme.md" => Some(ReadmeFormat::Markdown),
        "readme.txt" | "readme" => Some(ReadmeFormat::Text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, EntryType, Header};

    use super::{MAX_FILE, MAX_UNPACKED, find};
    use crate::model::{About, Readme, ReadmeFormat};

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    fn header(kind: EntryType, size: u64) -> Header {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(size);
        header.set_mode(0o644);
        header
    }

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = Builder::new(Vec::new());
        for (path, content) in files {
            let mut header = header(EntryType::Regular, content.len() as u64);
            archive.append_data(&mut header, path, *content).unwrap();
        }
        archive.into_inner().unwrap()
    }

    #[track_caller]
    fn text_of(packed: &[u8]) -> Option<String> {
        find(packed, "cache").unwrap().map(|readme| readme.text)
    }

    #[test]
    fn it_is_the_one_in_the_folder_of_the_chart_itself() {
        let files: [(&str, &[u8]); 5] = [
            ("cache/Chart.yaml", b"name: cache"),
            ("other/README.md", b"another folder"),
            ("cache/charts/common/README.md", b"another chart"),
            ("cache/README.md", b"# Cache"),
            ("cache/readme.txt", b"later"),
        ];
        let found = find(&gzip(&archive(&files)), "cache").unwrap();
        let expected = Readme::new(ReadmeFormat::Markdown, "# Cache");
        assert_eq!(found, Some(expected));
        assert_eq!(text_of(&gzip(&archive(&files[..3]))), None);
        let long = format!("cache/{}", "deep/".repeat(40));
        let files = [(long.as_str(), &b""[..]), ("cache/ReadMe", b"plain")];
        let found = find(&gzip(&archive(&files)), "cache").unwrap();
        assert_eq!(found, Some(Readme::new(ReadmeFormat::Text, "plain")));
    }

    #[test]
    fn a_long_one_is_cut_and_a_strange_one_read_as_well_as_it_can_be() {
        let long = "a".repeat(About::MAX_README + 1);
        let packed = gzip(&archive(&[("cache/README.md", long.as_bytes())]));
        assert_eq!(text_of(&packed).unwrap().len(), About::MAX_README);
        let packed = gzip(&archive(&[("cache/README.md", b"caf\xe9 \xff")]));
        assert_eq!(text_of(&packed).unwrap(), "caf\u{fffd} \u{fffd}");
        let huge = vec![b'a'; usize::try_from(MAX_FILE).unwrap() + 1];
        let packed = gzip(&archive(&[("cache/README.md", &huge)]));
        assert_eq!(text_of(&packed), None);
    }

    #[test]
    fn a_link_is_followed_nowhere() {
        for (kind, target) in [
            (EntryType::Symlink, "/etc/passwd"),
            (EntryType::Symlink, "values.yaml"),
            (EntryType::Link, "cache/values.yaml"),
        ] {
            let mut archive = Builder::new(Vec::new());
            let mut file = header(EntryType::Regular, 6);
            let content = &b"secret"[..];
            archive
                .append_data(&mut file, "cache/values.yaml", content)
                .unwrap();
            let mut link = header(kind, 0);
            archive
                .append_link(&mut link, "cache/README.md", target)
                .unwrap();
            let packed = gzip(&archive.into_inner().unwrap());
            assert_eq!(text_of(&packed), None, "{target}");
        }
    }

    #[test]
    fn what_grows_without_end_is_given_up() {
        let readme = gzip(&archive(&[("cache/README.md", b"# Cache")]));
        let mebibyte = gzip(&vec![0; 1 << 20]);
        // So large that no ratio speaks against it.
        let rest = readme.repeat(30_000);
        for (size, found) in [(60, true), (MAX_UNPACKED >> 20, false)] {
            let mut header = header(EntryType::Regular, size << 20);
            header.set_path("cache/zeros").unwrap();
            header.set_cksum();
            let zeros = mebibyte.repeat(usize::try_from(size).unwrap());
            let packed = [gzip(header.as_bytes()), zeros, rest.clone()].concat();
            assert_eq!(text_of(&packed).is_some(), found, "{size} MiB");
        }
        let thousand = gzip(&archive(&[("cache/a", b"")])[..512].repeat(1000));
        for (thousands, found) in [(1, true), (201, false)] {
            let packed = [thousand.repeat(thousands), readme.clone()].concat();
            assert_eq!(text_of(&packed).is_some(), found, "{thousands}000 entries");
        }
    }

    #[test]
    fn what_is_no_packed_archive_is_refused_and_a_broken_one_has_no_readme() {
        let whole = archive(&[("cache/a", &[7; 2000]), ("cache/README.md", b"# Cache")]);
        for wrong in [&b""[..], b"PK", &whole, &gzip(b"text"), &gzip(&[7; 2000])] {
            assert!(find(wrong, "cache").is_err());
        }
        let nothing = gzip(&[0; 1024]);
        assert_eq!(text_of(&nothing), None);
        assert_eq!(text_of(&gzip(&whole)).as_deref(), Some("# Cache"));
        assert_eq!(text_of(&gzip(&whole[..1024])), None);
        let mut outside = header(EntryType::Regular, 0);
        let path = b"cache/../README.md";
        outside.as_mut_bytes()[..path.len()].copy_from_slice(path);
        outside.set_cksum();
        let archive = [outside.as_bytes().to_vec(), whole].concat();
        assert_eq!(text_of(&gzip(&archive)), None);
    }
}

//! Putting what was downloaded in its place, whole or not at all.
//!
//! Everything is made in a folder of its own beside the place where it is to go. What is moved from
//! there replaces nothing that the person has not agreed to, and a failure half-way puts back what
//! was replaced. Dropping a [`Staging`] removes it with all that is in it.

use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use tempfile::TempDir;

/// A folder beside a place, in which things are made ready for it.
#[derive(Debug)]
pub struct Staging {
    room: TempDir,
    content: PathBuf,
    target: PathBuf,
}

/// What was moved to its place, so that it can be taken back.
#[derive(Default)]
struct Moved {
    /// Where each file is now, and where the one that it replaced waits.
    files: Vec<(PathBuf, Option<PathBuf>)>,
    folders: Vec<PathBuf>,
}

impl Staging {
    /// Makes room for the folder `target`, which need not exist; an absolute path. Blocks.
    ///
    /// # Errors
    /// What the disk says; also where something that is no folder lies on the way.
    pub fn beside(target: &Path) -> io::Result<Self> {
        let mut existing = target;
        while fs::symlink_metadata(existing).is_err() {
            existing = existing
                .parent()
                .ok_or(io::Error::from(io::ErrorKind::NotFound))?;
        }
        if !fs::metadata(existing)?.is_dir() {
            return Err(io::Error::from(io::ErrorKind::NotADirectory));
        }
        let room = tempfile::Builder::new()
            .prefix(".registrar-")
            .tempdir_in(existing)?;
        // Not the room itself, which nobody else may enter.
        let content = room.path().join("content");
        fs::create_dir(&content)?;
        Ok(Self {
            content,
            target: target.to_owned(),
            room,
        })
    }

    /// Where things are made ready.
    pub fn content(&self) -> &Path {
        &self.content
    }

    /// A place for something that is only needed on the way.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.room.path().join(name)
    }

    /// The files that are ready, as paths below the folder, sorted. Blocks.
    ///
    /// # Errors
    /// What the disk says.
    pub fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        walk(&self.content, Path::new(""), &mut |path, folder| {
            if !folder {
                found.push(path.to_owned());
            }
        })?;
        found.sort_unstable();
        Ok(found)
    }

    /// Those of [`Self::files`] whose place is taken. Blocks.
    ///
    /// # Errors
    /// What the disk says.
    pub fn taken(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = self.files()?;
        files.retain(|file| fs::symlink_metadata(self.target.join(file)).is_ok());
        Ok(files)
    }

    /// Moves everything to its place. Files there are replaced only with `replace`; those that
    /// are not concerned stay. Blocks.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] where a place is taken and must not be replaced, or by a
    /// folder; what the disk says. Everything is as before then.
    pub fn place(self, replace: bool) -> io::Result<()> {
        let mut moved = Moved::default();
        let outcome = self.move_all(replace, &mut moved);
        if outcome.is_err() {
            moved.take_back();
        }
        outcome
    }

    fn move_all(&self, replace: bool, moved: &mut Moved) -> io::Result<()> {
        moved.make_folder(&self.target)?;
        let mut folders = Vec::new();
        walk(&self.content, Path::new(""), &mut |path, folder| {
            if folder {
                folders.push(path.to_owned());
            }
        })?;
        for folder in folders {
            moved.make_folder(&self.target.join(folder))?;
        }
        for (number, file) in self.files()?.iter().enumerate() {
            let place = self.target.join(file);
            let kept = self.scratch(&format!("old-{number}"));
            let kept = match fs::symlink_metadata(&place) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => return Err(error),
                Ok(there) if there.is_dir() || !replace => {
                    return Err(io::Error::from(io::ErrorKind::AlreadyExists));
                }
                Ok(_) => {
                    fs::rename(&place, &kept)?;
                    Some(kept)
                }
            };
            moved.files.push((place.clone(), kept));
            fs::rename(self.content.join(file), &place)?;
        }
        Ok(())
    }
}

impl Moved {
    /// Makes a folder and those above it, unless they are there.
    fn make_folder(&mut self, folder: &Path) -> io::Result<()> {
        if fs::metadata(folder).is_ok_and(|there| there.is_dir()) {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.make_folder(parent)?;
        }
        fs::create_dir(folder)?;
        self.folders.push(folder.to_owned());
        Ok(())
    }

    fn take_back(self) {
        for (place, kept) in self.files.into_iter().rev() {
            let undone = match kept {
                Some(kept) => fs::rename(kept, &place),
                None => fs::remove_file(&place),
            };
            if let Err(error) = undone
                && error.kind() != io::ErrorKind::NotFound
            {
                tracing::warn!(%error, "a file could not be put back");
            }
        }
        for folder in self.folders.into_iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Tells of everything below `root`, folders before what is in them. Follows no link.
fn walk(root: &Path, below: &Path, tell: &mut dyn FnMut(&Path, bool)) -> io::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        let folder = entry.file_type()?.is_dir();
        tell(&path, folder);
        if folder {
            walk(root, &path, tell)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(target: &Path, files: &[(&str, &str)]) -> Staging {
        let staging = Staging::beside(target).unwrap();
        for (path, text) in files {
            let path = staging.content().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        staging
    }

    fn listing(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        walk(folder, Path::new(""), &mut |path, _| {
            found.push(path.display().to_string());
        })
        .unwrap();
        found.sort();
        found
    }

    #[test]
    fn a_new_folder_appears_with_everything_in_it() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("code/new");
        let staging = ready(
            &target,
            &[("devfile.yaml", "x"), ("docker/Dockerfile", "y")],
        );
        assert!(staging.taken().unwrap().is_empty());
        staging.place(false).unwrap();
        let expected = [
            "code",
            "code/new",
            "code/new/devfile.yaml",
            "code/new/docker",
            "code/new/docker/Dockerfile",
        ];
        assert_eq!(listing(home.path()), expected);
    }

    #[test]
    fn what_is_there_is_replaced_only_with_consent_and_the_rest_stays() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("devfile.yaml"), "mine").unwrap();
        fs::write(home.path().join("other"), "mine too").unwrap();
        let staging = ready(home.path(), &[("devfile.yaml", "theirs"), ("a/b", "new")]);
        assert_eq!(staging.taken().unwrap(), [PathBuf::from("devfile.yaml")]);
        let refused = staging.place(false).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(listing(home.path()), ["devfile.yaml", "other"]);
        assert_eq!(
            fs::read_to_string(home.path().join("devfile.yaml")).unwrap(),
            "mine"
        );

        ready(home.path(), &[("devfile.yaml", "theirs"), ("a/b", "new")])
            .place(true)
            .unwrap();
        assert_eq!(listing(home.path()), ["a", "a/b", "devfile.yaml", "other"]);
        assert_eq!(
            fs::read_to_string(home.path().join("devfile.yaml")).unwrap(),
            "theirs"
        );
    }

    #[test]
    fn a_failure_half_way_leaves_the_old_files() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("a"), "mine").unwrap();
        // A folder is where a file is to go.
        fs::create_dir(home.path().join("z")).unwrap();
        let staging = ready(
            home.path(),
            &[("a", "theirs"), ("b/c", "new"), ("z", "file")],
        );
        assert!(staging.place(true).is_err());
        assert_eq!(listing(home.path()), ["a", "z"]);
        assert_eq!(fs::read_to_string(home.path().join("a")).unwrap(), "mine");
    }

    #[test]
    fn dropping_it_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        drop(ready(&home.path().join("x/y"), &[("a", "b")]));
        assert!(listing(home.path()).is_empty());
    }

    #[test]
    fn a_file_on_the_way_is_an_error() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("file"), "").unwrap();
        let error = Staging::beside(&home.path().join("file/below")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotADirectory);
    }
}

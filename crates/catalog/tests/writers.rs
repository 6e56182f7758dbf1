//! Several processes, and what a crash or a refusing disk leaves behind.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::{
    env, fs,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, SystemTime},
};

use registrar_catalog::{Catalog, CatalogFile};
use registrar_registry::RegistryName;
use support::record;

/// Where a child process finds the catalog.
const FOLDER: &str = "REGISTRAR_CATALOG_TEST_FOLDER";
/// What it calls the registries that it adds.
const PREFIX: &str = "REGISTRAR_CATALOG_TEST_PREFIX";

/// A process that runs one of the ignored tests below.
fn child(program: &Path, test: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args([test, "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, folder);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

fn this_program() -> std::path::PathBuf {
    env::current_exe().unwrap()
}

fn childs_file() -> CatalogFile {
    CatalogFile::new(env::var_os(FOLDER).unwrap())
}

fn add(file: &CatalogFile, name: &str) {
    let mut edit = file.edit().unwrap();
    edit.insert(&record(name)).unwrap();
    edit.commit().unwrap();
}

fn has_temporary_files(folder: &Path) -> bool {
    let mut names = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    names.any(|name| name.to_string_lossy().ends_with(".tmp"))
}

#[test]
#[ignore = "a process of its own for other tests"]
fn child_adds() {
    let prefix = env::var(PREFIX).unwrap();
    for i in 0..20 {
        add(&childs_file(), &format!("{prefix} {i}"));
    }
}

#[test]
fn processes_and_threads_that_add_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = CatalogFile::new(folder.path());
    fs::write(file.path(), "# mine\n").unwrap();
    let spawn = |i: usize| {
        let mut command = child(&this_program(), "child_adds", folder.path());
        command.env(PREFIX, format!("child {i}")).spawn().unwrap()
    };
    let children: Vec<_> = (0..2).map(spawn).collect();
    thread::scope(|scope| {
        for thread in 0..2 {
            let file = file.clone();
            scope.spawn(move || (0..20).for_each(|i| add(&file, &format!("thread {thread} {i}"))));
        }
    });
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let catalog = file.load().unwrap();
    assert_eq!((catalog.records.len(), catalog.problems.len()), (80, 0));
    assert!(
        fs::read_to_string(file.path())
            .unwrap()
            .starts_with("# mine\n")
    );
}

/// Both registries carry the same number in every state that was ever committed.
fn state(catalog: &Catalog) -> u64 {
    let numbers: Vec<u64> = catalog
        .records
        .iter()
        .map(|record| {
            record
                .name
                .as_str()
                .split(' ')
                .nth(1)
                .unwrap()
                .parse()
                .unwrap()
        })
        .collect();
    assert_eq!((catalog.problems.len(), numbers.len()), (0, 2));
    assert_eq!(numbers[0], numbers[1], "half of a commit was found");
    numbers[0]
}

fn advance(file: &CatalogFile) {
    let mut edit = file.edit().unwrap();
    let next = state(edit.catalog()) + 1;
    for mut record in edit.catalog().records.clone() {
        let side = record.name.as_str().split(' ').next().unwrap().to_owned();
        record.name = RegistryName::parse(&format!("{side} {next}")).unwrap();
        edit.replace(&record).unwrap();
    }
    edit.commit().unwrap();
}

#[test]
#[ignore = "a process of its own for other tests"]
fn child_saves_until_it_is_killed() {
    loop {
        advance(&childs_file());
    }
}

#[test]
fn a_process_killed_while_it_saves_leaves_the_old_state_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = CatalogFile::new(folder.path());
    // Large enough that writing takes a while.
    fs::write(file.path(), "# padding\n".repeat(20_000)).unwrap();
    add(&file, "left 0");
    let mut edit = file.edit().unwrap();
    edit.insert(&record("right 0")).unwrap();
    let mut before = state(&edit.commit().unwrap());
    let start = before;
    // A busy computer takes its time: until a child has saved at all, each lives twice as long.
    let mut slowness = 1;
    for _ in 0..40 {
        let mut command = child(
            &this_program(),
            "child_saves_until_it_is_killed",
            folder.path(),
        );
        let mut child = command.spawn().unwrap();
        let nanos = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap()
            .subsec_nanos();
        let life = Duration::from_millis(20 + u64::from(nanos / 1000 % 60));
        thread::sleep(life * slowness);
        child.kill().unwrap();
        child.wait().unwrap();
        let after = state(&file.load().unwrap());
        assert!(after >= before, "a saved state was lost");
        before = after;
        if before == start {
            slowness = (slowness * 2).min(32);
        }
    }
    assert!(before > start, "no child ever saved");
    advance(&file);
    assert!(!has_temporary_files(folder.path()));
}

/// Exits with 101 and prints the error if the catalog cannot be changed.
#[test]
#[ignore = "a process of its own for other tests"]
fn child_adds_one() {
    let mut edit = childs_file()
        .edit()
        .unwrap_or_else(|error| panic!("said: {error}"));
    edit.insert(&record("new")).unwrap();
    edit.commit()
        .unwrap_or_else(|error| panic!("said: {error}"));
}

/// The child failed with a message that contains `expected`, and the catalog is as it was.
fn assert_refused(output: &Output, expected: &str, file: &CatalogFile, before: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "it was written");
    assert!(
        said.contains(expected) && said.contains("nothing was changed"),
        "{said}"
    );
    assert_eq!(fs::read_to_string(file.path()).unwrap(), before);
    assert!(!has_temporary_files(file.path().parent().unwrap()));
}

#[test]
fn a_file_that_cannot_grow_stays_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = CatalogFile::new(folder.path());
    let before = "# padding\n".repeat(10_000);
    fs::write(file.path(), &before).unwrap();
    // Without the signal, a write beyond the limit is an error like that of a full disk.
    let mut command = child(Path::new("sh"), "child_adds_one", folder.path());
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
    command = Command::new("sh");
    command
        .arg("-c")
        .arg(script)
        .arg(this_program())
        .args(arguments)
        .env(FOLDER, folder.path());
    assert_refused(
        &command.output().unwrap(),
        "larger than allowed",
        &file,
        &before,
    );
}

#[test]
fn a_full_disk_is_said_and_leaves_the_file_whole() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_disk) = SmallDisk::mount(folder.path()) else {
        println!("skipped: a small file system cannot be mounted here");
        return;
    };
    let file = CatalogFile::new(folder.path());
    let before = "# padding\n".repeat(4_000);
    fs::write(file.path(), &before).unwrap();
    let output = child(&this_program(), "child_adds_one", folder.path())
        .output()
        .unwrap();
    assert_refused(&output, "the disk is full", &file, &before);
}

/// A file system of 64 KiB, gone when dropped.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    /// `None` where this user may not mount one.
    fn mount(at: &'a Path) -> Option<Self> {
        let mut command = Command::new("mount");
        command
            .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
            .arg(at);
        command
            .output()
            .is_ok_and(|output| output.status.success())
            .then_some(Self(at))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        assert!(
            Command::new("umount")
                .arg(self.0)
                .status()
                .is_ok_and(|status| status.success())
        );
    }
}

#[test]
fn a_read_only_folder_is_said_and_leaves_the_file_whole() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    fs::create_dir(&config).unwrap();
    let file = CatalogFile::new(&config);
    let before = "[[registry]]\nname = 'a'\nkind = 'source'\nurl = 'x'\n";
    fs::write(file.path(), before).unwrap();
    let set_mode = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    set_mode(&config, 0o555);
    set_mode(folder.path(), 0o755);
    let program = folder.path().join("program");
    fs::copy(this_program(), &program).unwrap();
    let mut command = child(&program, "child_adds_one", &config);
    // Root may write everywhere; then the child is somebody else.
    if fs::File::create(config.join("root")).is_ok() {
        fs::remove_file(config.join("root")).unwrap();
        command.uid(65534).gid(65534);
    }
    let output = command.current_dir(folder.path()).output().unwrap();
    assert_refused(&output, "read-only for you", &file, before);
    assert_eq!(file.load().unwrap().records.len(), 1);
    set_mode(&config, 0o755);
}

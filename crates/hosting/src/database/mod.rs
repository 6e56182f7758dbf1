//! The metadata: one `SQLite` file, written by one connection and read by several.
//!
//! All SQL of the crate is in this module, in the dialect that `PostgreSQL` shares. What reads takes
//! a pool, what writes takes the connection of a transaction: the caller decides what belongs
//! together.

pub(crate) mod audit;
pub(crate) mod blobs;
pub(crate) mod broken;
pub(crate) mod files;
pub(crate) mod images;
pub(crate) mod packages;
pub(crate) mod registries;
pub(crate) mod retention;
mod row;
pub(crate) mod sealed;
pub(crate) mod snapshot;
pub(crate) mod tokens;
pub(crate) mod usage;
pub(crate) mod versions;

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::error::HostError;

/// A connection within a transaction.
pub(crate) type Connection = SqliteConnection;

/// Reads wait no longer for a free connection.
const ACQUIRE_LIMIT: Duration = Duration::from_secs(30);
/// As many reads at once; each is short.
const READERS: u32 = 4;

/// The database. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Database {
    readers: SqlitePool,
    writer: SqlitePool,
}

impl Database {
    /// Opens the file, makes it where it is not there, and brings it to the newest form.
    pub(crate) async fn open(path: &Path) -> Result<Self, HostError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A commit is on the disk when it returns: it is what a client is told about.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(ACQUIRE_LIMIT)
            .pragma("cache_size", "-16000")
            .pragma("mmap_size", "268435456");
        let writer = pool(1).connect_with(options.clone()).await?;
        sqlx::migrate!("./migrations").run(&writer).await?;
        let readers = pool(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { readers, writer })
    }

    /// For what only reads.
    pub(crate) fn reader(&self) -> &SqlitePool {
        &self.readers
    }

    /// Begins a change. Changes wait for each other; one that is dropped never was.
    pub(crate) async fn change(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.writer.begin_with("BEGIN IMMEDIATE").await
    }

    /// Closes all connections; the write-ahead log becomes part of the file.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_LIMIT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

#[cfg(test)]
mod tests {
    use sqlx::migrate::Migrator;
    use sqlx::{Connection as _, Row as _, SqliteConnection, query};

    use super::{Database, blobs};
    use crate::model::{Content, Digests};

    /// What a program of that time had written is there, and newer content finds room beside it.
    #[tokio::test]
    async fn a_database_of_an_older_program_keeps_its_blobs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registrar.sqlite");
        let url = format!("sqlite://{}?mode=rwc", path.display());
        let mut old = SqliteConnection::connect(&url).await.unwrap();
        let all = sqlx::migrate!("./migrations");
        let known = all.iter().take(4).cloned().collect::<Vec<_>>();
        let migrator = Migrator {
            migrations: known.into(),
            ..Migrator::DEFAULT
        };
        migrator.run(&mut old).await.unwrap();
        query(
            "INSERT INTO blob (sha256, size, md5, sha1, sha512, blake2b, created_at) VALUES \
             (zeroblob(32), 7, zeroblob(16), zeroblob(20), zeroblob(64), zeroblob(32), 1); \
             INSERT INTO organization VALUES (zeroblob(16), 'local', 'Local', 1); \
             INSERT INTO registry (id, organization_id, slug, name, ecosystem, description, emoji, \
             color, public, created_at, updated_at) VALUES \
             (zeroblob(16), zeroblob(16), 'images', 'Images', 'container', '', '', '', FALSE, 1, 1); \
             INSERT INTO image_blob (registry_id, repository, blob, linked_at) \
             VALUES (zeroblob(16), 'app', zeroblob(32), 1)",
        )
        .execute(&mut old)
        .await
        .unwrap();
        old.close().await.unwrap();

        let database = Database::open(&path).await.unwrap();
        let zeros = Content {
            size: 7,
            sha256: [0; 32],
            more: Some(Digests {
                md5: [0; 16],
                sha1: [0; 20],
                sha512: [0; 64],
                blake2b: [0; 32],
            }),
        };
        let layer = Content {
            sha256: [1; 32],
            more: None,
            ..zeros.clone()
        };
        let mut change = database.change().await.unwrap();
        for content in [&layer, &zeros, &layer] {
            let now = jiff::Timestamp::UNIX_EPOCH;
            blobs::insert(&mut change, content, now).await.unwrap();
        }
        change.commit().await.unwrap();
        let mut found = blobs::all(database.reader()).await.unwrap();
        found.sort_by_key(|content| content.sha256);
        assert_eq!(found, [zeros, layer]);
        let links = query("SELECT blob FROM image_blob")
            .fetch_one(database.reader())
            .await
            .unwrap();
        assert_eq!(links.get::<&[u8], _>("blob"), [0; 32]);
    }
}

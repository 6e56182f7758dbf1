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

-- Ids are UUIDv7, times are milliseconds since 1970, digests are raw bytes, sizes are bytes.
-- The counters of a registry, a package and a version are kept by the transactions that change
-- what they count, so that no page has to count rows.

CREATE TABLE organization (
  id BLOB PRIMARY KEY NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE registry (
  id BLOB PRIMARY KEY NOT NULL,
  organization_id BLOB NOT NULL REFERENCES organization (id),
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  ecosystem TEXT NOT NULL,
  description TEXT NOT NULL,
  emoji TEXT NOT NULL,
  color TEXT NOT NULL,
  public BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  packages BIGINT NOT NULL DEFAULT 0,
  versions BIGINT NOT NULL DEFAULT 0,
  files BIGINT NOT NULL DEFAULT 0,
  size BIGINT NOT NULL DEFAULT 0,
  downloads BIGINT NOT NULL DEFAULT 0,
  pushed_at BIGINT,
  UNIQUE (organization_id, slug)
);

CREATE TABLE package (
  id BLOB PRIMARY KEY NOT NULL,
  registry_id BLOB NOT NULL REFERENCES registry (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  latest_id BLOB,
  versions BIGINT NOT NULL DEFAULT 0,
  files BIGINT NOT NULL DEFAULT 0,
  size BIGINT NOT NULL DEFAULT 0,
  downloads BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  pushed_at BIGINT NOT NULL,
  UNIQUE (registry_id, name_key)
);
CREATE INDEX package_pushed ON package (registry_id, pushed_at);

CREATE TABLE version (
  id BLOB PRIMARY KEY NOT NULL,
  registry_id BLOB NOT NULL REFERENCES registry (id) ON DELETE CASCADE,
  package_id BLOB NOT NULL REFERENCES package (id) ON DELETE CASCADE,
  version TEXT NOT NULL,
  version_key TEXT NOT NULL,
  prerelease BOOLEAN NOT NULL,
  about TEXT NOT NULL,
  indexed TEXT NOT NULL,
  withdrawn TEXT,
  published_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  size BIGINT NOT NULL DEFAULT 0,
  downloads BIGINT NOT NULL DEFAULT 0,
  UNIQUE (package_id, version_key)
);
-- UUIDv7 sorts by time: this is also the order of the list of a registry's versions.
CREATE INDEX version_registry ON version (registry_id, id);
CREATE INDEX version_package ON version (package_id, id);

CREATE TABLE blob (
  sha256 BLOB PRIMARY KEY NOT NULL,
  size BIGINT NOT NULL,
  md5 BLOB NOT NULL,
  sha1 BLOB NOT NULL,
  sha512 BLOB NOT NULL,
  blake2b BLOB NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE file (
  id BLOB PRIMARY KEY NOT NULL,
  registry_id BLOB NOT NULL REFERENCES registry (id) ON DELETE CASCADE,
  package_id BLOB NOT NULL REFERENCES package (id) ON DELETE CASCADE,
  version_id BLOB NOT NULL REFERENCES version (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  blob BLOB NOT NULL REFERENCES blob (sha256),
  indexed TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  downloads BIGINT NOT NULL DEFAULT 0,
  UNIQUE (registry_id, name_key)
);
CREATE INDEX file_version ON file (version_id);
CREATE INDEX file_package ON file (package_id);
CREATE INDEX file_blob ON file (blob);

-- Names that point to a version, such as npm's `latest`.
CREATE TABLE tag (
  package_id BLOB NOT NULL REFERENCES package (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  version_id BLOB NOT NULL REFERENCES version (id) ON DELETE CASCADE,
  PRIMARY KEY (package_id, name)
);
CREATE INDEX tag_version ON tag (version_id);

-- Names of deleted files: what a lock file remembers must not become something else in silence.
CREATE TABLE retired (
  registry_id BLOB NOT NULL REFERENCES registry (id) ON DELETE CASCADE,
  name_key TEXT NOT NULL,
  retired_at BIGINT NOT NULL,
  PRIMARY KEY (registry_id, name_key)
);

-- Of a token only its SHA-256 is kept; registry tokens have their secret in a safe as well.
CREATE TABLE token (
  id BLOB PRIMARY KEY NOT NULL,
  registry_id BLOB REFERENCES registry (id) ON DELETE CASCADE,
  description TEXT NOT NULL,
  ending TEXT NOT NULL,
  hash BLOB NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  expires_at BIGINT,
  last_used_at BIGINT,
  last_used_from TEXT
);

-- Secrets of registry tokens, sealed, where no keychain keeps them.
CREATE TABLE sealed (
  id BLOB PRIMARY KEY NOT NULL,
  secret BLOB NOT NULL
);

CREATE TABLE audit_event (
  id BLOB PRIMARY KEY NOT NULL,
  type TEXT NOT NULL,
  occurred_at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  subject_type TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  subject_name TEXT NOT NULL,
  context TEXT NOT NULL,
  data TEXT NOT NULL
);

-- Blobs that were found damaged. Their bytes, where there were any, lie in quarantine; the row goes
-- when the same bytes come again.
CREATE TABLE broken (
  sha256 BLOB PRIMARY KEY NOT NULL REFERENCES blob (sha256) ON DELETE CASCADE,
  problem TEXT NOT NULL,
  found_at BIGINT NOT NULL
);

-- What a registry keeps of each package's versions: the newest so many, those younger than so many
-- days, or whatever one of both keeps. No row keeps everything.
CREATE TABLE retention (
  registry_id BLOB PRIMARY KEY NOT NULL REFERENCES registry (id) ON DELETE CASCADE,
  newest BIGINT,
  days BIGINT,
  ran_at BIGINT
);

-- Blobs that a repository of images has been given, whether an image of it needs them yet or not.
-- A blob may be asked for in the repositories that have it, and nowhere else.
CREATE TABLE image_blob (
  registry_id BLOB NOT NULL REFERENCES registry (id) ON DELETE CASCADE,
  repository TEXT NOT NULL,
  blob BLOB NOT NULL REFERENCES blob (sha256),
  linked_at BIGINT NOT NULL,
  PRIMARY KEY (registry_id, repository, blob)
);
CREATE INDEX image_blob_blob ON image_blob (blob);
CREATE INDEX blob_sha512 ON blob (sha512);

-- Manifests that say that they are about another one, which need not be there. The digest of that
-- one is written as the manifest writes it.
CREATE TABLE image_referrer (
  version_id BLOB PRIMARY KEY NOT NULL REFERENCES version (id) ON DELETE CASCADE,
  package_id BLOB NOT NULL REFERENCES package (id) ON DELETE CASCADE,
  subject TEXT NOT NULL,
  descriptor TEXT NOT NULL
);
CREATE INDEX image_referrer_subject ON image_referrer (package_id, subject, version_id);

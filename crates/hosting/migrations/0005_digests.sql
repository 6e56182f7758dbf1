-- What is only ever asked for by its SHA-256, as the layers of images are, has no other digests: the
-- four columns may be NULL, all of them or none. A column cannot be relaxed where it stands, so each is
-- copied to one that takes its place.
DROP INDEX blob_sha512;

ALTER TABLE blob ADD COLUMN known_md5 BLOB;
ALTER TABLE blob ADD COLUMN known_sha1 BLOB;
ALTER TABLE blob ADD COLUMN known_sha512 BLOB;
ALTER TABLE blob ADD COLUMN known_blake2b BLOB;

UPDATE blob SET known_md5 = md5, known_sha1 = sha1, known_sha512 = sha512, known_blake2b = blake2b;

ALTER TABLE blob DROP COLUMN md5;
ALTER TABLE blob DROP COLUMN sha1;
ALTER TABLE blob DROP COLUMN sha512;
ALTER TABLE blob DROP COLUMN blake2b;

ALTER TABLE blob RENAME COLUMN known_md5 TO md5;
ALTER TABLE blob RENAME COLUMN known_sha1 TO sha1;
ALTER TABLE blob RENAME COLUMN known_sha512 TO sha512;
ALTER TABLE blob RENAME COLUMN known_blake2b TO blake2b;

CREATE INDEX blob_sha512 ON blob (sha512);

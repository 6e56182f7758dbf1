-- Rules that let tagged versions go as well: the patterns of the tags that always stay, as a JSON list.
-- NULL lets no tagged version go.
ALTER TABLE retention ADD COLUMN tags TEXT;

-- When a tag began to point where it points, in milliseconds; NULL is not known.
ALTER TABLE tag ADD COLUMN set_at BIGINT;

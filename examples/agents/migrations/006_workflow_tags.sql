-- Migration: 006_workflow_tags
-- Description: Tags on workflows

-- migrate:up
ALTER TABLE workflows ADD COLUMN tags TEXT;
UPDATE workflows SET tags = 'public' WHERE is_public;
CREATE INDEX workflows_tags ON workflows (tags);

-- migrate:down
DROP INDEX workflows_tags;
ALTER TABLE workflows DROP COLUMN tags;

-- migrate:verify
SELECT count(*) = 0 FROM workflows WHERE is_public AND tags IS NULL;

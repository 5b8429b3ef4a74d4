-- Migration: 004_nodes
-- Description: The nodes of a workflow, as rows

-- migrate:up
CREATE TABLE nodes (
  workflow_id BIGINT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  node_key TEXT NOT NULL,
  agent_id BIGINT REFERENCES agents (id) ON DELETE SET NULL,
  label TEXT NOT NULL,
  x DOUBLE PRECISION NOT NULL DEFAULT 0,
  y DOUBLE PRECISION NOT NULL DEFAULT 0,
  PRIMARY KEY (workflow_id, node_key)
);
CREATE INDEX nodes_agent ON nodes (agent_id);

-- migrate:down
DROP TABLE nodes;

#!/bin/sh
# One document for each agent of development, for a commit: export.sh DIRECTORY. DATABASE_URL is development's.
# The same rows give the same bytes: exported_at is given, so that a document changes only when its agent does.
set -eu
directory=$1
export_time=${EXPORTED_AT:-1970-01-01T00:00:00Z}
mkdir -p "$directory"
psql -X -A -t -q -v ON_ERROR_STOP=1 "$DATABASE_URL" -c 'SELECT agent_id FROM agents ORDER BY agent_id' |
while IFS= read -r agent; do
  psql -X -A -t -q -v ON_ERROR_STOP=1 -v agent="$agent" -v time="$export_time" "$DATABASE_URL" > "$directory/$agent.json" <<'SQL'
SELECT bundle_export('agent', json_build_object('exported_at', :'time', 'parameters',
                     json_build_object('agent_id', :'agent', 'environment', 'development')));
SQL
done

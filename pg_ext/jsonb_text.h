// jsonb as the text that jsonb_out() prints, walked directly in its form on disk (utils/jsonb.h).
#pragma once

#include "common/json/writer.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

// `value` is detoasted and aligned. May raise the server's error for a depth beyond the stack: inside
// pg_call.
void write_jsonb(json::Buffer& out, const Jsonb* value);

}  // namespace whimbrel::pg

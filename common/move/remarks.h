// What a schema loses when it is written for the other engine: said in the text and to whoever waits.
#pragma once

#include <algorithm>
#include <string>

#include "common/error.h"
#include "common/host.h"
#include "common/schema/export.h"

namespace whimbrel::move {

inline void tell_loss(Host& host, const SchemaExportOptions& options, StatementSink& sink, std::string line) {
  if (options.strict)
    throw Error(code::kUnsupported, line, {}, "Without {\"strict\": true} it is left out, with a comment.");
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  sink.remark(line);
  host.notice(NoticeLevel::warning, line);
}

}  // namespace whimbrel::move

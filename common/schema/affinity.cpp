#include "common/schema/affinity.h"

#include <string>

#include "common/schema/sqlite/names.h"

namespace whimbrel {

Affinity affinity_of(std::string_view declared_type) {
  const std::string type = sqlite::lower_name(declared_type);
  const auto has = [&](std::string_view word) { return type.find(word) != std::string::npos; };
  if (has("int")) return Affinity::integer;
  if (has("char") || has("clob") || has("text")) return Affinity::text;
  if (type.empty() || has("blob")) return Affinity::none;
  if (has("real") || has("floa") || has("doub")) return Affinity::real;
  return Affinity::numeric;
}

}  // namespace whimbrel

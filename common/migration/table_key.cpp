#include "common/migration/table_key.h"

#include "common/text/ascii.h"

namespace whimbrel {

std::string table_key(std::string_view identity) {
  std::string key;
  for (const char c : identity)
    if (c != '"') key += to_lower(c);
  return key;
}

}  // namespace whimbrel

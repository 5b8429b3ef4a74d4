// Looks for ids that were left behind where keys changed: texts that were keys anywhere in a value, and
// integers, which may be just numbers, in documents at names that say whose id it is. Knows no rows of the
// database.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/transfer/references/key_maps.h"
#include "common/value.h"

namespace whimbrel {

class OldIds {
 public:
  // After KeyMaps::prepare().
  explicit OldIds(KeyMaps& maps);

  // Whether there is anything to look for.
  bool any() const { return has_texts_ || !integers_.empty(); }

  using Report = std::function<void(std::string_view id, const Table& table)>;
  // In a value as it is written.
  void find_texts(const Cell& cell, Arena& arena, const Report& report);
  // In a value as the document has it, except at the bytes `followed`, where references are.
  void find_integers(const Cell& cell, const std::vector<std::uint32_t>& followed, Arena& arena,
                     const Report& report);

 private:
  const MappedKey* key_of_name(std::string_view raw);

  KeyMaps& maps_;
  bool has_texts_;
  std::map<std::string, const MappedKey*> integers_;  // by plain_id_name(); null: it could be of several
  std::map<std::string, const MappedKey*, std::less<>> names_;  // of members, as they stood in documents
  std::vector<const MappedKey*> open_;
};

}  // namespace whimbrel

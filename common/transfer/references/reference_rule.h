// A rule `reference` as it is worked with: the values of a column, or of its documents at a path, that name
// rows of other tables. Made of what transfer_rules keeps; reads no rows.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/json/path.h"
#include "common/json/path_scan.h"
#include "common/schema/model.h"
#include "common/transfer/references/id_template.h"
#include "common/transfer/rules.h"

namespace whimbrel {

// What a rule's settings say, as its options are called.
struct ReferenceSettings {
  bool decode = false;                         // strings on the path that hold JSON documents are entered
  std::string pattern;                         // of an IdTemplate; empty: the whole value is the id
  std::string discriminator;                   // a column, or a path from $ or @
  std::map<std::string, std::string> targets;  // the discriminator's value -> table

  // As a JSON object, with the keys that say something.
  std::string text() const;
  static ReferenceSettings read(std::string_view text);
};

struct ReferenceRule {
  std::string table;
  std::string column;
  std::string path;                          // as it was given; empty: about the column as a whole
  std::optional<json::PathScan::Rule> scan;  // none: about the column as a whole
  std::optional<IdTemplate> pattern;
  std::string discriminator_column;  // one of the row's; or empty
  // Or what is to look up below PathMatch::container.
  std::optional<json::Path> discriminator_path;
  std::size_t discriminator_step = 0;          // from here on
  std::map<std::string, std::string> targets;  // "" where there is no discriminator
  std::string target_column;                   // empty: the primary key

  // Whether the references stand inside of the column's values, rather than being them.
  bool is_inside() const { return scan || pattern; }
  bool has_discriminator() const { return discriminator_path || !discriminator_column.empty(); }
};

// Checks the rule's own texts: paths, pattern, which settings go together. kInvalidArgument; the catalog is
// not asked.
ReferenceRule parse_reference(const Rule& rule);

}  // namespace whimbrel

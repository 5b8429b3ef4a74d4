// The option `secrets`: values for what a document never has. Keys name where they go: "agents.api_key",
// "agents.settings$.auth.token" (a path inside documents), and for one row only "agents(agt-1).api_key". No
// value of it ever stands in a message.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/bundle/rows.h"
#include "common/bundle/shape.h"

namespace whimbrel {

// How plans and messages show a secret.
inline constexpr std::string_view kMask = "***";

struct SecretValue {
  std::size_t node = 0;
  std::size_t column = 0;  // of the table
  std::string path;        // empty: the column as a whole
  std::string row;         // as shown_row() shows it; empty: each row
  std::string value;
  std::string name;  // the option's key

  bool is_for(const std::string& shown) const { return row.empty() || row == shown; }
  // How a plan names it: api_key, settings$.auth.token.
  std::string column_name(const BundleShape& shape) const;
};

class SecretValues {
 public:
  SecretValues() = default;
  // Throws kInvalidOption for a key that names nothing secret of the bundle.
  SecretValues(const BundleShape& shape, const std::map<std::string, std::string>& option);

  bool empty() const { return values_.empty(); }
  const std::vector<SecretValue>& all() const { return values_; }
  // Of the row; of several for one place that which names the row.
  std::vector<std::size_t> of(std::size_t node, const std::string& shown) const;
  bool has_any(std::size_t node) const;

 private:
  std::vector<SecretValue> values_;
};

// The document with the value (a string) at the path, in an object that is there or is made.
std::string with_secret(std::string_view document, const std::string& path, std::string_view value);

}  // namespace whimbrel

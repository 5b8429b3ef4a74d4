// The rules of exports and imports that no catalog says: which columns are secret, which tables are logs,
// what identifies a row, which values are ids of other rows. Kept in the table transfer_rules; here they are
// read and added, what they do is the business of who asks.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"

namespace whimbrel {

enum class RuleKind : std::uint8_t {
  reference,    // values that name a row of another table: in a column, or inside its documents at `path`
  secret,       // never leaves the database: a column, or what its documents have at `path`
  log,          // a table that exports and imports leave out unless they are asked for logs
  exclude,      // a table, or a column, that is not part of an export
  is_volatile,  // a column whose value does not make a row another one: a time of the last change
  natural_key,  // columns that identify a row in every database
};

// "reference", …: the names in SQL; kInvalidArgument for one that there is not.
std::string_view rule_name(RuleKind kind);
RuleKind rule_kind(std::string_view name);

struct Rule {
  RuleKind kind = RuleKind::reference;
  std::string table;  // as Table::display_name()
  std::vector<std::string>
      columns;                  // of a natural key all of them in its order, of a whole table none, else one
  std::string path;             // a JSON path inside the column's documents; empty: the column itself
  std::string target_table;     // of a reference; empty where `targets` of the settings names several
  std::string target_column;    // empty: the primary key
  std::string settings = "{}";  // a JSON object: what only one kind of rule has
  std::int64_t number = 0;      // by which transfer_rules has it
};

class Rules {
 public:
  Rules() = default;
  explicit Rules(std::vector<Rule> rules) : rules_(std::move(rules)) {}

  // Those of the database, in the order in which they were added; none where there is no table for them.
  static Rules read(Host& host);

  const std::vector<Rule>& all() const { return rules_; }
  bool empty() const { return rules_.empty(); }
  // Those of one table.
  std::vector<const Rule*> of(RuleKind kind, std::string_view table) const;
  // Whether one of this kind is about the whole table, or about this column as a whole.
  bool has(RuleKind kind, std::string_view table, std::string_view column = {}) const;

 private:
  std::vector<Rule> rules_;
};

// Checks the rule against the catalog and keeps it, in the place of one of the same kind, table, columns,
// path and pattern. Returns its number, by which transfer_rules has it.
std::int64_t add_rule(Host& host, Rule rule);

}  // namespace whimbrel

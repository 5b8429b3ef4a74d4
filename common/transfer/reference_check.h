// References of a document's rows to rows that are neither in the document nor in the database: along foreign
// keys, and what rules declare, in columns and inside documents. Writes nothing.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/file/spill.h"
#include "common/schema/model.h"
#include "common/transfer/parent_keys.h"
#include "common/transfer/problems.h"
#include "common/transfer/references/reference_finder.h"
#include "common/transfer/rules.h"
#include "common/transfer/target_check.h"

namespace whimbrel {

class ReferenceCheck {
 public:
  // All must outlive it. `clear`: rows of the document's tables in the database will be gone.
  ReferenceCheck(Host& host, const DocumentInput& input, const DocumentIndex& index, const Schema& schema,
                 const Rules& rules, bool clear);

  enum class Which : std::uint8_t { all, foreign_keys, declared };
  // As far as values of both sides are written in one way only (integers, text, uuids, dates). Reads the
  // table's rows once, and the keys of each table that they reference once for all calls.
  void check(const IndexedTable& table, Which which, Problems& errors);
  // Every table that is imported.
  void check_all(Which which, Problems& errors);

 private:
  // A reference that is still to be looked up in the database.
  struct Place {
    std::uint64_t row;
    const std::string* column;
    const std::string* path;  // of a rule; null: the column itself
  };
  // What is referenced: values of some columns of a table.
  struct Parent {
    const Table* table;
    std::vector<std::size_t> columns;
    const IndexedTable* document;  // null: the document has no rows of it
    std::optional<ParentKeys> keys;
    RowBatch wanted;
    std::vector<Place> places;  // of `wanted`
  };
  struct Link {
    std::vector<std::size_t> columns;
    Parent* parent;
    std::size_t discriminator = Table::npos;  // a column; only rows that have `value` there
    std::string value = {};
    bool declared = false;
  };
  struct Documents {
    ReferenceFinder finder;
    std::vector<std::map<std::string, Parent*, std::less<>>> targets;  // of each rule
  };
  struct Links {
    std::vector<Link> links;
    std::vector<Documents> documents;
    std::vector<std::size_t> read;  // columns that they need
  };
  using Row = std::function<Cell(std::size_t)>;

  Links links_of(const IndexedTable& table, Which which);
  void add_foreign_keys(const IndexedTable& table, Links& links);
  void add_declared(const IndexedTable& table, Links& links);
  Parent* parent_of(const Table& table, std::vector<std::size_t> columns);
  Parent* declared_parent(const std::string& table, const std::string& column);
  void follow(const Link& link, const Row& row, const Place& place);
  void want_one(Parent& parent, const Cell& value, const Place& place);
  void want(Parent& parent, const Cell* key, const Place& place);
  void look_up(Parent& parent);
  void report(const Parent& parent, const Cell* key, const Place& place);

  Host& host_;
  const DocumentInput& input_;
  const DocumentIndex& index_;
  const Schema& schema_;
  const Rules& rules_;
  const bool clear_;
  SpillSpace space_;
  std::deque<Parent> parents_;
  Arena arena_;  // of values of a row as keys
  const IndexedTable* table_ = nullptr;
  Problems* errors_ = nullptr;
};

}  // namespace whimbrel

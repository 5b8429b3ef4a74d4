// What a load by SQL statements is about: which tables with which columns and rows, in which order, and what
// stands around them. Reads the catalog, no rows.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/host.h"
#include "common/schema/load_frame.h"
#include "common/transfer/selection.h"

namespace whimbrel {

struct DataOptions {
  SelectionOptions selection;
  std::size_t rows_per_insert = 100;
  bool clean = false;  // rows that are there go first
  bool fresh = false;  // the tables are made in the same transaction
  bool large_objects = false;
  // Tables, sequences and views beside the selection, by schema and name; with them no name is unknown.
  const std::set<std::pair<std::string, std::string>>* further = nullptr;
};

struct DataTable {
  const Table* table = nullptr;
  std::vector<std::size_t> columns;  // all that values can be given for
  std::string condition;             // of rows; "": all
};

struct DataPlan {
  Schema schema;                  // what the tables point into
  std::vector<DataTable> tables;  // parents first
  LoadFrame frame;
};

DataPlan plan_data(Host& host, const DataOptions& options);

// Whether a table, sequence or view of this name is part of the selection. What `tables`
// names is added to what stands in `schemas`; without either it is everything.
bool takes_name(const SelectionOptions& selection, const Dialect& dialect, std::string_view schema,
                std::string_view name);

// As statements name it: "public"."users"; in an engine with one schema "users".
std::string sql_name(const Dialect& dialect, const Table& table);

}  // namespace whimbrel

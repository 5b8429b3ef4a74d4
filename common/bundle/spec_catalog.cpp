#include "common/bundle/spec_catalog.h"

#include <algorithm>

#include "common/error.h"
#include "common/error_text.h"
#include "common/json/path.h"
#include "common/options.h"
#include "common/transfer/secret_suspects.h"
#include "common/transfer/selection.h"

namespace whimbrel {

SpecCatalog::SpecCatalog(Host& host, std::string name, std::string_view spec)
    : host_(host), rules_(Rules::read(host)), shape_(std::make_unique<BundleShape>()) {
  shape_->name = std::move(name);
  shape_->spec = spec;
  shape_->schema = host.read_schema();
}

std::string SpecCatalog::parameter(const SpecValue& value, const std::string& name) {
  if (!shape_->parameters.contains(name)) value.fault("there is no parameter " + in_quotes(name));
  return name;
}

const Table* SpecCatalog::table(const SpecValue& spec, std::string_view key) {
  const std::string name = spec.text(key);
  for (const Table& one : shape_->schema.tables)
    if (one.display_name() == name) return &one;
  const Error error = unknown_table(name, table_names(shape_->schema));
  spec.member(key).fault(error.message + (error.hint.empty() ? "" : "; " + error.hint));
  return nullptr;
}

std::size_t SpecCatalog::column(const SpecValue& value, const Table& table, const std::string& name) {
  const std::size_t found = table.find_column(name);
  if (found != Table::npos) return found;
  std::vector<std::string_view> known;
  for (const Column& one : table.columns) known.push_back(one.name);
  const std::string_view near = nearest_name(name, known);
  value.fault("table " + in_quotes(table.display_name()) + " has no column " + in_quotes(name) +
              (near.empty() ? std::string() : ", did you mean " + in_quotes(near) + "?"));
  return Table::npos;
}

// Those that are there.
std::vector<std::size_t> SpecCatalog::columns(const SpecValue& spec, std::string_view key,
                                              const Table& table) {
  std::vector<std::size_t> list;
  for (const std::string& name : spec.list(key)) {
    const std::size_t found = column(spec.member(key), table, name);
    if (found != Table::npos) list.push_back(found);
  }
  return list;
}

// The cell of the column; a new one when the row has none.
std::size_t SpecCatalog::place(BundleRow& row, std::size_t column) {
  const std::size_t known = row.place_of(column);
  if (known != BundleNode::npos) return known;
  const Column& one = row.table->columns[column];
  row.columns.push_back(column);
  // A value of another type than the column's is a fault of a document, also where the engine would take it.
  const bool strict = one.kind == Kind::text || one.kind == Kind::integer || one.kind == Kind::boolean ||
                      one.kind == Kind::real || one.kind == Kind::numeric;
  row.readings.push_back(column_reading(one.kind, one.type, host_.dialect().dynamic_types && !strict,
                                        host_.dialect().text_may_hold_nul));
  return row.columns.size() - 1;
}

std::vector<std::size_t> SpecCatalog::places(BundleRow& row, const std::vector<std::size_t>& columns) {
  std::vector<std::size_t> list;
  for (const std::size_t column : columns) list.push_back(place(row, column));
  return list;
}

// The foreign key from `columns` (any, when there are none) to `target`; null when there is none, with a
// fault when there are several.
const ForeignKey* SpecCatalog::foreign_key(const SpecValue& spec, std::string_view option, const Table& from,
                                           const std::vector<std::size_t>& columns, const Table& target) {
  const ForeignKey* found = nullptr;
  for (const ForeignKey& key : from.foreign_keys) {
    if (key.parent_table != target.name || key.parent_schema != target.schema) continue;
    if (!columns.empty() && !std::ranges::is_permutation(key.columns, columns)) continue;
    if (found != nullptr) {
      spec.fault("table " + in_quotes(from.display_name()) + " has several foreign keys to " +
                 in_quotes(target.display_name()) + ": name the columns in " + in_quotes(option));
      return found;
    }
    found = &key;
  }
  return found;
}

// Which columns of `from` name which of `target`: by a foreign key, or by the primary key.
void SpecCatalog::link(const SpecValue& spec, std::string_view option, const Table& from, const Table& target,
                       std::vector<std::size_t>& columns, std::vector<std::size_t>& names) {
  const ForeignKey* key = foreign_key(spec, option, from, columns, target);
  if (key != nullptr) {
    columns = key->columns;
    for (const std::string& name : key->parent_columns) names.push_back(target.find_column(name));
  } else {
    names = target.primary_key;
  }
  if (columns.empty())
    spec.fault("table " + in_quotes(from.display_name()) + " has no foreign key to " +
               in_quotes(target.display_name()) + ": name its columns in " + in_quotes(option));
  else if (columns.size() != names.size())
    spec.fault(in_quotes(option) + " must have as many columns as the primary key of " +
               in_quotes(target.display_name()));
}

void SpecCatalog::natural_key(const SpecValue& spec, BundleRow& row) {
  std::vector<std::size_t> key;
  const Table& table = *row.table;
  if (spec.has("natural_key")) {
    key = columns(spec, "natural_key", table);
  } else if (const auto rules = rules_.of(RuleKind::natural_key, table.display_name()); !rules.empty()) {
    for (const std::string& name : rules.front()->columns) key.push_back(table.find_column(name));
  } else {
    // A number of this database identifies nothing elsewhere.
    const auto travels = [&](std::size_t column) { return !table.columns[column].identity; };
    if (!table.primary_key.empty() &&
        std::all_of(table.primary_key.begin(), table.primary_key.end(), travels))
      key = table.primary_key;
  }
  if (key.empty())
    spec.fault("table " + in_quotes(table.display_name()) +
               " needs a natural key: what identifies a row in every database");
  row.natural_key = places(row, key);
}

void SpecCatalog::require_in_document(const SpecValue& spec, const BundleRow& row) {
  for (const std::size_t at : row.natural_key)
    if (!declared_[&row].contains(row.columns[at]))
      spec.fault("column " + in_quotes(row.column_at(at).name) +
                 " of the natural key is not in the document");
}

}  // namespace whimbrel

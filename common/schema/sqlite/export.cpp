#include "common/schema/sqlite/export.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "common/each_row.h"
#include "common/error.h"
#include "common/schema/index.h"
#include "common/schema/order.h"
#include "common/schema/selection.h"
#include "common/schema/sqlite/closed_statement.h"

namespace whimbrel::sqlite {

namespace {

bool is_table(const CatalogObject& object) {
  return object.kind == "table" || object.kind == "virtual table";
}

// What `tables` and `exclude` are about.
bool is_relation(const CatalogObject& object) { return is_table(object) || object.kind == "view"; }

class SchemaWriter {
 public:
  SchemaWriter(Host& host, const Catalog& catalog, const SchemaExportOptions& options, StatementSink& sink)
      : host_(host), index_(catalog), options_(options), sink_(sink) {}

  void write() {
    choose();
    sort();
    if (options_.clean) drop();
    write_file_properties();
    for (const CatalogObject* object : chosen_) {
      if (object == behind_statistics_) sink_.statement("ANALYZE main.sqlite_schema", nullptr);
      sink_.statement(closed_statement(object->source), object);
      host_.check_interrupt();
    }
    for (const CatalogObject* number : numbers_)
      sink_.statement("PRAGMA " + number->name + " = " + std::string(number->get("value")), number);
  }

 private:
  void choose() {
    const FactSelection selection = select_facts(index_, options_, host_.dialect().default_schema);
    // A foreign key to a table that is left out stays: it is in the text of its own.
    for (const std::string& line : selection.left_out)
      if (!line.starts_with("left out: constraint ")) tell(host_, sink_, line);
    const std::set<std::string> modules = loaded_modules();
    std::set<const CatalogObject*> chosen;
    for (std::size_t i = 0; i < selection.chosen.size(); ++i) {
      const CatalogObject& object = index_.catalog().objects[i];
      if (!selection.chosen[i] || object.part) continue;
      if (object.kind == "pragma") {
        numbers_.push_back(&object);
        continue;
      }
      if (object.kind == "virtual table" && !modules.contains(std::string(object.get("module")))) {
        leave_out(object);
        continue;
      }
      chosen.insert(&object);
      // What makes the columns of a parent unique.
      for (const CatalogObject* owned : index_.owned(object))
        if (owned->kind == "index" && owned->has("unique")) chosen.insert(owned);
    }
    chosen_.assign(chosen.begin(), chosen.end());
  }

  // A module that is not there cannot say which tables are its own: they are written as plain ones, and then
  // it could not make them.
  void leave_out(const CatalogObject& table) {
    const std::string module(table.get("module"));
    if (options_.strict)
      throw Error(code::kUnsupported, "cannot write " + table.key(),
                  "Its module " + quote_identifier(module) + " is not loaded here.",
                  "Without the option \"strict\" the result names it and has everything else.");
    tell(host_, sink_, "not written: " + table.key() + ", whose module " + module + " is not loaded here");
  }

  std::set<std::string> loaded_modules() {
    std::set<std::string> modules;
    for_each_row(host_, "SELECT lower(name) FROM pragma_module_list", {},
                 [&](const Cell* row) { modules.emplace(row[0].view()); });
    return modules;
  }

  // --- in which order

  // As they were made here, tables first: a load makes triggers anew. What a virtual table is about may have
  // been made anew as well.
  void sort() {
    std::map<std::string, int> places;
    for_each_row(host_, "SELECT type, name FROM main.sqlite_schema ORDER BY rowid", {}, [&](const Cell* row) {
      places.emplace(std::string(row[0].view()) + " " + std::string(row[1].view()),
                     static_cast<int>(places.size()));
    });
    std::vector<OrderNode> nodes;
    std::map<std::string, std::size_t> index;
    for (const CatalogObject* object : chosen_) index.emplace(object->key(), index.size());
    for (const CatalogObject* object : chosen_) {
      OrderNode& node = nodes.emplace_back();
      const auto found = places.find((is_table(*object) ? "table" : object->kind) + " " + object->name);
      node.priority = found == places.end() ? static_cast<int>(places.size()) : found->second;
      if (!is_table(*object)) node.priority += static_cast<int>(places.size()) + 1;
      node.name = object->identity;
      if (object->kind == "virtual table") need(*object, index, node);
    }
    const auto statistics = places.find("table sqlite_stat1");
    std::vector<const CatalogObject*> sorted;
    for (const std::size_t place : order_nodes(nodes).sequence) {
      if (behind_statistics_ == nullptr && !numbers_.empty() && statistics != places.end() &&
          nodes[place].priority > statistics->second)
        behind_statistics_ = chosen_[place];
      sorted.push_back(chosen_[place]);
    }
    chosen_ = std::move(sorted);
  }

  static void need(const CatalogObject& object, const std::map<std::string, std::size_t>& index,
                   OrderNode& node) {
    for (const std::string& key : object.dependencies)
      if (const auto found = index.find(key); found != index.end()) node.needs.push_back(found->second);
  }

  // --- statements

  // Children before their parents; with the table go its indexes and triggers.
  void drop() {
    std::vector<OrderNode> nodes;
    std::vector<const CatalogObject*> relations;
    std::map<std::string, std::size_t> index;
    for (const CatalogObject* object : chosen_) {
      if (!is_relation(*object)) continue;
      index.emplace(object->key(), relations.size());
      relations.push_back(object);
    }
    for (const CatalogObject* object : relations) {
      OrderNode& node = nodes.emplace_back();
      node.priority = object->kind == "view" ? 1 : 0;
      node.name = object->identity;
      need(*object, index, node);
      for (const CatalogObject* part : index_.owned(*object))
        if (part->part) need(*part, index, node);
    }
    const Order order = order_nodes(nodes);
    if (!relations.empty()) sink_.statement("PRAGMA defer_foreign_keys = ON", nullptr);
    for (auto at = order.sequence.rbegin(); at != order.sequence.rend(); ++at) {
      const CatalogObject& object = *relations[*at];
      sink_.statement((object.kind == "view" ? "DROP VIEW IF EXISTS " : "DROP TABLE IF EXISTS ") +
                          quote_identifier(object.name),
                      &object);
    }
  }

  // Without effect on a file that has tables.
  void write_file_properties() {
    if (numbers_.empty()) return;  // some tables only
    if (const std::string encoding = text_of("PRAGMA main.encoding"); encoding != "UTF-8")
      sink_.statement("PRAGMA encoding = " + quote_literal(encoding), nullptr);
    if (const std::string size = text_of("PRAGMA main.page_size"); size != "4096")
      sink_.statement("PRAGMA page_size = " + size, nullptr);
    if (const std::string mode = text_of("PRAGMA main.auto_vacuum"); mode != "0")
      sink_.statement("PRAGMA auto_vacuum = " + mode, nullptr);
  }

  std::string text_of(const std::string& sql) {
    std::string text;
    for_each_row(host_, sql, {}, [&](const Cell* row) {
      text = row[0].tag == Tag::integer ? std::to_string(row[0].integer) : std::string(row[0].view());
    });
    return text;
  }

  Host& host_;
  const CatalogIndex index_;
  const SchemaExportOptions& options_;
  StatementSink& sink_;
  std::vector<const CatalogObject*> numbers_;
  std::vector<const CatalogObject*> chosen_;
  const CatalogObject* behind_statistics_ = nullptr;  // the first one behind the table of ANALYZE
};

}  // namespace

void export_schema(Host& host, const Catalog& catalog, const SchemaExportOptions& options,
                   StatementSink& sink) {
  SchemaWriter(host, catalog, options, sink).write();
}

}  // namespace whimbrel::sqlite

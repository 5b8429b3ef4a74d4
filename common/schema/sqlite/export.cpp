#include "common/schema/sqlite/export.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

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

// Triggers of tables come last, and those of views before them: a load drops the former and creates them
// again, and the order is to stay the same.
int turn_of(const CatalogObject& object) {
  if (is_table(object)) return 0;
  if (object.kind != "trigger") return 1;
  return object.get("timing") == "instead of" ? 2 : 3;
}

std::string text_of(Host& host, const std::string& sql) {
  const auto reader = host.query(sql);
  RowBatch batch;
  if (!reader->next(batch)) return {};
  const Cell& cell = batch.row(0)[0];
  return cell.tag == Tag::integer ? std::to_string(cell.integer)
                                  : std::string(cell.is_null() ? std::string_view() : cell.view());
}

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
      if (!line.starts_with("left out: constraint ")) sink_.remark(line);
    std::set<const CatalogObject*> chosen;
    for (std::size_t i = 0; i < selection.chosen.size(); ++i) {
      const CatalogObject& object = index_.catalog().objects[i];
      if (!selection.chosen[i] || object.part) continue;
      if (object.kind == "pragma") {
        numbers_.push_back(&object);
        continue;
      }
      chosen.insert(&object);
      // What makes the columns of a parent unique.
      for (const CatalogObject* owned : index_.owned(object))
        if (owned->kind == "index" && owned->has("unique")) chosen.insert(owned);
    }
    chosen_.assign(chosen.begin(), chosen.end());
  }

  // --- in which order

  void sort() {
    std::map<std::string, std::size_t> places;
    const auto reader = host_.query("SELECT type, name FROM main.sqlite_schema ORDER BY rowid");
    RowBatch batch;
    while (reader->next(batch)) {
      for (std::size_t i = 0; i < batch.rows(); ++i) {
        const Cell* row = batch.row(i);
        places.emplace(std::string(row[0].view()) + " " + std::string(row[1].view()), places.size());
      }
    }
    const auto place = [&](const CatalogObject* object) {
      const auto found = places.find((is_table(*object) ? "table" : object->kind) + " " + object->name);
      return std::pair(turn_of(*object), found == places.end() ? places.size() : found->second);
    };
    std::sort(chosen_.begin(), chosen_.end(),
              [&](const CatalogObject* a, const CatalogObject* b) { return place(a) < place(b); });
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
      const auto need = [&](const CatalogObject& what) {
        for (const std::string& key : what.dependencies)
          if (const auto found = index.find(key); found != index.end()) node.needs.push_back(found->second);
      };
      need(*object);
      for (const CatalogObject* part : index_.owned(*object))
        if (part->part) need(*part);
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
    if (const std::string encoding = text_of(host_, "PRAGMA main.encoding"); encoding != "UTF-8")
      sink_.statement("PRAGMA encoding = " + quote_literal(encoding), nullptr);
    if (const std::string size = text_of(host_, "PRAGMA main.page_size"); size != "4096")
      sink_.statement("PRAGMA page_size = " + size, nullptr);
    if (const std::string mode = text_of(host_, "PRAGMA main.auto_vacuum"); mode != "0")
      sink_.statement("PRAGMA auto_vacuum = " + mode, nullptr);
  }

  Host& host_;
  const CatalogIndex index_;
  const SchemaExportOptions& options_;
  StatementSink& sink_;
  std::vector<const CatalogObject*> numbers_;
  std::vector<const CatalogObject*> chosen_;
};

}  // namespace

void export_schema(Host& host, const Catalog& catalog, const SchemaExportOptions& options,
                   StatementSink& sink) {
  SchemaWriter(host, catalog, options, sink).write();
}

}  // namespace whimbrel::sqlite

#include "common/move/creation.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/move/sqlite_schema.h"

namespace whimbrel::move {

namespace {

void copy_texts(const CatalogObject& table, const CatalogIndex& index, DocumentTable& described) {
  described.create.push_back(table.source);
  for (const CatalogObject* object : index.owned(table)) {
    if (object->part) continue;
    if (object->kind == "index")
      described.create.push_back(object->source);
    else
      described.left_out.push_back(object->kind + " " + object->name + " is left out");
  }
}

void describe_texts(const Catalog& catalog, const std::vector<const Table*>& tables,
                    std::vector<DocumentTable>& described) {
  const CatalogIndex index(catalog);
  std::map<std::string_view, const CatalogObject*> found;
  for (const CatalogObject& object : catalog.objects)
    if (object.kind == "table") found.emplace(object.name, &object);
  for (std::size_t i = 0; i < tables.size(); ++i)
    if (const auto at = found.find(tables[i]->name); !tables[i]->view && at != found.end())
      copy_texts(*at->second, index, described[i]);
}

}  // namespace

void describe_creation(Host& host, const std::vector<const Table*>& tables,
                       std::vector<DocumentTable>& described) {
  const Catalog catalog = host.read_catalog({.tables_only = true});
  if (host.dialect().dynamic_types) return describe_texts(catalog, tables, described);
  std::map<std::pair<std::string, std::string>, std::string> names;
  for (const Table* table : tables)
    if (!table->view) names.emplace(std::pair(table->schema, table->name), table->display_name());
  const TableFacts facts(catalog);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (tables[i]->view || !facts.has(*tables[i])) continue;
    SqliteTable written = write_sqlite_table(*tables[i], facts, names, GeneratedValues::are_computed);
    described[i].create.push_back(std::move(written.create));
    for (std::string& sql : written.indexes) described[i].create.push_back(std::move(sql));
    described[i].left_out = std::move(written.notes);
  }
}

}  // namespace whimbrel::move

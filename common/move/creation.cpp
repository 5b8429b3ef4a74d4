#include "common/move/creation.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "common/move/sqlite_schema.h"

namespace whimbrel::move {

namespace {

void copy_texts(const Catalog& facts, const Table& table, DocumentTable& described) {
  const std::string* key = nullptr;
  std::string found;
  for (const CatalogObject& object : facts.objects)
    if (object.kind == "table" && object.name == table.name) {
      described.create.push_back(object.source);
      found = object.key();
      key = &found;
    }
  if (key == nullptr) return;
  for (const CatalogObject& object : facts.objects) {
    if (object.owner != *key || object.part) continue;
    if (object.kind == "index")
      described.create.push_back(object.source);
    else
      described.left_out.push_back(object.kind + " " + object.name + " is left out");
  }
}

}  // namespace

void describe_creation(Host& host, const std::vector<const Table*>& tables,
                       std::vector<DocumentTable>& described) {
  const Catalog facts = host.read_catalog({});
  const bool sqlite = host.dialect().dynamic_types;
  std::map<std::pair<std::string, std::string>, std::string> names;
  for (const Table* table : tables)
    if (!table->view) names.emplace(std::pair(table->schema, table->name), table->display_name());
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (tables[i]->view) continue;
    if (sqlite) {
      copy_texts(facts, *tables[i], described[i]);
      continue;
    }
    const bool known = std::any_of(facts.objects.begin(), facts.objects.end(), [&](const CatalogObject& one) {
      return holds_rows(one) && one.schema == tables[i]->schema && one.name == tables[i]->name;
    });
    if (!known) continue;
    SqliteTable written = write_sqlite_table(*tables[i], facts, names);
    described[i].create.push_back(std::move(written.create));
    for (std::string& sql : written.indexes) described[i].create.push_back(std::move(sql));
    described[i].left_out = std::move(written.notes);
  }
}

}  // namespace whimbrel::move

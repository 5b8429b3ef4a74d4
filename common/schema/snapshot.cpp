#include "common/schema/snapshot.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "common/schema/index.h"
#include "common/schema/selection.h"
#include "common/text/sha.h"

namespace whimbrel {

namespace {

void write_member(json::Buffer& out, char& separator, std::string_view name, std::string_view value) {
  out.append(separator);
  separator = ',';
  json::write_string(out, name);
  out.append(':');
  json::write_string(out, value);
}

void write_properties(json::Buffer& out, const CatalogObject& object, bool owner, bool version) {
  std::vector<const Property*> sorted;
  for (const Property& property : object.properties)
    if ((owner || property.name != "owner") &&
        (version || object.kind != "extension" || property.name != "version"))
      sorted.push_back(&property);
  std::sort(sorted.begin(), sorted.end(),
            [](const Property* a, const Property* b) { return a->name < b->name; });
  char separator = '{';
  out.append("\"properties\":");
  for (const Property* property : sorted) write_member(out, separator, property->name, property->value);
  if (sorted.empty()) out.append('{');
  out.append('}');
}

void write_fact(json::Buffer& out, const CatalogObject& object, bool owner, bool version) {
  out.append("{\"dependencies\":[");
  for (const std::string& key : object.dependencies) {
    if (&key != &object.dependencies.front()) out.append(',');
    json::write_string(out, key);
  }
  out.append(']');
  char separator = ',';
  write_member(out, separator, "identity", object.identity);
  write_member(out, separator, "kind", object.kind);
  if (!object.name.empty()) write_member(out, separator, "name", object.name);
  if (!object.owner.empty()) write_member(out, separator, "parent", object.owner);
  if (object.position != 0) {
    out.append(",\"position\":");
    json::write_integer(out, object.position);
  }
  out.append(',');
  write_properties(out, object, owner, version);
  if (!object.schema.empty()) write_member(out, separator, "schema", object.schema);
  out.append('}');
}

// "15.18" is 150018, as the server itself counts; "3.40.1" is 3040001, as SQLite does.
std::int64_t version_number(const Dialect& dialect) {
  std::int64_t parts[3] = {0, 0, 0};
  const char* at = dialect.server_version.data();
  const char* end = at + dialect.server_version.size();
  for (std::int64_t& part : parts) {
    const auto [next, error] = std::from_chars(at, end, part);
    if (error != std::errc() || next == end || *next != '.') break;
    at = next + 1;
  }
  return dialect.engine == "sqlite" ? parts[0] * 1000000 + parts[1] * 1000 + parts[2]
                                    : parts[0] * 10000 + parts[1];
}

}  // namespace

void write_snapshot(Host& host, const SchemaExportOptions& options, json::Buffer& out) {
  const Catalog catalog = host.read_catalog({.dependencies = true, .privileges = options.privileges});
  const CatalogIndex index(catalog);
  const FactSelection selection = select_facts(index, options, host.dialect().default_schema);
  out.append("{\"format\":1,\"dialect\":");
  json::write_string(out, host.dialect().engine);
  out.append(",\"server_version\":");
  json::write_integer(out, version_number(host.dialect()));
  std::set<std::string_view> schemas;
  for (std::size_t i = 0; i < catalog.objects.size(); ++i) {
    const CatalogObject& object = catalog.objects[i];
    const std::string& schema = object.kind == "schema" ? object.name : object.schema;
    if (selection.chosen[i] && !schema.empty()) schemas.insert(schema);
  }
  out.append(",\"schemas\":[");
  for (const std::string_view schema : schemas) {
    if (schema != *schemas.begin()) out.append(',');
    json::write_string(out, schema);
  }
  out.append("],\"facts\":[");
  json::Buffer digested;
  digested.append('[');
  bool first = true;
  for (std::size_t i = 0; i < catalog.objects.size(); ++i) {
    const CatalogObject& object = catalog.objects[i];
    const bool on_privileges = object.kind == "privileges" || object.kind == "default privileges";
    if (!selection.chosen[i] || (on_privileges && !options.privileges)) continue;
    if (!std::exchange(first, false)) {
      out.append(',');
      digested.append(',');
    }
    const std::size_t begin = out.size();
    write_fact(out, object, options.owner, true);
    if (object.kind == "extension")
      write_fact(digested, object, options.owner, false);
    else
      digested.append(out.view().substr(begin));
  }
  digested.append(']');
  out.append("],\"digest\":");
  json::write_string(out, sha256_hex(digested.view()));
  out.append('}');
}

}  // namespace whimbrel

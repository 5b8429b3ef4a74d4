#include "pg_ext/catalog_facts.h"

#include <unordered_map>
#include <unordered_set>

#include "pg_ext/catalog_queries.h"
#include "pg_ext/settings.h"

namespace whimbrel::pg {

namespace {

// An object as the catalogs name it: pg_class and an OID, with a column's number or 0.
struct Address {
  std::uint32_t catalog = 0;
  std::uint32_t oid = 0;
  std::int32_t sub = 0;
  bool operator==(const Address&) const = default;
};

struct AddressHash {
  std::size_t operator()(const Address& a) const {
    return std::hash<std::uint64_t>()((static_cast<std::uint64_t>(a.catalog) << 32 | a.oid) * 31 +
                                      static_cast<std::uint64_t>(a.sub));
  }
};

constexpr std::string_view kMembers = R"sql(
  SELECT d.classid, d.objid FROM pg_depend d
   WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e')sql";

constexpr std::string_view kComments = R"sql(
  SELECT d.classoid, d.objoid, d.objsubid, d.description, '' FROM pg_description d WHERE d.objoid >= 16384 OR d.objoid = 2200
  UNION ALL
  SELECT l.classoid, l.objoid, l.objsubid, l.label, l.provider FROM pg_seclabel l)sql";

class CatalogReader {
 public:
  explicit CatalogReader(Statements& statements) : statements_(statements) {}

  Catalog read() {
    for_each(kMembers, [&](const Cell* row) { members_.insert({oid(row[0]), oid(row[1]), 0}); });
    for (const CatalogQuery& query : catalog_queries())
      for_each(query.sql, [&](const Cell* row) { take(query, row); });
    for_each(kComments, [&](const Cell* row) {
      const auto at = objects_.find({oid(row[0]), oid(row[1]), static_cast<std::int32_t>(row[2].integer)});
      if (at == objects_.end()) return;
      const std::string provider(row[4].view());
      add_part(at->second, provider.empty() ? "comment" : "security label of " + provider, row[3]);
    });
    sort_catalog(catalog_);
    return std::move(catalog_);
  }

 private:
  static std::uint32_t oid(const Cell& cell) { return static_cast<std::uint32_t>(cell.integer); }

  template <typename Row>
  void for_each(std::string_view sql, Row&& row) {
    const std::unique_ptr<TableReader> reader = statements_.query(sql, {});
    RowBatch batch;
    while (reader->next(batch))
      for (std::size_t i = 0; i < batch.rows(); ++i) row(batch.row(i));
  }

  void take(const CatalogQuery& query, const Cell* row) {
    using Column = CatalogColumn;
    const Address address{query.catalog, oid(row[Column::oid]),
                          static_cast<std::int32_t>(row[Column::sub].integer)};
    if (address.sub == 0 && members_.contains(address)) return;
    CatalogObject object;
    object.kind = row[Column::kind].view();
    const std::string_view name = row[Column::name].view();
    if (const std::uint32_t home = oid(row[Column::home]); home != 0) {
      const auto at = objects_.find({query.home_catalog, home, 0});
      if (at == objects_.end()) return;
      const CatalogObject& owner = catalog_.objects[at->second];
      object.owner = owner.key();
      if (!query.qualified) object.identity = owner.identity + ".";
    }
    object.identity += name;
    if (!row[Column::definition].is_null()) object.add("definition", row[Column::definition].view());
    object.part = query.part;
    object.storage = static_cast<std::uint64_t>(row[Column::storage].integer);
    object.host_id = address.oid;
    objects_.emplace(address, catalog_.objects.size());
    catalog_.objects.push_back(std::move(object));
    if (!row[Column::privileges].is_null())
      add_part(catalog_.objects.size() - 1, "privileges", row[Column::privileges]);
  }

  // About an object, or about a part of one.
  void add_part(std::size_t index, std::string kind, const Cell& text) {
    const CatalogObject& about = catalog_.objects[index];
    CatalogObject part;
    part.kind = std::move(kind);
    part.identity = about.identity;
    part.owner = about.key();
    part.add("text", text.view());
    part.part = true;
    catalog_.objects.push_back(std::move(part));
  }

  Statements& statements_;
  Catalog catalog_;
  std::unordered_set<Address, AddressHash> members_;
  std::unordered_map<Address, std::size_t, AddressHash> objects_;
};

}  // namespace

Catalog read_catalog_facts(Statements& statements, const CatalogRequest&) {
  SettingsScope settings;
  settings.pin_value_text();
  settings.set("quote_all_identifiers", "off");
  settings.set("search_path", "pg_catalog, pg_temp");
  return CatalogReader(statements).read();
}

}  // namespace whimbrel::pg

#include "pg_ext/catalog_facts.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "common/each_row.h"
#include "pg_ext/catalog_queries.h"
#include "pg_ext/guard.h"
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
  SELECT d.classid, d.objid, d.refobjid FROM pg_depend d
   WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e')sql";

// An extension's comment is its own, unless somebody changed it.
constexpr std::string_view kComments = R"sql(
  SELECT d.classoid, d.objoid, d.objsubid, d.description, '' FROM pg_description d
   WHERE (d.objoid >= 16384 OR d.objoid = 2200)
     AND (d.classoid <> 'pg_extension'::regclass OR (d.objoid, d.description) NOT IN (
           SELECT x.oid, e.comment FROM pg_available_extensions() e JOIN pg_extension x ON x.extname = e.name WHERE e.comment IS NOT NULL))
  UNION ALL
  SELECT l.classoid, l.objoid, l.objsubid, l.label, l.provider FROM pg_seclabel l)sql";

// Catalog rows that stand and fall with another: what depends on them depends on that one.
constexpr std::string_view kImplied = R"sql(
  SELECT 'pg_type'::regclass::oid, c.reltype, 'pg_class'::regclass::oid, c.oid, 0 FROM pg_class c
   WHERE c.oid >= 16384 AND c.reltype <> 0 AND c.relkind <> 'c'
  UNION ALL SELECT 'pg_class'::regclass, c.oid, 'pg_type'::regclass, c.reltype, 0 FROM pg_class c
   WHERE c.oid >= 16384 AND c.relkind = 'c'
  UNION ALL SELECT 'pg_type'::regclass, t.typarray, 'pg_type'::regclass, t.oid, 0 FROM pg_type t
   WHERE t.oid >= 16384 AND t.typarray <> 0
  UNION ALL SELECT 'pg_type'::regclass, r.rngmultitypid, 'pg_type'::regclass, r.rngtypid, 0 FROM pg_range r
   WHERE r.rngtypid >= 16384
  UNION ALL SELECT 'pg_attrdef'::regclass, d.oid, 'pg_class'::regclass, d.adrelid, d.adnum FROM pg_attrdef d
  UNION ALL SELECT 'pg_class'::regclass, k.conindid, 'pg_constraint'::regclass, k.oid, 0 FROM pg_constraint k
   WHERE k.conindid >= 16384 AND k.contype IN ('p', 'u', 'x')
  UNION ALL SELECT 'pg_constraint'::regclass, t.tgconstraint, 'pg_trigger'::regclass, t.oid, 0 FROM pg_trigger t
   WHERE NOT t.tgisinternal AND t.tgconstraint <> 0
  UNION ALL SELECT 'pg_rewrite'::regclass, r.oid, 'pg_class'::regclass, r.ev_class, 0 FROM pg_rewrite r
   WHERE r.oid >= 16384 AND r.rulename = '_RETURN'
  UNION ALL SELECT 'pg_amop'::regclass, m.oid, 'pg_opfamily'::regclass, m.amopfamily, 0 FROM pg_amop m WHERE m.oid >= 16384
  UNION ALL SELECT 'pg_amproc'::regclass, m.oid, 'pg_opfamily'::regclass, m.amprocfamily, 0 FROM pg_amproc m WHERE m.oid >= 16384
  UNION ALL SELECT 'pg_publication_rel'::regclass, r.oid, 'pg_publication'::regclass, r.prpubid, 0 FROM pg_publication_rel r
  UNION ALL SELECT 'pg_publication_namespace'::regclass, r.oid, 'pg_publication'::regclass, r.pnpubid, 0 FROM pg_publication_namespace r
  UNION ALL SELECT 'pg_class'::regclass, d.objid, 'pg_class'::regclass, d.refobjid, d.refobjsubid
    FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
   WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i')sql";

constexpr std::string_view kDependencies = R"sql(
  SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid FROM pg_depend d
   WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype IN ('n', 'a', 'i', 'P', 'S', 'x'))sql";

// OWNED BY comes after the table, and a class makes itself known to its family.
bool is_backwards(const CatalogObject& from, const CatalogObject& to) {
  return (from.kind == "sequence" && to.identity.size() < from.get("owned_by").size() &&
          from.get("owned_by").starts_with(to.identity + ".")) ||
         (from.kind == "operator family" && to.kind == "operator class");
}

// Those of users have the greatest OIDs. Aggregates and ranges stand in a catalog of their own. Inside
// pg_call().
bool has_objects_of_users(Oid index) {
  const Relation by_oid = index_open(index, AccessShareLock);
  const Relation catalog = table_open(by_oid->rd_index->indrelid, AccessShareLock);
  const SysScanDesc scan = systable_beginscan_ordered(catalog, by_oid, nullptr, 0, nullptr);
  const HeapTuple last = systable_getnext_ordered(scan, BackwardScanDirection);
  bool is_null = true;
  const Datum oid = last == nullptr ? 0
                                    : heap_getattr(last, by_oid->rd_index->indkey.values[0],
                                                   RelationGetDescr(catalog), &is_null);
  const bool found = !is_null && DatumGetObjectId(oid) >= FirstNormalObjectId;
  systable_endscan_ordered(scan);
  table_close(catalog, AccessShareLock);
  index_close(by_oid, AccessShareLock);
  return found;
}

class CatalogReader {
 public:
  explicit CatalogReader(Statements& statements) : statements_(statements) {}

  Catalog read(const CatalogRequest& request) {
    for_each_row(statements_, kMembers, {},
                 [&](const Cell* row) { members_.emplace(address_of(row), oid(row[2])); });
    for (const CatalogQuery& query : request.tables_only ? table_queries() : catalog_queries())
      if (query.index == InvalidOid || pg_call([&] { return has_objects_of_users(query.index); }))
        for_each_row(statements_, query.sql, {}, [&](const Cell* row) { take(query, row); });
    if (request.dependencies) read_dependencies();
    if (request.privileges && !request.tables_only)
      for_each_row(statements_, privilege_query(request.dependencies), {},
                   [&](const Cell* row) { take_privileges(row); });
    if (!request.tables_only) read_comments();
    sort_catalog(catalog_);
    return std::move(catalog_);
  }

 private:
  void read_comments() {
    for_each_row(statements_, kComments, {}, [&](const Cell* row) {
      const auto at = objects_.find({oid(row[0]), oid(row[1]), static_cast<std::int32_t>(row[2].integer)});
      if (at == objects_.end()) return;
      const std::string provider(row[4].view());
      add_part(at->second, provider.empty() ? "comment" : "security label of " + provider, row[3]);
    });
  }

  static std::uint32_t oid(const Cell& cell) { return static_cast<std::uint32_t>(cell.integer); }
  static Address address_of(const Cell* cells) { return {oid(cells[0]), oid(cells[1]), 0}; }

  void take(const CatalogQuery& query, const Cell* row) {
    using Column = CatalogColumn;
    const Address address{query.catalog, oid(row[Column::oid]),
                          static_cast<std::int32_t>(row[Column::sub].integer)};
    if (address.sub == 0 && members_.contains(address)) return;
    CatalogObject object;
    object.kind = row[Column::kind].view();
    if (const std::uint32_t home = oid(row[Column::home]); home != 0) {
      const auto at = objects_.find({query.home_catalog, home, 0});
      if (at == objects_.end()) return;
      const CatalogObject& owner = catalog_.objects[at->second];
      object.owner = owner.key();
      object.schema = owner.schema;
      if (!query.qualified) object.identity = owner.identity + ".";
    }
    object.identity += row[Column::identity].view();
    if (!row[Column::schema].is_null()) object.schema = row[Column::schema].view();
    object.name = row[Column::name].view();
    const Cell* properties = row + Column::properties;
    object.properties.reserve(static_cast<std::size_t>(std::count_if(
        properties, properties + query.properties.size(), [](const Cell& cell) { return !cell.is_null(); })));
    for (std::size_t i = 0; i < query.properties.size(); ++i)
      add_property(object, query.properties[i], row[Column::properties + i]);
    object.part = query.part;
    object.storage = static_cast<std::uint64_t>(row[Column::storage].integer);
    object.host_id = address.oid;
    if (address.sub != 0) {
      position_ = address.oid == positions_of_ ? position_ + 1 : 1;
      positions_of_ = address.oid;
      object.position = position_;
    }
    objects_.emplace(address, catalog_.objects.size());
    catalog_.objects.push_back(std::move(object));
  }

  // What one role has on an object or a column, where it is not what it has on every new one.
  void take_privileges(const Cell* row) {
    const Address address{oid(row[0]), oid(row[1]), static_cast<std::int32_t>(row[2].integer)};
    if (!row[10].is_null()) add_external(address, row);
    const auto at = objects_.find(address);
    if (at == objects_.end()) return;
    CatalogObject part = part_of(at->second, "privileges");
    if (!row[7].is_null()) part.identity.append(" sequence");
    part.identity.append(" TO ").append(row[3].view());
    if (!row[4].is_null()) part.identity.append(" BY ").append(row[4].view());
    constexpr std::string_view kProperties[] = {"grantee",  "grantor",    "default_revoked", "to_owner",
                                                "sequence", "privileges", "grantable"};
    for (std::size_t i = 0; i < std::size(kProperties); ++i) add_property(part, kProperties[i], row[3 + i]);
    part.position = part.owner == privileges_of_ ? ++privileges_ : privileges_ = 1;
    privileges_of_ = part.owner;
    catalog_.objects.push_back(std::move(part));
  }

  // What the system or an extension made is a fact only where somebody changed its privileges.
  void add_external(const Address& address, const Cell* row) {
    const Address whole{address.catalog, address.oid, 0};
    if (!objects_.contains(whole)) {
      CatalogObject object;
      object.kind = row[10].view();
      object.identity = row[13].view();
      if (!row[11].is_null()) object.schema = row[11].view();
      object.name = row[row[12].is_null() ? 13 : 12].view();
      object.add("variety", "external");
      if (const auto member = members_.find(whole); member != members_.end())
        if (const auto extension = objects_.find({ExtensionRelationId, member->second, 0});
            extension != objects_.end())
          object.dependencies.push_back(catalog_.objects[extension->second].key());
      objects_.emplace(whole, catalog_.objects.size());
      catalog_.objects.push_back(std::move(object));
    }
    if (address.sub == 0 || objects_.contains(address)) return;
    CatalogObject column = part_of(objects_.at(whole), "column");
    column.identity.append(".").append(row[14].view());
    objects_.emplace(address, catalog_.objects.size());
    catalog_.objects.push_back(std::move(column));
  }

  static void add_property(CatalogObject& object, std::string_view name, const Cell& cell) {
    if (cell.is_null()) return;
    if (cell.tag == Tag::integer)
      object.add(name, std::to_string(cell.integer));
    else
      object.add(name, cell.view());
  }

  void add_part(std::size_t index, std::string kind, const Cell& text) {
    CatalogObject part = part_of(index, std::move(kind));
    part.add("text", text.view());
    catalog_.objects.push_back(std::move(part));
  }

  CatalogObject part_of(std::size_t index, std::string kind) const {
    const CatalogObject& about = catalog_.objects[index];
    CatalogObject part;
    part.kind = std::move(kind);
    part.identity = about.identity;
    part.schema = about.schema;
    part.name = about.name;
    part.owner = about.key();
    part.part = true;
    return part;
  }

  void read_dependencies() {
    for_each_row(statements_, kImplied, {}, [&](const Cell* row) {
      implied_.emplace(address_of(row),
                       Address{oid(row[2]), oid(row[3]), static_cast<std::int32_t>(row[4].integer)});
    });
    for_each_row(statements_, kDependencies, {}, [&](const Cell* row) {
      CatalogObject* from = resolve({oid(row[0]), oid(row[1]), static_cast<std::int32_t>(row[2].integer)});
      if (from == nullptr) return;
      // A column is there with its table.
      const CatalogObject* to = resolve(address_of(row + 3));
      while (to != nullptr && to->kind == "column")
        to = resolve({RelationRelationId, static_cast<std::uint32_t>(to->host_id), 0});
      if (to == nullptr || to == from || is_backwards(*from, *to)) return;
      std::string key = to->key();
      if (key != from->owner) from->dependencies.push_back(std::move(key));
    });
    for (CatalogObject& object : catalog_.objects) {
      std::sort(object.dependencies.begin(), object.dependencies.end());
      object.dependencies.erase(std::unique(object.dependencies.begin(), object.dependencies.end()),
                                object.dependencies.end());
    }
  }

  // The fact for what the catalogs call so; nullptr when it belongs to the system.
  CatalogObject* resolve(Address address) {
    if (const auto member = members_.find({address.catalog, address.oid, 0}); member != members_.end())
      address = {ExtensionRelationId, member->second, 0};
    for (int chain = 0; chain < 4; ++chain) {  // the array of the row type of a view
      if (const auto at = objects_.find(address); at != objects_.end()) return &catalog_.objects[at->second];
      if (const auto whole = objects_.find({address.catalog, address.oid, 0}); whole != objects_.end())
        return &catalog_.objects[whole->second];
      const auto next = implied_.find({address.catalog, address.oid, 0});
      if (next == implied_.end()) break;
      address = next->second;
      if (const auto member = members_.find({address.catalog, address.oid, 0}); member != members_.end())
        address = {ExtensionRelationId, member->second, 0};
    }
    return nullptr;
  }

  Statements& statements_;
  Catalog catalog_;
  std::unordered_map<Address, std::uint32_t, AddressHash> members_;  // of extensions, with the extension
  std::unordered_map<Address, std::size_t, AddressHash> objects_;
  std::unordered_map<Address, Address, AddressHash> implied_;
  std::uint32_t positions_of_ = 0;
  std::uint32_t position_ = 0;
  std::string privileges_of_;
  std::uint32_t privileges_ = 0;
};

}  // namespace

Catalog read_catalog_facts(Statements& statements, const CatalogRequest& request) {
  SettingsScope settings;
  settings.pin_value_text();
  settings.set("quote_all_identifiers", "off");
  settings.set("jit", "off");  // it costs more than these queries take
  settings.set("search_path", "pg_catalog, pg_temp");
  return CatalogReader(statements).read(request);
}

}  // namespace whimbrel::pg

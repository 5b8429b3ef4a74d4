#include "pg_ext/catalog.h"

#include "common/each_row.h"
#include "common/own_table_names.h"
#include "pg_ext/compat.h"
#include "pg_ext/guard.h"
#include "pg_ext/settings.h"
#include "pg_ext/value_type.h"

namespace whimbrel::pg {

namespace {

// What is no table of an application, whatever its kind; then: which kinds.
constexpr std::string_view kOfUser = R"sql(
   WHERE NOT c.relispartition AND c.relpersistence <> 't'
     AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND )sql";
constexpr std::string_view kOrdinary = "c.relkind IN ('r', 'p')";
constexpr std::string_view kNamed =
    "c.relkind IN ('v', 'f') AND (n.nspname || '.' || c.relname = $1 OR n.nspname = $2 AND c.relname = $1)";

constexpr std::string_view kTables = R"sql(
  SELECT c.oid, n.nspname, c.relname,
         EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                    AND d.objsubid = 0 AND d.deptype = 'e'),
         c.relhastriggers, c.relhasrules, c.relkind
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace)sql";
constexpr std::string_view kTablesInOrder = R"sql(
   ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C")sql";

constexpr std::string_view kColumns = R"sql(
  SELECT a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.atttypid, a.attnotnull,
         a.atthasdef OR a.attidentity <> '', a.attgenerated <> '',
         a.attidentity <> '' OR (a.atthasdef AND EXISTS (
           SELECT FROM pg_catalog.pg_depend d
             JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
            WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
              AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
              AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype = 'a')),
         a.attidentity <> '', a.attnum,
         a.atthasdef AND a.atttypid IN (20, 21, 23) AND EXISTS (
           SELECT FROM pg_catalog.pg_attrdef f
             JOIN pg_catalog.pg_depend d
               ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = f.oid
                  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
             JOIN pg_catalog.pg_class s ON s.oid = d.refobjid AND s.relkind = 'S'
            WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum
              AND pg_catalog.pg_get_expr(f.adbin, f.adrelid) LIKE 'nextval(%::regclass)')
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace)sql";
constexpr std::string_view kColumnsInOrder = R"sql(
     AND a.attnum > 0 AND NOT a.attisdropped
   ORDER BY a.attrelid, a.attnum)sql";

// What reads one catalog alone is planned in no time; the names are known, or looked up.
// Of the primary key only whether it is deferrable is of interest.
constexpr std::string_view kUniqueKeys = R"sql(
  SELECT i.indrelid, i.indexrelid, i.indisprimary, NOT i.indimmediate, i.indnkeyatts, i.indkey::pg_catalog.text
    FROM pg_catalog.pg_index i
   WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indrelid >= 16384)sql";

constexpr std::string_view kLabels = R"sql(
  SELECT e.enumtypid, e.enumlabel FROM pg_catalog.pg_enum e ORDER BY e.enumtypid, e.enumsortorder)sql";

// A foreign key of one partition, or to one, counts as its whole table's: the partitions stand in no
// document. The last column is kIsEnforced.
constexpr std::string_view kKeys = R"sql(
  SELECT k.contype = 'p', k.conrelid, k.conkey, k.confrelid, k.confkey, k.conname, k.confdeltype, k.condeferrable,
         k.condeferred, CASE k.contype WHEN 'f' THEN pg_catalog.pg_partition_root(k.conrelid)::pg_catalog.oid END,
         CASE k.contype WHEN 'f' THEN pg_catalog.pg_partition_root(k.confrelid)::pg_catalog.oid END, )sql";
constexpr std::string_view kKeysInOrder = R"sql(
    FROM pg_catalog.pg_constraint k
   WHERE k.contype = 'p' OR k.contype = 'f' AND k.conparentid = 0
   ORDER BY k.conrelid, k.conname COLLATE "C", k.oid)sql";

std::string whole(std::string_view what, std::string_view which, std::string_view in_order) {
  std::string sql(what);
  return sql.append(kOfUser).append("(").append(which).append(")").append(in_order);
}

std::string text_of(const Cell& cell) { return std::string(cell.view()); }

// Kinds of types, each looked up once.
class Kinds {
 public:
  Kind operator()(std::int64_t type) {
    const auto [at, is_new] = known_.try_emplace(type, Kind::other);
    if (is_new) {
      const ValueType described = pg_call([&] { return describe_type(static_cast<Oid>(type), -1); });
      at->second = kind_of(described);
      if (described.kind == ValueKind::enumeration) enums_[type] = described.base;
      if (described.base != described.declared) bases_[type] = format(described);
      if (described.kind == ValueKind::array) note_elements(type, described);
    }
    return at->second;
  }
  // As Column::base_type.
  std::string base_of(std::int64_t type) const {
    const auto at = bases_.find(type);
    return at == bases_.end() ? std::string() : at->second;
  }
  // The enum that the type is, or that a domain of this type is over.
  std::optional<std::int64_t> enum_of(std::int64_t type) const {
    const auto at = enums_.find(type);
    return at == enums_.end() ? std::nullopt : std::optional(at->second);
  }

 private:
  void note_elements(std::int64_t type, const ValueType& array) {
    const ValueType element = pg_call([&] { return describe_type(array.element, -1); });
    if (element.base != element.declared) bases_[type] = format(element) + "[]";
  }

  static std::string format(const ValueType& type) {
    return pg_call([&] { return format_type_extended(type.base, type.modifier, FORMAT_TYPE_TYPEMOD_GIVEN); });
  }

  std::unordered_map<std::int64_t, Kind> known_;
  std::unordered_map<std::int64_t, std::string> bases_;
  std::unordered_map<std::int64_t, std::int64_t> enums_;
};

// Inside pg_call. Whether triggers of the user fire at the table, or at one of its partitions.
bool has_user_triggers(Oid table) {
  Relation catalog = table_open(TriggerRelationId, AccessShareLock);
  List* const family = get_rel_relkind(table) == RELKIND_PARTITIONED_TABLE
                           ? find_all_inheritors(table, NoLock, nullptr)
                           : lappend_oid(NIL, table);
  bool found = false;
  for (int i = 0; i < list_length(family) && !found; ++i) {
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(list_nth_oid(family, i)));
    SysScanDesc scan = systable_beginscan(catalog, TriggerRelidNameIndexId, true, nullptr, 1, &key);
    for (HeapTuple row = systable_getnext(scan); HeapTupleIsValid(row) && !found;
         row = systable_getnext(scan)) {
      const Form_pg_trigger trigger = reinterpret_cast<Form_pg_trigger>(GETSTRUCT(row));
      found = !trigger->tgisinternal && trigger->tgenabled != TRIGGER_DISABLED;
    }
    systable_endscan(scan);
  }
  table_close(catalog, AccessShareLock);
  return found;
}

// A name that the server looked up; none of what is gone.
std::string text_of(const char* name) { return name == nullptr ? std::string() : std::string(name); }

// The numbers in a text with nothing else but what is between them.
std::vector<std::int64_t> numbers_of(const Cell& cell) {
  std::vector<std::int64_t> numbers;
  bool inside = false;
  for (const char c : cell.view()) {
    const bool digit = c >= '0' && c <= '9';
    if (digit) {
      if (!inside) numbers.push_back(0);
      numbers.back() = numbers.back() * 10 + (c - '0');
    }
    inside = digit;
  }
  return numbers;
}

// The tables of a schema by their oids, with the numbers of their columns.
class TablesByOid {
 public:
  explicit TablesByOid(Schema& schema) : schema_(schema) {}

  // The table that was added to the schema last.
  void add(std::int64_t oid) { places_[oid].table = schema_.tables.size() - 1; }
  void add_column(std::int64_t oid, std::int64_t number) { places_[oid].numbers.push_back(number); }

  Table* find(std::int64_t oid) const {
    const auto at = places_.find(oid);
    return at == places_.end() ? nullptr : &schema_.tables[at->second.table];
  }
  // Of any table, a partition too.
  std::string column_name(std::int64_t oid, std::int64_t number) const {
    if (const auto at = places_.find(oid); at != places_.end()) {
      const std::vector<std::int64_t>& numbers = at->second.numbers;
      const auto found = std::ranges::find(numbers, number);
      if (found != numbers.end())
        return schema_.tables[at->second.table]
            .columns[static_cast<std::size_t>(found - numbers.begin())]
            .name;
    }
    return text_of(
        pg_call([&] { return get_attname(static_cast<Oid>(oid), static_cast<AttrNumber>(number), true); }));
  }

 private:
  struct Place {
    std::size_t table = 0;
    std::vector<std::int64_t> numbers;  // of its columns
  };

  Schema& schema_;
  std::unordered_map<std::int64_t, Place> places_;
};

void read_unique_keys(Statements& statements, const TablesByOid& tables) {
  for_each_row(statements, kUniqueKeys, {}, [&](const Cell* row) {
    const std::int64_t oid = row[0].integer;
    Table* const table = tables.find(oid);
    if (table == nullptr) return;
    const bool deferrable = row[3].integer != 0;
    if (row[2].integer != 0) {
      table->primary_key_deferrable = deferrable;
      return;
    }
    UniqueKey key;
    key.name = text_of(pg_call([&] { return get_rel_name(static_cast<Oid>(row[1].integer)); }));
    key.deferrable = deferrable;
    std::vector<std::int64_t> numbers = numbers_of(row[5]);
    numbers.resize(static_cast<std::size_t>(row[4].integer));  // without those that are only included
    for (const std::int64_t number : numbers)
      key.columns.push_back(table->find_column(tables.column_name(oid, number)));
    table->unique_keys.push_back(std::move(key));
  });
}

ForeignKeyAction action_of(std::string_view letter) {
  switch (letter.empty() ? 'a' : letter[0]) {
    case 'r':
      return ForeignKeyAction::restrict;
    case 'c':
      return ForeignKeyAction::cascade;
    case 'n':
      return ForeignKeyAction::set_null;
    case 'd':
      return ForeignKeyAction::set_default;
    default:
      return ForeignKeyAction::no_action;
  }
}

Table table_of(const Cell* row, const std::string& default_schema) {
  Table table;
  table.host_id = static_cast<std::uint64_t>(row[0].integer);
  table.schema = text_of(row[1]);
  table.name = text_of(row[2]);
  table.own = row[3].integer != 0;
  const char kind = row[6].view()[0];
  const bool may_have = row[4].integer != 0 || kind == RELKIND_PARTITIONED_TABLE;
  table.triggers = may_have && pg_call([&] { return has_user_triggers(static_cast<Oid>(table.host_id)); });
  table.rules = row[5].integer != 0;
  table.view = kind == RELKIND_VIEW;
  table.in_default_schema = table.schema == default_schema;
  return table;
}

Column column_of(const Cell* row, Kinds& kinds) {
  Column column;
  column.name = text_of(row[1]);
  column.type = text_of(row[2]);
  column.kind = kinds(row[3].integer);
  column.base_type = kinds.base_of(row[3].integer);
  column.not_null = row[4].integer != 0;
  column.has_default = row[5].integer != 0;
  column.generated = row[6].integer != 0;
  column.identity = row[7].integer != 0;
  column.as_identity = row[8].integer != 0;
  column.draws = row[10].integer != 0;
  if (column.generated) column.has_default = false;
  return column;
}

void add_foreign_key(const Cell* row, const TablesByOid& tables) {
  const std::int64_t oid = row[1].integer;
  const std::int64_t parent_oid = row[3].integer;
  Table* const table = tables.find(row[9].is_null() ? oid : row[9].integer);
  if (table == nullptr) return;
  ForeignKey key;
  key.name = text_of(row[5]);
  const std::int64_t whole_parent = row[10].is_null() ? parent_oid : row[10].integer;
  if (const Table* const parent = tables.find(whole_parent)) {
    key.parent_schema = parent->schema;
    key.parent_table = parent->name;
  } else {
    const Oid relation = static_cast<Oid>(whole_parent);
    key.parent_schema = text_of(pg_call([&] { return get_namespace_name(get_rel_namespace(relation)); }));
    key.parent_table = text_of(pg_call([&] { return get_rel_name(relation); }));
  }
  key.on_delete = action_of(row[6].view());
  key.deferrable = row[7].integer != 0;
  key.initially_deferred = row[8].integer != 0;
  key.enforced = row[11].integer != 0;
  for (const std::int64_t number : numbers_of(row[2]))
    key.columns.push_back(table->find_column(tables.column_name(oid, number)));
  for (const std::int64_t number : numbers_of(row[4]))
    key.parent_columns.push_back(tables.column_name(parent_oid, number));
  table->foreign_keys.push_back(std::move(key));
}

// Whether a table is one of Whimbrel's, of a schema with a history of its own.
bool is_own(const Table& table) {
  return std::ranges::any_of(kHistoryTables, [&](const OwnTable& own) {
    return table.name == own.name && table.find_column(own.mark) != Table::npos;
  });
}

bool is_called(const Table& table, const std::string& name) {
  return name == table.display_name() || name == table.schema + "." + table.name;
}

}  // namespace

void add_named(Statements& statements, const std::string& default_schema, Schema& schema,
               std::span<const std::string> names) {
  SettingsScope settings;
  settings.set("search_path", "pg_catalog");
  Kinds kinds;
  for (const std::string& name : names) {
    if (std::any_of(schema.tables.begin(), schema.tables.end(),
                    [&](const Table& table) { return is_called(table, name); }))
      continue;
    const Cell parameters[] = {Cell::text(name), Cell::text(default_schema)};
    std::vector<Table> found;
    for_each_row(statements, whole(kTables, kNamed, kTablesInOrder), parameters,
                 [&](const Cell* row) { found.push_back(table_of(row, default_schema)); });
    if (found.empty()) continue;
    for_each_row(statements, whole(kColumns, kNamed, kColumnsInOrder), parameters, [&](const Cell* row) {
      for (Table& table : found)
        if (table.host_id == static_cast<std::uint64_t>(row[0].integer))
          table.columns.push_back(column_of(row, kinds));
    });
    for (Table& table : found) {
      table.own = table.own || is_own(table);
      schema.add(std::move(table));
    }
  }
}

Schema read_schema(Statements& statements, const std::string& default_schema) {
  // Types of other schemas than pg_catalog are printed with theirs, whatever the caller's search_path is.
  SettingsScope settings;
  settings.set("search_path", "pg_catalog");

  Schema schema;
  TablesByOid tables(schema);
  for_each_row(statements, whole(kTables, kOrdinary, kTablesInOrder), {}, [&](const Cell* row) {
    schema.tables.push_back(table_of(row, default_schema));
    tables.add(row[0].integer);
  });

  Kinds kinds;
  struct EnumColumn {
    Table* table;
    std::size_t column;
  };
  std::multimap<std::int64_t, EnumColumn> enum_columns;  // by the enum's oid
  for_each_row(statements, whole(kColumns, kOrdinary, kColumnsInOrder), {}, [&](const Cell* row) {
    Table* table = tables.find(row[0].integer);
    if (table == nullptr) return;
    table->columns.push_back(column_of(row, kinds));
    tables.add_column(row[0].integer, row[9].integer);
    if (const auto type = kinds.enum_of(row[3].integer))
      enum_columns.emplace(*type, EnumColumn{table, table->columns.size() - 1});
  });
  if (!enum_columns.empty()) {
    for_each_row(statements, kLabels, {}, [&](const Cell* row) {
      const auto [begin, end] = enum_columns.equal_range(row[0].integer);
      for (auto at = begin; at != end; ++at)
        at->second.table->columns[at->second.column].labels.push_back(text_of(row[1]));
    });
  }
  const std::string keys = std::string(kKeys).append(kIsEnforced).append(kKeysInOrder);
  for_each_row(statements, keys, {}, [&](const Cell* row) {
    if (row[0].integer == 0) {
      add_foreign_key(row, tables);
    } else if (Table* table = tables.find(row[1].integer)) {
      for (const std::int64_t number : numbers_of(row[2]))
        table->primary_key.push_back(table->find_column(tables.column_name(row[1].integer, number)));
    }
  });
  read_unique_keys(statements, tables);
  for (Table& table : schema.tables) {
    std::ranges::sort(table.unique_keys, {}, &UniqueKey::name);
    table.own = table.own || is_own(table);
  }
  return schema;
}

}  // namespace whimbrel::pg

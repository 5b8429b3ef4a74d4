#include "pg_ext/catalog.h"

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
                    AND d.objsubid = 0 AND d.deptype = 'e')
         OR EXISTS (SELECT FROM pg_catalog.pg_attribute own  -- of a schema with a history of its own
                     WHERE own.attrelid = c.oid
                       AND (c.relname, own.attname) IN (('schema_migrations', 'token_checksum'),
                                                        ('migration_log', 'log_id'),
                                                        ('migration_journal', 'statement_hash'))),
         EXISTS (SELECT FROM pg_catalog.pg_trigger t
                  WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D')
         OR c.relkind = 'p' AND EXISTS (
              SELECT FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_partition_tree(c.oid) p ON p.relid = t.tgrelid
               WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'),
         c.relhasrules, c.relkind = 'v'
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
         a.attidentity <> ''
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace)sql";
constexpr std::string_view kColumnsInOrder = R"sql(
     AND a.attnum > 0 AND NOT a.attisdropped
   ORDER BY a.attrelid, a.attnum)sql";

constexpr std::string_view kPrimaryKeys = R"sql(
  SELECT k.conrelid, a.attname
    FROM pg_catalog.pg_constraint k
    CROSS JOIN LATERAL pg_catalog.unnest(k.conkey) WITH ORDINALITY AS u (attnum, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum
   WHERE k.contype = 'p'
   ORDER BY k.conrelid, u.place)sql";

// Of the primary key only whether it is deferrable is of interest.
constexpr std::string_view kUniqueKeys = R"sql(
  SELECT i.indrelid, i.indexrelid, x.relname, i.indisprimary, NOT i.indimmediate, a.attname
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL pg_catalog.unnest(i.indkey) WITH ORDINALITY AS u (attnum, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.attnum
   WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND u.place <= i.indnkeyatts
     AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
     AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   ORDER BY i.indrelid, x.relname COLLATE "C", u.place)sql";

constexpr std::string_view kLabels = R"sql(
  SELECT e.enumtypid, e.enumlabel FROM pg_catalog.pg_enum e ORDER BY e.enumtypid, e.enumsortorder)sql";

// A key of one partition, or to one, counts as its whole table's: the partitions stand in no document.
constexpr std::string_view kForeignKeys = R"sql(
  SELECT coalesce(pg_catalog.pg_partition_root(k.conrelid)::pg_catalog.oid, k.conrelid), k.oid, k.conname, n.nspname,
         p.relname, k.confdeltype, k.condeferrable, k.condeferred, a.attname, b.attname
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class p ON p.oid = coalesce(pg_catalog.pg_partition_root(k.confrelid)::pg_catalog.oid, k.confrelid)
    JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
    CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey))
               WITH ORDINALITY AS u (attnum, confattnum, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum
    JOIN pg_catalog.pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = u.confattnum
   WHERE k.contype = 'f' AND k.conparentid = 0
   ORDER BY k.conrelid, k.conname COLLATE "C", k.oid, u.place)sql";

std::string whole(std::string_view what, std::string_view which, std::string_view in_order) {
  std::string sql(what);
  return sql.append(kOfUser).append("(").append(which).append(")").append(in_order);
}

template <typename Row>
void for_each(Statements& statements, std::string_view sql, Row&& row,
              std::span<const Cell> parameters = {}) {
  const std::unique_ptr<TableReader> reader = statements.query(sql, parameters);
  RowBatch batch;
  while (reader->next(batch))
    for (std::size_t i = 0; i < batch.rows(); ++i) row(batch.row(i));
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
    }
    return at->second;
  }
  // The enum that the type is, or that a domain of this type is over.
  std::optional<std::int64_t> enum_of(std::int64_t type) const {
    const auto at = enums_.find(type);
    return at == enums_.end() ? std::nullopt : std::optional(at->second);
  }

 private:
  std::unordered_map<std::int64_t, Kind> known_;
  std::unordered_map<std::int64_t, std::int64_t> enums_;
};

void read_unique_keys(Statements& statements, auto&& find) {
  std::int64_t last_index = 0;
  for_each(statements, kUniqueKeys, [&](const Cell* row) {
    Table* table = find(row[0].integer);
    if (table == nullptr) return;
    const bool deferrable = row[4].integer != 0;
    if (row[3].integer != 0) {
      table->primary_key_deferrable = deferrable;
      return;
    }
    if (row[1].integer != last_index) {
      last_index = row[1].integer;
      table->unique_keys.push_back({text_of(row[2]), {}, deferrable});
    }
    table->unique_keys.back().columns.push_back(table->find_column(row[5].view()));
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
  table.triggers = row[4].integer != 0;
  table.rules = row[5].integer != 0;
  table.view = row[6].integer != 0;
  table.in_default_schema = table.schema == default_schema;
  return table;
}

Column column_of(const Cell* row, Kinds& kinds) {
  Column column;
  column.name = text_of(row[1]);
  column.type = text_of(row[2]);
  column.kind = kinds(row[3].integer);
  column.not_null = row[4].integer != 0;
  column.has_default = row[5].integer != 0;
  column.generated = row[6].integer != 0;
  column.identity = row[7].integer != 0;
  column.as_identity = row[8].integer != 0;
  if (column.generated) column.has_default = false;
  return column;
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
    for_each(
        statements, whole(kTables, kNamed, kTablesInOrder),
        [&](const Cell* row) { found.push_back(table_of(row, default_schema)); }, parameters);
    if (found.empty()) continue;
    for_each(
        statements, whole(kColumns, kNamed, kColumnsInOrder),
        [&](const Cell* row) {
          for (Table& table : found)
            if (table.host_id == static_cast<std::uint64_t>(row[0].integer))
              table.columns.push_back(column_of(row, kinds));
        },
        parameters);
    for (Table& table : found) schema.add(std::move(table));
  }
}

Schema read_schema(Statements& statements, const std::string& default_schema) {
  // Types of other schemas than pg_catalog are printed with theirs, whatever the caller's search_path is.
  SettingsScope settings;
  settings.set("search_path", "pg_catalog");

  Schema schema;
  std::unordered_map<std::int64_t, std::size_t> by_oid;
  for_each(statements, whole(kTables, kOrdinary, kTablesInOrder), [&](const Cell* row) {
    by_oid.emplace(row[0].integer, schema.tables.size());
    schema.tables.push_back(table_of(row, default_schema));
  });
  const auto find = [&](std::int64_t oid) -> Table* {
    const auto at = by_oid.find(oid);
    return at == by_oid.end() ? nullptr : &schema.tables[at->second];
  };

  Kinds kinds;
  struct EnumColumn {
    Table* table;
    std::size_t column;
  };
  std::multimap<std::int64_t, EnumColumn> enum_columns;  // by the enum's oid
  for_each(statements, whole(kColumns, kOrdinary, kColumnsInOrder), [&](const Cell* row) {
    Table* table = find(row[0].integer);
    if (table == nullptr) return;
    table->columns.push_back(column_of(row, kinds));
    if (const auto type = kinds.enum_of(row[3].integer))
      enum_columns.emplace(*type, EnumColumn{table, table->columns.size() - 1});
  });
  if (!enum_columns.empty()) {
    for_each(statements, kLabels, [&](const Cell* row) {
      const auto [begin, end] = enum_columns.equal_range(row[0].integer);
      for (auto at = begin; at != end; ++at)
        at->second.table->columns[at->second.column].labels.push_back(text_of(row[1]));
    });
  }
  for_each(statements, kPrimaryKeys, [&](const Cell* row) {
    if (Table* table = find(row[0].integer)) table->primary_key.push_back(table->find_column(row[1].view()));
  });
  read_unique_keys(statements, find);
  std::int64_t last_constraint = 0;
  for_each(statements, kForeignKeys, [&](const Cell* row) {
    Table* table = find(row[0].integer);
    if (table == nullptr) return;
    if (row[1].integer != last_constraint) {
      last_constraint = row[1].integer;
      ForeignKey key;
      key.name = text_of(row[2]);
      key.parent_schema = text_of(row[3]);
      key.parent_table = text_of(row[4]);
      key.on_delete = action_of(row[5].view());
      key.deferrable = row[6].integer != 0;
      key.initially_deferred = row[7].integer != 0;
      table->foreign_keys.push_back(std::move(key));
    }
    ForeignKey& key = table->foreign_keys.back();
    key.columns.push_back(table->find_column(row[8].view()));
    key.parent_columns.push_back(text_of(row[9]));
  });
  return schema;
}

}  // namespace whimbrel::pg

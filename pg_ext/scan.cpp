#include "pg_ext/scan.h"

#include "common/error.h"
#include "pg_ext/access.h"
#include "pg_ext/heap_reader.h"
#include "pg_ext/query_reader.h"
#include "pg_ext/settings.h"
#include "pg_ext/value_type.h"

namespace whimbrel::pg {

namespace {

// Below this the heap is far enough from the key's order that trying it would mostly be a second read.
constexpr float kLikelyInOrder = 0.99F;

bool is_integer_type(Oid type) { return type == INT2OID || type == INT4OID || type == INT8OID; }

// Inside pg_call. Whether the heap may lie in the order of its integer key, as far as the statistics know.
bool may_be_in_order(Relation relation, std::span<const AttrNumber> key) {
  for (const AttrNumber attribute : key)
    if (!is_integer_type(TupleDescAttr(RelationGetDescr(relation), attribute - 1)->atttypid)) return false;
  HeapTuple tuple = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(RelationGetRelid(relation)),
                                    Int16GetDatum(key[0]), BoolGetDatum(false));
  if (!HeapTupleIsValid(tuple)) return true;
  bool result = true;
  AttStatsSlot slot;
  if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_CORRELATION, InvalidOid, ATTSTATSSLOT_NUMBERS)) {
    if (slot.nnumbers > 0) result = slot.numbers[0] >= kLikelyInOrder;
    free_attstatsslot(&slot);
  }
  ReleaseSysCache(tuple);
  return result;
}

// Of a table some of whose partitions are on other servers, whose rows are no rows of this database.
struct LocalParts {
  bool among_foreign = false;
  List* names = NIL;  // of those that are here: char*, quoted
};

// Inside pg_call.
LocalParts local_parts(Relation relation) {
  LocalParts found;
  if (relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE) return found;
  List* parts = find_all_inheritors(RelationGetRelid(relation), AccessShareLock, nullptr);
  for (int i = 0; i < list_length(parts); ++i)
    found.among_foreign =
        found.among_foreign || get_rel_relkind(list_nth_oid(parts, i)) == RELKIND_FOREIGN_TABLE;
  for (int i = 0; found.among_foreign && i < list_length(parts); ++i) {
    const Oid part = list_nth_oid(parts, i);
    if (get_rel_relkind(part) == RELKIND_RELATION)
      found.names =
          lappend(found.names, const_cast<char*>(quote_qualified_identifier(
                                   get_namespace_name(get_rel_namespace(part)), get_rel_name(part))));
  }
  return found;
}

// As many SELECTs as there are such partitions, under the table's own name.
std::string from_parts(const Table& table, const List* parts) {
  std::string columns;
  for (const Column& column : table.columns)
    columns += (columns.empty() ? "" : ", ") + quote_identifier(column.name);
  std::string sql;
  for (int i = 0; i < list_length(parts); ++i)
    sql += (sql.empty() ? "(SELECT " : " UNION ALL SELECT ") + columns + " FROM ONLY " +
           static_cast<const char*>(list_nth(parts, i));
  return sql + ") AS " + quote_identifier(table.name);
}

std::string scan_sql(const ScanRequest& request, bool only, const LocalParts& local,
                     std::span<const char> collated) {
  const Table& table = *request.table;
  std::string sql = "SELECT ";
  for (std::size_t i = 0; i < request.columns.size(); ++i) {
    if (i > 0) sql += ", ";
    sql += quote_identifier(table.columns[request.columns[i]].name);
  }
  for (const std::size_t column : request.output_texts)
    sql += ", " + quote_identifier(table.columns[column].name) + "::pg_catalog.text";
  if (local.names != NIL)
    sql += " FROM " + from_parts(table, local.names);
  else  // of a table without a partition here its own rows, which are none
    sql += (only || local.among_foreign ? " FROM ONLY " : " FROM ") + quote_name(table.schema, table.name);
  // The line break ends a comment in the condition.
  if (!request.where.empty()) sql += " WHERE (" + std::string(request.where) + "\n)";
  if (!request.ordered) return sql;
  for (std::size_t i = 0; i < table.primary_key.size(); ++i) {
    sql += i == 0 ? " ORDER BY " : ", ";
    sql += quote_identifier(table.columns[table.primary_key[i]].name);
    // Bytes, not the words of a language: the same order on every machine and in both engines.
    if (collated[i]) sql += " COLLATE \"C\"";
  }
  return sql;
}

constexpr char kVirtual = 'v';  // pg_attribute.attgenerated: computed when it is read

struct Columns {
  std::vector<AttrNumber> values;
  std::vector<AttrNumber> output_texts;
  std::vector<AttrNumber> key;
  std::vector<char> collated;  // of key
};

struct Facts {
  bool plain;        // its rows may be read from the heap by this caller
  bool whole_table;  // partitioned: with its partitions
  LocalParts local;
  bool try_heap;      // the heap may give the order that is wanted
  bool may_be_parts;  // other processes may read it by ranges of pages
  std::uint64_t pages;
};

// Checks that the caller may read the table, and that it is still what the core knows.
Facts look_at(const ScanRequest& request, bool read_only, Columns& columns) {
  const Table& table = *request.table;
  const Oid oid = static_cast<Oid>(table.host_id);
  columns.values.resize(request.columns.size());
  columns.output_texts.resize(request.output_texts.size());
  columns.key.resize(request.ordered ? table.primary_key.size() : 0);
  columns.collated.resize(columns.key.size());
  // The names are NUL-terminated std::strings, so that the lambda needs none of its own.
  return pg_call([&] {
    Relation relation = open_table(table, AccessShareLock);
    bool stored = true;
    for (std::size_t i = 0; i < columns.values.size(); ++i) {
      const Column& column = table.columns[request.columns[i]];
      columns.values[i] = attribute_number(relation, column.name.c_str());
      const Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(relation), columns.values[i] - 1);
      stored = stored && attribute->attgenerated != kVirtual;
      if (kind_of(describe_type(attribute->atttypid, attribute->atttypmod)) != column.kind)
        throw Error(code::kUnknownColumn,
                    "table \"" + table.display_name() + "\": column \"" + column.name + "\" is not of type " +
                        column.type + " any more",
                    "It was changed while the call was at work.");
    }
    check_not_rewritten(relation, read_only);
    for (std::size_t i = 0; i < columns.output_texts.size(); ++i)
      columns.output_texts[i] =
          attribute_number(relation, table.columns[request.output_texts[i]].name.c_str());
    for (std::size_t i = 0; i < columns.key.size(); ++i) {
      const AttrNumber number = attribute_number(relation, table.columns[table.primary_key[i]].name.c_str());
      columns.key[i] = number;
      columns.collated[i] = OidIsValid(TupleDescAttr(RelationGetDescr(relation), number - 1)->attcollation);
    }
    check_select_privilege(relation, columns.values);
    Facts found{};
    if (request.here_only) found.local = local_parts(relation);
    found.whole_table = relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE;
    found.plain = stored && request.where.empty() && relation->rd_rel->relkind == RELKIND_RELATION &&
                  !row_security_applies(oid);
    // That a table may be read by parts was decided for all processes, by the statistics of that moment.
    found.try_heap = found.plain && (columns.key.empty() || request.part ||
                                     (request.try_physical_order && may_be_in_order(relation, columns.key)));
    found.may_be_parts = found.try_heap && relation->rd_rel->relpersistence != RELPERSISTENCE_TEMP &&
                         relation->rd_tableam == GetHeapamTableAmRoutine();
    if (found.may_be_parts) found.pages = RelationGetNumberOfBlocks(relation);
    table_close(relation, NoLock);
    return found;
  });
}

}  // namespace

std::unique_ptr<TableReader> open_scan(Statements& statements, const ScanRequest& request) {
  Columns columns;
  const Facts facts = look_at(request, statements.read_only(), columns);
  if (facts.try_heap)
    return open_heap({.relation = static_cast<Oid>(request.table->host_id),
                      .attributes = columns.values,
                      .output_texts = columns.output_texts,
                      .ordered_by = columns.key,
                      .part = request.part,
                      .read_only = statements.read_only()});

  const std::string sql = scan_sql(request, !facts.whole_table, facts.local, columns.collated);
  SettingsScope settings;
  settings.forbid_hidden_rows();
  return statements.query(sql, request.parameters, !request.output_texts.empty());
}

std::uint64_t pages_for_parts(const ScanRequest& request) {
  Columns columns;
  return look_at(request, true, columns).pages;  // only exports ask, which write nothing
}

}  // namespace whimbrel::pg

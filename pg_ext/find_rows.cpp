#include "pg_ext/find_rows.h"

#include "pg_ext/access.h"
#include "pg_ext/equality.h"
#include "pg_ext/guard.h"
#include "pg_ext/settings.h"

namespace whimbrel::pg {

namespace {

bool is_prefix(std::span<const std::size_t> part, std::span<const std::size_t> whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

// Whether an index of the table certainly begins with these columns.
bool is_indexed(const LookupRequest& request) {
  const Table& table = *request.table;
  return is_prefix(request.key_columns, table.primary_key) ||
         std::any_of(table.unique_keys.begin(), table.unique_keys.end(),
                     [&](const UniqueKey& key) { return is_prefix(request.key_columns, key.columns); });
}

class Lookup {
 public:
  Lookup(const LookupRequest& request, const RowBatch& keys);
  ~Lookup();
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  std::unique_ptr<RowReader> open(Statements& statements);

 private:
  std::string sql() const;
  ParamListInfo parameters();
  Datum array_of(std::size_t column);

  const LookupRequest& request_;
  const RowBatch& keys_;
  std::vector<FieldWriter> writers_;
  std::vector<Oid> arrays_;
  json::Buffer scratch_;
  MemoryContext memory_ = nullptr;  // of the keys, until the query is open
  bool whole_table_ = false;
  bool pinned_ = false;
};

Lookup::Lookup(const LookupRequest& request, const RowBatch& keys)
    : request_(request), keys_(keys), writers_(request.key_columns.size()), arrays_(writers_.size()) {
  const Table& table = *request.table;
  memory_ = pg_call(
      [] { return AllocSetContextCreate(CurrentMemoryContext, "whimbrel keys", ALLOCSET_DEFAULT_SIZES); });
  pg_call([&] {
    const Relation relation = table_open(static_cast<Oid>(table.host_id), AccessShareLock);
    for (std::size_t i = 0; i < writers_.size(); ++i) {
      const AttrNumber number =
          attribute_number(relation, table.columns[request.key_columns[i]].name.c_str());
      writers_[i].prepare(TupleDescAttr(RelationGetDescr(relation), number - 1)->atttypid, -1, memory_);
      arrays_[i] = get_array_type(writers_[i].type().declared);
    }
    whole_table_ = relation->rd_rel->relkind != RELKIND_RELATION;
    table_close(relation, NoLock);
  });
  for (std::size_t i = 0; i < writers_.size(); ++i) {
    pinned_ = pinned_ || writers_[i].needs_pinned_settings();
    if (OidIsValid(arrays_[i])) continue;
    const Column& column = table.columns[request.key_columns[i]];
    throw Error(
        code::kUnsupported,
        "rows cannot be found by column \"" + column.name + "\" of table \"" + table.display_name() + "\"",
        "There is no array type for " + column.type + ".");
  }
}

Lookup::~Lookup() {
  try {
    pg_call([&] { MemoryContextDelete(memory_); });
  } catch (...) {
  }
}

std::string Lookup::sql() const {
  const Table& table = *request_.table;
  std::string sql = "SELECT k.n - 1";
  for (const std::size_t column : request_.columns)
    sql += ", t." + quote_identifier(table.columns[column].name);
  std::string lists, names, where;
  for (std::size_t i = 0; i < writers_.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    lists += (i == 0 ? "pg_catalog.unnest($" : ", pg_catalog.unnest($") + number + ")";
    names += "k" + number + ", ";
    where += (i == 0 ? "" : " AND ") +
             equality(writers_[i].type(),
                      "t." + quote_identifier(table.columns[request_.key_columns[i]].name), "k.k" + number);
  }
  return sql + " FROM ROWS FROM (" + lists + ") WITH ORDINALITY AS k (" + names + "n) JOIN " +
         (whole_table_ ? "" : "ONLY ") + quote_name(table.schema, table.name) + " AS t ON " + where;
}

// Inside pg_call, in memory_.
Datum Lookup::array_of(std::size_t column) {
  const ValueType& type = writers_[column].type();
  int size = static_cast<int>(keys_.rows());
  int lowest = 1;
  Datum* values = static_cast<Datum*>(palloc(sizeof(Datum) * keys_.rows()));
  bool* nulls = static_cast<bool*>(palloc(sizeof(bool) * keys_.rows()));
  for (std::size_t row = 0; row < keys_.rows(); ++row) {
    const Cell& cell = keys_.row(row)[column];
    nulls[row] = cell.is_null();
    values[row] = nulls[row] ? Datum{0} : writers_[column].write(cell, nulls[row], scratch_);
  }
  return PointerGetDatum(construct_md_array(values, nulls, 1, &size, &lowest, type.declared, type.length,
                                            type.by_value, type.alignment));
}

ParamListInfo Lookup::parameters() {
  std::size_t column = 0;
  try {
    return pg_call([&] {
      const MemoryContext outer = MemoryContextSwitchTo(memory_);
      const ParamListInfo list = makeParamList(static_cast<int>(writers_.size()));
      for (; column < writers_.size(); ++column) {
        ParamExternData& parameter = list->params[column];
        parameter.value = array_of(column);
        parameter.isnull = false;
        parameter.pflags = PARAM_FLAG_CONST;
        parameter.ptype = arrays_[column];
      }
      MemoryContextSwitchTo(outer);
      return list;
    });
  } catch (Error& error) {
    error.at("column \"" + request_.table->columns[request_.key_columns[column]].name + "\"");
    throw;
  }
}

std::unique_ptr<RowReader> Lookup::open(Statements& statements) {
  ParamListInfo list;
  if (pinned_) {
    SettingsScope text;
    text.pin_value_text();
    list = parameters();
  } else {
    list = parameters();
  }
  SettingsScope settings;
  settings.forbid_hidden_rows();
  if (is_indexed(request_)) {
    // The table may grow a thousandfold while the statement is kept: no plan that reads it whole.
    for (const char* name : {"enable_seqscan", "enable_hashjoin", "enable_mergejoin"})
      settings.set(name, "off");
  }
  return statements.query(sql(), arrays_, list);
}

}  // namespace

std::unique_ptr<RowReader> find_rows(Statements& statements, const LookupRequest& request,
                                     const RowBatch& keys) {
  return Lookup(request, keys).open(statements);
}

}  // namespace whimbrel::pg

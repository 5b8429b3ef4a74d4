#include "pg_ext/insert_executor.h"

#include <map>

#include "pg_ext/access.h"
#include "pg_ext/column_writer.h"
#include "pg_ext/equality.h"
#include "pg_ext/guard.h"
#include "pg_ext/settings.h"
#include "pg_ext/statements.h"
#include "pg_ext/trigger_query.h"

namespace whimbrel::pg {

namespace {

using Columns = std::vector<std::size_t>;  // indexes into RowsRequest::columns

// What the two callers have in common.
struct RowsRequest {
  const Table* table = nullptr;
  std::span<const std::size_t> key_columns;  // of updates
  std::span<const std::size_t> columns;
  std::size_t offset = 0;  // of the first column's cell; before it stands the action
  bool skip_conflicts = false;
};

// Which statement a row needs.
struct Shape {
  RowAction action = RowAction::insert;
  Columns present;

  bool operator==(const Shape&) const = default;
  auto operator<=>(const Shape&) const = default;
};

class RowWriter {
 public:
  RowWriter(const RowsRequest& request, RowReader& rows);

  WriteCounts run();

 private:
  struct Plan {
    SPIPlanPtr plan = nullptr;
    Columns parameters;                // which columns' values it takes
    std::optional<std::size_t> fixed;  // one that has its value already, or the row is not found
  };

  void shape_of(const Cell* cells, Shape& shape) const;
  bool is_key(std::size_t i) const;
  std::string name_of(std::size_t i) const {
    return quote_identifier(request_.table->columns[request_.columns[i]].name);
  }
  std::string insert_sql(const Columns& present) const;
  std::string update_sql(const Shape& shape, Plan& plan) const;
  [[noreturn]] void refuse_other_value(std::size_t fixed) const;
  const Plan& plan_for(const Shape& shape);
  void write_run(const Shape& shape, std::size_t begin, std::size_t end);
  void convert(const Columns& parameters, const Cell* cells);

  const RowsRequest& request_;
  RowReader& rows_;
  RowBatch batch_;
  bool whole_table_ = false;     // partitioned: an update means its partitions too
  std::map<Shape, Plan> plans_;  // rows with other columns absent are other statements
  std::vector<ColumnWriter> writers_;
  std::vector<bool> fixed_;  // GENERATED ALWAYS AS IDENTITY: no update gives it a value
  std::vector<Datum> values_;
  std::vector<char> nulls_;
  json::Buffer scratch_;
  MemoryContext row_memory_ = nullptr;
  bool pinned_ = false;
  std::uint64_t done_ = 0;
  WriteCounts counts_;
  std::size_t column_ = 0;
};

RowWriter::RowWriter(const RowsRequest& request, RowReader& rows)
    : request_(request),
      rows_(rows),
      writers_(request.columns.size()),
      fixed_(request.columns.size()),
      values_(request.columns.size()),
      nulls_(request.columns.size()) {
  const Table& table = *request.table;
  pg_call([&] {
    const MemoryContext memory = CurrentMemoryContext;
    row_memory_ = AllocSetContextCreate(memory, "whimbrel insert row", ALLOCSET_DEFAULT_SIZES);
    const Relation relation = open_table(table, RowExclusiveLock);
    for (std::size_t i = 0; i < writers_.size(); ++i) {
      const AttrNumber number = attribute_number(relation, table.columns[request.columns[i]].name.c_str());
      const FormData_pg_attribute& attribute = *TupleDescAttr(RelationGetDescr(relation), number - 1);
      writers_[i].prepare(attribute, memory);
      fixed_[i] = attribute.attidentity == ATTRIBUTE_IDENTITY_ALWAYS;
    }
    whole_table_ = relation->rd_rel->relkind != RELKIND_RELATION;
    table_close(relation, NoLock);
  });
  for (const ColumnWriter& writer : writers_) pinned_ = pinned_ || writer.needs_pinned_settings();
}

bool RowWriter::is_key(std::size_t i) const {
  return std::find(request_.key_columns.begin(), request_.key_columns.end(), request_.columns[i]) !=
         request_.key_columns.end();
}

std::string RowWriter::insert_sql(const Columns& present) const {
  std::string sql = "INSERT INTO " + quote_name(request_.table->schema, request_.table->name);
  std::string values;
  for (std::size_t p = 0; p < present.size(); ++p) {
    sql += (p == 0 ? " (" : ", ") + name_of(present[p]);
    values += (p == 0 ? "$" : ", $") + std::to_string(p + 1);
  }
  sql += present.empty() ? " DEFAULT VALUES" : ") OVERRIDING SYSTEM VALUE VALUES (" + values + ")";
  return request_.skip_conflicts ? sql + " ON CONFLICT DO NOTHING" : sql;
}

// Empty when there is nothing to set.
std::string RowWriter::update_sql(const Shape& shape, Plan& plan) const {
  std::string set, where;
  std::size_t next = 0;
  for (std::size_t i = 0; i < request_.columns.size(); ++i) {
    const bool present = next < shape.present.size() && shape.present[next] == i;
    if (present) ++next;
    if (!present && (is_key(i) || keeps_absent(shape.action))) continue;
    std::string value = "DEFAULT";
    if (present) {
      plan.parameters.push_back(i);
      value = "$" + std::to_string(plan.parameters.size());
    }
    const bool finds = is_key(i) || (present && fixed_[i]);
    if (finds && !is_key(i)) plan.fixed = i;
    if (finds) where += (where.empty() ? "" : " AND ") + equality(writers_[i].type(), name_of(i), value);
    const bool sets = !finds || (writes_key(shape.action) && !fixed_[i]);
    if (sets) set += (set.empty() ? "" : ", ") + name_of(i) + " = " + value;
  }
  if (set.empty()) return set;
  return std::string(whole_table_ ? "UPDATE " : "UPDATE ONLY ") +
         quote_name(request_.table->schema, request_.table->name) + " SET " + set + " WHERE " + where;
}

const RowWriter::Plan& RowWriter::plan_for(const Shape& shape) {
  if (const auto found = plans_.find(shape); found != plans_.end()) return found->second;
  // Documents whose rows each leave out other keys must not pile up statements.
  constexpr std::size_t kMostPlans = 256;
  if (plans_.size() >= kMostPlans) {
    for (const auto& [_, plan] : plans_)
      if (plan.plan != nullptr) pg_call([&] { SPI_freeplan(plan.plan); });
    plans_.clear();
  }
  Plan made;
  if (shape.action == RowAction::insert) made.parameters = shape.present;
  const std::string sql =
      shape.action == RowAction::insert ? insert_sql(shape.present) : update_sql(shape, made);
  if (!sql.empty()) {
    std::vector<Oid> types;
    for (const std::size_t i : made.parameters) types.push_back(writers_[i].type().declared);
    made.plan =
        pg_call([&] { return SPI_prepare(sql.c_str(), static_cast<int>(types.size()), types.data()); });
    if (made.plan == nullptr) check_spi_result(SPI_result);
  }
  return plans_.emplace(shape, std::move(made)).first->second;
}

// Inside pg_call, in row_memory_.
void RowWriter::convert(const Columns& parameters, const Cell* cells) {
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    column_ = parameters[p];
    bool is_null = false;
    values_[p] = writers_[column_].write(cells[column_], is_null, scratch_);
    nulls_[p] = is_null ? 'n' : ' ';
  }
}

void RowWriter::write_run(const Shape& shape, std::size_t begin, std::size_t end) {
  const Plan& plan = plan_for(shape);
  std::uint64_t& count = shape.action == RowAction::insert ? counts_.inserted : counts_.updated;
  for (std::size_t row = begin; row < end; ++row, ++done_) {
    if (plan.plan == nullptr) {
      if (plan.fixed) refuse_other_value(*plan.fixed);
      ++count;
      continue;
    }
    const auto convert_row = [&] {
      pg_call([&] {
        const MemoryContext outer = MemoryContextSwitchTo(row_memory_);
        convert(plan.parameters, batch_.row(row) + request_.offset);
        MemoryContextSwitchTo(outer);
      });
    };
    try {
      if (pinned_) {
        SettingsScope settings;
        settings.pin_value_text();
        convert_row();
      } else {
        convert_row();
      }
    } catch (Error& error) {
      const std::string& column = request_.table->columns[request_.columns[column_]].name;
      error.column_name = column;
      error.at("column \"" + column + "\"");
      throw;
    }
    const std::uint64_t before = count;
    const int result = pg_call([&] {
      // Without firing triggers: they wait for the end of what counts as the statement.
      const int code = SPI_execute_snapshot(plan.plan, values_.data(), nulls_.data(), InvalidSnapshot,
                                            InvalidSnapshot, false, false, 0);
      count += SPI_processed;
      MemoryContextReset(row_memory_);
      return code;
    });
    check_spi_result(result);
    if (plan.fixed && count == before) refuse_other_value(*plan.fixed);
  }
}

void RowWriter::refuse_other_value(std::size_t fixed) const {
  const Table& table = *request_.table;
  Error error(
      "428C9",
      "column \"" + table.columns[request_.columns[fixed]].name + "\" of table \"" + table.display_name() +
          "\" is GENERATED ALWAYS AS IDENTITY: an update cannot give it another value",
      "The row of the document has another one than that of the database, or a trigger kept the row back.",
      "Export without the column (a rule \"exclude\" there), or let it be written: ALTER TABLE " +
          quote_name(table.schema, table.name) + " ALTER " + name_of(fixed) + " SET GENERATED BY DEFAULT.");
  error.column_name = table.columns[request_.columns[fixed]].name;
  throw error;
}

void RowWriter::shape_of(const Cell* cells, Shape& shape) const {
  shape.action = request_.offset == 0 ? RowAction::insert : static_cast<RowAction>(cells[0].integer);
  shape.present.clear();
  for (std::size_t i = 0; i < request_.columns.size(); ++i)
    if (cells[request_.offset + i].tag != Tag::absent) shape.present.push_back(i);
}

WriteCounts RowWriter::run() {
  Shape shape, next;
  begin_trigger_query();
  while (rows_.next(batch_)) {
    for (std::size_t begin = 0; begin < batch_.rows();) {  // runs of rows with the same columns
      shape_of(batch_.row(begin), shape);
      std::size_t end = begin + 1;
      for (; end < batch_.rows(); ++end) {
        shape_of(batch_.row(end), next);
        if (next != shape) break;
      }
      try {
        write_run(shape, begin, end);
      } catch (Error& error) {
        error.row = done_;
        if (error.table_name.empty()) {
          error.schema_name = request_.table->schema;
          error.table_name = request_.table->name;
        }
        throw;
      }
      begin = end;
    }
  }
  end_trigger_query();
  pg_call([&] { MemoryContextDelete(row_memory_); });
  return counts_;
}

}  // namespace

std::uint64_t insert_by_executor(const InsertRequest& request, RowReader& rows) {
  const RowsRequest all{request.table, {}, request.columns, 0, request.skip_conflicts};
  return RowWriter(all, rows).run().inserted;
}

WriteCounts write_by_executor(const WriteRequest& request, RowReader& rows) {
  const RowsRequest all{request.table, request.key_columns, request.columns, 1, false};
  return RowWriter(all, rows).run();
}

}  // namespace whimbrel::pg

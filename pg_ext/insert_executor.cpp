#include "pg_ext/insert_executor.h"

#include <map>

#include "pg_ext/access.h"
#include "pg_ext/field_writer.h"
#include "pg_ext/guard.h"
#include "pg_ext/settings.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

namespace {

using Columns = std::vector<std::size_t>;  // indexes into InsertRequest::columns

class RowInserter {
 public:
  RowInserter(const InsertRequest& request, RowReader& rows);

  std::uint64_t run();

 private:
  SPIPlanPtr plan_for(const Columns& present);
  void insert_run(const Columns& present, std::size_t begin, std::size_t end);
  void convert(const Columns& present, const Cell* cells);

  const InsertRequest& request_;
  RowReader& rows_;
  RowBatch batch_;
  std::map<Columns, SPIPlanPtr> plans_;  // rows with other columns absent are other statements
  std::vector<FieldWriter> writers_;
  std::vector<Datum> values_;
  std::vector<char> nulls_;
  json::Buffer scratch_;
  MemoryContext row_memory_ = nullptr;
  bool pinned_ = false;
  std::uint64_t done_ = 0;
  std::uint64_t inserted_ = 0;
  std::size_t column_ = 0;
};

RowInserter::RowInserter(const InsertRequest& request, RowReader& rows)
    : request_(request),
      rows_(rows),
      writers_(request.columns.size()),
      values_(request.columns.size()),
      nulls_(request.columns.size()) {
  const Table& table = *request.table;
  pg_call([&] {
    const MemoryContext memory = CurrentMemoryContext;
    row_memory_ = AllocSetContextCreate(memory, "whimbrel insert row", ALLOCSET_DEFAULT_SIZES);
    const Relation relation = table_open(static_cast<Oid>(table.host_id), RowExclusiveLock);
    for (std::size_t i = 0; i < writers_.size(); ++i) {
      const AttrNumber number = attribute_number(relation, table.columns[request.columns[i]].name.c_str());
      writers_[i].prepare(TupleDescAttr(RelationGetDescr(relation), number - 1)->atttypid, -1, memory);
    }
    table_close(relation, NoLock);
  });
  for (const FieldWriter& writer : writers_) pinned_ = pinned_ || writer.needs_pinned_settings();
}

SPIPlanPtr RowInserter::plan_for(const Columns& present) {
  if (const auto found = plans_.find(present); found != plans_.end()) return found->second;
  const Table& table = *request_.table;
  std::string sql = "INSERT INTO " + quote_name(table.schema, table.name);
  std::string values;
  std::vector<Oid> types;
  for (const std::size_t i : present) {
    types.push_back(writers_[i].type().declared);
    sql += types.size() == 1 ? " (" : ", ";
    sql += quote_identifier(table.columns[request_.columns[i]].name);
    values += types.size() == 1 ? "$" : ", $";
    values += std::to_string(types.size());
  }
  if (present.empty())
    sql += " DEFAULT VALUES";
  else
    sql += ") OVERRIDING SYSTEM VALUE VALUES (" + values + ")";
  const SPIPlanPtr plan =
      pg_call([&] { return SPI_prepare(sql.c_str(), static_cast<int>(types.size()), types.data()); });
  if (plan == nullptr) check_spi_result(SPI_result);
  plans_.emplace(present, plan);
  return plan;
}

// Inside pg_call, in row_memory_.
void RowInserter::convert(const Columns& present, const Cell* cells) {
  for (std::size_t p = 0; p < present.size(); ++p) {
    column_ = present[p];
    bool is_null = false;
    values_[p] = writers_[column_].write(cells[column_], is_null, scratch_);
    nulls_[p] = is_null ? 'n' : ' ';
  }
}

void RowInserter::insert_run(const Columns& present, std::size_t begin, std::size_t end) {
  const SPIPlanPtr plan = plan_for(present);
  for (std::size_t row = begin; row < end; ++row) {
    const auto convert_row = [&] {
      pg_call([&] {
        const MemoryContext outer = MemoryContextSwitchTo(row_memory_);
        convert(present, batch_.row(row));
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
    const int result = pg_call([&] {
      // Without firing triggers: they wait for the end of what counts as the statement.
      const int code = SPI_execute_snapshot(plan, values_.data(), nulls_.data(), InvalidSnapshot,
                                            InvalidSnapshot, false, false, 0);
      inserted_ += SPI_processed;
      MemoryContextReset(row_memory_);
      return code;
    });
    check_spi_result(result);
    ++done_;
  }
}

std::uint64_t RowInserter::run() {
  Columns present, next;
  const auto present_in = [&](const Cell* cells, Columns& result) {
    result.clear();
    for (std::size_t i = 0; i < request_.columns.size(); ++i)
      if (cells[i].tag != Tag::absent) result.push_back(i);
  };
  pg_call([] { AfterTriggerBeginQuery(); });
  while (rows_.next(batch_)) {
    for (std::size_t begin = 0; begin < batch_.rows();) {  // runs of rows with the same columns
      present_in(batch_.row(begin), present);
      std::size_t end = begin + 1;
      for (; end < batch_.rows(); ++end) {
        present_in(batch_.row(end), next);
        if (next != present) break;
      }
      try {
        insert_run(present, begin, end);
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
  pg_call([&] {
    CommandCounterIncrement();
    PushActiveSnapshot(GetTransactionSnapshot());
    EState* state = CreateExecutorState();
    AfterTriggerEndQuery(state);
    ExecResetTupleTable(state->es_tupleTable, false);
    ExecCloseResultRelations(state);
    FreeExecutorState(state);
    PopActiveSnapshot();
    MemoryContextDelete(row_memory_);
  });
  return inserted_;
}

}  // namespace

std::uint64_t insert_by_executor(const InsertRequest& request, RowReader& rows) {
  return RowInserter(request, rows).run();
}

}  // namespace whimbrel::pg

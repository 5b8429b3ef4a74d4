#include "pg_ext/value_judge.h"

#include "common/circumstances.h"
#include "pg_ext/access.h"
#include "pg_ext/column_writer.h"
#include "pg_ext/guard.h"
#include "pg_ext/settings.h"

namespace whimbrel::pg {

namespace {

// Whether the core has said all that there is to be said of a column's values: it reads them into cells that
// always fit, and looks at lengths and labels where no trigger or rule is in the way.
bool is_judged_by_core(const ValueType& type, std::int32_t modifier, const Table& table) {
  if (type.declared != type.base) return false;
  switch (type.kind) {
    case ValueKind::int2:
    case ValueKind::int4:
    case ValueKind::int8:
    case ValueKind::oid:
    case ValueKind::boolean:
    case ValueKind::float4:
    case ValueKind::float8:
    case ValueKind::bytea:
    case ValueKind::date:
    case ValueKind::time:
    case ValueKind::timestamp:
    case ValueKind::timestamptz:
    case ValueKind::uuid:
      return true;
    case ValueKind::text:
      return modifier < 0 || !(table.triggers || table.rules);
    case ValueKind::enumeration:
      return !(table.triggers || table.rules);
    default:
      return false;
  }
}

class Judge : public ValueJudge {
 public:
  Judge(Savepoints& savepoints, const Table& table, std::span<const std::size_t> columns);
  ~Judge() override;

  const std::vector<std::size_t>& columns() const override { return columns_; }
  std::vector<ValueFault> judge(const RowBatch& rows) override;

 private:
  void write_rest(const RowBatch& rows);

  Savepoints& savepoints_;
  std::vector<std::size_t> columns_;
  std::vector<ColumnWriter> writers_;
  MemoryContext memory_ = nullptr;
  MemoryContext row_memory_ = nullptr;
  json::Buffer scratch_;
  bool pinned_ = false;
  std::size_t row_ = 0, cell_ = 0;  // the value that is looked at
};

Judge::Judge(Savepoints& savepoints, const Table& table, std::span<const std::size_t> columns)
    : savepoints_(savepoints) {
  columns_.reserve(columns.size());
  writers_.resize(columns.size());
  pg_call([&] {
    memory_ = AllocSetContextCreate(CurrentMemoryContext, "whimbrel judge", ALLOCSET_DEFAULT_SIZES);
    row_memory_ = AllocSetContextCreate(memory_, "whimbrel judge row", ALLOCSET_DEFAULT_SIZES);
    const Relation relation = table_open(static_cast<Oid>(table.host_id), AccessShareLock);
    for (const std::size_t column : columns) {
      const AttrNumber number = attribute_number(relation, table.columns[column].name.c_str());
      const FormData_pg_attribute& attribute = *TupleDescAttr(RelationGetDescr(relation), number - 1);
      if (is_judged_by_core(describe_type(attribute.atttypid, attribute.atttypmod), attribute.atttypmod,
                            table))
        continue;
      writers_[columns_.size()].prepare(attribute, memory_);
      columns_.push_back(column);
    }
    table_close(relation, NoLock);
  });
  writers_.resize(columns_.size());
  for (const ColumnWriter& writer : writers_) pinned_ = pinned_ || writer.needs_pinned_settings();
}

Judge::~Judge() {
  try {
    pg_call([&] { MemoryContextDelete(memory_); });
  } catch (...) {
  }
}

// Goes on where the last fault was; one savepoint for all the values up to the next.
std::vector<ValueFault> Judge::judge(const RowBatch& rows) {
  std::vector<ValueFault> faults;
  row_ = cell_ = 0;
  while (row_ < rows.rows()) {
    savepoints_.begin();
    try {
      write_rest(rows);
    } catch (const Error& error) {
      savepoints_.roll_back();
      if (is_of_circumstances(error)) throw;
      faults.push_back({row_, cell_, error});
      if (++cell_ == columns_.size()) ++row_, cell_ = 0;
      continue;
    }
    savepoints_.release();
  }
  return faults;
}

void Judge::write_rest(const RowBatch& rows) {
  std::optional<SettingsScope> settings;
  if (pinned_) settings.emplace().pin_value_text();
  pg_call([&] {
    const MemoryContext outer = MemoryContextSwitchTo(row_memory_);
    for (; row_ < rows.rows(); ++row_, cell_ = 0) {
      MemoryContextReset(row_memory_);
      for (; cell_ < columns_.size(); ++cell_) {
        bool is_null = false;
        const Cell& cell = rows.row(row_)[cell_];
        if (cell.tag != Tag::absent) writers_[cell_].write(cell, is_null, scratch_);
      }
    }
    MemoryContextSwitchTo(outer);
  });
}

}  // namespace

std::unique_ptr<ValueJudge> judge_values(Savepoints& savepoints, const Table& table,
                                         std::span<const std::size_t> columns) {
  return std::make_unique<Judge>(savepoints, table, columns);
}

}  // namespace whimbrel::pg

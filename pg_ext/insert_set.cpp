#include "pg_ext/insert_set.h"

#include "pg_ext/access.h"
#include "pg_ext/field_writer.h"
#include "pg_ext/guard.h"
#include "pg_ext/settings.h"
#include "pg_ext/statements.h"
#include "pg_ext/trigger_query.h"

namespace whimbrel::pg {

namespace {

using Columns = std::vector<std::size_t>;  // indexes into InsertRequest::columns

class SetInserter {
 public:
  SetInserter(const InsertRequest& request, RowReader& rows);

  std::uint64_t run();

 private:
  // Of rows that have the same columns: the INSERT, and the name under which it finds them.
  struct Source {
    SPIPlanPtr plan = nullptr;
    EphemeralNamedRelation rows = nullptr;  // none for rows without columns: they go in one by one
  };

  void present_in(const Cell* cells, Columns& present) const;
  const Source& source_for(const Columns& present);
  EphemeralNamedRelation name_rows(const std::string& name, const Columns& present);
  void insert(const Columns& present, std::size_t begin, std::size_t end);
  void execute(const Source& source);
  void convert(const Columns& present, std::size_t begin, std::size_t end, const Source& source);

  const InsertRequest& request_;
  RowReader& rows_;
  RowBatch batch_;
  std::map<Columns, Source> sources_;
  std::size_t named_ = 0;
  std::vector<FieldWriter> writers_;
  std::vector<Datum> values_;
  std::unique_ptr<bool[]> nulls_;
  json::Buffer scratch_;
  MemoryContext memory_ = nullptr;  // of one batch's values
  bool pinned_ = false;
  std::uint64_t inserted_ = 0;
  std::size_t column_ = 0;
};

SetInserter::SetInserter(const InsertRequest& request, RowReader& rows)
    : request_(request),
      rows_(rows),
      writers_(request.columns.size()),
      values_(request.columns.size()),
      nulls_(std::make_unique<bool[]>(request.columns.size())) {
  const Table& table = *request.table;
  pg_call([&] {
    const MemoryContext outer = CurrentMemoryContext;
    memory_ = AllocSetContextCreate(outer, "whimbrel insert set", ALLOCSET_DEFAULT_SIZES);
    const Relation relation = table_open(static_cast<Oid>(table.host_id), RowExclusiveLock);
    for (std::size_t i = 0; i < writers_.size(); ++i) {
      const AttrNumber number = attribute_number(relation, table.columns[request.columns[i]].name.c_str());
      writers_[i].prepare(TupleDescAttr(RelationGetDescr(relation), number - 1)->atttypid, -1, outer);
    }
    table_close(relation, NoLock);
  });
  for (const FieldWriter& writer : writers_) pinned_ = pinned_ || writer.needs_pinned_settings();
}

void SetInserter::present_in(const Cell* cells, Columns& present) const {
  present.clear();
  for (std::size_t i = 0; i < request_.columns.size(); ++i)
    if (cells[i].tag != Tag::absent) present.push_back(i);
}

EphemeralNamedRelation SetInserter::name_rows(const std::string& name, const Columns& present) {
  return pg_call([&] {
    TupleDesc shape = CreateTemplateTupleDesc(static_cast<int>(present.size()));
    for (std::size_t p = 0; p < present.size(); ++p)
      TupleDescInitEntry(shape, static_cast<AttrNumber>(p + 1), psprintf("c%zu", p),
                         writers_[present[p]].type().declared, -1, 0);
    auto* rows = static_cast<EphemeralNamedRelation>(palloc0(sizeof(EphemeralNamedRelationData)));
    rows->md.name = pstrdup(name.c_str());
    rows->md.reliddesc = InvalidOid;
    rows->md.tupdesc = shape;
    rows->md.enrtype = ENR_NAMED_TUPLESTORE;
    rows->md.enrtuples = RowBatch::kMaxRows;
    SPI_unregister_relation(name.c_str());  // of an earlier insert
    SPI_register_relation(rows);
    return rows;
  });
}

const SetInserter::Source& SetInserter::source_for(const Columns& present) {
  if (const auto found = sources_.find(present); found != sources_.end()) return found->second;
  // Documents whose rows each leave out other keys must not pile up statements.
  constexpr std::size_t kMostSources = 256;
  if (sources_.size() >= kMostSources) {
    for (const auto& [_, source] : sources_) pg_call([&] { SPI_freeplan(source.plan); });
    sources_.clear();
    named_ = 0;
  }
  const Table& table = *request_.table;
  const std::string rows = "whimbrel rows " + std::to_string(named_++);
  std::string sql = "INSERT INTO " + quote_name(table.schema, table.name);
  for (std::size_t p = 0; p < present.size(); ++p)
    sql += (p == 0 ? " (" : ", ") + quote_identifier(table.columns[request_.columns[present[p]]].name);
  Source source;
  if (present.empty()) {
    sql += " DEFAULT VALUES";
  } else {
    sql += ") OVERRIDING SYSTEM VALUE SELECT * FROM " + quote_identifier(rows);
    source.rows = name_rows(rows, present);
  }
  source.plan = pg_call([&] { return SPI_prepare(sql.c_str(), 0, nullptr); });
  if (source.plan == nullptr) check_spi_result(SPI_result);
  return sources_.emplace(present, source).first->second;
}

// Inside pg_call.
void SetInserter::convert(const Columns& present, std::size_t begin, std::size_t end, const Source& source) {
  auto* const store = static_cast<Tuplestorestate*>(source.rows->reldata);
  const MemoryContext outer = MemoryContextSwitchTo(memory_);
  for (std::size_t row = begin; row < end; ++row) {
    const Cell* const cells = batch_.row(row);
    for (std::size_t p = 0; p < present.size(); ++p) {
      column_ = present[p];
      values_[p] = writers_[column_].write(cells[column_], nulls_[p], scratch_);
    }
    tuplestore_putvalues(store, source.rows->md.tupdesc, values_.data(), nulls_.get());
  }
  MemoryContextSwitchTo(outer);
}

void SetInserter::insert(const Columns& present, std::size_t begin, std::size_t end) {
  const Source& source = source_for(present);
  if (source.rows == nullptr) {
    for (std::size_t row = begin; row < end; ++row) execute(source);
    return;
  }
  pg_call([&] { source.rows->reldata = tuplestore_begin_heap(false, false, work_mem); });
  try {
    std::optional<SettingsScope> settings;
    if (pinned_) settings.emplace().pin_value_text();
    pg_call([&] { convert(present, begin, end, source); });
  } catch (Error& error) {
    const std::string& column = request_.table->columns[request_.columns[column_]].name;
    error.column_name = column;
    error.at("column \"" + column + "\"");
    throw;
  }
  pg_call([&] { MemoryContextReset(memory_); });
  execute(source);
  pg_call([&] { tuplestore_end(static_cast<Tuplestorestate*>(source.rows->reldata)); });
}

void SetInserter::execute(const Source& source) {
  const int result = pg_call([&] {
    // Without firing triggers: they wait for the end of what counts as the statement.
    const int code = SPI_execute_snapshot(source.plan, nullptr, nullptr, InvalidSnapshot, InvalidSnapshot,
                                          false, false, 0);
    inserted_ += SPI_processed;
    return code;
  });
  check_spi_result(result);
}

std::uint64_t SetInserter::run() {
  Columns present, next;
  begin_trigger_query();
  while (rows_.next(batch_)) {
    for (std::size_t begin = 0; begin < batch_.rows();) {  // runs of rows with the same columns
      present_in(batch_.row(begin), present);
      std::size_t end = begin + 1;
      for (; end < batch_.rows(); ++end) {
        present_in(batch_.row(end), next);
        if (next != present) break;
      }
      insert(present, begin, end);
      begin = end;
    }
  }
  end_trigger_query();
  pg_call([&] { MemoryContextDelete(memory_); });
  return inserted_;
}

}  // namespace

std::uint64_t insert_by_sets(const InsertRequest& request, RowReader& rows, Load& load) {
  load.note_set();
  return SetInserter(request, rows).run();
}

}  // namespace whimbrel::pg

#include "pg_ext/insert_multi.h"

#include <algorithm>

#include "pg_ext/access.h"
#include "pg_ext/compat.h"
#include "pg_ext/field_datum.h"
#include "pg_ext/fresh_snapshot.h"
#include "pg_ext/guard.h"
#include "pg_ext/settings.h"

namespace whimbrel::pg {

namespace {

// Of rows that wait for one call of the access method; as COPY has it.
constexpr std::size_t kMostWaiting = 1000;
constexpr std::size_t kMostBytes = 64 * 1024;
constexpr std::size_t kRowsPerReset = 16;

// Inside pg_call. Of a column that is not given: null, and nothing has to be computed or checked for it but
// NOT NULL.
bool is_null_by_itself(const Form_pg_attribute attribute) {
  return !attribute->atthasdef && attribute->attidentity == '\0' &&
         get_typtype(attribute->atttypid) != TYPTYPE_DOMAIN && get_typdefault(attribute->atttypid) == nullptr;
}

// Inside pg_call.
bool is_plain(Relation relation, const InsertRequest& request) {
  const Form_pg_class row = relation->rd_rel;
  if (row->relkind != RELKIND_RELATION || row->relispartition ||
      relation->rd_tableam != GetHeapamTableAmRoutine())
    return false;
  if (relation->rd_rules != nullptr || row_security_applies(RelationGetRelid(relation)) || !receives_utf8())
    return false;
  const TriggerDesc* triggers = relation->trigdesc;
  if (triggers != nullptr && (triggers->trig_insert_before_row || triggers->trig_insert_instead_row ||
                              triggers->trig_insert_before_statement ||
                              triggers->trig_insert_after_statement || triggers->trig_insert_new_table))
    return false;
  // No default has to be computed.
  const TupleDesc shape = RelationGetDescr(relation);
  for (int i = 0; i < shape->natts; ++i) {
    const Form_pg_attribute attribute = TupleDescAttr(shape, i);
    if (attribute->attgenerated != 0) return false;
    if (attribute->attisdropped || is_null_by_itself(attribute)) continue;
    const bool given = std::any_of(request.columns.begin(), request.columns.end(), [&](std::size_t column) {
      return request.table->columns[column].name == NameStr(attribute->attname);
    });
    if (!given) return false;
  }
  return true;
}

// When the entries of the indexes are made.
enum class Indexing : std::uint8_t { each_row, undecided, at_end };

class MultiInserter {
 public:
  MultiInserter(const InsertRequest& request, RowReader& rows, Load& load)
      : request_(request),
        rows_(rows),
        load_(load),
        fields_(request.columns.size()),
        places_(request.columns.size()) {}

  // False when the table is not for this way.
  bool begin() {
    return pg_call([&] { return prepare(); });
  }

  std::uint64_t run() {
    while (rows_.next(batch_)) {
      convert_batch();
      with_row([&] { insert_batch(); });
    }
    with_row([&] {
      flush();
      if (indexing_ == Indexing::undecided) {
        indexing_ = Indexing::each_row;
        for_first_rows([&](TupleTableSlot* row) { index_and_fire(row); });
      }
    });
    pg_call([&] { finish(); });
    return done_;
  }

 private:
  // pg_call whose errors are about the row that it was at.
  template <typename Body>
  void with_row(Body&& body) {
    try {
      pg_call(body);
    } catch (Error& error) {
      error.row = at_;
      throw;
    }
  }

  bool prepare();
  void convert_batch();
  void make_tuples();
  void insert_batch();
  void flush();
  void decide();
  void index_and_fire(TupleTableSlot* row);
  void fire(TupleTableSlot* row, List* recheck);
  template <typename Body>
  void for_first_rows(Body&& body);
  void finish();
  TupleTableSlot* slot(std::size_t number);

  const InsertRequest& request_;
  RowReader& rows_;
  Load& load_;
  Indexing indexing_ = Indexing::each_row;
  ItemPointerData* first_ = nullptr;  // of rows whose entries and triggers wait until it is decided
  std::size_t first_count_ = 0;
  std::vector<FieldDatum> fields_;
  std::vector<int> places_;  // of each field among the table's attributes
  RowBatch batch_;
  json::Buffer field_;
  json::Buffer scratch_;
  bool pinned_ = false;
  Relation relation_ = nullptr;
  MemoryContext memory_ = nullptr;      // lives as long as this
  MemoryContext row_memory_ = nullptr;  // of values while a row is made of them
  EState* state_ = nullptr;
  ResultRelInfo* result_ = nullptr;
  BulkInsertState bulk_ = nullptr;
  CommandId command_ = 0;
  TupleTableSlot** slots_ = nullptr;
  std::optional<RowMemory> row_;
  std::size_t waiting_ = 0;
  std::size_t bytes_ = 0;
  std::uint64_t done_ = 0;  // rows in the table
  std::uint64_t at_ = 0;    // the row that is worked on, and its column
  std::size_t column_ = 0;
};

// Inside pg_call.
bool MultiInserter::prepare() {
  const Table& table = *request_.table;
  memory_ = AllocSetContextCreate(CurrentMemoryContext, "whimbrel insert", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext outer = MemoryContextSwitchTo(memory_);
  relation_ = open_table(table, RowExclusiveLock);
  bool possible = is_plain(relation_, request_);
  List* attributes = NIL;
  for (std::size_t i = 0; possible && i < fields_.size(); ++i) {
    const AttrNumber number = attribute_number(relation_, table.columns[request_.columns[i]].name.c_str());
    const Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(relation_), number - 1);
    places_[i] = number - 1;
    attributes = lappend_int(attributes, number);
    possible = fields_[i].prepare(attribute->atttypid, attribute->atttypmod, memory_);
    pinned_ = pinned_ || fields_[i].needs_pinned_settings();
  }
  if (possible) {
    free_parsestate(check_insert(relation_, attributes));
    row_memory_ = AllocSetContextCreate(memory_, "whimbrel insert row", ALLOCSET_DEFAULT_SIZES);
    row_.emplace(row_memory_);
    slots_ =
        static_cast<TupleTableSlot**>(palloc0((kMostWaiting + RowBatch::kMaxRows) * sizeof(TupleTableSlot*)));
    push_fresh_snapshot();
    command_ = GetCurrentCommandId(true);
    state_ = CreateExecutorState();
    result_ = makeNode(ResultRelInfo);
    InitResultRelInfo(result_, relation_, 0, nullptr, 0);
    ExecOpenIndices(result_, false);
    if (request_.may_load && Load::suits(relation_)) {
      indexing_ = Indexing::undecided;
      first_ = static_cast<ItemPointerData*>(
          palloc((Load::kRowsToDecide + kMostWaiting + RowBatch::kMaxRows) * sizeof(ItemPointerData)));
    }
    AfterTriggerBeginQuery();
    bulk_ = GetBulkInsertState();
    pgstat_progress_start_command(PROGRESS_COMMAND_COPY, RelationGetRelid(relation_));
    pgstat_progress_update_param(PROGRESS_COPY_COMMAND, PROGRESS_COPY_COMMAND_FROM);
    pgstat_progress_update_param(PROGRESS_COPY_TYPE, PROGRESS_COPY_TYPE_CALLBACK);
  } else {
    table_close(relation_, NoLock);
  }
  MemoryContextSwitchTo(outer);
  return possible;
}

TupleTableSlot* MultiInserter::slot(std::size_t number) {
  if (slots_[number] == nullptr) {
    const MemoryContext outer = MemoryContextSwitchTo(memory_);
    slots_[number] = table_slot_create(relation_, nullptr);
    MemoryContextSwitchTo(outer);
  }
  return slots_[number];
}

void MultiInserter::convert_batch() {
  std::optional<SettingsScope> settings;
  if (pinned_) settings.emplace().pin_value_text();
  try {
    with_row([&] { make_tuples(); });
  } catch (Error& error) {
    const Table& table = *request_.table;
    const std::string& column = table.columns[request_.columns[column_]].name;
    error.schema_name = table.schema;
    error.table_name = table.name;
    error.column_name = column;
    error.at("column \"" + column + "\"");
    throw;
  }
}

// Inside pg_call, as all below. The rows of the batch become tuples in the slots behind those that wait.
void MultiInserter::make_tuples() {
  const MemoryContext outer = MemoryContextSwitchTo(row_memory_);
  const int attributes = RelationGetDescr(relation_)->natts;
  const bool has_others = static_cast<int>(fields_.size()) != attributes;
  for (std::size_t row = 0; row < batch_.rows(); ++row) {
    at_ = done_ + waiting_ + row;
    if (row % kRowsPerReset == 0) MemoryContextReset(row_memory_);
    row_->clear();
    TupleTableSlot* const into = slot(waiting_ + row);
    const Cell* const cells = batch_.row(row);
    if (has_others) std::memset(into->tts_isnull, 1, static_cast<std::size_t>(attributes));
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      column_ = i;
      const int place = places_[i];
      into->tts_values[place] = fields_[i].make(cells[i], into->tts_isnull[place], *row_, field_, scratch_);
    }
    ExecStoreVirtualTuple(into);
    ExecMaterializeSlot(into);  // the values are gone with the next rows
    into->tts_tableOid = RelationGetRelid(relation_);
    bytes_ += reinterpret_cast<HeapTupleTableSlot*>(into)->tuple->t_len;
  }
  MemoryContextSwitchTo(outer);
}

void MultiInserter::insert_batch() {
  if (relation_->rd_att->constr != nullptr) {
    for (std::size_t row = 0; row < batch_.rows(); ++row) {
      at_ = done_ + waiting_ + row;
      ResetPerTupleExprContext(state_);
      ExecConstraints(result_, slots_[waiting_ + row], state_);
    }
  }
  waiting_ += batch_.rows();
  if (waiting_ >= kMostWaiting || bytes_ >= kMostBytes) flush();
}

void MultiInserter::flush() {
  if (waiting_ == 0) return;
  at_ = done_;
  const MemoryContext outer = MemoryContextSwitchTo(GetPerTupleMemoryContext(state_));
  table_multi_insert(relation_, slots_, static_cast<int>(waiting_), command_, 0, bulk_);
  MemoryContextSwitchTo(outer);
  for (std::size_t i = 0; i < waiting_; ++i) {
    at_ = done_ + i;
    if (indexing_ == Indexing::each_row) {
      index_and_fire(slots_[i]);
    } else if (indexing_ == Indexing::undecided) {
      first_[first_count_++] = slots_[i]->tts_tid;
    } else {
      fire(slots_[i], NIL);
    }
    ExecClearTuple(slots_[i]);
  }
  ResetPerTupleExprContext(state_);
  done_ += waiting_;
  if (indexing_ == Indexing::undecided && first_count_ >= Load::kRowsToDecide) decide();
  pgstat_progress_update_param(PROGRESS_COPY_TUPLES_PROCESSED, static_cast<std::int64_t>(done_));
  waiting_ = 0;
  bytes_ = 0;
}

void MultiInserter::index_and_fire(TupleTableSlot* row) {
  ResetPerTupleExprContext(state_);
  List* const recheck = result_->ri_NumIndices > 0 ? insert_index_tuples(result_, row, state_) : NIL;
  fire(row, recheck);
  list_free(recheck);
}

void MultiInserter::fire(TupleTableSlot* row, List* recheck) {
  const TriggerDesc* const triggers = result_->ri_TrigDesc;
  if (triggers == nullptr || !triggers->trig_insert_after_row) return;
  ExecARInsertTriggers(state_, result_, row, recheck, nullptr);
}

template <typename Body>
void MultiInserter::for_first_rows(Body&& body) {
  TupleTableSlot* const row = table_slot_create(relation_, nullptr);
  for (std::size_t i = 0; i < first_count_; ++i) {
    at_ = i;
    table_tuple_fetch_row_version(relation_, &first_[i], SnapshotAny, row);
    body(row);
  }
  ExecDropSingleTupleTableSlot(row);
}

void MultiInserter::decide() {
  if (load_.take(relation_, result_->ri_TrigDesc)) {
    indexing_ = Indexing::at_end;
    for_first_rows([&](TupleTableSlot* row) { fire(row, NIL); });
  } else {
    indexing_ = Indexing::each_row;
    for_first_rows([&](TupleTableSlot* row) { index_and_fire(row); });
  }
}

void MultiInserter::finish() {
  pgstat_progress_end_command();
  FreeBulkInsertState(bulk_);
  ExecCloseIndices(result_);
  if (indexing_ == Indexing::at_end) Load::rebuild_indexes(relation_);
  AfterTriggerEndQuery(state_);
  for (std::size_t i = 0; i < kMostWaiting + RowBatch::kMaxRows && slots_[i] != nullptr; ++i)
    ExecDropSingleTupleTableSlot(slots_[i]);
  ExecResetTupleTable(state_->es_tupleTable, false);
  ExecCloseResultRelations(state_);
  table_finish_bulk_insert(relation_, 0);
  FreeExecutorState(state_);
  PopActiveSnapshot();
  CommandCounterIncrement();
  table_close(relation_, NoLock);
  MemoryContextDelete(memory_);
}

}  // namespace

std::optional<std::uint64_t> insert_multi(const InsertRequest& request, RowReader& rows, Load& load) {
  MultiInserter inserter(request, rows, load);
  if (!inserter.begin()) return std::nullopt;
  return inserter.run();
}

}  // namespace whimbrel::pg

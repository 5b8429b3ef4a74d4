#include "pg_ext/query_reader.h"

#include <exception>

#include "pg_ext/field_reader.h"
#include "pg_ext/fresh_snapshot.h"
#include "pg_ext/guard.h"
#include "pg_ext/settings.h"

namespace whimbrel::pg {

namespace {

class QueryReader final : public TableReader {
 public:
  QueryReader(SPIPlanPtr plan, ParamListInfo parameters, bool read_only, bool pinned);
  ~QueryReader() override;
  QueryReader(const QueryReader&) = delete;
  QueryReader& operator=(const QueryReader&) = delete;

  std::size_t columns() const override { return fields_.size(); }
  bool next(RowBatch& batch) override;

 private:
  // What PostgreSQL calls for each row. The first member makes it a DestReceiver.
  struct Receiver {
    DestReceiver base;
    QueryReader* reader;
  };
  static bool receive(TupleTableSlot* slot, DestReceiver* self);
  static void start(DestReceiver*, int, TupleDesc) {}
  static void end(DestReceiver*) {}
  void fetch();

  Portal portal_ = nullptr;
  MemoryContext memory_ = nullptr;        // of the reader
  MemoryContext batch_memory_ = nullptr;  // emptied before each batch
  Receiver receiver_{};
  std::vector<FieldReader> fields_;
  bool pinned_ = false;
  RowBatch* batch_ = nullptr;
  ReadState state_;
  Callback callback_;
  bool stopped_ = false;  // the receiver had enough
  bool done_ = false;
  int unwinding_ = std::uncaught_exceptions();
};

QueryReader::QueryReader(SPIPlanPtr plan, ParamListInfo parameters, bool read_only, bool pinned)
    : pinned_(pinned) {
  receiver_.base.receiveSlot = &QueryReader::receive;
  receiver_.base.rStartup = &QueryReader::start;
  receiver_.base.rShutdown = &QueryReader::end;
  receiver_.base.rDestroy = &QueryReader::end;
  receiver_.base.mydest = DestNone;
  receiver_.reader = this;
  pg_call([&] {
    if (!read_only) push_fresh_snapshot();
    portal_ = SPI_cursor_open_with_paramlist(nullptr, plan, parameters, read_only);
    if (!read_only) PopActiveSnapshot();
    if (portal_ == nullptr) elog(ERROR, "could not open a cursor: %s", SPI_result_code_string(SPI_result));
    memory_ = AllocSetContextCreate(CurrentMemoryContext, "whimbrel query", ALLOCSET_DEFAULT_SIZES);
    batch_memory_ = AllocSetContextCreate(memory_, "whimbrel query batch", ALLOCSET_DEFAULT_SIZES);
  });
  const TupleDesc shape = portal_->tupDesc;
  fields_.resize(shape == nullptr ? 0 : static_cast<std::size_t>(shape->natts));
  pg_call([&] {
    for (std::size_t i = 0; i < fields_.size(); ++i)
      fields_[i].prepare(TupleDescAttr(shape, static_cast<int>(i))->atttypid, memory_);
  });
  for (const FieldReader& field : fields_) pinned_ = pinned_ || field.needs_pinned_settings();
}

QueryReader::~QueryReader() {
  // After an error the end of the (sub)transaction closes the portal; it must not be touched before.
  if (std::uncaught_exceptions() > unwinding_) return;
  try {
    pg_call([&] {
      SPI_cursor_close(portal_);
      MemoryContextDelete(memory_);
    });
  } catch (...) {
  }
}

bool QueryReader::receive(TupleTableSlot* slot, DestReceiver* self) {
  QueryReader& reader = *reinterpret_cast<Receiver*>(self)->reader;
  return reader.callback_.run([&] {
    slot_getallattrs(slot);
    const MemoryContext outer = MemoryContextSwitchTo(reader.batch_memory_);
    Cell* cells = reader.batch_->append();
    const std::size_t count = reader.fields_.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (slot->tts_isnull[i])
        cells[i] = Cell();
      else
        reader.fields_[i].read(slot->tts_values[i], cells[i], reader.state_);
    }
    MemoryContextSwitchTo(outer);
    reader.stopped_ = reader.batch_->full() || reader.state_.detoasted >= RowBatch::kMaxBytes;
    return !reader.stopped_;
  });
}

void QueryReader::fetch() {
  stopped_ = false;
  callback_.call([&] {
    MemoryContextReset(batch_memory_);
    PortalRunFetch(portal_, FETCH_FORWARD, static_cast<long>(RowBatch::kMaxRows) + 1, &receiver_.base);
    // A receiver that closes early looks like the end of the rows to the portal.
    if (stopped_) portal_->atEnd = false;
  });
  done_ = !stopped_;
}

bool QueryReader::next(RowBatch& batch) {
  batch.reset(fields_.size());
  if (done_) return false;
  batch_ = &batch;
  state_.arena = &batch.arena();
  state_.detoasted = 0;
  state_.scratch.clear();
  if (pinned_) {
    SettingsScope settings;
    settings.pin_value_text();
    fetch();
  } else {
    fetch();
  }
  return !batch.empty();
}

}  // namespace

std::unique_ptr<TableReader> open_query(SPIPlanPtr plan, ParamListInfo parameters, bool read_only,
                                        bool pinned) {
  return std::make_unique<QueryReader>(plan, parameters, read_only, pinned);
}

}  // namespace whimbrel::pg

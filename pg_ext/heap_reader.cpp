#include "pg_ext/heap_reader.h"

#include <array>
#include <exception>

#include "pg_ext/field_reader.h"
#include "pg_ext/guard.h"
#include "pg_ext/settings.h"
#include "pg_ext/tuple_values.h"

namespace whimbrel::pg {

namespace {

// Pages of one batch at most: they stay pinned while its cells point into them.
constexpr std::size_t kMaxPages = 16;
// Tuples whose memory is asked for while another one is read, and how much of one.
constexpr int kAhead = 4;
constexpr std::size_t kMostAhead = 512;
constexpr std::size_t kCacheLine = 64;

class HeapReader final : public TableReader {
 public:
  explicit HeapReader(const HeapScan& scan);
  ~HeapReader() override;
  HeapReader(const HeapReader&) = delete;
  HeapReader& operator=(const HeapReader&) = delete;

  std::size_t columns() const override { return fields_.size(); }
  bool next(RowBatch& batch) override;
  void restart(const ScanPart& part) override;
  bool out_of_order() const override { return out_of_order_; }
  std::vector<std::int64_t> first_key() const override {
    return first_ ? std::vector<std::int64_t>() : first_key_;
  }
  std::vector<std::int64_t> last_key() const override {
    return first_ ? std::vector<std::int64_t>() : last_key_;
  }

 private:
  void limit(const ScanPart& part);
  void fill(RowBatch& batch);
  bool has_room(const RowBatch& batch) const {
    return !batch.full() && state_.detoasted < RowBatch::kMaxBytes;
  }
  void fill_from_page(RowBatch& batch);
  void fill_from_slot(RowBatch& batch);
  template <typename Null>
  void append(RowBatch& batch, const Datum* values, const Null* nulls);
  void pin_page(Buffer page);
  void unpin_pages();
  bool in_order(const Datum* values);

  std::vector<FieldReader> fields_;
  std::vector<AttrNumber> attributes_;
  std::vector<AttrNumber> ordered_by_;
  std::vector<ValueKind> key_kinds_;
  std::vector<std::int64_t> first_key_;
  std::vector<std::int64_t> last_key_;
  int deform_ = 0;  // the highest attribute that is needed
  Relation relation_ = nullptr;
  Snapshot snapshot_ = nullptr;
  TableScanDesc scan_ = nullptr;
  TupleTableSlot* slot_ = nullptr;
  TupleValues tuple_;
  bool by_page_ = false;  // a heap, which knows at once what of a page is visible
  ResourceOwner owner_ =
      CurrentResourceOwner;  // pins belong to where the scan began, wherever next() is called
  MemoryContext memory_ = nullptr;
  MemoryContext batch_memory_ = nullptr;
  ReadState state_;
  std::array<Buffer, kMaxPages + 1> pages_;
  std::size_t page_count_ = 0;
  bool pinned_ = false;  // settings that value texts depend on
  bool first_ = true;
  bool done_ = false;
  bool out_of_order_ = false;
  int unwinding_ = std::uncaught_exceptions();
};

HeapReader::HeapReader(const HeapScan& scan)
    : fields_(scan.attributes.size() + scan.output_texts.size()),
      attributes_(scan.attributes),
      ordered_by_(scan.ordered_by),
      key_kinds_(scan.ordered_by.size()),
      first_key_(scan.ordered_by.size()),
      last_key_(scan.ordered_by.size()) {
  attributes_.insert(attributes_.end(), scan.output_texts.begin(), scan.output_texts.end());
  for (const AttrNumber a : attributes_) deform_ = std::max<int>(deform_, a);
  for (const AttrNumber a : ordered_by_) deform_ = std::max<int>(deform_, a);
  pg_call([&] {
    memory_ = AllocSetContextCreate(CurrentMemoryContext, "whimbrel scan", ALLOCSET_DEFAULT_SIZES);
    // One block that is kept for what a batch needs mostly, so that emptying it frees nothing.
    batch_memory_ = AllocSetContextCreate(memory_, "whimbrel scan batch", 0, RowBatch::kMaxBytes,
                                          ALLOCSET_DEFAULT_MAXSIZE);
    const MemoryContext outer = MemoryContextSwitchTo(memory_);
    relation_ = table_open(scan.relation, AccessShareLock);
    const TupleDesc shape = RelationGetDescr(relation_);
    const std::size_t values = fields_.size() - scan.output_texts.size();
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const Oid type = TupleDescAttr(shape, attributes_[i] - 1)->atttypid;
      if (i < values)
        fields_[i].prepare(type, memory_);
      else
        fields_[i].prepare_output_text(type, memory_);
    }
    for (std::size_t i = 0; i < ordered_by_.size(); ++i)
      key_kinds_[i] = describe_type(TupleDescAttr(shape, ordered_by_[i] - 1)->atttypid, -1).kind;
    if (!scan.read_only) CommandCounterIncrement();
    snapshot_ = RegisterSnapshot(scan.read_only ? GetActiveSnapshot() : GetTransactionSnapshot());
    // Without synchronisation: a scan that joins another one begins in the middle.
    scan_ = table_beginscan_strat(relation_, snapshot_, 0, nullptr, true, false);
    if (scan.part) limit(*scan.part);
    slot_ = table_slot_create(relation_, nullptr);
    state_.tuple_stays = TTS_IS_BUFFERTUPLE(slot_);
    by_page_ =
        relation_->rd_tableam == GetHeapamTableAmRoutine() && (scan_->rs_flags & SO_ALLOW_PAGEMODE) != 0;
    if (by_page_) tuple_ = TupleValues(shape, deform_);
    MemoryContextSwitchTo(outer);
  });
  for (const FieldReader& field : fields_) pinned_ = pinned_ || field.needs_pinned_settings();
}

HeapReader::~HeapReader() {
  // After an error the end of the (sub)transaction releases it all; it must not be touched before.
  if (std::uncaught_exceptions() > unwinding_) return;
  try {
    pg_call([&] {
      const ResourceOwner outer = CurrentResourceOwner;
      CurrentResourceOwner = owner_;
      unpin_pages();
      ExecDropSingleTupleTableSlot(slot_);
      table_endscan(scan_);
      UnregisterSnapshot(snapshot_);
      table_close(relation_, NoLock);  // the lock stays until the transaction's end, as every read's does
      CurrentResourceOwner = outer;
      MemoryContextDelete(memory_);
    });
  } catch (...) {
  }
}

// Inside pg_call, before the first row.
void HeapReader::limit(const ScanPart& part) {
  heap_setscanlimits(scan_, static_cast<BlockNumber>(part.begin),
                     static_cast<BlockNumber>(part.end - part.begin));
}

// The same scan keeps the same few buffers of the server for all of its parts.
void HeapReader::restart(const ScanPart& part) {
  pg_call([&] {
    const ResourceOwner outer = CurrentResourceOwner;
    CurrentResourceOwner = owner_;
    unpin_pages();
    ExecClearTuple(slot_);
    table_rescan(scan_, nullptr);
    limit(part);
    CurrentResourceOwner = outer;
  });
  first_ = true;
  done_ = out_of_order_ = false;
}

bool HeapReader::in_order(const Datum* values) {
  bool greater = first_;
  for (std::size_t i = 0; i < ordered_by_.size(); ++i) {
    const Datum value = values[ordered_by_[i] - 1];
    const std::int64_t key = key_kinds_[i] == ValueKind::int8   ? DatumGetInt64(value)
                             : key_kinds_[i] == ValueKind::int4 ? DatumGetInt32(value)
                                                                : DatumGetInt16(value);
    if (!greater && key < last_key_[i]) return false;
    greater = greater || key > last_key_[i];
    last_key_[i] = key;
    if (first_) first_key_[i] = key;
  }
  first_ = false;
  return greater || ordered_by_.empty();
}

// Inside pg_call, with the scan's own resource owner. A page under a pin keeps its tuples where they are.
void HeapReader::pin_page(Buffer page) {
  if (page_count_ > 0 && pages_[page_count_ - 1] == page) return;
  IncrBufferRefCount(page);
  pages_[page_count_++] = page;
}

void HeapReader::unpin_pages() {
  while (page_count_ > 0) ReleaseBuffer(pages_[--page_count_]);
}

// Inside pg_call, as all below.
template <typename Null>
void HeapReader::append(RowBatch& batch, const Datum* values, const Null* nulls) {
  if (!ordered_by_.empty() && !in_order(values)) {
    out_of_order_ = done_ = true;
    return;
  }
  Cell* cells = batch.append();
  const std::size_t count = fields_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const int index = attributes_[i] - 1;
    if (nulls[index])
      cells[i] = Cell();
    else
      fields_[i].read(values[index], cells[i], state_);
  }
}

void HeapReader::fill_from_slot(RowBatch& batch) {
  slot_getsomeattrs(slot_, deform_);
  if (state_.tuple_stays) pin_page(reinterpret_cast<BufferHeapTupleTableSlot*>(slot_)->buffer);
  append(batch, slot_->tts_values, slot_->tts_isnull);
}

// The scan gave a row of a page; those behind it are taken from where the scan would take them.
void HeapReader::fill_from_page(RowBatch& batch) {
  const HeapScanDesc scan = reinterpret_cast<HeapScanDesc>(scan_);
  pin_page(scan->rs_cbuf);
  const Page page = BufferGetPage(scan->rs_cbuf);
  const auto tuple_at = [&](auto index) {
    return reinterpret_cast<HeapTupleHeader>(
        PageGetItem(page, PageGetItemId(page, scan->rs_vistuples[index])));
  };
  for (;;) {
    if (scan->rs_cindex + kAhead < scan->rs_ntuples) {
      const ItemId ahead = PageGetItemId(page, scan->rs_vistuples[scan->rs_cindex + kAhead]);
      const char* const tuple = static_cast<const char*>(PageGetItem(page, ahead));
      const std::size_t size = std::min<std::size_t>(ItemIdGetLength(ahead), kMostAhead);
      __builtin_prefetch(tuple);
      for (std::size_t i = kCacheLine; i < size; i += kCacheLine) __builtin_prefetch(tuple + i);
    }
    tuple_.read(tuple_at(scan->rs_cindex));
    append(batch, tuple_.values(), tuple_.nulls());
    if (done_ || !has_room(batch) || scan->rs_cindex + 1 >= scan->rs_ntuples) return;
    ++scan->rs_cindex;
    pgstat_count_heap_getnext(relation_);
  }
}

void HeapReader::fill(RowBatch& batch) {
  const ResourceOwner outer_owner = CurrentResourceOwner;
  CurrentResourceOwner = owner_;
  unpin_pages();
  MemoryContextReset(batch_memory_);
  const MemoryContext outer = MemoryContextSwitchTo(batch_memory_);
  CHECK_FOR_INTERRUPTS();
  while (!done_ && has_room(batch) && page_count_ <= kMaxPages) {
    if (!table_scan_getnextslot(scan_, ForwardScanDirection, slot_))
      done_ = true;
    else if (by_page_)
      fill_from_page(batch);
    else
      fill_from_slot(batch);
  }
  MemoryContextSwitchTo(outer);
  CurrentResourceOwner = outer_owner;
}

bool HeapReader::next(RowBatch& batch) {
  batch.reset(fields_.size());
  if (done_) return false;
  state_.arena = &batch.arena();
  state_.detoasted = 0;
  state_.scratch.clear();
  std::optional<SettingsScope> settings;
  if (pinned_) settings.emplace().pin_value_text();
  pg_call([&] { fill(batch); });
  if (out_of_order_) batch.clear();
  return !batch.empty();
}

}  // namespace

std::unique_ptr<TableReader> open_heap(const HeapScan& scan) { return std::make_unique<HeapReader>(scan); }

}  // namespace whimbrel::pg

#include "pg_ext/sequence_state.h"

#include "common/error.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kSequences = R"sql(
  SELECT oid FROM pg_catalog.pg_class WHERE oid >= 16384 AND relkind = 'S' AND relpersistence <> 't')sql";

constexpr std::string_view kUsers = R"sql(
  SELECT pg_catalog.count(*) FROM pg_catalog.pg_locks
   WHERE locktype = 'relation' AND relation = $1::pg_catalog.oid AND pid <> pg_catalog.pg_backend_pid()
     AND mode <> 'AccessShareLock')sql";

}  // namespace

SequenceStates::SequenceStates(Statements& statements) {
  const std::unique_ptr<TableReader> reader = statements.query(kSequences, {});
  RowBatch batch;
  while (reader->next(batch))
    for (std::size_t i = 0; i < batch.rows(); ++i)
      states_.push_back(read(static_cast<Oid>(batch.row(i)->integer)));
  if (states_.empty()) return;
  struct Running {
    Snapshot snapshot;
    TransactionId next;
  };
  const Running now = pg_call([] { return Running{GetLatestSnapshot(), ReadNextTransactionId()}; });
  first_ = now.next;
  running_.assign(now.snapshot->xip, now.snapshot->xip + now.snapshot->xcnt);
}

// The one row of a sequence, as the server itself reads it.
SequenceStates::State SequenceStates::read(Oid oid) {
  return pg_call([=] {
    Relation relation = relation_open(oid, AccessShareLock);
    const Buffer buffer = ReadBuffer(relation, 0);
    LockBuffer(buffer, BUFFER_LOCK_SHARE);
    Page page = BufferGetPage(buffer);
    const HeapTupleHeader header =
        reinterpret_cast<HeapTupleHeader>(PageGetItem(page, PageGetItemId(page, FirstOffsetNumber)));
    const Form_pg_sequence_data data =
        reinterpret_cast<Form_pg_sequence_data>(reinterpret_cast<char*>(header) + header->t_hoff);
    const State state{oid, data->last_value, data->is_called};
    UnlockReleaseBuffer(buffer);
    relation_close(relation, AccessShareLock);
    return state;
  });
}

// A transaction of someone else that wrote and ended since the beginning. One that still runs holds a lock on
// what it drew from.
bool SequenceStates::others_wrote() const {
  return pg_call([this] {
    for (const TransactionId id : running_)
      if (!TransactionIdIsInProgress(id)) return true;
    const TransactionId own = GetTopTransactionIdIfAny();
    const TransactionId end = ReadNextTransactionId();
    for (TransactionId id = first_; TransactionIdPrecedes(id, end);) {
      if (SubTransGetTopmostTransaction(id) != own && !TransactionIdIsInProgress(id)) return true;
      TransactionIdAdvance(id);
    }
    return false;
  });
}

std::string SequenceStates::put_back(Host& host, Statements& statements) const {
  std::string left;
  bool asked = false, unsafe = false;
  for (const State& before : states_) {
    const State now = read(before.oid);
    if (now.last == before.last && now.called == before.called) continue;
    if (!std::exchange(asked, true)) unsafe = others_wrote();
    const std::string name = "'" + std::to_string(before.oid) + "'::pg_catalog.regclass";
    const auto integer = [&](std::string_view sql) {
      const Cell parameters[] = {Cell::integer_of(before.oid)};
      const auto reader = statements.query(sql, parameters);
      RowBatch batch;
      return reader->next(batch) ? batch.row(0)->integer : 0;
    };
    try {
      if (unsafe || integer(kUsers) != 0) throw Error(code::kUnsupported, "used by others");
      in_savepoint(host, [&] {
        statements.execute("SELECT pg_catalog.setval(" + name + ", " + std::to_string(before.last) +
                               (before.called ? ", true)" : ", false)"),
                           {});
      });
    } catch (const Error&) {
      const std::string shown = pg_call([&] {
        return static_cast<const char*>(quote_qualified_identifier(
            get_namespace_name(get_rel_namespace(before.oid)), get_rel_name(before.oid)));
      });
      left += (left.empty() ? "" : ", ") + shown;
    }
  }
  if (left.empty()) return left;
  return "numbers that the dry run drew are not given back by: " + left +
         (unsafe ? " (others wrote meanwhile and may have drawn too)" : "");
}

}  // namespace whimbrel::pg

#include "pg_ext/sequence_state.h"

#include "common/each_row.h"
#include "common/error.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kSequences = R"sql(
  SELECT oid FROM pg_catalog.pg_class WHERE oid >= 16384 AND relkind = 'S' AND relpersistence <> 't')sql";

std::string shown_name(Oid sequence) {
  return pg_call([=] {
    return static_cast<const char*>(
        quote_qualified_identifier(get_namespace_name(get_rel_namespace(sequence)), get_rel_name(sequence)));
  });
}

}  // namespace

SequenceStates::SequenceStates(Host& host, Statements& statements) : host_(host), statements_(statements) {
  for_each_row(statements, kSequences, {}, [&](const Cell* row) {
    if (const auto state = read(static_cast<Oid>(row->integer))) states_.push_back(*state);
  });
  if (states_.empty()) return;
  struct Running {
    Snapshot snapshot;
    TransactionId next;
  };
  const Running now = pg_call([] { return Running{GetLatestSnapshot(), ReadNextTransactionId()}; });
  first_ = now.next;
  running_.assign(now.snapshot->xip, now.snapshot->xip + now.snapshot->xcnt);
}

// The one row of a sequence, as the server itself reads it; never waits.
std::optional<SequenceStates::State> SequenceStates::read(Oid oid) {
  return pg_call([=]() -> std::optional<State> {
    if (!ConditionalLockRelationOid(oid, AccessShareLock)) return std::nullopt;
    Relation relation = try_relation_open(oid, NoLock);
    if (relation == nullptr) {
      UnlockRelationOid(oid, AccessShareLock);
      return std::nullopt;
    }
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

// A transaction of someone else that wrote and ended since the beginning. One that still runs has a lock on
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

std::vector<SequenceStates::State> SequenceStates::moved() const {
  std::vector<State> found;
  for (const State& before : states_) {
    const auto now = read(before.oid);
    if (now && (now->last != before.last || now->called != before.called)) found.push_back(before);
  }
  return found;
}

bool SequenceStates::set(const State& state) {
  try {
    in_savepoint(host_, [&] {
      statements_.execute("SELECT pg_catalog.setval('" + std::to_string(state.oid) +
                              "'::pg_catalog.regclass, " + std::to_string(state.last) +
                              (state.called ? ", true)" : ", false)"),
                          {});
    });
    return true;
  } catch (const Error&) {  // a right is missing
    return false;
  }
}

void SequenceStates::put_back() {
  const std::vector<State> states = moved();
  if (states.empty()) return;
  std::string left;
  const auto leave = [&left](const State& state) {
    left += (left.empty() ? "" : ", ") + shown_name(state.oid);
  };
  bool unsafe = false;
  host_.begin_savepoint();
  try {
    // Who has drawn and not ended keeps this lock from us; nobody draws while we have it.
    std::vector<State> own;
    for (const State& state : states) {
      const bool locked =
          pg_call([&] { return ConditionalLockRelationOid(state.oid, ShareRowExclusiveLock); });
      if (locked)
        own.push_back(state);
      else
        leave(state);
    }
    unsafe = others_wrote();
    for (const State& state : own)
      if (unsafe || !set(state)) leave(state);
  } catch (const Error&) {
    host_.rollback_savepoint();
    throw;
  }
  host_.rollback_savepoint();  // setval() outlives it, the locks do not
  if (left.empty()) return;
  host_.notice(NoticeLevel::warning,
               "numbers that were drawn and rolled back are not given back by: " + left +
                   (unsafe ? " (others wrote meanwhile and may have drawn too)" : ""));
}

}  // namespace whimbrel::pg

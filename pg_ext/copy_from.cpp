#include "pg_ext/copy_from.h"

#include "common/error.h"
#include "pg_ext/access.h"
#include "pg_ext/compat.h"
#include "pg_ext/fresh_snapshot.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

struct Feed {
  ByteSource* source;
  Callback callback;
  MemoryContext memory;  // of the caller: what the source does must not live in COPY's own short-lived memory
};

// PostgreSQL's callback gets no argument, so the feed of the COPY that runs has to be found like this. Copies
// nest (a trigger of one may start another), hence a scope that puts the outer one back.
Feed* current_feed = nullptr;

class FeedScope {
 public:
  explicit FeedScope(Feed* feed) : outer_(std::exchange(current_feed, feed)) {}
  ~FeedScope() { current_feed = outer_; }
  FeedScope(const FeedScope&) = delete;
  FeedScope& operator=(const FeedScope&) = delete;

 private:
  Feed* outer_;
};

int read_feed(void* buffer, int minimum, int maximum) {
  Feed& feed = *current_feed;
  const MemoryContext outer = MemoryContextSwitchTo(feed.memory);
  const int size = feed.callback.run([&] {
    const FeedScope none(nullptr);
    int filled = 0;
    while (filled < minimum) {
      const std::size_t got =
          feed.source->read(static_cast<char*>(buffer) + filled, static_cast<std::size_t>(maximum - filled));
      if (got == 0) break;
      filled += static_cast<int>(got);
    }
    return filled;
  });
  MemoryContextSwitchTo(outer);
  return size;
}

// What DoCopy() checks before it starts. Inside pg_call.
ParseState* check_and_describe(const CopyFromRequest& request) {
  const Relation relation = request.relation;
  List* attributes = CopyGetAttnums(RelationGetDescr(relation), relation, request.columns);
  ParseState* state = check_insert(relation, attributes);
  if (row_security_applies(RelationGetRelid(relation)))
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("COPY FROM not supported with row-level security"),
                    errhint("Use INSERT statements instead.")));
  return state;
}

}  // namespace

std::uint64_t copy_from(const CopyFromRequest& request, ByteSource& source) {
  Feed feed{&source, {}, CurrentMemoryContext};
  CopyFromState copy = nullptr;
  ParseState* parse_state = nullptr;
  MemoryContext memory = nullptr;
  const FeedScope scope(&feed);
  // The beginning reads already: the header of the binary format.
  feed.callback.call([&] {
    memory = AllocSetContextCreate(CurrentMemoryContext, "whimbrel copy", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext outer = MemoryContextSwitchTo(memory);
    parse_state = check_and_describe(request);
    copy = BeginCopyFrom(parse_state, request.relation, nullptr, nullptr, false, read_feed, request.columns,
                         request.options);
    MemoryContextSwitchTo(outer);
  });
  std::uint64_t rows = 0;
  try {
    rows = feed.callback.call([&] {
      const MemoryContext outer = MemoryContextSwitchTo(memory);
      push_fresh_snapshot();
      const std::uint64_t done = CopyFrom(copy);
      PopActiveSnapshot();
      CommandCounterIncrement();
      MemoryContextSwitchTo(outer);
      return done;
    });
  } catch (Error& error) {
    if (!error.row && copy->cur_lineno > 0) error.row = copy->cur_lineno - 1;
    if (error.column_name.empty() && copy->cur_attname != nullptr) error.column_name = copy->cur_attname;
    throw;
  }
  pg_call([&] {
    EndCopyFrom(copy);
    free_parsestate(parse_state);
    table_close(request.relation, NoLock);
    MemoryContextDelete(memory);
  });
  return rows;
}

}  // namespace whimbrel::pg

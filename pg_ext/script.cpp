#include "pg_ext/script.h"

#include "common/error.h"
#include "pg_ext/access.h"
#include "pg_ext/copy_from.h"
#include "pg_ext/guard.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

namespace {

Statement::Control control_of(const Node* node) {
  if (!IsA(node, TransactionStmt)) return Statement::Control::none;
  switch (reinterpret_cast<const TransactionStmt*>(node)->kind) {
    case TRANS_STMT_BEGIN:
    case TRANS_STMT_START:
      return Statement::Control::begin;
    case TRANS_STMT_COMMIT:
    case TRANS_STMT_COMMIT_PREPARED:
      return Statement::Control::commit;
    case TRANS_STMT_ROLLBACK:
    case TRANS_STMT_ROLLBACK_PREPARED:
      return Statement::Control::rollback;
    case TRANS_STMT_SAVEPOINT:
    case TRANS_STMT_RELEASE:
    case TRANS_STMT_ROLLBACK_TO:
    case TRANS_STMT_PREPARE:
      return Statement::Control::savepoint;
  }
  return Statement::Control::none;
}

bool reads_client_data(const Node* node) {
  if (!IsA(node, CopyStmt)) return false;
  const CopyStmt* copy = reinterpret_cast<const CopyStmt*>(node);
  return copy->is_from && copy->filename == nullptr && !copy->is_program;
}

bool option_is_on(List* options, const char* name) {
  for (int i = 0; i < list_length(options); ++i) {
    DefElem* option = static_cast<DefElem*>(list_nth(options, i));
    if (strcmp(option->defname, name) == 0) return defGetBoolean(option);
  }
  return false;
}

bool makes_replication_slot(const CreateSubscriptionStmt* create) {
  for (int i = 0; i < list_length(create->options); ++i) {
    DefElem* option = static_cast<DefElem*>(list_nth(create->options, i));
    const bool decides =
        strcmp(option->defname, "create_slot") == 0 || strcmp(option->defname, "connect") == 0;
    if (decides && !defGetBoolean(option)) return false;
  }
  return true;
}

bool detaches_concurrently(const AlterTableStmt* alter) {
  for (int i = 0; i < list_length(alter->cmds); ++i) {
    const AlterTableCmd* command = static_cast<const AlterTableCmd*>(list_nth(alter->cmds, i));
    if (command->subtype == AT_DetachPartition && reinterpret_cast<PartitionCmd*>(command->def)->concurrent)
      return true;
  }
  return false;
}

// What the server's PreventInTransactionBlock() refuses, as far as the text alone tells. What depends on the
// catalog (DROP SUBSCRIPTION, REINDEX of a partitioned table) says so when it runs.
bool needs_no_transaction(Node* node) {
  switch (nodeTag(node)) {
    case T_IndexStmt:
      return reinterpret_cast<IndexStmt*>(node)->concurrent;
    case T_DropStmt:
      return reinterpret_cast<DropStmt*>(node)->concurrent;
    case T_ReindexStmt: {
      const ReindexStmt* reindex = reinterpret_cast<ReindexStmt*>(node);
      const bool of_many = reindex->kind != REINDEX_OBJECT_INDEX && reindex->kind != REINDEX_OBJECT_TABLE;
      return of_many || option_is_on(reindex->params, "concurrently");
    }
    case T_VacuumStmt:
      return reinterpret_cast<VacuumStmt*>(node)->is_vacuumcmd;
    case T_ClusterStmt:
      return reinterpret_cast<ClusterStmt*>(node)->relation == nullptr;
    case T_AlterTableStmt:
      return detaches_concurrently(reinterpret_cast<AlterTableStmt*>(node));
    case T_CreateSubscriptionStmt:
      return makes_replication_slot(reinterpret_cast<CreateSubscriptionStmt*>(node));
    case T_DiscardStmt:
      return reinterpret_cast<DiscardStmt*>(node)->target == DISCARD_ALL;
    case T_AlterDatabaseStmt: {
      const AlterDatabaseStmt* alter = reinterpret_cast<AlterDatabaseStmt*>(node);
      for (int i = 0; i < list_length(alter->options); ++i)
        if (strcmp(static_cast<DefElem*>(list_nth(alter->options, i))->defname, "tablespace") == 0)
          return true;
      return false;
    }
    case T_AlterSystemStmt:
    case T_CreatedbStmt:
    case T_DropdbStmt:
    case T_CreateTableSpaceStmt:
    case T_DropTableSpaceStmt:
      return true;
    default:
      return false;
  }
}

bool adds_enum_value(const Node* node) {
  return IsA(node, AlterEnumStmt) && reinterpret_cast<const AlterEnumStmt*>(node)->oldVal == nullptr;
}

// The server's grammar counts white space and comments in front of a statement to it; its line is that of its
// first word.
std::size_t skip_space(std::string_view script, std::size_t at, std::size_t end) {
  while (at < end) {
    const std::string_view rest = script.substr(at, end - at);
    if (rest[0] == ' ' || (rest[0] >= '\t' && rest[0] <= '\r')) {
      ++at;
    } else if (rest.starts_with("--")) {
      at += std::min(rest.find_first_of("\r\n"), rest.size());
    } else if (rest.starts_with("/*")) {
      int depth = 0;
      do {
        const std::string_view two = script.substr(at, std::min<std::size_t>(2, end - at));
        const int step = two == "/*" ? 1 : two == "*/" ? -1 : 0;
        depth += step;
        at += step == 0 ? 1 : 2;
      } while (depth > 0 && at < end);
    } else {
      break;
    }
  }
  return at;
}

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view data) : rest_(data) {}
  std::size_t read(char* buffer, std::size_t capacity) override {
    const std::size_t size = std::min(capacity, rest_.size());
    std::memcpy(buffer, rest_.data(), size);
    rest_.remove_prefix(size);
    return size;
  }

 private:
  std::string_view rest_;
};

}  // namespace

std::vector<Statement> split_script(std::string_view script) {
  const std::string text(script);
  std::vector<Statement> statements;
  // The statements are read out of the parser's list inside, since the list goes away with its memory.
  pg_call([&] {
    const MemoryContext memory =
        AllocSetContextCreate(CurrentMemoryContext, "whimbrel script", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext outer = MemoryContextSwitchTo(memory);
    List* parsed = raw_parser(text.c_str(), RAW_PARSE_DEFAULT);
    statements.reserve(static_cast<std::size_t>(list_length(parsed)));
    for (int i = 0; i < list_length(parsed); ++i) {
      const RawStmt* raw = static_cast<const RawStmt*>(list_nth(parsed, i));
      Statement statement;
      const std::size_t begin = static_cast<std::size_t>(std::max(raw->stmt_location, 0));
      const std::size_t end =
          raw->stmt_len > 0 ? begin + static_cast<std::size_t>(raw->stmt_len) : text.size();
      statement.offset = skip_space(text, begin, end);
      statement.length = end - statement.offset;
      statement.control = control_of(raw->stmt);
      statement.copy_from_stdin = reads_client_data(raw->stmt);
      statement.needs_no_transaction = needs_no_transaction(raw->stmt);
      statement.adds_enum_value = adds_enum_value(raw->stmt);
      statements.push_back(statement);
    }
    MemoryContextSwitchTo(outer);
    MemoryContextDelete(memory);
  });
  return statements;
}

std::int64_t run_script_statement(std::string_view sql) {
  const std::string text(sql);
  int result = 0;
  std::int64_t processed = 0;
  try {
    processed = pg_call([&] {
      SPIExecuteOptions options{};
      // Rows that a statement returns are nobody's: count them, keep none.
      options.dest = None_Receiver;
      result = SPI_execute_extended(text.c_str(), &options);
      if (SPI_tuptable != nullptr) SPI_freetuptable(SPI_tuptable);
      return static_cast<std::int64_t>(SPI_processed);
    });
  } catch (ServerError& error) {
    if (error.internal_query == text && error.internal_position > 0) error.position = error.internal_position;
    if (error.code == "25001" && error.hint.empty())
      error.hint =
          "CALL migrate_run(...) runs it outside of a transaction, in a migration that is marked "
          "transaction:false.";
    if (error.code == "55P04") error.hint += " CALL migrate_run(...) commits them first.";
    throw;
  }
  check_spi_result(result);
  return processed;
}

std::int64_t copy_script_data(std::string_view sql, std::string_view data) {
  const std::string text(sql);
  CopyFromRequest request;
  const bool has_condition = pg_call([&] {
    List* parsed = raw_parser(text.c_str(), RAW_PARSE_DEFAULT);
    const CopyStmt* copy = reinterpret_cast<const CopyStmt*>(static_cast<RawStmt*>(linitial(parsed))->stmt);
    if (copy->whereClause != nullptr) return true;
    request.relation = table_openrv(copy->relation, RowExclusiveLock);
    request.columns = copy->attlist;
    request.options = copy->options;
    return false;
  });
  if (has_condition)
    throw Error(code::kUnsupported, "COPY ... FROM stdin with WHERE is not supported in a migration");
  MemorySource source(data);
  return static_cast<std::int64_t>(copy_from(request, source));
}

}  // namespace whimbrel::pg

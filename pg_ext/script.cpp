#include "pg_ext/script.h"

#include <optional>

#include "common/error.h"
#include "common/own_table_names.h"
#include "common/text/utf8.h"
#include "pg_ext/access.h"
#include "pg_ext/copy_from.h"
#include "pg_ext/fresh_snapshot.h"
#include "pg_ext/guard.h"
#include "pg_ext/statement_kind.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

namespace {

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

// Whose table it is cannot be looked up once the statement has failed.
void explain_own_table(Error& error) {
  for (const OwnTable& own : kOwnTables)
    if (error.message == "relation \"" + std::string(own.name) + "\" already exists")
      error.hint = "If it is Whimbrel's own" +
                   std::string(own.group == OwnTables::migrations ? ", with its history" : "") +
                   ": write CREATE TABLE IF NOT EXISTS, or leave the statement out.";
}

// How many characters of the statement stand before the text in which the server found an error: the
// statement itself, or the body of a function as it stands there once, in its quotes. A body in which quotes
// are doubled, or a text that a function has made, is not found.
std::optional<std::int64_t> characters_before(const std::string& text, std::string_view statement) {
  if (text.empty()) return std::nullopt;
  if (text == statement) return 0;
  const std::size_t at = statement.find(text);
  if (at == std::string_view::npos || at == 0 || at + text.size() == statement.size()) return std::nullopt;
  const char before = statement[at - 1];
  if ((before != '$' && before != '\'') || statement[at + text.size()] != before) return std::nullopt;
  if (statement.find(text, at + 1) != std::string_view::npos) return std::nullopt;
  return static_cast<std::int64_t>(count_characters(statement.substr(0, at)));
}

// The server's hint is to drop the extension, with the history of all migrations.
void explain_drop_of_own(Error& error) {
  if (error.message.ends_with(" because extension whimbrel requires it"))
    error.hint = "It is Whimbrel's own. Leave the statement out.";
}

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
      classify(raw->stmt, statement);
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
      push_fresh_snapshot();
      result = SPI_execute_extended(text.c_str(), &options);
      PopActiveSnapshot();
      if (SPI_tuptable != nullptr) SPI_freetuptable(SPI_tuptable);
      return static_cast<std::int64_t>(SPI_processed);
    });
  } catch (ServerError& error) {
    if (error.internal_position > 0)
      if (const auto before = characters_before(error.internal_query, text))
        error.position = *before + error.internal_position;
    // COMMIT in the body of a DO or a procedure, too.
    if ((error.code == "25001" || error.code == "2D000") && error.hint.empty())
      error.hint =
          "CALL migrate_run(...) runs it outside of a transaction, in a migration that is marked "
          "transaction:false.";
    if (error.code == "42P07") explain_own_table(error);
    if (error.code == "2BP01") explain_drop_of_own(error);
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

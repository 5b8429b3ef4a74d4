#include "common/migration/script.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/error.h"
#include "common/error_text.h"
#include "common/migration/own_tables.h"
#include "common/migration/own_target.h"
#include "common/migration/transaction_control.h"
#include "common/sql/lexer.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

constexpr std::size_t kShownOfStatement = 80;  // bytes, in a context line

constexpr std::string_view kReadingWords[] = {"select", "values", "table", "show", "explain", "pragma"};

}  // namespace

Script::Script(Host& host, Part place)
    : place_(std::move(place)), rules_(sql::rules_of(host.dialect().engine)) {
  std::string blanked;
  read_tokens(blanked);
  const std::string_view script =
      blanked.empty() ? place_.text.substr(place_.offset, place_.length) : std::string_view(blanked);
  std::vector<Statement> statements = split(host, script);
  left_out_ = leave_out_control(place_, rules_, statements);
  steps_.reserve(statements.size());
  auto copy = copies_.begin();
  for (const Statement& statement : statements) {
    Step step = make_step(statement);
    if (step.length == 0) continue;
    if (const auto target = find_own_target(sql_of(step), host.dialect())) {
      records_itself_ = records_itself_ || target->inserts;
      if (!target->qualified_by_owner) {
        const std::string own = own_table(host, kMigrationsTable);
        step.rewritten = std::string(sql_of(step));
        step.rewritten.replace(target->offset, target->length, own);
        step.rewritten_at = target->offset;
        step.rewritten_from = target->length;
        step.rewritten_to = own.size();
      }
    }
    if (statement.copy_to_stdout)
      throw Error(code::kUnsupported,
                  line_of(step.offset) + ": COPY ... TO stdout is not possible in a migration",
                  "It runs inside the database, where no client takes the rows.",
                  "Remove it, or let it write a file of the server: COPY ... TO 'path'.");
    if (statement.copy_from_stdin) {
      while (copy != copies_.end() && copy->offset < step.offset) ++copy;
      if (copy == copies_.end())
        throw Error(code::kMigrationSyntax, line_of(step.offset) + ": COPY ... FROM stdin without its data",
                    "The data begins on the line behind the statement's semicolon and ends with a line \\.");
      step.copies = true;
      step.copy_data = (copy++)->data;
    }
    steps_.push_back(std::move(step));
  }
}

// Looks at every token once: commands of a client are refused, but for those that pg_dump puts around its
// files, which mean something to psql alone; COPY data is cut out. `script` becomes the text with all that
// blanked, so that offsets stay; it is left empty when there is none.
void Script::read_tokens(std::string& script) {
  const std::string_view text = place_.text.substr(place_.offset, place_.length);
  const auto blank = [&](const sql::Token& token) {
    if (script.empty()) script = text;
    std::fill_n(script.begin() + static_cast<std::ptrdiff_t>(token.offset), token.length(), ' ');
  };
  sql::Lexer lexer(text, rules_);
  for (sql::Token token = lexer.next(); token.kind != sql::TokenKind::end; token = lexer.next()) {
    if (token.kind == sql::TokenKind::client_command) {
      const std::string command(token.text.substr(0, token.text.find_first_of(" \t;")));
      if (command == "\\restrict" || command == "\\unrestrict") {
        blank(token);
        continue;
      }
      throw Error(
          code::kClientCommand,
          line_of(place_.offset + token.offset) + ": " + command + " is a command of " +
              (command[0] == '.' ? "the sqlite3 shell" : "psql") + ", not SQL",
          {}, "Remove the line: the migration runs inside the database, where no such client takes part.");
    }
    if (token.kind != sql::TokenKind::copy_data) {
      if (token.length() < kShortestOwnName) continue;
      looks_at_history_ = looks_at_history_ || mentions_own_table(token, kMigrationsTable) ||
                          mentions_own_table(token, kLogTable);
      may_see_own_tables_ = may_see_own_tables_ || may_name_own_table(token);
      continue;
    }
    blank(token);
    std::string_view data = token.text;
    if (token.closed) data = data.substr(0, data.rfind("\\."));
    copies_.push_back({place_.offset + token.offset, data});
  }
}

namespace {

// What stands where the engine found no SQL is for a tool to replace.
std::string hint_about(std::string_view text) {
  if (text.starts_with("${"))
    return "Variables are replaced only with the option \"vars\", which gives their values.";
  if (text.starts_with("{{")) return "Templates are not filled in here: write what the tool makes of them.";
  return {};
}

}  // namespace

std::vector<Statement> Script::split(Host& host, std::string_view script) const {
  try {
    return host.split(script);
  } catch (Error& error) {
    const std::size_t inside =
        error.position ? sql::offset_of_character(script, static_cast<std::size_t>(*error.position)) : 0;
    const std::size_t offset = place_.offset + inside;
    const sql::TextPosition at = sql::position_at(place_.text, offset);
    if (error.position) {
      error.message = line_of(offset) + ": " + error.message;
      error.at(place_.subject + ", line " + std::to_string(at.line) + ", column " +
               std::to_string(at.column));
    } else {
      error.message = place_.subject + ": " + error.message;
    }
    if (error.hint.empty()) error.hint = hint_about(script.substr(inside));
    error.position.reset();
    throw;
  }
}

Script::Step Script::make_step(const Statement& statement) const {
  const std::string_view sql = place_.text.substr(place_.offset + statement.offset, statement.length);
  sql::Lexer lexer(sql, rules_);
  const sql::Token word = lexer.next_code();
  Step step;
  if (word.kind == sql::TokenKind::end) return step;
  step.offset = place_.offset + statement.offset + word.offset;
  step.length = statement.length - word.offset;
  step.needs_no_transaction = statement.needs_no_transaction;
  step.adds_enum_value = statement.adds_enum_value;
  step.may_commit = statement.may_commit;
  step.leaves_no_trace = statement.leaves_no_trace;
  step.sets = statement.sets;
  step.counts_rows = std::none_of(std::begin(kReadingWords), std::end(kReadingWords),
                                  [&word](std::string_view reading) { return word.is_word(reading); });
  return step;
}

std::string_view Script::written(const Step& step) const {
  return place_.text.substr(step.offset, step.length);
}

std::string_view Script::sql_of(const Step& step) const {
  return step.rewritten.empty() ? written(step) : std::string_view(step.rewritten);
}

// An application may have a table of the same name elsewhere.
bool Script::is_rewritten(Host& host, const Step& step) const {
  return !step.rewritten.empty() &&
         !host.names_other_table(written(step).substr(step.rewritten_at, step.rewritten_from));
}

std::string Script::line_of(std::size_t offset) const { return at_line(place_.subject, place_.text, offset); }

void Script::fail_in_step(Error error, std::size_t index) const {
  fail_in_step(std::move(error), index, !steps_[index].rewritten.empty());
}

void Script::fail_in_step(Error error, std::size_t index, bool rewritten) const {
  const Step& step = steps_[index];
  std::size_t offset = step.offset;
  if (error.position) {
    std::size_t inside =
        sql::offset_of_character(rewritten ? std::string_view(step.rewritten) : written(step),
                                 static_cast<std::size_t>(*error.position));
    if (rewritten && inside >= step.rewritten_at) {
      const std::size_t behind = step.rewritten_at + step.rewritten_to;
      inside = inside >= behind ? inside - step.rewritten_to + step.rewritten_from : step.rewritten_at;
    }
    offset += inside;
  }
  const sql::TextPosition at = sql::position_at(place_.text, offset);
  error.message = line_of(offset) + ": " + error.message;
  error.at("statement " + std::to_string(index + 1) + " of " + place_.subject + ", line " +
           std::to_string(at.line) + ", column " + std::to_string(at.column) + ": " +
           excerpt(trimmed(place_.text.substr(step.offset, step.length)), kShownOfStatement));
  error.position.reset();  // it belongs to a text that the caller never sent
  throw error;
}

std::vector<ScriptStatement> Script::statements() const {
  std::vector<ScriptStatement> all;
  std::size_t counted = 0, line = 1;  // lines are counted once for the whole text
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    const std::string_view between = place_.text.substr(counted, step.offset - counted);
    line += static_cast<std::size_t>(std::count(between.begin(), between.end(), '\n'));
    counted = step.offset;
    all.push_back({trimmed(place_.text.substr(step.offset, step.length)), line,
                   place_.transaction && !step.needs_no_transaction, sets(i)});
  }
  return all;
}

void Script::run(Host& host, RunTotals& totals) const {
  for (std::size_t i = 0; i < steps_.size(); ++i) run_statement(host, i, totals);
}

void Script::run_statement(Host& host, std::size_t index, RunTotals& totals) const {
  const Step& step = steps_[index];
  if (index == 0) tell_left_out(host);
  bool rewritten = false;
  try {
    rewritten = is_rewritten(host, step);
    const std::string_view sql = rewritten ? std::string_view(step.rewritten) : written(step);
    const std::int64_t rows =
        step.copies ? host.copy_in(sql, step.copy_data) : host.run_script_statement(sql);
    ++totals.statements;
    if (step.counts_rows && rows > 0) totals.rows_affected += rows;
  } catch (Error& error) {
    fail_in_step(std::move(error), index, rewritten);
  }
}

void Script::refuse_unfit(const Host& host) const {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    try {
      host.refuse_unfit(sql_of(steps_[i]));
    } catch (Error& error) {
      fail_in_step(std::move(error), i);
    }
  }
}

bool Script::sets(std::size_t index) const {
  const Statement::Sets sets = steps_[index].sets;
  return sets == Statement::Sets::session || (sets == Statement::Sets::transaction && in_transaction());
}

void Script::set_again(Host& host, std::size_t index) const {
  if (!sets(index)) return;
  try {
    host.run_script_statement(sql_of(index));
  } catch (Error& error) {
    fail_in_step(std::move(error), index);
  }
}

void Script::run_statement_outside(Host& host, std::size_t index, RunTotals& totals,
                                   const std::function<void()>& set) const {
  if (index == 0) tell_left_out(host);
  try {
    host.check_interrupt();
    host.run_outside_transaction(sql_of(index), set);
    ++totals.statements;
  } catch (Error& error) {
    fail_in_step(std::move(error), index);
  }
}

void Script::tell_left_out(Host& host) const {
  if (!left_out_.empty()) host.notice(NoticeLevel::notice, left_out_);
}

bool Script::leaves_no_trace() const {
  return std::all_of(steps_.begin(), steps_.end(), [](const Step& step) { return step.leaves_no_trace; });
}

namespace {

// A verify query: one row with one true value.
void require_true(Host& host, std::string_view sql) {
  const auto reader = host.query(sql);
  if (reader->columns() != 1)
    throw Error(code::kVerifyFailed, "a verify query must return one column",
                "It returned " + std::to_string(reader->columns()) + " columns.");
  std::size_t rows = 0;
  bool holds = true;
  RowBatch batch;
  while (reader->next(batch)) {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      const Cell& value = batch.row(row)[0];
      const bool boolean = value.tag == Tag::boolean || value.tag == Tag::integer;
      holds = holds && boolean && value.integer == 1;
    }
    rows += batch.rows();
  }
  if (rows == 1 && holds) return;
  throw Error(code::kVerifyFailed, "the verify query is not true",
              rows == 1 ? "It must return one row with one true value."
                        : "It must return one row with one true value; it returned " + std::to_string(rows) +
                              " rows.");
}

}  // namespace

void Script::verify(Host& host) const {
  try {
    place_.by_running ? verify_by_running(host) : verify_queries(host);
  } catch (Error& error) {
    if (!ends_call(error))
      (error.hint += error.hint.empty() ? "" : " ") +=
          "It must hold directly behind the up part. The option \"verify\":false leaves all of them out.";
    throw;
  }
}

void Script::verify_by_running(Host& host) const {
  host.begin_savepoint();
  try {
    RunTotals totals;
    run(host, totals);
  } catch (...) {
    host.rollback_savepoint();
    throw;
  }
  host.rollback_savepoint();
}

void Script::verify_queries(Host& host) const {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    try {
      host.run_limited([&] { require_true(host, sql_of(steps_[i])); });
    } catch (Error& error) {
      fail_in_step(std::move(error), i);
    }
  }
}

}  // namespace whimbrel

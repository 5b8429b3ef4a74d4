// A script that is ready to run: split by the engine's rules, checked for what may not stand in a migration,
// with COPY data cut out and the statements of self-recording files led to Whimbrel's own table. Making one
// runs nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "common/migration/form.h"
#include "common/sql/lexer.h"

namespace whimbrel {

struct RunTotals {
  std::int64_t statements = 0;
  std::int64_t rows_affected = 0;
};

// One statement as it stands in the file; what runs may name Whimbrel's own table instead.
struct ScriptStatement {
  std::string_view sql;  // points into the file's text
  std::size_t line = 0;
  bool transaction = true;  // it runs in one
  bool sets = false;        // what holds for those that follow it
};

class Script {
 public:
  // Throws the engine's syntax error with file and line, kClientCommand, kTransactionControl,
  // kMigrationSyntax. BEGIN and COMMIT are dropped where they wrap all but settings, with a notice when it
  // runs.
  Script(Host& host, Part place);

  // Runs all statements. An error of the server gets the migration's name, line and statement; it keeps the
  // rest. `totals` counts what was done until then.
  void run(Host& host, RunTotals& totals) const;
  // Runs each statement as a query that must give one row with one true value; throws kVerifyFailed. A part
  // that is verified by running it runs in a savepoint that is rolled back; it throws what its statements do.
  void verify(Host& host) const;

  // The same for one statement, and for one outside of a transaction, with Host::run_outside_transaction().
  void run_statement(Host& host, std::size_t index, RunTotals& totals) const;
  // `set`: what the statement must find set.
  void run_statement_outside(Host& host, std::size_t index, RunTotals& totals,
                             const std::function<void()>& set) const;
  // Throws for the first statement that can run in no migration, as running it would.
  void refuse_unfit(const Host& host) const;
  // Whether a statement sets what holds for those that follow it, and to set that once more.
  bool sets(std::size_t index) const;
  void set_again(Host& host, std::size_t index) const;

  // In their order.
  std::vector<ScriptStatement> statements() const;
  bool empty() const { return steps_.empty(); }
  // Whether it is marked to run in a transaction.
  bool in_transaction() const { return place_.transaction; }
  // Of the statements.
  std::size_t size() const { return steps_.size(); }
  bool needs_no_transaction(std::size_t index) const { return steps_[index].needs_no_transaction; }
  // All of them do, as in Statement.
  bool leaves_no_trace() const;
  bool adds_enum_value(std::size_t index) const { return steps_[index].adds_enum_value; }
  bool may_commit(std::size_t index) const { return steps_[index].may_commit; }
  std::string_view sql_of(std::size_t index) const { return sql_of(steps_[index]); }
  // `migration "003_add_tags.sql", line 12`
  std::string place_of(std::size_t index) const { return line_of(steps_[index].offset); }
  const std::string& subject() const { return place_.subject; }
  // Whether a statement writes into schema_migrations itself.
  bool records_itself() const { return records_itself_; }
  // Whether it names schema_migrations or migration_log anywhere, in a function's body too.
  bool looks_at_history() const { return looks_at_history_; }
  // Whether it can tell if Whimbrel's tables are there: it names one of them, or the catalog of SQLite, the
  // only engine where they may come later.
  bool may_see_own_tables() const { return may_see_own_tables_; }

 private:
  void verify_by_running(Host& host) const;
  void verify_queries(Host& host) const;

  struct Step {
    std::size_t offset = 0;  // of the first word, in place_.text
    std::size_t length = 0;
    std::string rewritten;           // what runs instead of the text; empty: the text
    std::size_t rewritten_at = 0;    // the replaced name: where it begins in the statement,
    std::size_t rewritten_from = 0;  // how long it was,
    std::size_t rewritten_to = 0;    // how long it is now
    bool copies = false;
    std::string_view copy_data;
    bool needs_no_transaction = false;  // as in Statement
    bool adds_enum_value = false;
    bool may_commit = false;
    bool leaves_no_trace = false;
    Statement::Sets sets = Statement::Sets::nothing;
    bool counts_rows = true;  // its result is rows changed, not rows read
  };

  void read_tokens(std::string& script);
  std::vector<Statement> split(Host& host, std::string_view script) const;
  void tell_left_out(Host& host) const;
  Step make_step(const Statement& statement) const;
  std::string_view written(const Step& step) const;
  std::string_view sql_of(const Step& step) const;
  bool is_rewritten(Host& host, const Step& step) const;
  std::string line_of(std::size_t offset) const;
  [[noreturn]] void fail_in_step(Error error, std::size_t index) const;
  // `rewritten`: whether that text ran.
  [[noreturn]] void fail_in_step(Error error, std::size_t index, bool rewritten) const;

  struct CopyData {
    std::size_t offset;
    std::string_view data;
  };

  Part place_;
  sql::Rules rules_;
  std::vector<CopyData> copies_;  // in the order of the text
  std::vector<Step> steps_;
  bool records_itself_ = false;
  bool looks_at_history_ = false;
  bool may_see_own_tables_ = false;
  std::string left_out_;  // the notice of the BEGIN and COMMIT that are left out
};

}  // namespace whimbrel

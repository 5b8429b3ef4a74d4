// Errors of the core. Exceptions are transport only: whoever finds the fault throws an Error, one catch per
// entry point turns it into the engine's own error. This file must not know any engine.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace whimbrel {

// Our own codes: SQLSTATE class WB in PostgreSQL, the same five characters in brackets at the start of the
// message in SQLite. docs/errors.md lists them with causes and ways out; keep both in step.
namespace code {
inline constexpr std::string_view kInvalidOption = "WB001";  // unknown option, or a value of the wrong type
inline constexpr std::string_view kInvalidCall =
    "WB002";  // not allowed here: inside a writing statement, with a FROM
inline constexpr std::string_view kInvalidArgument = "WB003";  // a parameter that cannot be used
inline constexpr std::string_view kFile = "WB004";  // missing, unreadable or unwritable file or directory
inline constexpr std::string_view kUnsupported = "WB005";       // this engine or this version cannot do it
inline constexpr std::string_view kBadFileName = "WB010";       // a migration file's name: its version, order
inline constexpr std::string_view kDuplicateVersion = "WB011";  // two migrations of one version
inline constexpr std::string_view kChangedMigration = "WB012";  // an applied migration has another text now
inline constexpr std::string_view kOutOfOrder = "WB013";        // a pending version below an applied one
inline constexpr std::string_view kTransactionControl =
    "WB014";  // BEGIN, COMMIT, ROLLBACK inside a migration
inline constexpr std::string_view kClientCommand =
    "WB015";  // a psql or sqlite3 shell command inside a migration
inline constexpr std::string_view kUnknownVersion = "WB016";   // no such migration
inline constexpr std::string_view kNoDown = "WB017";           // a migration that cannot be undone
inline constexpr std::string_view kVerifyFailed = "WB018";     // a migrate:verify query that is not true
inline constexpr std::string_view kMigrationSyntax = "WB019";  // markers or text of a migration file
inline constexpr std::string_view kInvalidJson = "WB020";      // not JSON (RFC 8259)
inline constexpr std::string_view kDamagedDocument =
    "WB021";  // truncated or edited: counts or digests differ
inline constexpr std::string_view kUnknownTable = "WB022";
inline constexpr std::string_view kUnknownColumn = "WB023";
inline constexpr std::string_view kWrongType = "WB024";        // a value that its column cannot hold
inline constexpr std::string_view kDuplicateKey = "WB025";     // a key twice in one row of a document
inline constexpr std::string_view kInvalidText = "WB026";      // NUL or invalid UTF-8
inline constexpr std::string_view kReference = "WB027";        // a reference that cannot be kept
inline constexpr std::string_view kInvalidDocument = "WB028";  // JSON, but not a document of ours
inline constexpr std::string_view kNotReachable = "WB029";     // rows that a trigger or a rule kept back
inline constexpr std::string_view kUnknownVariable = "WB030";  // ${name} that the option vars does not give
inline constexpr std::string_view kRequirement = "WB031";  // a migration that must come first is not applied
inline constexpr std::string_view kMixedForms = "WB032";   // files of several tools in one source
inline constexpr std::string_view kNeedsNoTransaction = "WB033";  // a migration that only migrate_run can run
inline constexpr std::string_view kIncomplete = "WB034";          // a migration that stopped half way
inline constexpr std::string_view kNotConfirmed = "WB035";        // a reset without its confirmation
inline constexpr std::string_view kForeignHistory =
    "WB036";                                            // a history of another tool that cannot be taken over
inline constexpr std::string_view kLocked = "WB037";    // a lock that others hold
inline constexpr std::string_view kLostRows = "WB038";  // rows that a migration lost without a DELETE
inline constexpr std::string_view kSqliteFile = "WB040";  // a SQLite file that cannot be read or written
inline constexpr std::string_view kLoss = "WB041";        // data that the other engine cannot hold as it is
inline constexpr std::string_view kUnknownBundle = "WB050";
inline constexpr std::string_view kInvalidBundle =
    "WB051";  // a bundle's definition that is wrong or does not fit the tables
inline constexpr std::string_view kStalePlan = "WB052";  // what was planned is no longer what would be done
inline constexpr std::string_view kChangedSince =
    "WB053";                                          // rows that are not as a run, or a document, has them
inline constexpr std::string_view kSecret = "WB054";  // a secret where none may be, or none where one must be
inline constexpr std::string_view kInternal = "WB099";  // a fault of Whimbrel itself: please report it
inline constexpr std::string_view kProcessLost =
    "58000";  // PostgreSQL's own: who ran a statement is gone without a word
inline constexpr std::string_view kOutOfMemory =
    "53200";  // PostgreSQL's own: of a process, or shared memory, which has the locks
inline constexpr std::string_view kLockNotAvailable =
    "55P03";  // PostgreSQL's own: a lock that was waited for too long
}  // namespace code

// One error. `code` is five characters: ours, or the server's own SQLSTATE, which an error of the server
// keeps. `message` is lower case without a full stop and names object and value; `detail` and `hint` are
// sentences; `where` is a context line ("migration "003_x.sql", line 12"), lines separated by \n, innermost
// first.
struct Error : std::exception {
  Error(std::string_view code, std::string message, std::string detail = {}, std::string hint = {})
      : code(code), message(std::move(message)), detail(std::move(detail)), hint(std::move(hint)) {}

  const char* what() const noexcept override { return message.c_str(); }

  Error& at(std::string context) {  // adds an outer context line
    if (!where.empty()) where += '\n';
    where += context;
    return *this;
  }

  std::string code;
  std::string message;
  std::string detail;
  std::string hint;
  std::string where;

  // Set by a host where it knows: 1-based character position inside the statement that failed.
  std::optional<std::int64_t> position;
  // Set by Host::insert: 0-based number of the row within that call.
  std::optional<std::uint64_t> row;
  // What the server names apart from its message; empty when it does not.
  std::string schema_name, table_name, column_name, datatype_name, constraint_name;
};

// For who has one line for both.
inline std::string message_with_detail(const Error& error) {
  return error.detail.empty() ? error.message : error.message + ": " + error.detail;
}

// Whether it is about the document that is read, and nothing that the engine said.
inline bool is_of_document(const Error& error) { return error.code.starts_with("WB02"); }

// Whether the call was cancelled or timed out: then nothing failed, and all of it ends. Class 57 is
// PostgreSQL's operator intervention, S0009 the SQLite host's SQLITE_INTERRUPT.
inline bool ends_call(const Error& error) { return error.code.starts_with("57") || error.code == "S0009"; }

}  // namespace whimbrel

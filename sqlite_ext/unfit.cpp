#include "sqlite_ext/unfit.h"

#include "common/error.h"

namespace whimbrel::sqlite {

// SQLite takes the beginning of a mode's name for the mode, and "o" is of this one only.
bool sets_journal_off(const Pragma& pragma) {
  return pragma.name == "journal_mode" && pragma.argument.has_value() && !pragma.argument->empty() &&
         std::string_view("off").starts_with(*pragma.argument);
}

void refuse_unfit_statement(std::string_view word, std::string_view sql) {
  if (word == "vacuum")
    throw Error(code::kUnsupported, "VACUUM cannot run inside a function",
                "SQLite refuses it while any statement runs, and the call of this function is one.",
                "Run VACUUM by itself, outside of the migrations.");
  if (word == "attach" || word == "detach")
    throw Error(code::kUnsupported,
                (word == "attach" ? "ATTACH" : "DETACH") + std::string(" is not a migration"),
                "Attached databases belong to a connection and not to the database that is migrated.",
                "Attach the database on the connection before the call.");
  // What stands behind it, in its own migration and in the next ones, would stay half done where it fails.
  if (word == "pragma" && sets_journal_off(parse_pragma(sql)))
    throw Error(code::kUnsupported, "a migration cannot set PRAGMA journal_mode = OFF",
                "SQLite undoes nothing then, not even of a statement that fails half way.",
                "PRAGMA journal_mode = MEMORY writes no more to the disk and can be undone.");
}

}  // namespace whimbrel::sqlite

// Errors about the locks of a transaction that has many migrations.
#include "common/migration/too_many_locks.h"

#include <gtest/gtest.h>

namespace whimbrel {
namespace {

constexpr const char* kHint = "You might need to increase max_locks_per_transaction.";

std::string hint(OneTransaction transaction, std::size_t others, std::string_view code = "53200",
                 const char* given = kHint) {
  Error error(code, "out of shared memory", {}, given);
  explain_too_many_locks(error, transaction, others);
  return error.hint;
}

TEST(TooManyLocks, TheWayOut) {
  const std::string applies = hint(OneTransaction::applies, 1);
  EXPECT_EQ(applies,
            std::string(kHint) +
                " Or let migrate_run(...) apply them: it takes a transaction for each migration, and so "
                "needs far fewer locks.");
  EXPECT_EQ(hint(OneTransaction::tries, 1),
            applies + " A dry run is one transaction: the option \"steps\" has it try fewer of them.");
  EXPECT_NE(hint(OneTransaction::undoes, 7).find("migrate_run(NULL, '{\"undo\": true}')"), std::string::npos);
}

TEST(TooManyLocks, NoneWhereAMigrationIsAlone) { EXPECT_EQ(hint(OneTransaction::applies, 0), kHint); }

TEST(TooManyLocks, OtherErrorsStayAsTheyAre) {
  EXPECT_EQ(hint(OneTransaction::applies, 1, "53200", ""), "");
  EXPECT_EQ(hint(OneTransaction::applies, 1, "53100"), kHint);
}

}  // namespace
}  // namespace whimbrel

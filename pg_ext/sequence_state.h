// Where all sequences stand, and putting them back after a rehearsal: a rollback does not do it. That is safe
// only when no one else drew from them meanwhile, since a number would be given twice; whether someone may
// have is seen from the transactions of others, not guessed.
#pragma once

#include <string>
#include <vector>

#include "common/host.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

class SequenceStates {
 public:
  // Reads all sequences of the database, temporary ones left out.
  explicit SequenceStates(Statements& statements);

  // Puts back those that moved. Returns a sentence about those that stay where they are, or "".
  std::string put_back(Host& host, Statements& statements) const;

 private:
  struct State {
    Oid oid;
    std::int64_t last;
    bool called;
  };
  static State read(Oid oid);
  bool others_wrote() const;

  std::vector<State> states_;
  TransactionId first_;                 // no transaction that began later is below it
  std::vector<TransactionId> running_;  // of others, at the beginning
};

}  // namespace whimbrel::pg

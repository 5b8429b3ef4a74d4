// Where all sequences stand, and putting them back after a rollback, which does not do it. That is safe only
// when no one else drew from them meanwhile, since a number would be given twice; whether someone may have is
// seen from the locks and transactions of others, not guessed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/host.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

class SequenceStates final : public SequenceKeeper {
 public:
  // Reads all sequences of the database but temporary ones and those that somebody is about to change. Both
  // arguments must outlive it.
  SequenceStates(Host& host, Statements& statements);

  void put_back() override;

 private:
  struct State {
    Oid oid;
    std::int64_t last;
    bool called;
  };
  static std::optional<State> read(Oid oid);
  std::vector<State> moved() const;
  bool others_wrote() const;
  bool set(const State& state);

  Host& host_;
  Statements& statements_;
  std::vector<State> states_;
  TransactionId first_ = InvalidTransactionId;  // no transaction that began later is below it
  std::vector<TransactionId> running_;          // of others, at the beginning
};

}  // namespace whimbrel::pg

#include "common/migration/too_many_locks.h"

namespace whimbrel {

void explain_too_many_locks(Error& error, OneTransaction transaction, std::size_t others) {
  // The same code stands for memory of any kind; the setting has its name in every language.
  if (others == 0 || error.code != code::kOutOfMemory ||
      error.hint.find("max_locks_per_transaction") == std::string::npos)
    return;
  const bool undoes = transaction == OneTransaction::undoes;
  error.hint += undoes ? " Or let migrate_run(NULL, '{\"undo\": true}') undo them"
                       : " Or let migrate_run(...) apply them";
  error.hint += ": it takes a transaction for each migration, and so needs far fewer locks.";
  if (transaction == OneTransaction::tries)
    error.hint += " A dry run is one transaction: the option \"steps\" has it try fewer of them.";
}

}  // namespace whimbrel

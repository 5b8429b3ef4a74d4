#include "common/undo.h"

namespace whimbrel {

void put_back(SequenceKeeper& sequences) {
  try {
    sequences.put_back();
  } catch (const Error&) {  // what failed first is what the caller has to know
  }
}

void undo_whole(Host& host, SequenceKeeper& sequences) {
  try {
    host.rollback_savepoint();
  } catch (const Error&) {
    return;
  }
  put_back(sequences);
}

}  // namespace whimbrel

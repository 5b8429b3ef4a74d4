#include "common/undo.h"

namespace whimbrel {

void undo_savepoint(Host& host, const Error& error) {
  try {
    host.rollback_savepoint();
  } catch (Error& gone) {
    if (gone.code == error.code) {  // the same one, which ended it
      Error first(error);
      first.detail = gone.detail;
      throw first;
    }
    if (gone.detail.empty()) gone.detail = "It happened after this error: " + error.message + ".";
    if (!error.where.empty()) gone.at(error.where);
    throw;
  }
}

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

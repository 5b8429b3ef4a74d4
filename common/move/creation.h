// How the tables of a document are made, for a database that lacks them: statements in SQLite's words, which
// both engines know how to read.
#pragma once

#include <vector>

#include "common/host.h"
#include "common/transfer/document.h"

namespace whimbrel::move {

// Fills DocumentTable::create and left_out. `tables` and `described` stand for each other.
void describe_creation(Host& host, const std::vector<const Table*>& tables,
                       std::vector<DocumentTable>& described);

}  // namespace whimbrel::move

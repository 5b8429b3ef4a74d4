// Columns of tables that were made for a document, which get other names here than there: option `rename`.
#pragma once

#include <string>

#include "common/host.h"
#include "common/transfer/renames.h"

namespace whimbrel::move {

// `document_name`: what the document calls the table. The engine takes the new names over into keys, checks
// and indexes.
void rename_columns(Host& host, const Table& table, const std::string& document_name, const Renames& renames);

}  // namespace whimbrel::move

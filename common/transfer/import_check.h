// Everything that an import of a document would stumble over, found without writing: what the document says
// by itself, what the catalog says against its rows, and what the rows of the database say.
#pragma once

#include "common/host.h"
#include "common/transfer/document_reader.h"
#include "common/transfer/importer.h"
#include "common/transfer/problems.h"

namespace whimbrel {

struct ImportFindings {
  static constexpr std::size_t kKept = 10000;

  Problems errors{kKept};
  Problems warnings{kKept};
  Problems decisions{kKept};  // how tables would be made: nothing is wrong
};

// Never throws for what is wrong with the document; errors of the host are thrown.
void check_import(Host& host, const DocumentInput& input, const ImportOptions& options,
                  ImportFindings& findings);

}  // namespace whimbrel

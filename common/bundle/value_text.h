// Single values of a bundle's rows as text: for the document, and for people.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/json/writer.h"
#include "common/schema/kind.h"
#include "common/transfer/row_writer.h"
#include "common/value.h"

namespace whimbrel {

// Writes values as a document of an export has them.
class ValueWriter {
 public:
  explicit ValueWriter(bool dynamic_types) : dynamic_(dynamic_types) {}
  void write(json::Buffer& out, const Cell& cell, Kind kind);

 private:
  bool dynamic_;
  std::map<Kind, std::unique_ptr<RowWriter>> writers_;
  json::Buffer scratch_;
};

// Text as it is, the rest as a document has it; "null" for none.
std::string shown_cell(const Cell& cell, Kind kind);

}  // namespace whimbrel

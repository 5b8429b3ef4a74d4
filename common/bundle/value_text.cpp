#include "common/bundle/value_text.h"

#include "common/transfer/scalar_writer.h"

namespace whimbrel {

void ValueWriter::write(json::Buffer& out, const Cell& cell, Kind kind) {
  if (cell.is_null()) {
    out.append("null");
    return;
  }
  if (write_scalar(out, cell)) return;
  std::unique_ptr<RowWriter>& writer = writers_[kind];
  if (writer == nullptr) {
    const RowWriter::Column column{"", kind};
    RowWriter::Style style;
    style.dynamic_types = dynamic_;
    writer = std::make_unique<RowWriter>(std::span(&column, 1), style);
  }
  // {"":value}
  scratch_.clear();
  writer->write(scratch_, &cell);
  out.append(scratch_.view().substr(4, scratch_.size() - 5));
}

std::string shown_cell(const Cell& cell, Kind kind) {
  if (cell.tag == Tag::text || cell.tag == Tag::json) return std::string(cell.view());
  ValueWriter writer(false);
  json::Buffer out;
  writer.write(out, cell, kind);
  std::string text(out.view());
  if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  return text;
}

}  // namespace whimbrel

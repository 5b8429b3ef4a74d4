#include "common/transfer/document_writer.h"

#include "common/transfer/integer_places.h"

namespace whimbrel {

void DocumentWriter::write_list(const std::vector<std::string>& list) {
  out_.append('[');
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i != 0) out_.append(',');
    json::write_string(out_, list[i]);
  }
  out_.append(']');
}

// Where values of the columns have integers as strings.
void DocumentWriter::write_quoted(const DocumentTable& table) {
  bool first = true;
  for (const DocumentColumn& column : table.columns) {
    if (!column.quoted.any()) continue;
    out_.append(first ? ", \"quoted\": {" : ",");
    first = false;
    json::write_string(out_, column.name);
    out_.append(':');
    write_integer_places(out_, column.quoted);
  }
  if (!first) out_.append('}');
}

void DocumentWriter::write_metadata(const Metadata& metadata) {
  // Lines must stay lines; in a document each table has a line, so that a difference of two exports shows it.
  const std::string_view section = layout_ == Layout::lines ? " " : "\n   ";
  const std::string_view entry = layout_ == Layout::lines ? " " : "\n    ";
  const auto member = [&](std::string_view name, std::string_view value) {
    out_.append(name);
    json::write_string(out_, value);
  };
  member("{\"version\": ", metadata.version);
  member(", \"exportedAt\": ", metadata.exported_at);
  out_.append(",");
  out_.append(section);
  member("\"source\": {\"engine\": ", metadata.engine);
  member(", \"serverVersion\": ", metadata.server_version);
  member(", \"database\": ", metadata.database);
  out_.append("},");
  if (!metadata.migrations.empty()) {
    out_.append(section);
    member("\"schemaVersion\": ", metadata.migrations.back().version);
    out_.append(", \"migrations\": [");
    for (std::size_t i = 0; i < metadata.migrations.size(); ++i) {
      const MigrationRecord& record = metadata.migrations[i];
      if (i != 0) out_.append(",");
      out_.append(entry);
      write_list({record.version, record.description, record.checksum});
    }
    out_.append("],");
  }
  out_.append(section);
  out_.append("\"tables\": {");
  for (std::size_t i = 0; i < metadata.tables.size(); ++i) {
    const DocumentTable& table = metadata.tables[i];
    if (i != 0) out_.append(",");
    out_.append(entry);
    json::write_string(out_, document_key(table.name));
    out_.append(": {\"columns\": [");
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
      if (column != 0) out_.append(',');
      std::vector<std::string> parts{table.columns[column].name, table.columns[column].type};
      if (const auto base = base_type(table.columns[column]); !base.empty()) parts.emplace_back(base);
      write_list(parts);
    }
    out_.append("], \"primaryKey\": ");
    write_list(table.primary_key);
    out_.append(", \"identity\": ");
    write_list(table.identity);
    write_quoted(table);
    if (!table.create.empty()) {
      out_.append(", \"create\": ");
      write_list(table.create);
    }
    if (!table.left_out.empty()) {
      out_.append(", \"leftOut\": ");
      write_list(table.left_out);
    }
    out_.append('}');
  }
  out_.append('}');
  if (!metadata.excluded.empty()) {
    out_.append(",");
    out_.append(section);
    out_.append("\"excluded\": ");
    write_list(metadata.excluded);
  }
  if (!metadata.redacted.empty()) {
    out_.append(",");
    out_.append(section);
    out_.append("\"redacted\": [");
    for (std::size_t i = 0; i < metadata.redacted.size(); ++i) {
      const SecretPart& part = metadata.redacted[i];
      if (i != 0) out_.append(",");
      std::vector<std::string> names{part.table, part.column};
      if (!part.path.empty()) names.push_back(part.path);
      write_list(names);
    }
    out_.append("]");
    member(", \"secrets\": ", metadata.secrets == SecretForm::omit ? "omit" : "redact");
  }
  out_.append('}');
}

void DocumentWriter::begin(const Metadata& metadata) {
  out_.append("{\"metadata\": ");
  write_metadata(metadata);
  if (layout_ == Layout::lines) out_.append("}\n");
}

void DocumentWriter::begin_table(std::string_view table) {
  first_row_ = true;
  if (layout_ == Layout::lines) return;
  out_.append(layout_ == Layout::pretty ? ",\n  " : ",\n ");
  json::write_string(out_, document_key(table));
  out_.append(": [");
}

void DocumentWriter::end_table() {
  if (layout_ == Layout::lines) return;
  if (layout_ == Layout::pretty && !first_row_) out_.append("\n  ");
  out_.append(']');
}

void DocumentWriter::finish(const EndMark& mark) {
  const bool lines = layout_ == Layout::lines;
  out_.append(lines ? "{" : layout_ == Layout::pretty ? ",\n  " : ",\n ");
  out_.append("\"$end\": {\"tables\": {");
  for (std::size_t i = 0; i < mark.tables.size(); ++i) {
    const TableEnd& table = mark.tables[i];
    if (i != 0) out_.append(",");
    out_.append(lines ? " " : "\n   ");
    json::write_string(out_, document_key(table.name));
    out_.append(": {\"rows\": ");
    json::write_integer(out_, static_cast<std::int64_t>(table.rows));
    out_.append(", \"digest\": ");
    json::write_string(out_, table.digest);
    out_.append('}');
  }
  out_.append(layout_ == Layout::pretty ? "}}\n}\n" : "}}}\n");
}

}  // namespace whimbrel

#include "common/transfer/document.h"

#include <algorithm>
#include <charconv>

#include "common/error.h"
#include "common/transfer/integer_places.h"
#include "common/version.h"

namespace whimbrel {

namespace {

using json::Token;

constexpr std::string_view kTablePrefix = "$table:";

[[noreturn]] void wrong_shape(json::Reader& reader, std::string_view where, std::string_view wanted) {
  const json::Position position = reader.position();
  throw Error(code::kInvalidDocument, std::string(where) + " of the document must be " + std::string(wanted),
              "Line " + std::to_string(position.line) + ", column " + std::to_string(position.column) + ".");
}

std::string read_text(json::Reader& reader, std::string_view where) {
  if (reader.next() != Token::string) wrong_shape(reader, where, "a string");
  return std::string(reader.text());
}

// An optional text: null counts as not given.
std::string read_optional_text(json::Reader& reader, std::string_view where) {
  const Token token = reader.next();
  if (token == Token::null) return {};
  if (token != Token::string) wrong_shape(reader, where, "a string");
  return std::string(reader.text());
}

template <typename Member>
void read_object(json::Reader& reader, std::string_view where, Member&& member) {
  if (reader.next() != Token::begin_object) wrong_shape(reader, where, "an object");
  while (reader.next() == Token::key) member(std::string(reader.text()));
}

template <typename Element>
void read_array(json::Reader& reader, std::string_view where, Element&& element) {
  if (reader.next() != Token::begin_array) wrong_shape(reader, where, "an array");
  while (reader.peek() != Token::end_array) element();
  reader.next();
}

std::vector<std::string> read_texts(json::Reader& reader, std::string_view where) {
  std::vector<std::string> list;
  read_array(reader, where, [&] { list.push_back(read_optional_text(reader, where)); });
  return list;
}

DocumentTable read_table(json::Reader& reader, std::string_view key) {
  DocumentTable table;
  const auto name = table_of_key(key);
  if (!name) wrong_shape(reader, "each key of metadata.tables", "a table's");
  table.name = *name;
  json::Tree quoted;
  read_object(reader, "each table in metadata.tables", [&](const std::string& member) {
    if (member == "columns") {
      read_array(reader, "metadata columns", [&] {
        const auto parts = read_texts(reader, "each of the metadata columns");
        if (parts.size() < 2) wrong_shape(reader, "each of the metadata columns", "a name and a type");
        table.columns.push_back(
            {parts[0], parts[1], kind_of_type(parts.size() > 2 ? parts[2] : parts[1]), {}});
      });
    } else if (member == "primaryKey") {
      table.primary_key = read_texts(reader, "metadata primaryKey");
    } else if (member == "identity") {
      table.identity = read_texts(reader, "metadata identity");
    } else if (member == "quoted") {
      quoted = json::read_tree(reader.raw_value());
    } else if (member == "create") {
      table.create = read_texts(reader, "metadata create");
    } else if (member == "leftOut") {
      table.left_out = read_texts(reader, "metadata leftOut");
    } else {
      reader.skip_value();
    }
  });
  for (DocumentColumn& column : table.columns)
    if (const json::Tree* places = quoted.find(column.name)) column.quoted = read_integer_places(*places);
  return table;
}

// A type name that kind_of_type() reads as this kind.
std::string_view type_of_kind(Kind kind) {
  switch (kind) {
    case Kind::any:
      return "";
    case Kind::boolean:
      return "boolean";
    case Kind::integer:
      return "bigint";
    case Kind::real:
      return "double precision";
    case Kind::numeric:
      return "numeric";
    case Kind::text:
      return "text";
    case Kind::bytes:
      return "bytea";
    case Kind::date:
      return "date";
    case Kind::time:
      return "time without time zone";
    case Kind::timestamp:
      return "timestamp without time zone";
    case Kind::timestamptz:
      return "timestamp with time zone";
    case Kind::uuid:
      return "uuid";
    case Kind::json:
      return "json";
    case Kind::jsonb:
      return "jsonb";
    case Kind::array:
      return "text[]";
    case Kind::composite:
      return "record";
    case Kind::other:
      return "other";
  }
  return "other";
}

int major_version(std::string_view version) {
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  return major;
}

}  // namespace

const DocumentTable* Metadata::find(std::string_view table) const {
  for (const DocumentTable& entry : tables)
    if (entry.name == table) return &entry;
  return nullptr;
}

bool Metadata::is_redacted(std::string_view table, std::string_view column) const {
  return std::ranges::any_of(redacted, [&](const SecretPart& part) {
    return part.path.empty() && part.table == table && part.column == column;
  });
}

const TableEnd* EndMark::find(std::string_view table) const {
  for (const TableEnd& entry : tables)
    if (entry.name == table) return &entry;
  return nullptr;
}

std::string_view base_type(const DocumentColumn& column) {
  return kind_of_type(column.type) == column.kind ? std::string_view() : type_of_kind(column.kind);
}

std::string document_key(std::string_view table) {
  if (table == "metadata" || table.starts_with('$')) return std::string(kTablePrefix) + std::string(table);
  return std::string(table);
}

std::optional<std::string> table_of_key(std::string_view key) {
  if (key.starts_with(kTablePrefix)) return std::string(key.substr(kTablePrefix.size()));
  if (key == "metadata" || key.starts_with('$')) return std::nullopt;
  return std::string(key);
}

DocumentTable describe(const Table& table, const std::vector<std::size_t>& columns) {
  DocumentTable described;
  described.name = table.display_name();
  for (const std::size_t index : columns) {
    const Column& column = table.columns[index];
    described.columns.push_back({column.name, column.type, column.kind, {}});
    if (column.identity) described.identity.push_back(column.name);
  }
  for (const std::size_t index : table.primary_key) {
    if (std::ranges::find(columns, index) == columns.end()) {
      described.primary_key.clear();
      break;
    }
    described.primary_key.push_back(table.columns[index].name);
  }
  return described;
}

Metadata read_metadata(json::Reader& reader) {
  Metadata metadata;
  bool ours = false;
  read_object(reader, "metadata", [&](const std::string& key) {
    if (key == "version") {
      if (reader.peek() == Token::string) {
        metadata.version = read_text(reader, "metadata.version");
      } else {
        reader.skip_value();
      }
    } else if (key == "exportedAt" && reader.peek() == Token::string) {
      metadata.exported_at = read_text(reader, "metadata.exportedAt");
    } else if (key == "source" && reader.peek() == Token::begin_object) {
      ours = true;
      read_object(reader, "metadata.source", [&](const std::string& member) {
        if (member == "engine") {
          metadata.engine = read_optional_text(reader, "metadata.source.engine");
        } else if (member == "serverVersion") {
          metadata.server_version = read_optional_text(reader, "metadata.source.serverVersion");
        } else if (member == "database") {
          metadata.database = read_optional_text(reader, "metadata.source.database");
        } else {
          reader.skip_value();
        }
      });
    } else if (key == "tables" && reader.peek() == Token::begin_object) {
      ours = true;
      read_object(reader, "metadata.tables",
                  [&](const std::string& table) { metadata.tables.push_back(read_table(reader, table)); });
    } else if (key == "migrations" && reader.peek() == Token::begin_array) {
      read_array(reader, "metadata.migrations", [&] {
        const auto parts = read_texts(reader, "each of metadata.migrations");
        if (parts.size() < 2)
          wrong_shape(reader, "each of metadata.migrations", "a version and a description");
        metadata.migrations.push_back({parts[0], parts[1], parts.size() > 2 ? parts[2] : ""});
      });
    } else if (key == "excluded" && reader.peek() == Token::begin_array) {
      metadata.excluded = read_texts(reader, "metadata.excluded");
    } else if (key == "redacted" && reader.peek() == Token::begin_array) {
      read_array(reader, "metadata.redacted", [&] {
        const auto parts = read_texts(reader, "each of metadata.redacted");
        if (parts.size() < 2) wrong_shape(reader, "each of metadata.redacted", "a table and a column");
        metadata.redacted.push_back({parts[0], parts[1], parts.size() > 2 ? parts[2] : ""});
      });
    } else if (key == "secrets" && reader.peek() == Token::string) {
      if (read_text(reader, "metadata.secrets") == "redact") metadata.secrets = SecretForm::redact;
    } else {
      reader.skip_value();
    }
  });
  if (ours && major_version(metadata.version) > major_version(kDocumentVersion)) {
    throw Error(code::kInvalidDocument,
                "document has format version \"" + metadata.version + "\", newer than " +
                    std::string(kDocumentVersion),
                "It was written by a newer version.",
                "Update Whimbrel here, or export with an older version there.");
  }
  return metadata;
}

EndMark read_end_mark(json::Reader& reader) {
  EndMark mark;
  read_object(reader, "$end", [&](const std::string& key) {
    if (key != "tables") {
      reader.skip_value();
      return;
    }
    read_object(reader, "$end.tables", [&](const std::string& table) {
      TableEnd end;
      const auto name = table_of_key(table);
      if (!name) wrong_shape(reader, "each key of $end.tables", "a table's");
      end.name = *name;
      read_object(reader, "each table in $end.tables", [&](const std::string& member) {
        if (member == "rows") {
          if (reader.next() != Token::number) wrong_shape(reader, "$end rows", "a number");
          const std::string_view text = reader.text();
          const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), end.rows);
          if (error != std::errc() || last != text.data() + text.size()) {
            wrong_shape(reader, "$end rows", "a whole number");
          }
        } else if (member == "digest") {
          end.digest = read_text(reader, "$end digest");
        } else {
          reader.skip_value();
        }
      });
      mark.tables.push_back(std::move(end));
    });
  });
  return mark;
}

}  // namespace whimbrel

// What a document says about itself: its metadata and its $end. Written by DocumentWriter, read by
// read_metadata() and read_end_mark(); documents of other programs have less of it, or nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/reader.h"
#include "common/schema/integer_places.h"
#include "common/schema/kind.h"
#include "common/schema/model.h"

namespace whimbrel {

struct DocumentColumn {
  std::string name;
  std::string type;
  Kind kind = Kind::any;
  IntegerPlaces quoted = {};  // where its values have integers as strings
};

// What stands behind the type in the metadata: a type of the column's kind where the type's name does not
// tell it (a domain), else "".
std::string_view base_type(const DocumentColumn& column);

struct DocumentTable {
  std::string name;  // as Table::display_name()
  std::vector<DocumentColumn> columns;
  std::vector<std::string> primary_key;
  std::vector<std::string> identity;
  // Statements that make the table and its indexes, as SQLite would have them, and what they leave out; none
  // where the document does not say.
  std::vector<std::string> create;
  std::vector<std::string> left_out;
};

// How what is secret leaves its place in a document.
enum class SecretForm : std::uint8_t {
  omit,   // no key
  redact  // {"$secret":null} instead of the value
};

// A column whose values are not in the document, or, with a path, what its documents have there.
struct SecretPart {
  std::string table;
  std::string column;
  std::string path;
};

struct MigrationRecord {
  std::string version;
  std::string description;
  std::string checksum;
};

struct Metadata {
  std::string version;
  std::string exported_at;
  std::string engine;  // "" when the document does not say
  std::string server_version;
  std::string database;
  std::vector<MigrationRecord> migrations;  // as they were applied
  std::vector<DocumentTable> tables;        // in the order of the document
  std::vector<std::string> excluded;
  std::vector<SecretPart> redacted;
  SecretForm secrets = SecretForm::omit;  // of `redacted`

  // Whether the column as a whole is redacted.
  bool is_redacted(std::string_view table, std::string_view column) const;
  const DocumentTable* find(std::string_view table) const;
};

struct TableEnd {
  std::string name;
  std::uint64_t rows = 0;
  std::string digest;  // "" when the document does not say
};

struct EndMark {
  std::vector<TableEnd> tables;

  const TableEnd* find(std::string_view table) const;
};

// The key under which a table of this name stands in a document: the name, or $table:NAME where that would be
// one of our own keys; and back.
std::string document_key(std::string_view table);
// nullopt for a key of ours that is not a table's.
std::optional<std::string> table_of_key(std::string_view key);

// What the metadata of a document says about a table of this engine that has these columns in it.
DocumentTable describe(const Table& table, const std::vector<std::size_t>& columns);

// Both read one value in front of which `reader` stands. Unknown keys are skipped; a value of another shape
// than ours is kInvalidDocument, a document of a newer format too.
Metadata read_metadata(json::Reader& reader);
EndMark read_end_mark(json::Reader& reader);

}  // namespace whimbrel

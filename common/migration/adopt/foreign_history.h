// The history that another tool keeps in a table of its own: what is known of each tool, and what is read
// from its table. Reading changes nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "common/migration/own_tables.h"
#include "common/migration/source.h"

namespace whimbrel {

// One migration that the other tool applied.
struct ForeignMigration {
  std::string version;
  std::string description;
  std::string applied_at;  // as the table has it; empty: not known
  std::string applied_by;
  std::string checksum;  // in the tool's own spelling; empty: none, or not to be compared
  std::string key;       // what SourceFile is found by where it is not the version; see ForeignTool::key_of
};

struct ForeignHistory {
  std::vector<ForeignMigration> migrations;  // in the order of application, each once
  // The tool keeps one version only: all up to it are applied.
  bool up_to_last = false;
  // All up to this version count as applied without a row of their own (a baseline). Empty: none.
  std::string baseline;
};

struct ForeignTable {
  const Table* table = nullptr;
  const Schema* schema = nullptr;  // where sibling tables are looked for

  std::string quoted() const { return quote_name(table->schema, table->name); }
  // A table beside it in its schema; nullptr without one.
  const Table* sibling(std::string_view name) const;
  bool has(std::string_view column) const { return table->find_column(column) != Table::npos; }
};

struct ForeignTool {
  std::string_view name;
  std::string_view form;                      // of its files (forms/forms.h); empty: they are not understood
  std::span<const std::string_view> columns;  // its table has these,
  bool no_others = false;                     // and no others
  // What more must hold when the tool was not named; may be null.
  bool (*fits)(const ForeignTable& table) = nullptr;
  ForeignHistory (*read)(Host& host, const ForeignTable& table) = nullptr;
  // The tool's own advisory lock; may be null.
  std::optional<std::int64_t> (*lock)(const Host& host, const Table& table) = nullptr;
  // The tool's checksum of a file; null: it has none. May return "": not comparable.
  std::string (*checksum_of)(const SourceFile& file) = nullptr;
  // The same where it covers the files in front too: of all files, in the tool's order.
  std::vector<std::string> (*chained_checksums)(std::vector<const SourceFile*>& files) = nullptr;
  // What ForeignMigration::key is compared with; null: the versions are compared.
  std::string (*key_of)(const SourceFile& file) = nullptr;
  bool key_is_checksum = false;  // of the file's text: a key that no file has is that of another text
  bool needs_source = false;     // its table does not say which versions its migrations have
};

// All of them, the one list; those that fit more tightly come first.
std::span<const ForeignTool> foreign_tools();

// --- For the readers

// Throws kForeignHistory.
[[noreturn]] void fail_foreign(const std::string& message, std::string detail, std::string hint);

// The rows of `SELECT columns FROM table rest`, every cell as text (empty for NULL).
std::vector<std::vector<std::string>> read_texts(Host& host, const ForeignTable& table,
                                                 std::span<const std::string> columns,
                                                 const std::string& rest);

// A cell of text, number or boolean as text; booleans are "1" and "0".
std::string plain_text(const Cell& cell);

// A column as text in both engines.
std::string as_text(std::string_view column);

}  // namespace whimbrel

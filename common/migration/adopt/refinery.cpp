// refinery_schema_history, with the SipHash of each migration's name, version and text.
#include <charconv>
#include <limits>

#include "common/migration/adopt/digests.h"
#include "common/migration/adopt/tools.h"

namespace whimbrel {

namespace {

// How Rust's Hash gives a text to a hasher.
void append_text(std::string& hashed, std::string_view text) { (hashed += text) += '\xFF'; }

void append_number(std::string& hashed, std::int32_t number) {
  for (int shift = 0; shift < 32; shift += 8)
    hashed += static_cast<char>(static_cast<std::uint32_t>(number) >> shift & 0xFF);
}

template <typename Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && end == text.data() + text.size();
}

// Hashes of 64 bits are large numbers; a small one was written by hand.
bool is_hash(std::string_view text) {
  std::uint64_t number = 0;
  return read_number(text, number) && number > std::numeric_limits<std::uint32_t>::max();
}

bool has_large_versions(const ForeignTable& table) {
  const std::string& type = table.table->columns[table.table->find_column("version")].type;
  return type == "bigint" || type == "int8" || type == "BIGINT" || type == "INT8";
}

}  // namespace

ForeignHistory read_refinery_history(Host& host, const ForeignTable& table) {
  ForeignHistory history = read_versions(host, table);
  // With refinery's int8-versions the number that is hashed is a longer one.
  const bool others = has_large_versions(table);
  for (ForeignMigration& one : history.migrations)
    if (others || !is_hash(one.checksum)) one.checksum.clear();
  return history;
}

std::string refinery_checksum(const SourceFile& file) {
  std::int32_t version = 0;
  const std::size_t bars = file.name.find("__");
  if (bars == std::string::npos || !file.name.ends_with(".sql") || !read_number(file.version, version))
    return {};
  const std::string_view stem = std::string_view(file.name).substr(0, file.name.size() - 4);
  std::string hashed;
  append_text(hashed, stem.substr(bars + 2));
  append_number(hashed, version);
  append_text(hashed, file.text);
  return std::to_string(siphash13(hashed));
}

}  // namespace whimbrel

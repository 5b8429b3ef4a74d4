// The files of a complete migration: their names and the comment lines by which we know our own. All of it is
// plain SQL to anybody else. Reads and writes no file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/host.h"
#include "common/transfer/hash.h"

namespace whimbrel {

namespace complete_file {

// <timestamp>_complete_schema.sql and so on; the timestamp is YYYYMMDDTHHMMSSZ.
inline constexpr std::string_view kSchemaSuffix = "_complete_schema.sql";
inline constexpr std::string_view kDataSuffix = "_complete_data.sql";
inline constexpr std::string_view kReadmeSuffix = "_MIGRATION_README.md";
bool is_timestamp(std::string_view text);

// First line: what the file is, of which engine, and whether it was written without its other half.
enum class Half : std::uint8_t { schema, data };
struct FirstLine {
  std::string engine;
  bool alone = false;
};
std::string first_line(Half half, const FirstLine& line);
// nullopt for any other file. Throws kUnsupported for a later version of the form.
std::optional<FirstLine> read_first_line(std::string_view line, Half half);

// Between these lines stand INSERT statements, those that fill large objects, and nothing else.
inline constexpr std::string_view kRowsBegin = "-- whimbrel:rows";
inline constexpr std::string_view kRowsEnd = "-- whimbrel:end-of-rows";

// What the rows of a table are, one line for each behind the statements.
struct DigestLine {
  std::string schema;
  std::string table;
  std::uint64_t rows = 0;
  Hash digest;
};
std::string digest_line(const DigestLine& line);
std::optional<DigestLine> read_digest_line(std::string_view line);

// Last line: without it the file was cut off.
struct EndLine {
  std::uint64_t statements = 0;
  std::uint64_t rows = 0;
};
std::string end_line(const EndLine& line);
std::optional<EndLine> read_end_line(std::string_view line);

// A name inside of a comment: quoted, without line breaks.
std::string comment_name(std::string_view name);

}  // namespace complete_file

}  // namespace whimbrel

// Rows of cells as SQL: what stands behind VALUES, in the literals of one engine. Each literal gives exactly
// its value back when it is stored in the column that it came from; nothing depends on settings but
// standard_conforming_strings. Knows neither tables nor statements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/json/writer.h"
#include "common/value.h"

namespace whimbrel {

enum class SqlEngine : std::uint8_t { postgresql, sqlite };

// The engine of Dialect::engine.
SqlEngine sql_engine_of(std::string_view engine);

class LiteralWriter {
 public:
  // How text of a column is written where a plain string would not do.
  enum class Form : std::uint8_t {
    plain,
    bits,         // bit, bit varying: B'0101'
    single_char,  // "char": a byte that is no character, as \ooo, becomes a number that is cast
  };
  struct Source {
    std::size_t cell = 0;  // where in a row
    Form form = Form::plain;
  };

  LiteralWriter(SqlEngine engine, std::vector<Source> sources)
      : engine_(engine), sources_(std::move(sources)) {}

  // Appends "(1, 'a', NULL)".
  void write_row(json::Buffer& out, const Cell* row) const;

 private:
  void write(json::Buffer& out, const Cell& cell, Form form) const;
  void write_real(json::Buffer& out, const Cell& cell) const;
  void write_text(json::Buffer& out, std::string_view text, Form form) const;
  // SQLite's shell drops the carriage return in front of a line feed: those are put in by replace().
  void write_string(json::Buffer& out, std::string_view text) const;
  void write_odd_text(json::Buffer& out, std::string_view text) const;
  void write_bytes(json::Buffer& out, std::string_view bytes) const;

  SqlEngine engine_;
  std::vector<Source> sources_;
};

// '…' with quotes doubled.
void write_quoted(json::Buffer& out, std::string_view text);

}  // namespace whimbrel

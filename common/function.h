// What an SQL function of ours is: one table of them, that both hosts register and call. A function reads its
// arguments from a Call and gives its rows (or its one value) to it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "common/host.h"
#include "common/value.h"

namespace whimbrel {

enum class SqlType : std::uint8_t { text, bigint, real, boolean, timestamptz, json };

struct Parameter {
  std::string_view name;
  SqlType type;
  bool optional;  // may be left out; the default is NULL, for `options` '{}'
};

struct ResultColumn {
  std::string_view name;
  SqlType type;
};

enum class Effect : std::uint8_t {
  reads,    // never writes to the database: one snapshot; in SQLite also a table-valued function
  writes,   // in SQLite a scalar that must be called without FROM
  commits,  // ends transactions: in PostgreSQL a procedure, its rows as one JSON array in a last INOUT
            // parameter `results`; in SQLite as `writes`, and refused inside a transaction
  either,   // writes when its options ask for it: as a table-valued function in SQLite it may only read
            // (Host::may_write())
};

// Where a function's rows go. A function with one result column named as itself is a scalar: exactly one row.
class RowEmitter {
 public:
  virtual ~RowEmitter() = default;
  // One cell per result column; copied before it returns.
  virtual void emit(std::span<const Cell> row) = 0;
};

struct Call {
  Host& host;
  std::span<const Cell>
      arguments;  // one per parameter, Tag::null where left out; text, integer, json (as text)
  RowEmitter& rows;
};

struct Function {
  std::string_view name;
  std::span<const Parameter> parameters;
  std::span<const ResultColumn> columns;
  Effect effect;
  void (*run)(Call&);

  bool scalar() const { return columns.size() == 1 && columns[0].name == name; }
};

// All functions, in the order of the docs.
std::span<const Function> functions();

}  // namespace whimbrel

// SQL functions of values alone: no database, no file, no setting takes part, so the same arguments give the
// same result on any engine. They may stand wherever an expression may: in an UPDATE of millions of rows, in
// indexes, generated columns, CHECKs and views. Functions that work with the database are in
// common/function.h.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "common/function.h"
#include "common/json/writer.h"
#include "common/value.h"

namespace whimbrel {

struct ValueFunction {
  static constexpr std::size_t kMostParameters = 4;

  std::string_view name;
  std::span<const Parameter> parameters;  // of text and json; the first is what the function changes
  // `arguments`: one for each parameter, the first never null, json as its text. Returns whether the result
  // is in `out`; else it is the first argument as it came.
  bool (*run)(std::span<const Cell> arguments, json::Buffer& out);
};

// All of them, in the order of the docs.
std::span<const ValueFunction> value_functions();

}  // namespace whimbrel

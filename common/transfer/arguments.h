// What the functions of this folder share: parameters, and their first argument (a document, a path, a
// directory).
#pragma once

#include <string>
#include <string_view>

#include "common/error.h"
#include "common/function.h"

namespace whimbrel {

inline constexpr Parameter kPathAndOptions[] = {{"path", SqlType::text, false},
                                                {"options", SqlType::json, true}};

inline Cell count_cell(std::uint64_t value) { return Cell::integer_of(static_cast<std::int64_t>(value)); }

inline std::string_view required_text(const Call& call, std::string_view parameter) {
  const Cell& cell = call.arguments[0];
  if (cell.is_null()) throw Error(code::kInvalidArgument, std::string(parameter) + " must not be null");
  if (cell.tag != Tag::text && cell.tag != Tag::json) {
    throw Error(code::kInvalidArgument, std::string(parameter) + " must be text");
  }
  return cell.view();
}

// Also asks the host whether the caller may touch files there.
inline std::string path_argument(const Call& call, FileAccess access, std::string_view parameter = "path") {
  const std::string path(required_text(call, parameter));
  if (path.empty()) throw Error(code::kInvalidArgument, std::string(parameter) + " must not be empty");
  if (path.find('\0') != std::string::npos) {
    throw Error(code::kInvalidArgument, std::string(parameter) + " must not contain a NUL character");
  }
  call.host.require_file_access(access, path);
  return path;
}

}  // namespace whimbrel

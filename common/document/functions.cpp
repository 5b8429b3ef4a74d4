// The SQL functions of this folder: doc_default, doc_rename, doc_remove, doc_entries, doc_index.
#include <algorithm>
#include <string>

#include "common/document/edit.h"
#include "common/error.h"
#include "common/error_text.h"
#include "common/json/reader.h"
#include "common/value_function.h"

namespace whimbrel {

namespace {

constexpr Parameter kDefault[] = {
    {"doc", SqlType::json, false}, {"path", SqlType::text, false}, {"value", SqlType::json, false}};
constexpr Parameter kRename[] = {
    {"doc", SqlType::json, false}, {"path", SqlType::text, false}, {"name", SqlType::text, false}};
constexpr Parameter kRemove[] = {{"doc", SqlType::json, false}, {"path", SqlType::text, false}};
constexpr Parameter kTurn[] = {
    {"doc", SqlType::json, false}, {"path", SqlType::text, false}, {"key", SqlType::text, false}};

// A null here would make the whole document null, and an UPDATE would have lost it.
std::string_view text_of(std::span<const Cell> arguments, std::size_t index,
                         std::span<const Parameter> parameters) {
  if (!arguments[index].is_null()) return arguments[index].view();
  throw Error(code::kInvalidArgument, "parameter \"" + std::string(parameters[index].name) + "\" is NULL", {},
              parameters[index].type == SqlType::json ? "JSON's own null is 'null'." : "");
}

bool run_default(std::span<const Cell> arguments, json::Buffer& out) {
  const std::string_view value = text_of(arguments, 2, kDefault);
  if (!json::is_valid(value))
    throw Error(code::kInvalidJson, "value " + excerpt(value, 100) + " is not JSON", {},
                "A string has quotes of its own: '\"text\"'.");
  return document::set_default(arguments[0].view(), document::edit_path(text_of(arguments, 1, kDefault)),
                               value, out);
}

bool run_rename(std::span<const Cell> arguments, json::Buffer& out) {
  return document::rename_member(arguments[0].view(), document::edit_path(text_of(arguments, 1, kRename)),
                                 text_of(arguments, 2, kRename), out);
}

bool run_remove(std::span<const Cell> arguments, json::Buffer& out) {
  return document::remove(arguments[0].view(), document::edit_path(text_of(arguments, 1, kRemove)), out);
}

bool run_entries(std::span<const Cell> arguments, json::Buffer& out) {
  return document::object_to_entries(arguments[0].view(), document::edit_path(text_of(arguments, 1, kTurn)),
                                     text_of(arguments, 2, kTurn), out);
}

bool run_index(std::span<const Cell> arguments, json::Buffer& out) {
  return document::entries_to_object(arguments[0].view(), document::edit_path(text_of(arguments, 1, kTurn)),
                                     text_of(arguments, 2, kTurn), out);
}

constexpr ValueFunction kFunctions[] = {{"doc_default", kDefault, run_default},
                                        {"doc_rename", kRename, run_rename},
                                        {"doc_remove", kRemove, run_remove},
                                        {"doc_entries", kTurn, run_entries},
                                        {"doc_index", kTurn, run_index}};

static_assert(std::ranges::all_of(kFunctions, [](const ValueFunction& function) {
  return function.parameters.size() <= ValueFunction::kMostParameters;
}));

}  // namespace

std::span<const ValueFunction> value_functions() { return kFunctions; }

}  // namespace whimbrel

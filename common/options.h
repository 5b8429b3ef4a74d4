// The `options` parameter: a JSON object whose keys a function declares. An unknown key is an error that
// names the nearest known one, so is a value of the wrong type; nothing is ever ignored.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/value.h"

namespace whimbrel {

enum class OptionType : std::uint8_t {
  boolean,
  integer,
  text,
  text_list,      // an array of strings, or one string
  text_map,       // an object of string to string (numbers and booleans are taken by their text)
  text_maps,      // an object of strings, or of objects of strings
  text_or_map,    // a string, or an object of strings: map() gives the string under "*"; both of the choices
  text_or_array,  // a string, or an array as its JSON text: what a `source` is
};

struct OptionSpec {
  std::string_view name;
  OptionType type;
  // For text and text_or_map: the only values allowed; for text_maps the keys of the inner objects.
  std::span<const std::string_view> choices = {};
};

class Options {
 public:
  // `json` is the argument (NULL or absent means {}); throws kInvalidOption or kInvalidJson.
  Options(const Cell& json, std::span<const OptionSpec> specs);

  bool has(std::string_view name) const { return values_.contains(name); }
  bool flag(std::string_view name, bool otherwise) const;
  std::optional<std::int64_t> integer(std::string_view name) const;
  std::optional<std::string> text(std::string_view name) const;
  std::vector<std::string> list(std::string_view name) const;
  std::map<std::string, std::string> map(std::string_view name) const;
  // Of text_maps: the object that stands under the key; its strings are map()'s.
  std::map<std::string, std::string> map(std::string_view name, const std::string& key) const;

 private:
  struct Value {
    OptionType type;
    bool flag = false;
    std::int64_t integer = 0;
    std::vector<std::string> list;  // text: one element
    std::map<std::string, std::string> map;
    std::map<std::string, std::map<std::string, std::string>> maps;
  };
  const Value* find(std::string_view name) const;
  std::map<std::string, Value, std::less<>> values_;
};

// The known name with the smallest edit distance, or "" when none is near.
std::string_view nearest_name(std::string_view wanted, std::span<const std::string_view> known);

}  // namespace whimbrel

#include "common/options.h"

#include <algorithm>
#include <charconv>

#include "common/error.h"
#include "common/error_text.h"
#include "common/json/reader.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

using json::Reader;
using json::Token;

constexpr std::size_t kMaxShown = 60;  // bytes of a wrong value that a message repeats

// "a", "b", "c"
template <typename Names>
std::string listed(const Names& names) {
  std::string list;
  for (const std::string_view name : names) {
    if (!list.empty()) list += ", ";
    list += in_quotes(name);
  }
  return list;
}

std::string shown(std::string_view raw) {
  if (raw.size() <= kMaxShown) return std::string(raw);
  std::size_t end = kMaxShown;
  while ((static_cast<unsigned char>(raw[end]) & 0xc0) == 0x80) --end;  // not within a character
  return std::string(raw.substr(0, end)) + "…";
}

std::string_view expected(OptionType type) {
  switch (type) {
    case OptionType::boolean:
      return "true or false";
    case OptionType::integer:
      return "an integer";
    case OptionType::text:
      return "a string";
    case OptionType::text_list:
      return "a string or an array of strings";
    case OptionType::text_map:
      return "an object of strings";
    case OptionType::text_maps:
      return "an object of strings, or of objects of strings";
    case OptionType::text_or_map:
      return "a string or an object of strings";
    case OptionType::text_or_array:
      return "a string or an array";
  }
  return {};
}

[[noreturn]] void fail_value(const OptionSpec& spec, std::string_view raw) {
  std::string wanted;
  // Of an object they are the keys.
  const bool values = spec.type != OptionType::text_maps;
  for (std::size_t i = 0; values && i < spec.choices.size(); ++i) {
    if (i != 0) wanted += i + 1 == spec.choices.size() ? " or " : ", ";
    wanted += in_quotes(spec.choices[i]);
  }
  if (wanted.empty()) wanted = expected(spec.type);
  throw Error(code::kInvalidOption,
              "option " + in_quotes(spec.name) + " must be " + wanted + ", not " + shown(raw));
}

[[noreturn]] void fail_unknown(std::string_view name, std::span<const OptionSpec> specs) {
  std::vector<std::string_view> known;
  for (const OptionSpec& spec : specs) known.push_back(spec.name);
  const std::string_view nearest = nearest_name(name, known);
  throw Error(code::kInvalidOption, "unknown option " + in_quotes(name),
              known.empty() ? "This function has no options." : "Known options: " + listed(known) + ".",
              nearest.empty() ? std::string() : "Did you mean " + in_quotes(nearest) + "?");
}

[[noreturn]] void fail_twice(std::string_view name) {
  throw Error(code::kInvalidOption, "option " + in_quotes(name) + " is given twice");
}

// The value of one option from its bytes, which are valid JSON: what it is decides whether it fits.
class ValueReader {
 public:
  ValueReader(const OptionSpec& spec, std::string_view raw) : spec_(spec), raw_(raw), reader_(raw) {}

  bool boolean() {
    const Token token = reader_.next();
    if (token != Token::true_value && token != Token::false_value) fail();
    return token == Token::true_value;
  }

  std::int64_t integer() {
    if (reader_.next() != Token::number || !reader_.is_integer()) fail();
    std::int64_t value = 0;
    const std::string_view text = reader_.text();
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size()) fail();
    return value;
  }

  std::string text() {
    if (reader_.next() != Token::string) fail();
    const std::string_view value = reader_.text();
    if (!spec_.choices.empty() && std::ranges::find(spec_.choices, value) == spec_.choices.end()) fail();
    return std::string(value);
  }

  std::string text_or_array() { return reader_.peek() == Token::begin_array ? std::string(raw_) : text(); }

  std::vector<std::string> list() {
    if (reader_.peek() != Token::begin_array) return {text()};
    std::vector<std::string> values;
    reader_.next();
    while (reader_.peek() != Token::end_array) values.push_back(text());
    return values;
  }

  std::map<std::string, std::string> text_or_map() {
    if (reader_.peek() != Token::begin_object) return {{"*", text()}};
    std::map<std::string, std::string> values = map();
    for (const auto& [key, value] : values)
      if (std::ranges::find(spec_.choices, std::string_view(value)) == spec_.choices.end()) fail();
    return values;
  }

  std::map<std::string, std::string> map(
      std::map<std::string, std::map<std::string, std::string>>* maps = nullptr) {
    std::map<std::string, std::string> values;
    if (reader_.next() != Token::begin_object) fail();
    while (reader_.next() == Token::key) {
      std::string key(reader_.text());
      if (maps != nullptr && reader_.peek() == Token::begin_object) {
        if (std::ranges::find(spec_.choices, std::string_view(key)) == spec_.choices.end()) {
          throw Error(code::kInvalidOption, "option " + in_quotes(spec_.name) + " has no " + in_quotes(key),
                      {}, "Known: " + listed(spec_.choices) + ".");
        }
        if (!maps->emplace(key, map()).second) fail_twice(std::string(spec_.name) + "." + key);
        continue;
      }
      std::string value = scalar();
      if (!values.emplace(key, std::move(value)).second) fail_twice(std::string(spec_.name) + "." + key);
    }
    return values;
  }

 private:
  [[noreturn]] void fail() const { fail_value(spec_, raw_); }

  // A string's characters, a number's or a boolean's text.
  std::string scalar() {
    switch (reader_.next()) {
      case Token::string:
      case Token::number:
        return std::string(reader_.text());
      case Token::true_value:
        return "true";
      case Token::false_value:
        return "false";
      default:
        fail();
    }
  }

  const OptionSpec& spec_;
  std::string_view raw_;
  Reader reader_;
};

// Edit distance with transpositions of neighbours (optimal string alignment), case ignored.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = to_lower(a[i - 1]) == to_lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && to_lower(a[i - 1]) == to_lower(b[j - 2]) &&
          to_lower(a[i - 2]) == to_lower(b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

Options::Options(const Cell& json, std::span<const OptionSpec> specs) {
  if (json.is_null()) return;
  const bool readable = json.tag == Tag::json || json.tag == Tag::text || json.tag == Tag::odd_text;
  if (!readable) throw Error(code::kInvalidOption, "options must be a JSON object");
  try {
    Reader reader(json.view());
    if (reader.peek() != Token::begin_object) {
      throw Error(code::kInvalidOption, "options must be a JSON object, not " + shown(reader.raw_value()));
    }
    reader.next();
    while (reader.next() == Token::key) {
      std::string name(reader.text());
      const auto spec = std::ranges::find(specs, std::string_view(name), &OptionSpec::name);
      if (spec == specs.end()) fail_unknown(name, specs);
      if (values_.contains(name)) fail_twice(name);
      ValueReader in(*spec, reader.raw_value());
      Value value{};
      value.type = spec->type;
      switch (spec->type) {
        case OptionType::boolean:
          value.flag = in.boolean();
          break;
        case OptionType::integer:
          value.integer = in.integer();
          break;
        case OptionType::text:
          value.list = {in.text()};
          break;
        case OptionType::text_or_array:
          value.list = {in.text_or_array()};
          break;
        case OptionType::text_list:
          value.list = in.list();
          break;
        case OptionType::text_or_map:
          value.map = in.text_or_map();
          break;
        case OptionType::text_map:
          value.map = in.map();
          break;
        case OptionType::text_maps:
          value.map = in.map(&value.maps);
          break;
      }
      values_.emplace(std::move(name), std::move(value));
    }
    reader.next();  // nothing may follow
  } catch (Error& error) {
    if (error.code == code::kInvalidJson) error.at("options");
    throw;
  }
}

const Options::Value* Options::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

bool Options::flag(std::string_view name, bool otherwise) const {
  const Value* const value = find(name);
  return value == nullptr ? otherwise : value->flag;
}

std::optional<std::int64_t> Options::integer(std::string_view name) const {
  const Value* const value = find(name);
  return value == nullptr ? std::nullopt : std::optional(value->integer);
}

std::optional<std::string> Options::text(std::string_view name) const {
  const Value* const value = find(name);
  return value == nullptr ? std::nullopt : std::optional(value->list.front());
}

std::vector<std::string> Options::list(std::string_view name) const {
  const Value* const value = find(name);
  return value == nullptr ? std::vector<std::string>() : value->list;
}

std::map<std::string, std::string> Options::map(std::string_view name) const {
  const Value* const value = find(name);
  return value == nullptr ? std::map<std::string, std::string>() : value->map;
}

std::map<std::string, std::string> Options::map(std::string_view name, const std::string& key) const {
  const Value* const value = find(name);
  if (value == nullptr || !value->maps.contains(key)) return {};
  return value->maps.at(key);
}

std::string_view nearest_name(std::string_view wanted, std::span<const std::string_view> known) {
  std::string_view nearest;
  std::size_t best = 0;
  for (const std::string_view name : known) {
    const std::size_t distance = edit_distance(wanted, name);
    if (nearest.empty() || distance < best) {
      nearest = name;
      best = distance;
    }
  }
  // Near is what differs in no more than a third of it: else the hint would mislead.
  return best <= std::min<std::size_t>(3, (std::max(wanted.size(), nearest.size()) + 2) / 3)
             ? nearest
             : std::string_view();
}

}  // namespace whimbrel

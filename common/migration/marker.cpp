#include "common/migration/marker.h"

#include <algorithm>
#include <array>

#include "common/error.h"
#include "common/options.h"

namespace whimbrel {

namespace {

constexpr std::string_view kBlanks = " \t\r\f\v";
constexpr std::array<std::string_view, 3> kParts = {"up", "down", "verify"};
constexpr std::array<std::string_view, 5> kKnownOptions = {"engine", "transaction", "env", "requires",
                                                           "repeat"};
constexpr std::string_view kOptionsHint =
    "A marker takes engine:postgresql or engine:sqlite, transaction:false, env:NAME,…, requires:VERSION,… "
    "and "
    "repeat:on-change.";

class MarkerReader {
 public:
  MarkerReader(std::string_view place, std::string_view rest) : place_(place), rest_(rest) {}

  Marker read() {
    const std::string_view name = next_word();
    const auto known = std::find(kParts.begin(), kParts.end(), name);
    if (known == kParts.end()) {
      const std::string_view near = nearest_name(name, kParts);
      fail("unknown marker \"migrate:" + std::string(name) + "\"",
           near.empty() ? "The markers are migrate:up, migrate:down and migrate:verify."
                        : "Perhaps you meant \"migrate:" + std::string(near) + "\".");
    }
    marker_.kind = static_cast<PartKind>(known - kParts.begin());
    for (std::string_view word = next_word(); !word.empty(); word = next_word()) read_option(word);
    return std::move(marker_);
  }

 private:
  [[noreturn]] void fail(const std::string& message, std::string hint = std::string(kOptionsHint)) const {
    throw Error(code::kMigrationSyntax, std::string(place_) + ": " + message, {}, std::move(hint));
  }

  std::string_view next_word() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
    const std::string_view word = rest_.substr(0, rest_.find_first_of(kBlanks));
    rest_.remove_prefix(word.size());
    return word;
  }

  void read_option(std::string_view option) {
    const std::size_t colon = option.find(':');
    const std::string_view name = option.substr(0, colon);
    const std::string_view value =
        colon == std::string_view::npos ? std::string_view() : option.substr(colon + 1);
    if (std::find(kKnownOptions.begin(), kKnownOptions.end(), name) == kKnownOptions.end())
      fail("unknown marker option \"" + std::string(option) + "\"");
    if (value.empty()) fail("marker option \"" + std::string(name) + "\" has no value");
    if (std::find(seen_.begin(), seen_.end(), name) != seen_.end())
      fail("marker option \"" + std::string(name) + "\" is given twice", {});
    seen_.push_back(name);
    if (name == "engine") {
      if (value != "postgresql" && value != "sqlite") fail("unknown engine \"" + std::string(value) + "\"");
      marker_.engine = value;
    } else if (name == "transaction") {
      if (marker_.kind == PartKind::verify) fail_meaningless(name);
      if (value != "true" && value != "false")
        fail("marker option \"transaction\" must be true or false, not \"" + std::string(value) + "\"", {});
      marker_.transaction = value == "true";
    } else if (marker_.kind != PartKind::up) {
      fail_meaningless(name);
    } else if (name == "repeat") {
      if (value != "on-change")
        fail("marker option \"repeat\" must be on-change, not \"" + std::string(value) + "\"", {});
      marker_.repeatable = true;
    } else {
      read_list(name, value, name == "env" ? marker_.environments : marker_.required);
    }
  }

  [[noreturn]] void fail_meaningless(std::string_view name) const {
    fail("marker option \"" + std::string(name) +
             "\" has no meaning for migrate:" + std::string(name_of(marker_.kind)),
         "Give it to migrate:up.");
  }

  void read_list(std::string_view name, std::string_view value, std::vector<std::string>& list) const {
    while (true) {
      const std::size_t comma = value.find(',');
      const std::string_view one = value.substr(0, comma);
      if (one.empty()) fail("marker option \"" + std::string(name) + "\" has an empty name in its list", {});
      list.emplace_back(one);
      if (comma == std::string_view::npos) return;
      value.remove_prefix(comma + 1);
    }
  }

  std::string_view place_;
  std::string_view rest_;
  std::vector<std::string_view> seen_;
  Marker marker_;
};

}  // namespace

std::string_view name_of(PartKind kind) { return kParts[static_cast<std::size_t>(kind)]; }

Marker parse_marker(std::string_view place, std::string_view line) {
  return MarkerReader(place, line).read();
}

}  // namespace whimbrel

#include "common/transfer/references/reference_rule.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/json/reader.h"
#include "common/json/writer.h"
#include "common/options.h"

namespace whimbrel {

namespace {

constexpr OptionSpec kSettings[] = {{"decode", OptionType::boolean},
                                    {"pattern", OptionType::text},
                                    {"discriminator", OptionType::text},
                                    {"targets", OptionType::text_map}};

[[noreturn]] void refuse(const std::string& message, std::string hint = {}) {
  throw Error(code::kInvalidArgument, message, {}, std::move(hint));
}

bool is_path(const std::string& discriminator) {
  return discriminator.starts_with('$') || discriminator.starts_with('@');
}

// The discriminator stands in the element that holds the reference: below the last step that both paths
// share, or below the object itself.
void relate(ReferenceRule& rule, const std::string& text) {
  json::Path path = json::parse_path(text);
  const json::Path& reference = rule.scan->path;
  const std::size_t levels = reference.steps.size() + (reference.keys ? 1 : 0);
  std::size_t common = 0;
  if (!path.relative) {
    const std::size_t most = std::min(levels == 0 ? 0 : levels - 1, path.steps.size());
    while (common < most && common < reference.steps.size() && path.steps[common] == reference.steps[common])
      ++common;
    rule.discriminator_step = common;
    rule.scan->up = levels - common;
  } else {
    rule.scan->up = 1;
  }
  const auto from = static_cast<std::ptrdiff_t>(common);
  const bool straight =
      path.relative || std::none_of(reference.steps.begin() + from, reference.steps.end(),
                                    [](const json::PathStep& step) { return step.descendant; });
  const bool simple =
      !path.keys && path.steps.size() > rule.discriminator_step &&
      std::none_of(path.steps.begin() + from, path.steps.end(), [](const json::PathStep& step) {
        return step.descendant || step.kind == json::PathStep::Kind::any;
      });
  if (levels == 0 || !straight || !simple) {
    refuse(
        "discriminator \"" + text + "\" does not lead to one value for each reference",
        "It shares the steps with [*] and .. with the path, as $.items[*].type does with $.items[*].id, or "
        "begins with @, the object that holds the reference: @.type.");
  }
  rule.discriminator_path = std::move(path);
}

}  // namespace

std::string ReferenceSettings::text() const {
  json::Buffer out;
  out.append('{');
  const auto key = [&](std::string_view name) {
    if (out.size() > 1) out.append(',');
    json::write_string(out, name);
    out.append(':');
  };
  if (decode) {
    key("decode");
    out.append("true");
  }
  if (!pattern.empty()) {
    key("pattern");
    json::write_string(out, pattern);
  }
  if (!discriminator.empty()) {
    key("discriminator");
    json::write_string(out, discriminator);
  }
  if (!targets.empty()) {
    key("targets");
    out.append('{');
    bool first = true;
    for (const auto& [value, table] : targets) {
      if (!std::exchange(first, false)) out.append(',');
      json::write_string(out, value);
      out.append(':');
      json::write_string(out, table);
    }
    out.append('}');
  }
  out.append('}');
  return std::string(out.view());
}

ReferenceSettings ReferenceSettings::read(std::string_view text) {
  const Options options(Cell::of(Tag::json, text), kSettings);
  return {options.flag("decode", false), options.text("pattern").value_or(""),
          options.text("discriminator").value_or(""), options.map("targets")};
}

ReferenceRule parse_reference(const Rule& rule) {
  const ReferenceSettings settings = ReferenceSettings::read(rule.settings);
  ReferenceRule parsed;
  parsed.table = rule.table;
  parsed.path = rule.path;
  if (!rule.columns.empty()) parsed.column = rule.columns[0];
  parsed.target_column = rule.target_column;
  if (!rule.path.empty()) {
    json::Path path = json::parse_path(rule.path);
    if (path.relative) refuse("path \"" + rule.path + "\" must begin with $");
    parsed.scan = json::PathScan::Rule{std::move(path), settings.decode, 0};
  } else if (settings.decode) {
    refuse("option \"decode\" needs a path", "The path goes on inside the strings that hold documents.");
  }
  if (!settings.pattern.empty()) parsed.pattern.emplace(settings.pattern);
  if (settings.discriminator.empty() != settings.targets.empty())
    refuse("a discriminator and its targets must be given together",
           R"(As in {"discriminator": "type", "targets": {"agent": "agents", "user": "users"}}.)");
  if (settings.targets.empty() == rule.target_table.empty())
    refuse(rule.target_table.empty() ? "a rule \"reference\" needs the option \"target_table\" or \"targets\""
                                     : "option \"target_table\" cannot be used beside \"targets\"");
  if (settings.targets.empty()) {
    parsed.targets[""] = rule.target_table;
    return parsed;
  }
  parsed.targets = settings.targets;
  if (!is_path(settings.discriminator)) {
    parsed.discriminator_column = settings.discriminator;
  } else if (parsed.scan) {
    relate(parsed, settings.discriminator);
  } else {
    refuse("discriminator \"" + settings.discriminator + "\" is a path, but the rule has none",
           "Name a column of the row.");
  }
  return parsed;
}

}  // namespace whimbrel

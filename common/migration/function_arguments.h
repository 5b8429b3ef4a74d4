// What the SQL functions of this folder share: how arguments are read, the options of a plan.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/function.h"
#include "common/migration/forms/forms.h"
#include "common/migration/own_tables.h"
#include "common/migration/plan.h"
#include "common/options.h"

namespace whimbrel {

inline constexpr Parameter kSource = {"source", SqlType::text, true};
inline constexpr Parameter kOptions = {"options", SqlType::json, true};
inline constexpr Parameter kSourceParameters[] = {kSource, kOptions};
inline constexpr Parameter kOptionsParameter[] = {kOptions};

inline std::optional<std::string> text_argument(const Call& call, std::size_t index) {
  if (call.arguments[index].is_null()) return std::nullopt;
  return text_of(call.arguments[index]);
}

inline std::string required_argument(const Call& call, std::size_t index, std::string_view name) {
  if (auto value = text_argument(call, index)) return std::move(*value);
  throw Error(code::kInvalidArgument, "argument \"" + std::string(name) + "\" is NULL");
}

inline Cell text_or_null(const std::optional<std::string>& text) { return text ? Cell::text(*text) : Cell(); }
inline Cell text_or_null(std::string_view text) { return text.empty() ? Cell() : Cell::text(text); }
inline Cell text_or_null(const std::string& text) { return text_or_null(std::string_view(text)); }

// The options that say what of a source is to run; functions add their own behind them.
inline constexpr std::string_view kOutOfOrderChoices[] = {"error", "allow"};
inline constexpr OptionSpec kFormOption = {"form", OptionType::text, kFormNames};
inline constexpr OptionSpec kVerifyOption = {"verify", OptionType::boolean};
inline constexpr OptionSpec kPlanOptions[] = {kFormOption,
                                              {"target", OptionType::text},
                                              {"steps", OptionType::integer},
                                              {"env", OptionType::text_list},
                                              {"vars", OptionType::text_map},
                                              {"out_of_order", OptionType::text, kOutOfOrderChoices},
                                              kVerifyOption};

inline PlanOptions read_plan_options(const Options& given) {
  PlanOptions options;
  options.form = given.text("form");
  options.target = given.text("target");
  options.steps = given.integer("steps");
  options.environments = given.list("env");
  if (given.has("vars")) options.variables = given.map("vars");
  options.allow_out_of_order = given.text("out_of_order") == "allow";
  options.verify = given.flag("verify", true);
  return options;
}

// The options of a function that is about one history: `specs`, and `schema`, which leads the host to it.
inline Options read_options(Call& call, std::size_t index, std::span<const OptionSpec> specs) {
  std::vector<OptionSpec> all(specs.begin(), specs.end());
  all.push_back({"schema", OptionType::text});
  Options given(call.arguments[index], all);
  if (const auto schema = given.text("schema")) call.host.use_schema(*schema);
  return given;
}

// Of every function that runs migrations.
inline constexpr OptionSpec kLimitOptions[] = {{"lock_timeout_ms", OptionType::integer},
                                               {"statement_timeout_ms", OptionType::integer},
                                               {"lock_retries", OptionType::integer}};

inline StatementLimits read_limits(const Options& given) {
  constexpr std::int64_t kLongest = 2147483647;  // what both engines take
  for (const OptionSpec& spec : kLimitOptions) {
    const std::optional<std::int64_t> value = given.integer(spec.name);
    if (value && (*value < 0 || *value > kLongest))
      throw Error(code::kInvalidOption, "option \"" + std::string(spec.name) + "\" must be between 0 and " +
                                            std::to_string(kLongest) + ", not " + std::to_string(*value));
  }
  StatementLimits limits;
  limits.lock_timeout_ms = given.integer("lock_timeout_ms");
  limits.statement_timeout_ms = given.integer("statement_timeout_ms").value_or(0);
  limits.lock_retries = given.integer("lock_retries").value_or(StatementLimits::kLockRetries);
  return limits;
}

// Of options that say how the files of the option `source` are read.
inline void require_source(const Options& given, std::initializer_list<std::string_view> names,
                           std::string_view otherwise) {
  if (given.has("source")) return;
  for (const std::string_view name : names)
    if (given.has(name))
      throw Error(code::kInvalidOption, "option \"" + std::string(name) + "\" needs the option \"source\"",
                  std::string(otherwise));
}

// One list of options out of several.
inline std::vector<OptionSpec> join(std::span<const OptionSpec> a, std::span<const OptionSpec> b) {
  std::vector<OptionSpec> all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

}  // namespace whimbrel

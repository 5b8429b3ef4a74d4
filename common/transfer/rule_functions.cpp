// The SQL functions about the rules of exports and imports: they read their arguments, call the core, give
// rows back.
#include <string>
#include <vector>

#include "common/error.h"
#include "common/options.h"
#include "common/transfer/functions.h"
#include "common/transfer/references/reference_rule.h"
#include "common/transfer/references/suggest.h"
#include "common/transfer/rules.h"

namespace whimbrel {

namespace {

constexpr OptionSpec kRuleOptions[] = {
    {"columns", OptionType::text_list},  {"path", OptionType::text},       {"target_table", OptionType::text},
    {"target_column", OptionType::text}, {"decode", OptionType::boolean},  {"pattern", OptionType::text},
    {"discriminator", OptionType::text}, {"targets", OptionType::text_map}};
constexpr Parameter kRuleParameters[] = {{"rule", SqlType::text, false},
                                         {"table_name", SqlType::text, false},
                                         {"column_name", SqlType::text, true},
                                         {"options", SqlType::json, true}};
constexpr ResultColumn kRuleColumns[] = {{"rule_add", SqlType::bigint}};

std::string argument(const Call& call, std::size_t index, std::string_view name) {
  const Cell& cell = call.arguments[index];
  if (cell.is_null()) throw Error(code::kInvalidArgument, "argument \"" + std::string(name) + "\" is NULL");
  if (cell.tag != Tag::text)
    throw Error(code::kInvalidArgument, "argument \"" + std::string(name) + "\" must be text");
  return std::string(cell.view());
}

void run_rule_add(Call& call) {
  const Options options(call.arguments[3], kRuleOptions);
  Rule rule;
  rule.kind = rule_kind(argument(call, 0, "rule"));
  rule.table = argument(call, 1, "table_name");
  rule.columns = options.list("columns");
  if (!call.arguments[2].is_null()) {
    if (!rule.columns.empty())
      throw Error(code::kInvalidOption, "option \"columns\" cannot be used beside column_name");
    rule.columns = {argument(call, 2, "column_name")};
  }
  rule.path = options.text("path").value_or("");
  rule.target_table = options.text("target_table").value_or("");
  rule.target_column = options.text("target_column").value_or("");
  const ReferenceSettings settings{options.flag("decode", false), options.text("pattern").value_or(""),
                                   options.text("discriminator").value_or(""), options.map("targets")};
  for (const std::string_view name : {"decode", "pattern", "discriminator", "targets"}) {
    if (rule.kind != RuleKind::reference && options.has(name))
      throw Error(code::kInvalidOption, "a rule \"" + std::string(rule_name(rule.kind)) +
                                            "\" has no option \"" + std::string(name) + "\"");
  }
  rule.settings = settings.text();
  const Cell row[] = {Cell::integer_of(add_rule(call.host, rule))};
  call.rows.emit(row);
}

constexpr OptionSpec kSuggestOptions[] = {{"tables", OptionType::text_list},
                                          {"exclude", OptionType::text_list},
                                          {"schemas", OptionType::text_list},
                                          {"skip", OptionType::text_list},
                                          {"sample", OptionType::integer}};
constexpr Parameter kSuggestParameters[] = {{"options", SqlType::json, true}};
constexpr ResultColumn kSuggestColumns[] = {{"table_name", SqlType::text}, {"column_name", SqlType::text},
                                            {"path", SqlType::text},       {"target_table", SqlType::text},
                                            {"hit_rate", SqlType::real},   {"sampled", SqlType::bigint}};

void run_rule_suggest(Call& call) {
  const Options options(call.arguments[0], kSuggestOptions);
  SuggestOptions suggest;
  suggest.selection = selection_options(options);
  suggest.sample = options.integer("sample").value_or(suggest.sample);
  if (suggest.sample < 1) throw Error(code::kInvalidOption, "option \"sample\" must be at least 1");
  for (const SuggestedReference& one : suggest_references(call.host, suggest)) {
    const Cell row[] = {Cell::text(one.table),
                        Cell::text(one.column),
                        one.path.empty() ? Cell() : Cell::text(one.path),
                        Cell::text(one.target),
                        Cell::real_of(one.hit_rate),
                        Cell::integer_of(static_cast<std::int64_t>(one.sampled))};
    call.rows.emit(row);
  }
}

}  // namespace

std::span<const Function> transfer_rule_functions() {
  static constexpr Function kFunctions[] = {
      {"rule_add", kRuleParameters, kRuleColumns, Effect::writes, run_rule_add},
      {"rule_suggest", kSuggestParameters, kSuggestColumns, Effect::reads, run_rule_suggest},
  };
  return kFunctions;
}

}  // namespace whimbrel

#include "common/migration/hazard.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "common/error.h"
#include "common/sql/lexer.h"

namespace whimbrel {

namespace {

// The same table however its name is spelled.
std::string key_of(std::string_view identity) {
  std::string key;
  for (const char c : identity)
    if (c != '"') key += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return key;
}

std::string describe(const TableSize& size) {
  std::string text =
      (size.exact ? "" : "about ") + std::to_string(size.rows) + (size.rows == 1 ? " row" : " rows") + " now";
  if (size.bytes <= 0) return text;
  constexpr std::array<const char*, 5> kUnits = {" bytes", " kB", " MB", " GB", " TB"};
  std::int64_t amount = size.bytes;
  std::size_t unit = 0;
  while (amount >= 10240 && unit + 1 < kUnits.size()) {
    amount /= 1024;
    ++unit;
  }
  return text + ", " + std::to_string(amount) + kUnits[unit];
}

std::optional<std::int64_t> count(Host& host, const std::string& sql) {
  std::optional<std::int64_t> rows;
  try {
    in_savepoint(host, [&] {
      const auto reader = host.query(sql);
      RowBatch batch;
      if (reader->next(batch) && batch.row(0)->tag == Tag::integer) rows = batch.row(0)->integer;
    });
  } catch (const Error&) {
    return std::nullopt;  // a right is missing, or types do not fit: then nothing is known
  }
  return rows;
}

}  // namespace

const TableSize& HazardFinder::size_of(const std::string& table) {
  const auto [at, is_new] = sizes_.try_emplace(key_of(table));
  if (is_new) at->second = host_.table_size(table);
  return at->second;
}

// The way to change a table in SQLite: a new one is filled, the old one dropped, the new one takes its name.
bool HazardFinder::is_rebuilt(const std::string& table, std::span<const ScriptStatement> following) {
  for (const ScriptStatement& statement : following)
    for (const StatementEffect& effect : host_.assess(statement.sql))
      if (effect.kind == EffectKind::renames_table && key_of(effect.object) == key_of(table)) return true;
  return false;
}

void HazardFinder::find_new_labels(std::string_view sql, std::vector<Hazard>& hazards) const {
  if (new_labels_.empty()) return;
  sql::Lexer lexer(sql, sql::rules_of(host_.dialect().engine));
  for (sql::Token token = lexer.next_code(); token.kind != sql::TokenKind::end; token = lexer.next_code()) {
    if (token.kind != sql::TokenKind::string) continue;
    const auto at = new_labels_.find(std::string(token.text));
    if (at == new_labels_.end()) continue;
    hazards.push_back({hazard::kEnumValueUsed,
                       "the value " + at->first + " of " + at->second +
                           " is added in the same transaction and cannot be used before its end",
                       0});
    return;
  }
}

void HazardFinder::assess(const StatementEffect& effect, std::span<const ScriptStatement> following,
                          bool transactional, std::vector<Hazard>& hazards) {
  const std::string key = key_of(effect.table);
  switch (effect.kind) {
    case EffectKind::creates_table:
      new_tables_.insert(key);
      return;
    case EffectKind::renames_table:
      if (new_tables_.contains(key)) new_tables_.insert(key_of(effect.object));
      return;
    case EffectKind::adds_enum_value:
      if (transactional) new_labels_[quote_literal(effect.object)] = effect.table;
      return;
    default:
      break;
  }
  if (new_tables_.contains(key)) return;
  static const TableSize kNothing;
  const TableSize& size = effect.table.empty() ? kNothing : size_of(effect.table);
  if (!size.known && !effect.table.empty()) return;
  const std::string on =
      effect.reason + (effect.table.empty() ? "" : " on " + effect.table + ": " + describe(size));
  switch (effect.kind) {
    case EffectKind::drops_rows:
      if (effect.reason == "DROP TABLE" && is_rebuilt(effect.table, following))
        hazards.push_back(
            {hazard::kTableRewrite, "rebuild of " + effect.table + ": " + describe(size), size.rows});
      else
        hazards.push_back({hazard::kLostData, on, size.rows});
      break;
    case EffectKind::rewrites_table:
      hazards.push_back({hazard::kTableRewrite, on, size.rows});
      break;
    case EffectKind::locks_table:
      if (effect.lock == "AccessExclusiveLock")
        hazards.push_back({hazard::kAccessExclusiveLock, on, size.rows});
      break;
    case EffectKind::breaks_on_rows:
      if (const auto rows = count(host_, effect.violations); rows && *rows > 0)
        hazards.push_back({hazard::kConstraintViolation,
                           effect.reason + " on " + effect.table + ": " + std::to_string(*rows) +
                               (*rows == 1 ? " row breaks it now" : " rows break it now"),
                           *rows});
      break;
    case EffectKind::builds_index:
      if (size.rows >= kLargeTableRows || size.bytes >= kLargeTableBytes)
        hazards.push_back({hazard::kIndexBuild, on + "; writers wait until it is built", size.rows});
      break;
    default:
      break;
  }
}

std::vector<Hazard> HazardFinder::find(std::string_view sql, std::span<const ScriptStatement> following,
                                       bool transactional) {
  std::vector<Hazard> hazards;
  find_new_labels(sql, hazards);
  for (const StatementEffect& effect : host_.assess(sql)) assess(effect, following, transactional, hazards);
  // One statement may need a lock for several reasons.
  const auto same = [](const Hazard& a, const Hazard& b) { return a.kind == b.kind && a.detail == b.detail; };
  for (auto one = hazards.begin(); one != hazards.end();)
    one = std::any_of(hazards.begin(), one, [&](const Hazard& other) { return same(other, *one); })
              ? hazards.erase(one)
              : one + 1;
  return hazards;
}

}  // namespace whimbrel

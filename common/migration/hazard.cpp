#include "common/migration/hazard.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "common/error.h"
#include "common/migration/counted_rows.h"
#include "common/migration/runner.h"
#include "common/migration/table_key.h"
#include "common/sql/lexer.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

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

// ALTER TYPE may name a new label as a neighbour, or to give it another name.
bool only_names_labels(std::string_view statement) {
  sql::Lexer lexer(statement, sql::Rules::postgresql);
  const sql::Token first = lexer.next_code();
  return first.is_word("comment") || (first.is_word("alter") && lexer.next_code().is_word("type"));
}

}  // namespace

const TableSize& HazardFinder::size_of(const std::string& table) {
  const auto [at, is_new] = sizes_.try_emplace(table_key(table));
  if (is_new) at->second = host_.table_size(table);
  return at->second;
}

bool HazardFinder::mentions(std::string_view statement, const std::string& table) const {
  const std::string name = plain_table_name(table);
  sql::Lexer lexer(statement, sql::rules_of(host_.dialect().engine));
  for (sql::Token token = lexer.next_code(); token.kind != sql::TokenKind::end; token = lexer.next_code())
    if (token.kind == sql::TokenKind::word || token.kind == sql::TokenKind::quoted_identifier)
      if (plain_name(token) == name) return true;
  return false;
}

// As the catalog calls it still.
const std::string& HazardFinder::known_name(const std::string& table) const {
  const auto known = known_names_.find(table_key(table));
  return known == known_names_.end() ? table : known->second;
}

const Table* HazardFinder::find_table(const std::string& identity) {
  if (!schema_) {
    schema_.emplace();
    try {
      in_savepoint(host_, [&] { schema_ = host_.read_schema(); });
    } catch (const Error& error) {
      if (ends_call(error)) throw;  // else nothing is known
    }
  }
  const bool bare = identity.find('.') == std::string::npos;
  for (const Table& table : schema_->tables)
    if (table_key(bare ? table.name : table.schema + "." + table.name) == table_key(identity)) return &table;
  return nullptr;
}

// Columns whose values come into no column of the new table.
std::vector<std::string> HazardFinder::columns_left_out(const std::string& identity, const Rebuild& rebuild) {
  std::vector<std::string> names;
  const Table* table = rebuild.way.empty() ? nullptr : find_table(identity);
  if (table == nullptr) return names;
  const RowCopy &first = rebuild.way.front(), &last = rebuild.way.back();
  const auto rebuilt = rebuilt_.find(table_key(identity));
  for (const Column& column : table->columns) {
    // What the second copy calls it is known where the first one gives it no name of its own.
    if (first.takes(column.name) && (!first.takes_all_columns() || last.takes(column.name))) continue;
    if (column.generated || column.implicit) continue;
    // Dropped or renamed before in this run, it is not what the catalog says.
    if (rebuilt != rebuilt_.end() && !mentions(rebuilt->second, column.name)) continue;
    const bool altered = std::ranges::any_of(altered_, [&](const std::string& statement) {
      return mentions(statement, identity) && mentions(statement, column.name);
    });
    if (!altered) names.push_back(column.name);
  }
  return names;
}

void HazardFinder::assess_drop(const StatementEffect& effect, std::span<const ScriptStatement> all,
                               std::size_t at, std::vector<Hazard>& hazards) {
  const std::string& known = known_name(effect.table);
  const TableSize& size = size_of(known);
  const std::string facts = ": " + describe(size);
  std::optional<Rebuild> rebuild = rebuild_of(host_, effect.table, all, at);
  if (!rebuild && &known != &effect.table)
    rebuild = copy_of_renamed(host_, effect.table, known, all.first(at), new_tables_);
  if (!rebuild) {
    hazards.push_back({hazard::kLostData, "DROP TABLE on " + effect.table + facts, size.rows});
    rebuilt_.erase(table_key(known));
    return;
  }
  const std::string what = "rebuild of " + known;
  hazards.push_back({hazard::kTableRewrite, what + facts, size.rows});
  if (!rebuild->all_rows)
    hazards.push_back(
        {hazard::kLostData, what + facts + ", no plain copy of all of them to " + rebuild->next, size.rows});
  for (const std::string& column : columns_left_out(known, *rebuild))
    hazards.push_back({hazard::kLostData, what + " without the column " + column + facts, size.rows});
  rebuilt_[table_key(known)] = rebuild->creation;
  if (table_key(rebuild->next) == table_key(effect.table) || table_key(rebuild->next) == table_key(known))
    return;
  carriers_.insert(table_key(rebuild->next));
  known_names_[table_key(rebuild->next)] = std::string(known);
}

// By the type that the column has in this run already. Where USING makes the values anew, it has none.
bool HazardFinder::is_rewritten(const StatementEffect& effect) const {
  const auto before = column_types_.find(table_key(effect.table) + "." + effect.object);
  if (before == column_types_.end() || before->second.empty() || effect.type.empty())
    return effect.kind == EffectKind::rewrites_table;
  return before->second != effect.type && !host_.relabels(before->second, effect.type);
}

HazardFinder::Use HazardFinder::use_of_label(std::string_view sql, const std::string& type) const {
  constexpr std::string_view kQueries[] = {"select", "insert", "update", "delete", "merge", "with", "values"};
  const sql::Rules rules = sql::rules_of(host_.dialect().engine);
  const sql::Token first = sql::Lexer(sql, rules).next_code();
  if (std::any_of(std::begin(kQueries), std::end(kQueries),
                  [&first](std::string_view word) { return first.is_word(word); })) {
    try {
      // The server reads each literal by its type when it opens a cursor; not a row is asked for.
      in_savepoint(host_, [&] { host_.query(sql); });
      return Use::none;
    } catch (const Error& error) {
      if (ends_call(error)) throw;
      if (error.code == "22P02") return Use::certain;                        // the enum has no such value yet
      if (error.code == "42P11" || error.code == "0A000") return Use::none;  // what writes has no cursor
    }
  }
  // No query, or about tables that are not there yet: does it name the type?
  return mentions(sql, type) ? Use::certain : Use::possible;
}

// Statements that came before in this run may have mended the rows.
bool HazardFinder::may_be_written(const StatementEffect& effect) const {
  const auto is_written = [this](const std::string& table) {
    return written_tables_.contains(table_key(table));
  };
  return is_written({}) || is_written(effect.table) || (!effect.parent.empty() && is_written(effect.parent));
}

void HazardFinder::find_new_labels(std::string_view sql, std::vector<Hazard>& hazards) const {
  if (new_labels_.empty() || only_names_labels(sql)) return;
  sql::Lexer lexer(sql, sql::rules_of(host_.dialect().engine));
  for (sql::Token token = lexer.next_code(); token.kind != sql::TokenKind::end; token = lexer.next_code()) {
    if (token.kind != sql::TokenKind::string) continue;
    const auto at = new_labels_.find(std::string(token.text));
    if (at == new_labels_.end()) continue;
    const Use use = use_of_label(sql, at->second);
    if (use == Use::none) return;
    Hazard& hazard = hazards.emplace_back();
    hazard.kind = hazard::kEnumValueUsed;
    hazard.certain = use == Use::certain;
    hazard.detail = "the value " + at->first + " of " + at->second +
                    " is added in the same transaction and cannot be used " +
                    (hazard.certain ? "" : "as " + at->second + " ") +
                    "before its end; migrate_run() commits it first";
    return;
  }
}

void HazardFinder::assess(const StatementEffect& effect, std::span<const ScriptStatement> all, std::size_t at,
                          std::vector<Hazard>& hazards) {
  const std::string key = table_key(effect.table);
  switch (effect.kind) {
    case EffectKind::creates_table:  // IF NOT EXISTS makes none where there is one
      if (gone_tables_.contains(key) || !size_of(effect.table).known) new_tables_.insert(key);
      return;
    case EffectKind::renames_table:
      if (new_tables_.contains(key))
        new_tables_.insert(table_key(effect.object));
      else
        known_names_[table_key(effect.object)] = std::string(known_name(effect.table));
      gone_tables_.insert(key);
      return;
    case EffectKind::writes_rows:
      written_tables_.insert(key);
      return;
    case EffectKind::types_column:
      column_types_[key + "." + effect.object] = effect.type;
      return;
    case EffectKind::adds_unproven:
      unproven_.emplace(key + "." + effect.object, effect);
      return;
    case EffectKind::proves_rows:
      // Of a domain there is one for each of the table's columns.
      for (auto [one, end] = unproven_.equal_range(key + "." + effect.object); one != end; ++one) {
        StatementEffect proof = one->second;
        proof.kind = EffectKind::breaks_on_rows;
        proof.reason = effect.reason;
        assess(proof, all, at, hazards);
      }
      return;
    case EffectKind::adds_enum_value:
      if (all[at].transaction) new_labels_[quote_literal(effect.object)] = effect.table;
      return;
    default:
      break;
  }
  const bool drops = effect.kind == EffectKind::drops_rows;
  if (drops && (effect.reason.starts_with("DROP TABLE") || effect.reason.starts_with("DROP SCHEMA")))
    gone_tables_.insert(key);
  // A rebuilt table has the rows that were there before.
  if (new_tables_.contains(key) && !(drops && (rebuilt_.contains(key) || carriers_.contains(key)))) return;
  static const TableSize kNothing;
  const TableSize& size = effect.table.empty() ? kNothing : size_of(known_name(effect.table));
  if (!size.known && !effect.table.empty()) return;
  const std::string on =
      effect.reason + (effect.table.empty() ? "" : " on " + effect.table + ": " + describe(size));
  switch (effect.kind) {
    case EffectKind::drops_rows:
      if (effect.reason == "DROP TABLE")
        assess_drop(effect, all, at, hazards);
      else
        hazards.push_back({hazard::kLostData, on, size.rows});
      break;
    case EffectKind::rewrites_table:
    case EffectKind::retypes_column:
      if (is_rewritten(effect)) hazards.push_back({hazard::kTableRewrite, on, size.rows});
      break;
    case EffectKind::locks_table:
      if (effect.lock == "AccessExclusiveLock")
        hazards.push_back({hazard::kAccessExclusiveLock, on, size.rows});
      break;
    case EffectKind::breaks_on_rows:
      if (const auto rows = counted_rows(host_, effect.violations); rows && *rows > 0) {
        const bool certain = !may_be_written(effect);
        hazards.push_back({hazard::kConstraintViolation,
                           effect.reason + " on " + effect.table + ": " + std::to_string(*rows) +
                               (*rows == 1 ? " row breaks it now" : " rows break it now") +
                               (certain ? "" : ", before the statements that come first"),
                           *rows, certain});
      }
      break;
    case EffectKind::builds_index:
      if (size.rows >= kLargeTableRows || size.bytes >= kLargeTableBytes)
        hazards.push_back({hazard::kIndexBuild, on + "; writers wait until it is built", size.rows});
      break;
    default:
      break;
  }
}

std::vector<Hazard> HazardFinder::find(std::span<const ScriptStatement> all, std::size_t at) {
  std::vector<Hazard> hazards;
  find_new_labels(all[at].sql, hazards);
  for (const StatementEffect& effect : host_.assess(all[at].sql)) assess(effect, all, at, hazards);
  if (begins_with(all[at].sql, "alter")) altered_.emplace_back(all[at].sql);
  // One statement may need a lock for several reasons.
  const auto same = [](const Hazard& a, const Hazard& b) { return a.kind == b.kind && a.detail == b.detail; };
  for (auto one = hazards.begin(); one != hazards.end();)
    one = std::any_of(hazards.begin(), one, [&](const Hazard& other) { return same(other, *one); })
              ? hazards.erase(one)
              : one + 1;
  return hazards;
}

}  // namespace whimbrel

#include "common/migration/hazard.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "common/error.h"
#include "common/migration/runner.h"
#include "common/sql/lexer.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

// The same table however its name is spelled.
std::string key_of(std::string_view identity) {
  std::string key;
  for (const char c : identity)
    if (c != '"') key += to_lower(c);
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
  } catch (const Error& error) {
    if (ends_call(error)) throw;
    return std::nullopt;  // a right is missing, or types do not fit: then nothing is known
  }
  return rows;
}

// False where a statement cannot name the table: to know what it does costs a look into the catalog.
bool may_name(std::string_view statement, std::string_view identity) {
  const bool has_quote = identity.find("\"\"") != std::string_view::npos;  // which is written in several ways
  return has_quote || contains_lower(statement, plain_table_name(identity));
}

// ALTER TYPE may name a new label as a neighbour, or to give it another name.
bool only_names_labels(std::string_view statement) {
  sql::Lexer lexer(statement, sql::Rules::postgresql);
  const sql::Token first = lexer.next_code();
  return first.is_word("comment") || (first.is_word("alter") && lexer.next_code().is_word("type"));
}

}  // namespace

const TableSize& HazardFinder::size_of(const std::string& table) {
  const auto [at, is_new] = sizes_.try_emplace(key_of(table));
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

// The statements that bring all rows of `table` through another one into the one that `last` fills, each
// without a choice, in their order.
std::vector<RowCopy> HazardFinder::way_of_rows(const std::string& table, std::string_view last,
                                               std::span<const ScriptStatement> before) const {
  const sql::Rules rules = sql::rules_of(host_.dialect().engine);
  const std::string name = plain_table_name(table);
  RowCopy copy(last, rules);
  if (copy.reads(name))
    return copy.takes_all_rows(name) ? std::vector{std::move(copy)} : std::vector<RowCopy>{};
  for (const ScriptStatement& one : before) {
    RowCopy first(one.sql, rules);
    if (!first.reads(name) || !first.takes_all_rows(name)) continue;
    for (const StatementEffect& effect : host_.assess(one.sql)) {
      const std::string between = plain_table_name(effect.table);
      if (effect.kind == EffectKind::writes_rows && key_of(effect.table) != key_of(table) &&
          copy.reads(between) && copy.takes_all_rows(between))
        return {std::move(first), std::move(copy)};
    }
  }
  return {};
}

// Whether each row that the table has now is in one of them.
bool HazardFinder::covers_all_rows(const std::vector<RowCopy::Piece>& pieces) const {
  if (pieces.size() < 2) return false;  // who copies some rows means to leave the others behind
  std::string rest;
  for (const RowCopy::Piece& piece : pieces)
    rest += (rest.empty() ? "" : " AND ") + ("(" + std::string(piece.condition) + ") IS NOT TRUE");
  return count(host_, "SELECT count(*) FROM " + std::string(pieces.front().source) + " WHERE " + rest) == 0;
}

// How the rows of `table` come into `next`, which takes its name.
HazardFinder::Rebuild HazardFinder::rebuild_as(const std::string& table, const std::string& next,
                                               std::span<const ScriptStatement> before) const {
  Rebuild rebuild{next, false, {}, {}};
  std::vector<RowCopy> parts;
  std::vector<RowCopy::Piece> pieces;
  for (const ScriptStatement& one : before) {
    if (!may_name(one.sql, next)) continue;
    for (const StatementEffect& effect : host_.assess(one.sql)) {
      const bool is_next = key_of(effect.table) == key_of(next);
      if (effect.kind == EffectKind::creates_table && is_next) rebuild.creation = one.sql;
      if (effect.kind == EffectKind::drops_rows && is_next) {  // emptied: what came before counts no more
        rebuild.all_rows = false;
        rebuild.way.clear();
        parts.clear();
        pieces.clear();
      }
      if (effect.kind != EffectKind::writes_rows || rebuild.all_rows) continue;
      if (is_next) rebuild.way = way_of_rows(table, one.sql, before);
      // A function or a DO may do anything: it knows the name.
      rebuild.all_rows =
          !rebuild.way.empty() || (effect.table.empty() && contains_lower(one.sql, plain_table_name(next)));
      RowCopy part(one.sql, sql::rules_of(host_.dialect().engine));
      const auto piece = part.piece();
      if (!is_next || !piece || !part.reads(plain_table_name(table))) continue;
      pieces.push_back(*piece);
      parts.push_back(std::move(part));
    }
  }
  if (!rebuild.all_rows && covers_all_rows(pieces)) {
    rebuild.all_rows = true;
    rebuild.way = {parts.front()};
  }
  return rebuild;
}

// The ways to change a table in SQLite: a new one is filled, the old one dropped, the new one takes its name;
// or its rows are kept in another one meanwhile.
std::optional<HazardFinder::Rebuild> HazardFinder::rebuild_of(const std::string& table,
                                                              std::span<const ScriptStatement> all,
                                                              std::size_t at) const {
  const std::string key = key_of(table);
  std::string_view creation;
  for (const ScriptStatement& statement : all.subspan(at + 1)) {
    if (!may_name(statement.sql, table)) continue;
    for (const StatementEffect& effect : host_.assess(statement.sql)) {
      if (effect.kind == EffectKind::renames_table && key_of(effect.object) == key)
        return rebuild_as(table, effect.table, all.first(at));
      if (key_of(effect.table) != key) continue;
      if (effect.kind == EffectKind::creates_table) creation = statement.sql;
      if (effect.kind != EffectKind::writes_rows) continue;
      if (std::vector<RowCopy> way = way_of_rows(table, statement.sql, all.first(at)); !way.empty())
        return Rebuild{table, true, std::move(way), creation};
    }
  }
  return std::nullopt;
}

// Of a table that got another name in this run: the copy of all its rows in a new one, made before or after.
std::optional<HazardFinder::Rebuild> HazardFinder::copy_of_renamed(
    const std::string& table, const std::string& known, std::span<const ScriptStatement> before) const {
  const sql::Rules rules = sql::rules_of(host_.dialect().engine);
  const auto takes_all = [&](const RowCopy& copy) {
    for (const std::string& name : {plain_table_name(table), plain_table_name(known)})
      if (copy.reads(name) && copy.takes_all_rows(name)) return true;
    return false;
  };
  std::optional<Rebuild> found;
  for (const ScriptStatement& one : before) {
    const bool reads = may_name(one.sql, table) || may_name(one.sql, known);
    if (!reads && !(found && may_name(one.sql, found->next))) continue;
    for (const StatementEffect& effect : host_.assess(one.sql)) {
      if (found && effect.kind == EffectKind::drops_rows && key_of(effect.table) == key_of(found->next))
        found.reset();  // emptied
      if (found || effect.kind != EffectKind::writes_rows || !new_tables_.contains(key_of(effect.table)))
        continue;
      RowCopy copy(one.sql, rules);
      if (takes_all(copy)) found = Rebuild{effect.table, true, {std::move(copy)}, {}};
    }
  }
  return found;
}

// As the catalog calls it still.
const std::string& HazardFinder::known_name(const std::string& table) const {
  const auto known = known_names_.find(key_of(table));
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
    if (key_of(bare ? table.name : table.schema + "." + table.name) == key_of(identity)) return &table;
  return nullptr;
}

// Columns whose values come into no column of the new table.
std::vector<std::string> HazardFinder::columns_left_out(const std::string& identity, const Rebuild& rebuild) {
  std::vector<std::string> names;
  const Table* table = rebuild.way.empty() ? nullptr : find_table(identity);
  if (table == nullptr) return names;
  const RowCopy &first = rebuild.way.front(), &last = rebuild.way.back();
  const auto rebuilt = rebuilt_.find(key_of(identity));
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
  std::optional<Rebuild> rebuild = rebuild_of(effect.table, all, at);
  if (!rebuild && &known != &effect.table) rebuild = copy_of_renamed(effect.table, known, all.first(at));
  if (!rebuild) {
    hazards.push_back({hazard::kLostData, "DROP TABLE on " + effect.table + facts, size.rows});
    rebuilt_.erase(key_of(known));
    return;
  }
  const std::string what = "rebuild of " + known;
  hazards.push_back({hazard::kTableRewrite, what + facts, size.rows});
  if (!rebuild->all_rows)
    hazards.push_back(
        {hazard::kLostData, what + facts + ", no plain copy of all of them to " + rebuild->next, size.rows});
  for (const std::string& column : columns_left_out(known, *rebuild))
    hazards.push_back({hazard::kLostData, what + " without the column " + column + facts, size.rows});
  rebuilt_[key_of(known)] = rebuild->creation;
  if (key_of(rebuild->next) == key_of(effect.table) || key_of(rebuild->next) == key_of(known)) return;
  carriers_.insert(key_of(rebuild->next));
  known_names_[key_of(rebuild->next)] = std::string(known);
}

// By the type that the column has in this run already. Where USING makes the values anew, it has none.
bool HazardFinder::is_rewritten(const StatementEffect& effect) const {
  const auto before = column_types_.find(key_of(effect.table) + "." + effect.object);
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
    return written_tables_.contains(key_of(table));
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
  const std::string key = key_of(effect.table);
  switch (effect.kind) {
    case EffectKind::creates_table:  // IF NOT EXISTS makes none where there is one
      if (gone_tables_.contains(key) || !size_of(effect.table).known) new_tables_.insert(key);
      return;
    case EffectKind::renames_table:
      if (new_tables_.contains(key))
        new_tables_.insert(key_of(effect.object));
      else
        known_names_[key_of(effect.object)] = std::string(known_name(effect.table));
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
      if (const auto rows = count(host_, effect.violations); rows && *rows > 0) {
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

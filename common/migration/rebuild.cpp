#include "common/migration/rebuild.h"

#include <utility>

#include "common/migration/counted_rows.h"
#include "common/migration/table_key.h"
#include "common/sql/lexer.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

// False where a statement cannot name the table: to know what it does costs a look into the catalog.
bool may_name(std::string_view statement, std::string_view identity) {
  const bool has_quote = identity.find("\"\"") != std::string_view::npos;  // which is written in several ways
  return has_quote || contains_lower(statement, plain_table_name(identity));
}

// The statements that bring all rows of `table` through another one into the one that `last` fills, each
// without a choice, in their order.
std::vector<RowCopy> way_of_rows(Host& host, const std::string& table, std::string_view last,
                                 std::span<const ScriptStatement> before) {
  const sql::Rules rules = sql::rules_of(host.dialect().engine);
  const std::string name = plain_table_name(table);
  RowCopy copy(last, rules);
  if (copy.reads(name))
    return copy.takes_all_rows(name) ? std::vector{std::move(copy)} : std::vector<RowCopy>{};
  for (const ScriptStatement& one : before) {
    RowCopy first(one.sql, rules);
    if (!first.reads(name) || !first.takes_all_rows(name)) continue;
    for (const StatementEffect& effect : host.assess(one.sql)) {
      const std::string between = plain_table_name(effect.table);
      if (effect.kind == EffectKind::writes_rows && table_key(effect.table) != table_key(table) &&
          copy.reads(between) && copy.takes_all_rows(between))
        return {std::move(first), std::move(copy)};
    }
  }
  return {};
}

// Whether each row that the table has now is in one of them.
bool covers_all_rows(Host& host, const std::vector<RowCopy::Piece>& pieces) {
  if (pieces.size() < 2) return false;  // who copies some rows means to leave the others behind
  std::string rest;
  for (const RowCopy::Piece& piece : pieces)
    rest += (rest.empty() ? "" : " AND ") + ("(" + std::string(piece.condition) + ") IS NOT TRUE");
  return counted_rows(host,
                      "SELECT count(*) FROM " + std::string(pieces.front().source) + " WHERE " + rest) == 0;
}

// How the rows of `table` come into `next`, which takes its name.
Rebuild rebuild_as(Host& host, const std::string& table, const std::string& next,
                   std::span<const ScriptStatement> before) {
  Rebuild rebuild{next, false, {}, {}};
  std::vector<RowCopy> parts;
  std::vector<RowCopy::Piece> pieces;
  for (const ScriptStatement& one : before) {
    if (!may_name(one.sql, next)) continue;
    for (const StatementEffect& effect : host.assess(one.sql)) {
      const bool is_next = table_key(effect.table) == table_key(next);
      if (effect.kind == EffectKind::creates_table && is_next) rebuild.creation = one.sql;
      if (effect.kind == EffectKind::drops_rows && is_next) {  // emptied: what came before counts no more
        rebuild.all_rows = false;
        rebuild.way.clear();
        parts.clear();
        pieces.clear();
      }
      if (effect.kind != EffectKind::writes_rows || rebuild.all_rows) continue;
      if (is_next) rebuild.way = way_of_rows(host, table, one.sql, before);
      // A function or a DO may do anything: it knows the name.
      rebuild.all_rows =
          !rebuild.way.empty() || (effect.table.empty() && contains_lower(one.sql, plain_table_name(next)));
      RowCopy part(one.sql, sql::rules_of(host.dialect().engine));
      const auto piece = part.piece();
      if (!is_next || !piece || !part.reads(plain_table_name(table))) continue;
      pieces.push_back(*piece);
      parts.push_back(std::move(part));
    }
  }
  if (!rebuild.all_rows && covers_all_rows(host, pieces)) {
    rebuild.all_rows = true;
    rebuild.way = {parts.front()};
  }
  return rebuild;
}

}  // namespace

std::optional<Rebuild> rebuild_of(Host& host, const std::string& table, std::span<const ScriptStatement> all,
                                  std::size_t at) {
  const std::string key = table_key(table);
  std::string_view creation;
  for (const ScriptStatement& statement : all.subspan(at + 1)) {
    if (!may_name(statement.sql, table)) continue;
    for (const StatementEffect& effect : host.assess(statement.sql)) {
      if (effect.kind == EffectKind::renames_table && table_key(effect.object) == key)
        return rebuild_as(host, table, effect.table, all.first(at));
      if (table_key(effect.table) != key) continue;
      if (effect.kind == EffectKind::creates_table) creation = statement.sql;
      if (effect.kind != EffectKind::writes_rows) continue;
      if (std::vector<RowCopy> way = way_of_rows(host, table, statement.sql, all.first(at)); !way.empty())
        return Rebuild{table, true, std::move(way), creation};
    }
  }
  return std::nullopt;
}

std::optional<Rebuild> copy_of_renamed(Host& host, const std::string& table, const std::string& known,
                                       std::span<const ScriptStatement> before,
                                       const std::set<std::string>& new_tables) {
  const sql::Rules rules = sql::rules_of(host.dialect().engine);
  const auto takes_all = [&](const RowCopy& copy) {
    for (const std::string& name : {plain_table_name(table), plain_table_name(known)})
      if (copy.reads(name) && copy.takes_all_rows(name)) return true;
    return false;
  };
  std::optional<Rebuild> found;
  for (const ScriptStatement& one : before) {
    const bool reads = may_name(one.sql, table) || may_name(one.sql, known);
    if (!reads && !(found && may_name(one.sql, found->next))) continue;
    for (const StatementEffect& effect : host.assess(one.sql)) {
      if (found && effect.kind == EffectKind::drops_rows && table_key(effect.table) == table_key(found->next))
        found.reset();  // emptied
      if (found || effect.kind != EffectKind::writes_rows || !new_tables.contains(table_key(effect.table)))
        continue;
      RowCopy copy(one.sql, rules);
      if (takes_all(copy)) found = Rebuild{effect.table, true, {std::move(copy)}, {}};
    }
  }
  return found;
}

}  // namespace whimbrel

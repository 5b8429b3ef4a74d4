#include "sqlite_ext/assess.h"

#include <algorithm>
#include <span>
#include <utility>

#include "common/host.h"
#include "common/schema/sqlite/names.h"
#include "common/schema/sqlite/normal_text.h"
#include "common/schema/sqlite/token_cursor.h"
#include "common/sql/lexer.h"
#include "sqlite_ext/added_column.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

namespace {

using sql::Token;
using sql::TokenKind;

class Assessment {
 public:
  Assessment(sqlite3* db, std::string_view text)
      : db_(db), text_(text), tokens_(sql::code_tokens(text, sql::Rules::sqlite)) {}

  std::vector<StatementEffect> make() {
    if (word("create")) {
      create();
    } else if (word("drop")) {
      if (word("table")) {
        skip("if", "exists");
        add(EffectKind::drops_rows, name(), "DROP TABLE");
      }
    } else if (word("alter")) {
      if (word("table")) alter();
    } else if (word("insert") || word("replace")) {
      if (word("or")) ++at_;
      if (word("into")) add(EffectKind::writes_rows, name(), {});
    } else if (word("update")) {
      if (word("or")) ++at_;
      add(EffectKind::writes_rows, name(), {});
    } else if (word("with")) {
      add(EffectKind::writes_rows, {}, {});
    } else if (word("delete")) {
      if (word("from")) remove();
    }
    return std::move(effects_);
  }

 private:
  bool at(std::string_view lower) const { return at_ < tokens_.size() && tokens_[at_].is_word(lower); }
  bool word(std::string_view lower) {
    if (!at(lower)) return false;
    ++at_;
    return true;
  }
  bool mark(char c) {
    if (at_ >= tokens_.size() || !tokens_[at_].is(c)) return false;
    ++at_;
    return true;
  }
  void skip(std::string_view a, std::string_view b, std::string_view c = {}) {
    if (!at(a)) return;
    at_ += c.empty() ? 2 : 3;
    (void)b;
  }
  std::string one_name() {
    if (at_ >= tokens_.size()) return {};
    return shown_name(name_of(tokens_[at_++]));
  }
  std::string name() {
    std::string first = one_name();
    return mark('.') ? one_name() : first;
  }
  bool has_word_from(std::size_t from, std::string_view lower) const {
    return std::any_of(tokens_.begin() + static_cast<std::ptrdiff_t>(std::min(from, tokens_.size())),
                       tokens_.end(), [&](const Token& token) { return token.is_word(lower); });
  }

  StatementEffect& add(EffectKind kind, std::string table, std::string reason) {
    StatementEffect& effect = effects_.emplace_back();
    effect.kind = kind;
    effect.table = std::move(table);
    effect.reason = std::move(reason);
    return effect;
  }

  void create() {
    const bool temporary = word("temp") || word("temporary");
    if (word("virtual")) {
      word("table");
      skip("if", "not", "exists");
      add(EffectKind::creates_table, name(), "CREATE VIRTUAL TABLE");
    } else if (word("table")) {
      skip("if", "not", "exists");
      const std::string table = name();
      if (!temporary) add(EffectKind::creates_table, table, "CREATE TABLE");
      if (word("as")) add(EffectKind::writes_rows, table, {});
    } else {
      const bool unique = word("unique");
      if (word("index")) create_index(unique);
    }
  }

  void create_index(bool unique) {
    skip("if", "not", "exists");
    const std::string index = name();
    if (!word("on")) return;
    const std::string table = name();
    add(EffectKind::builds_index, table, "CREATE INDEX " + index);
    if (!unique || !mark('(')) return;
    std::vector<std::string> columns;
    do {
      columns.push_back(one_name());
      word("asc") || word("desc");
    } while (mark(','));
    if (!mark(')')) return;  // an expression or a collation: only SQLite can tell
    std::string condition;
    if (word("where") && at_ < tokens_.size()) condition = text_.substr(tokens_[at_].offset);
    if (!has_columns(table, columns)) return;
    StatementEffect& effect = add(EffectKind::breaks_on_rows, table, "UNIQUE INDEX " + index);
    effect.violations = duplicates(table, columns, condition);
  }

  static std::string duplicates(const std::string& table, const std::vector<std::string>& columns,
                                const std::string& condition) {
    std::string list, given = condition.empty() ? "" : " AND (" + condition + ")";
    for (const std::string& column : columns) {
      list += (list.empty() ? "" : ", ") + column;
      given += " AND " + column + " IS NOT NULL";
    }
    return "SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM main." + table + " WHERE 1" + given +
           " GROUP BY " + list + " HAVING count(*) > 1)";
  }

  bool has_columns(const std::string& table, const std::vector<std::string>& columns) {
    const std::string bare = bare_identity(table);
    return std::all_of(columns.begin(), columns.end(), [&](const std::string& column) {
      Prepared query(db_,
                     "SELECT count(*) FROM pragma_table_xinfo(?1, 'main') WHERE name = ?2 COLLATE NOCASE");
      const std::string wanted = bare_identity(column);
      sqlite3_bind_text(query.handle(), 1, bare.data(), static_cast<int>(bare.size()), SQLITE_STATIC);
      sqlite3_bind_text(query.handle(), 2, wanted.data(), static_cast<int>(wanted.size()), SQLITE_STATIC);
      return query.step() && query.integer(0) != 0;
    });
  }

  void alter() {
    const std::string table = name();
    if (word("rename")) {
      if (word("to")) add(EffectKind::renames_table, table, "RENAME").object = one_name();
    } else if (word("drop")) {
      word("column");
      const std::string column = one_name();
      add(EffectKind::drops_rows, table, "DROP COLUMN " + column).object = column;
      add(EffectKind::rewrites_table, table, "DROP COLUMN " + column);
    } else if (word("add")) {
      word("column");
      const std::span definition = std::span(tokens_).subspan(std::min(at_, tokens_.size()));
      const std::string column = one_name();
      for (RowDemand& demand : demands_of_added_column(db_, text_, definition, table)) {
        StatementEffect& effect = add(EffectKind::breaks_on_rows, table, std::move(demand.reason));
        effect.object = column;
        effect.violations = std::move(demand.violations);
      }
    }
  }

  void remove() {
    const std::string table = name();
    add(EffectKind::writes_rows, table, {});
    if (!has_word_from(at_, "where") && !has_word_from(at_, "limit"))
      add(EffectKind::drops_rows, table, "DELETE without WHERE");
  }

  sqlite3* db_;
  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::vector<StatementEffect> effects_;
};

}  // namespace

std::vector<StatementEffect> assess_statement(sqlite3* db, std::string_view sql) {
  return Assessment(db, sql).make();
}

}  // namespace whimbrel::sqlite

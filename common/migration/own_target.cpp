#include "common/migration/own_target.h"

#include <algorithm>

#include "common/own_table_names.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

// Between any quotes: SQLite takes a name from a string too, where PostgreSQL takes none.
bool names(const sql::Token& token, std::string_view name) {
  if (token.kind == sql::TokenKind::word) return token.is_word(name);
  const bool quoted = token.kind == sql::TokenKind::quoted_identifier || token.kind == sql::TokenKind::string;
  return quoted && token.text.size() == name.size() + 2 && token.text.substr(1, name.size()) == name;
}

constexpr std::string_view kCatalogPrefixes[] = {"sqlite_", "pragma_"};  // of SQLite
static_assert(std::ranges::all_of(kOwnTables,
                                  [](const OwnTable& own) { return own.name.size() >= kShortestOwnName; }));

}  // namespace

bool mentions_own_table(const sql::Token& token, std::string_view name) {
  if (token.kind == sql::TokenKind::string) return token.text.find(name) != std::string_view::npos;
  return names(token, name);
}

bool may_name_own_table(const sql::Token& token) {
  using sql::TokenKind;
  if (token.kind != TokenKind::word && token.kind != TokenKind::quoted_identifier &&
      token.kind != TokenKind::string)
    return false;
  // A name may stand between any quotes there, and is compared in any case.
  std::string_view name = token.text;
  if (token.kind != TokenKind::word && name.size() >= 2) name = name.substr(1, name.size() - 2);
  const auto begins = [name](std::string_view lower) { return begins_with(name, lower); };
  return std::ranges::any_of(kCatalogPrefixes, begins) ||
         std::ranges::any_of(kOwnTables, [&](const OwnTable& own) {
           return own.group == OwnTables::migrations && equals_lower(name, own.name);
         });
}

std::optional<OwnTarget> find_own_target(std::string_view statement, const Dialect& dialect) {
  sql::Lexer lexer(statement, sql::rules_of(dialect.engine));
  sql::Token token = lexer.next_code();
  OwnTarget target;
  target.inserts = token.is_word("insert");
  if (target.inserts) {
    token = lexer.next_code();
    if (token.is_word("or")) {  // INSERT OR IGNORE INTO
      lexer.next_code();
      token = lexer.next_code();
    }
    if (!token.is_word("into")) return std::nullopt;
  } else if (!token.is_word("delete") || !lexer.next_code().is_word("from")) {
    return std::nullopt;
  }
  sql::Token name = lexer.next_code();
  target.offset = name.offset;
  const sql::Token schema = name;
  bool qualified = false;
  sql::Token after = lexer.next_code();
  if (after.is('.')) {
    qualified = true;
    name = lexer.next_code();
    after = lexer.next_code();
  }
  if (!names(name, kMigrationsTable) || after.is('.')) return std::nullopt;
  if (qualified && !names(schema, "public") && !names(schema, "main")) {
    if (!names(schema, dialect.own_schema)) return std::nullopt;
    target.qualified_by_owner = true;
  }
  target.length = name.end() - target.offset;
  return target;
}

}  // namespace whimbrel

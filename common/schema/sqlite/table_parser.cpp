#include "common/schema/sqlite/table_parser.h"

#include <utility>

#include "common/schema/sqlite/names.h"

namespace whimbrel::sqlite {

namespace {

using sql::Token;
using sql::TokenKind;

// Words that SQLite never takes as part of a type: the next constraint begins with them.
bool ends_type(const Token& token) {
  for (const std::string_view word : {"constraint", "default", "null", "not", "primary", "unique", "check",
                                      "references", "collate", "as", "deferrable"})
    if (token.is_word(word)) return true;
  return !is_name(token);
}

bool ends_with(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && same_name(text.substr(text.size() - lower.size()), lower);
}

std::string_view trim_end(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || (text.back() >= '\t' && text.back() <= '\r')))
    text.remove_suffix(1);
  return text;
}

// SQLite reads GENERATED ALWAYS as words of the type and cuts them off afterwards, by their bytes.
std::string_view without_generated_always(std::string_view type) {
  if (type.size() < 16 || !ends_with(type, "always")) return type;
  type = trim_end(type.substr(0, type.size() - 6));
  return ends_with(type, "generated") ? trim_end(type.substr(0, type.size() - 9)) : type;
}

OnConflict read_conflict(TokenCursor& cursor) {
  if (!cursor.words("on", "conflict")) return OnConflict::none;
  constexpr std::pair<std::string_view, OnConflict> kClauses[] = {{"rollback", OnConflict::rollback},
                                                                  {"abort", OnConflict::abort},
                                                                  {"fail", OnConflict::fail},
                                                                  {"ignore", OnConflict::ignore},
                                                                  {"replace", OnConflict::replace}};
  for (const auto& [word, clause] : kClauses)
    if (cursor.word(word)) return clause;
  cursor.fail("a way to resolve a conflict");
}

ForeignKeyAction read_action(TokenCursor& cursor) {
  if (cursor.words("set", "null")) return ForeignKeyAction::set_null;
  if (cursor.words("set", "default")) return ForeignKeyAction::set_default;
  if (cursor.word("cascade")) return ForeignKeyAction::cascade;
  if (cursor.word("restrict")) return ForeignKeyAction::restrict;
  if (cursor.words("no", "action")) return ForeignKeyAction::no_action;
  cursor.fail("an action of a foreign key");
}

// Behind REFERENCES.
void read_reference(TokenCursor& cursor, Constraint& key) {
  key.parent = cursor.expect_name();
  if (cursor.peek().is('(')) key.parent_columns = parse_names(cursor);
  while (true) {
    if (cursor.words("on", "delete")) {
      key.on_delete = read_action(cursor);
    } else if (cursor.words("on", "update")) {
      key.on_update = read_action(cursor);
    } else if (cursor.words("on", "insert")) {  // SQLite takes it and forgets it
      read_action(cursor);
    } else if (cursor.word("match")) {
      key.match = cursor.expect_name();
    } else {
      return;
    }
  }
}

// Whether the tokens from `begin` to `end` are one operand: a name or literal, a group, a call.
bool is_operand(TokenCursor& cursor, std::size_t begin, std::size_t end) {
  if (end == begin + 1) return true;
  if (is_name(cursor.at(begin))) ++begin;
  if (begin >= end || !cursor.at(begin).is('(')) return false;
  const std::size_t place = cursor.place();
  cursor.go_to(begin);
  cursor.group();
  const bool whole = cursor.place() == end;
  cursor.go_to(place);
  return whole;
}

KeyPart read_key_part(TokenCursor& cursor, bool* autoincrement) {
  KeyPart part;
  std::size_t begin = cursor.place();
  part.range = cursor.item();
  std::size_t end = cursor.place();
  if (end == begin) cursor.fail("a column or an expression");
  const auto ends_in = [&](std::string_view word, std::size_t back = 1) {
    return end - begin > back && cursor.at(end - back).is_word(word);
  };
  // COLLATE belongs to the operand in front of it: to the whole only where that is all.
  const auto cut_collation = [&] {
    if (!ends_in("collate", 2) || !is_name(cursor.at(end - 1)) || !is_operand(cursor, begin, end - 2))
      return false;
    if (part.collation.empty()) part.collation = name_of(cursor.at(end - 1));
    end -= 2;
    return true;
  };
  if (autoincrement != nullptr && ends_in("autoincrement")) {
    *autoincrement = true;
    --end;
  }
  if (ends_in("nulls", 2)) end -= 2;
  if (ends_in("asc") || ends_in("desc")) {
    part.descending = ends_in("desc");
    --end;
  }
  cut_collation();
  part.expression = {cursor.at(begin).offset, cursor.at(end - 1).end()};
  // (a COLLATE x) is the column a too.
  while (end - begin > 1) {
    if (cut_collation()) continue;
    if (!cursor.at(begin).is('(') || !is_operand(cursor, begin, end)) break;
    ++begin;
    --end;
  }
  if (end == begin + 1 && is_name(cursor.at(begin))) part.column = name_of(cursor.at(begin));
  return part;
}

class TableParser {
 public:
  explicit TableParser(TokenCursor& cursor) : cursor_(cursor) {}

  CreateTable parse() {
    const std::size_t begin = cursor_.begin_here();
    cursor_.expect_mark('(');
    do {
      if (!opens_constraint())
        read_column();
      else
        break;
    } while (cursor_.mark(','));
    while (!cursor_.peek().is(')')) {
      if (cursor_.at_end()) cursor_.fail(")");
      read_table_constraint();
      cursor_.mark(',');
    }
    cursor_.take();
    table_.list = cursor_.since(begin);
    read_options();
    return std::move(table_);
  }

 private:
  bool opens_constraint() const {
    for (const std::string_view word : {"constraint", "primary", "unique", "check", "foreign"})
      if (cursor_.at_word(word)) return true;
    return false;
  }

  void read_options() {
    while (!cursor_.at_end()) {
      if (cursor_.words("without", "rowid"))
        table_.without_rowid = true;
      else if (cursor_.word("strict"))
        table_.strict = true;
      else if (!cursor_.mark(','))
        cursor_.fail("the end");
    }
  }

  void read_column() {
    table_.columns.emplace_back();
    TableColumn& column = table_.columns.back();
    const std::size_t begin = cursor_.begin_here();
    column.name = cursor_.expect_name();
    column.name_range = cursor_.since(begin);
    const std::size_t always = read_type(column);
    bool generated_always = always != 0;
    while (!cursor_.at_end() && !cursor_.peek().is(',') && !cursor_.peek().is(')')) {
      const std::size_t start = generated_always ? always : cursor_.begin_here();
      generated_always = false;
      std::string name;
      while (cursor_.word("constraint")) name = cursor_.expect_name();
      if (cursor_.peek().is(',') || cursor_.peek().is(')')) break;
      if (read_deferral()) continue;
      Constraint constraint;
      constraint.name = std::move(name);
      read_column_constraint(column, constraint);
      constraint.range = cursor_.since(start);
      column.constraints.push_back(std::move(constraint));
    }
    column.range = cursor_.since(begin);
  }

  // Returns the offset of GENERATED ALWAYS at its end, 0 without.
  std::size_t read_type(TableColumn& column) {
    const std::size_t begin = cursor_.begin_here();
    std::size_t generated = 0;
    bool any = false;
    while (!ends_type(cursor_.peek())) {
      if (cursor_.at_word("generated")) generated = cursor_.begin_here();
      cursor_.take();
      any = true;
    }
    if (!any) return 0;
    if (cursor_.peek().is('(')) cursor_.group();
    const std::string_view whole = cursor_.since(begin).of(cursor_.text());
    const std::string_view type = without_generated_always(whole);
    column.type = unquoted(type);
    column.type_range = {begin, begin + type.size()};
    return type.size() == whole.size() ? 0 : generated;
  }

  void read_column_constraint(const TableColumn& column, Constraint& constraint) {
    using enum ConstraintKind;
    if (cursor_.words("primary", "key")) {
      constraint.kind = primary_key;
      KeyPart part;
      part.column = column.name;
      part.descending = cursor_.at_word("desc");
      if (!cursor_.word("asc")) cursor_.word("desc");
      constraint.key.push_back(std::move(part));
      constraint.on_conflict = read_conflict(cursor_);
      constraint.autoincrement = cursor_.word("autoincrement");
    } else if (cursor_.word("unique")) {
      constraint.kind = unique;
      constraint.key.emplace_back().column = column.name;
      constraint.on_conflict = read_conflict(cursor_);
    } else if (cursor_.words("not", "null")) {
      constraint.kind = not_null;
      constraint.on_conflict = read_conflict(cursor_);
    } else if (cursor_.word("null")) {
      constraint.kind = null;
      constraint.on_conflict = read_conflict(cursor_);
    } else if (cursor_.word("default")) {
      constraint.kind = default_value;
      read_default(constraint);
    } else if (cursor_.word("collate")) {
      constraint.kind = collation;
      constraint.collation = cursor_.expect_name();
    } else if (cursor_.word("references")) {
      constraint.kind = foreign_key;
      constraint.columns.push_back(column.name);
      read_reference(cursor_, constraint);
    } else if (cursor_.word("check")) {
      constraint.kind = check;
      constraint.expression = cursor_.group();
      constraint.on_conflict = read_conflict(cursor_);
    } else if (cursor_.words("generated", "always") || cursor_.at_word("as")) {
      constraint.kind = generated;
      cursor_.expect_word("as");
      constraint.expression = cursor_.group();
      constraint.stored = cursor_.word("stored");
      cursor_.word("virtual");
    } else {
      cursor_.fail("a constraint");
    }
  }

  void read_default(Constraint& constraint) {
    if (cursor_.peek().is('(')) {
      constraint.in_parentheses = true;
      constraint.expression = cursor_.group();
      return;
    }
    const std::size_t begin = cursor_.begin_here();
    if (cursor_.peek().text == "-" || cursor_.peek().text == "+") cursor_.take();
    if (cursor_.at_end()) cursor_.fail("a value");
    cursor_.take();
    constraint.expression = cursor_.since(begin);
  }

  void read_table_constraint() {
    using enum ConstraintKind;
    const std::size_t start = cursor_.begin_here();
    Constraint constraint;
    while (cursor_.word("constraint")) constraint.name = cursor_.expect_name();
    if (cursor_.peek().is(',') || cursor_.peek().is(')')) return;
    if (cursor_.words("primary", "key")) {
      constraint.kind = primary_key;
      constraint.key = parse_key_parts(cursor_, &constraint.autoincrement);
      constraint.on_conflict = read_conflict(cursor_);
    } else if (cursor_.word("unique")) {
      constraint.kind = unique;
      constraint.key = parse_key_parts(cursor_);
      constraint.on_conflict = read_conflict(cursor_);
    } else if (cursor_.word("check")) {
      constraint.kind = check;
      constraint.expression = cursor_.group();
      constraint.on_conflict = read_conflict(cursor_);
    } else if (cursor_.words("foreign", "key")) {
      constraint.kind = foreign_key;
      constraint.columns = parse_names(cursor_);
      cursor_.expect_word("references");
      read_reference(cursor_, constraint);
      table_.constraints.push_back(std::move(constraint));
      table_.constraints.back().range = cursor_.since(start);
      if (read_deferral()) table_.constraints.back().range = cursor_.since(start);
      return;
    } else {
      cursor_.fail("a constraint");
    }
    constraint.range = cursor_.since(start);
    table_.constraints.push_back(std::move(constraint));
  }

  // [NOT] DEFERRABLE [INITIALLY …] is about the foreign key that stands last before it, wherever that is.
  bool read_deferral() {
    const bool no = cursor_.at_word("not") && cursor_.at_word("deferrable", 1);
    if (!no && !cursor_.at_word("deferrable")) return false;
    const std::size_t before = cursor_.end_here();
    if (no) cursor_.take();
    cursor_.take();
    bool deferred = false;
    if (cursor_.word("initially")) {
      deferred = cursor_.word("deferred");
      if (!deferred) cursor_.expect_word("immediate");
    }
    if (Constraint* key = last_foreign_key(); key != nullptr) {
      key->deferrable = !no;
      key->initially_deferred = !no && deferred;
      if (key->range.end == before) key->range.end = cursor_.end_here();
    }
    return true;
  }

  Constraint* last_foreign_key() {
    const auto last_in = [](std::vector<Constraint>& list) -> Constraint* {
      for (std::size_t i = list.size(); i-- > 0;)
        if (list[i].kind == ConstraintKind::foreign_key) return &list[i];
      return nullptr;
    };
    if (Constraint* key = last_in(table_.constraints); key != nullptr) return key;
    for (std::size_t i = table_.columns.size(); i-- > 0;)
      if (Constraint* key = last_in(table_.columns[i].constraints); key != nullptr) return key;
    return nullptr;
  }

  TokenCursor& cursor_;
  CreateTable table_;
};

}  // namespace

CreateTable parse_table(TokenCursor& cursor) { return TableParser(cursor).parse(); }

std::vector<KeyPart> parse_key_parts(TokenCursor& cursor, bool* autoincrement) {
  std::vector<KeyPart> parts;
  cursor.expect_mark('(');
  do parts.push_back(read_key_part(cursor, autoincrement));
  while (cursor.mark(','));
  cursor.expect_mark(')');
  return parts;
}

std::vector<std::string> parse_names(TokenCursor& cursor) {
  std::vector<std::string> names;
  cursor.expect_mark('(');
  do {
    names.push_back(cursor.expect_name());
    if (cursor.word("collate")) cursor.expect_name();
    if (!cursor.word("asc")) cursor.word("desc");
  } while (cursor.mark(','));
  cursor.expect_mark(')');
  return names;
}

}  // namespace whimbrel::sqlite

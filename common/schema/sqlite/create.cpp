#include "common/schema/sqlite/create.h"

#include <utility>

#include "common/schema/sqlite/table_parser.h"
#include "common/schema/sqlite/token_cursor.h"

namespace whimbrel::sqlite {

namespace {

using sql::Token;

Range rest(TokenCursor& cursor) {
  const std::size_t begin = cursor.begin_here();
  while (!cursor.at_end()) cursor.take();
  return cursor.since(begin);
}

// [IF NOT EXISTS] [schema.]name
void read_name(TokenCursor& cursor, CreateStatement& create) {
  if (cursor.at_word("if") && cursor.at_word("not", 1)) {
    cursor.take();
    cursor.take();
    cursor.expect_word("exists");
    create.if_not_exists = true;
  }
  std::size_t begin = cursor.begin_here();
  create.name = cursor.expect_name();
  if (cursor.mark('.')) {
    begin = cursor.begin_here();
    create.schema = std::exchange(create.name, cursor.expect_name());
  }
  create.name_range = cursor.since(begin);
  const std::size_t place = cursor.place();
  create.behind_name = rest(cursor);
  cursor.go_to(place);
}

CreateTable read_table(TokenCursor& cursor) {
  if (cursor.peek().is('(')) return parse_table(cursor);
  cursor.expect_word("as");
  CreateTable table;
  table.select = rest(cursor);
  return table;
}

CreateVirtualTable read_virtual_table(TokenCursor& cursor) {
  CreateVirtualTable table;
  cursor.expect_word("using");
  table.module = cursor.expect_name();
  if (!cursor.mark('(')) return table;
  while (true) {
    if (const Range argument = cursor.item(); !argument.empty()) table.arguments.push_back(argument);
    if (cursor.mark(',')) continue;
    cursor.expect_mark(')');
    return table;
  }
}

CreateIndex read_index(TokenCursor& cursor, bool unique) {
  CreateIndex index;
  index.unique = unique;
  cursor.expect_word("on");
  const std::size_t begin = cursor.begin_here();
  index.table = cursor.expect_name();
  index.table_range = cursor.since(begin);
  index.parts = parse_key_parts(cursor);
  if (cursor.word("where")) index.where = rest(cursor);
  return index;
}

CreateView read_view(TokenCursor& cursor) {
  CreateView view;
  if (cursor.peek().is('(')) view.columns = parse_names(cursor);
  cursor.expect_word("as");
  view.select = rest(cursor);
  return view;
}

// BEGIN is also a name, in the condition in front of it: but then no statement follows.
bool at_body(const TokenCursor& cursor) {
  if (!cursor.at_word("begin")) return false;
  for (const std::string_view word : {"select", "insert", "update", "delete", "replace", "with", "values"})
    if (cursor.at_word(word, 1)) return true;
  return false;
}

CreateTrigger::Event read_event(TokenCursor& cursor) {
  if (cursor.word("insert")) return CreateTrigger::Event::insert;
  if (cursor.word("delete")) return CreateTrigger::Event::remove;
  cursor.expect_word("update");
  return CreateTrigger::Event::update;
}

CreateTrigger read_trigger(TokenCursor& cursor) {
  CreateTrigger trigger;
  if (cursor.word("after"))
    trigger.time = CreateTrigger::Time::after;
  else if (cursor.words("instead", "of"))
    trigger.time = CreateTrigger::Time::instead_of;
  else
    cursor.word("before");
  trigger.event = read_event(cursor);
  if (trigger.event == CreateTrigger::Event::update && cursor.word("of")) do
      trigger.columns.push_back(cursor.expect_name());
    while (cursor.mark(','));
  cursor.expect_word("on");
  std::size_t begin = cursor.begin_here();
  trigger.table = cursor.expect_name();
  if (cursor.mark('.')) {
    begin = cursor.begin_here();
    trigger.table = cursor.expect_name();
  }
  trigger.table_range = cursor.since(begin);
  if (cursor.words("for", "each")) cursor.expect_word("row");
  if (cursor.word("when")) {
    begin = cursor.begin_here();
    while (!cursor.at_end() && !at_body(cursor)) cursor.take();
    trigger.when = cursor.since(begin);
  }
  if (!at_body(cursor)) cursor.fail("begin");
  begin = cursor.begin_here();
  while (!(cursor.at_word("end") && (cursor.peek(1).text.empty() || cursor.peek(1).is(';')) &&
           cursor.at(cursor.place() - 1).is(';'))) {
    if (cursor.at_end()) cursor.fail("end");
    cursor.take();
  }
  cursor.take();
  trigger.body = cursor.since(begin);
  return trigger;
}

}  // namespace

const Constraint* TableColumn::find(ConstraintKind kind) const {
  for (std::size_t i = constraints.size(); i-- > 0;)
    if (constraints[i].kind == kind) return &constraints[i];
  return nullptr;
}

CreateStatement parse_create(std::string_view sql) {
  TokenCursor cursor(sql);
  CreateStatement create;
  cursor.expect_word("create");
  if (cursor.word("virtual")) {
    cursor.expect_word("table");
    read_name(cursor, create);
    create.object = read_virtual_table(cursor);
    return create;
  }
  create.temporary = cursor.word("temp") || cursor.word("temporary");
  const bool unique = cursor.word("unique");
  if (cursor.word("index")) {
    read_name(cursor, create);
    create.object = read_index(cursor, unique);
  } else if (cursor.word("table")) {
    read_name(cursor, create);
    create.object = read_table(cursor);
  } else if (cursor.word("view")) {
    read_name(cursor, create);
    create.object = read_view(cursor);
  } else if (cursor.word("trigger")) {
    read_name(cursor, create);
    create.object = read_trigger(cursor);
  } else {
    cursor.fail("table, index, view or trigger");
  }
  return create;
}

}  // namespace whimbrel::sqlite

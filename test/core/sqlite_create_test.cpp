#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/error.h"
#include "common/schema/sqlite/create.h"

namespace whimbrel::sqlite {
namespace {

using Texts = std::vector<std::string>;

Texts names_of(const CreateTable& table) {
  Texts names;
  for (const TableColumn& column : table.columns) names.push_back(column.name);
  return names;
}

Texts types_of(const CreateTable& table) {
  Texts types;
  for (const TableColumn& column : table.columns) types.push_back(column.type);
  return types;
}

CreateTable table_of(std::string_view sql) { return *parse_create(sql).table(); }

std::string refusal_of(std::string_view sql) {
  try {
    parse_create(sql);
  } catch (const Error& error) {
    return error.message + " / " + error.detail;
  }
  return {};
}

TEST(SqliteCreate, NamesInEveryQuoting) {
  const CreateTable table =
      table_of(R"(create table "a "" b"([x]int, `y``z` text, 'w''v', "u" , begin, key int))");
  EXPECT_EQ(names_of(table), (Texts{"x", "y`z", "w'v", "u", "begin", "key"}));
  EXPECT_EQ(types_of(table), (Texts{"int", "text", "", "", "", "int"}));
  EXPECT_EQ(parse_create("CREATE TABLE \"a \"\" b\"(x)").name, "a \" b");
}

TEST(SqliteCreate, HeadOfAStatement) {
  const std::string_view sql =
      "-- c\nCREATE /* x */ TEMP TABLE IF NOT EXISTS [main] . 'my t' -- d\n (a) ; rest";
  const CreateStatement create = parse_create(sql);
  EXPECT_EQ(create.schema, "main");
  EXPECT_EQ(create.name, "my t");
  EXPECT_EQ(create.name_range.of(sql), "'my t'");
  EXPECT_EQ(create.behind_name.of(sql), "(a)");
  EXPECT_TRUE(create.temporary);
  EXPECT_TRUE(create.if_not_exists);
}

TEST(SqliteCreate, TypesAreTheSource) {
  const CreateTable table = table_of(
      "create table t(a \"my type\" , b 'x y' z(3, -4), c /*1*/ int /*2*/ big generated always as (a),"
      " d generated always as (1) stored, e UNSIGNED  BIG INT, f int default 3, always generated always as "
      "(2),"
      " xgenerated always as (a))");
  EXPECT_EQ(types_of(table),
            (Texts{"my type", "x y", "int /*2*/ big", "", "UNSIGNED  BIG INT", "int", "", "always"}));
  EXPECT_TRUE(table.columns[3].find(ConstraintKind::generated)->stored);
  EXPECT_FALSE(table.columns[2].find(ConstraintKind::generated)->stored);
}

TEST(SqliteCreate, ConstraintsOfColumns) {
  const std::string_view sql =
      "create table t(a integer constraint pk primary key desc on conflict replace autoincrement,\n"
      " b text not null on conflict ignore collate \"NOCASE\" constraint u unique on conflict fail,"
      " c default (1 + (2)) constraint ck check (c > ')' ), d default -1.5, e default \"x\" null, f default "
      "x'00',"
      " g int references \"p q\"(\"id\") on delete set null on update cascade match full not null not "
      "deferrable,"
      " h references p deferrable initially deferred default 'it''s' generated always as (1) virtual)";
  const CreateTable table = table_of(sql);
  const Constraint& key = *table.columns[0].find(ConstraintKind::primary_key);
  EXPECT_EQ(key.name, "pk");
  EXPECT_TRUE(key.autoincrement);
  EXPECT_TRUE(key.key[0].descending);
  EXPECT_EQ(key.on_conflict, OnConflict::replace);
  EXPECT_EQ(key.range.of(sql), "constraint pk primary key desc on conflict replace autoincrement");
  const TableColumn& b = table.columns[1];
  EXPECT_EQ(b.find(ConstraintKind::not_null)->on_conflict, OnConflict::ignore);
  EXPECT_EQ(b.find(ConstraintKind::collation)->collation, "NOCASE");
  EXPECT_EQ(b.find(ConstraintKind::unique)->on_conflict, OnConflict::fail);
  EXPECT_EQ(b.find(ConstraintKind::unique)->name, "u");
  const TableColumn& c = table.columns[2];
  EXPECT_EQ(c.find(ConstraintKind::default_value)->expression.of(sql), "1 + (2)");
  EXPECT_TRUE(c.find(ConstraintKind::default_value)->in_parentheses);
  EXPECT_EQ(c.find(ConstraintKind::check)->expression.of(sql), "c > ')'");
  EXPECT_EQ(table.columns[3].find(ConstraintKind::default_value)->expression.of(sql), "-1.5");
  EXPECT_EQ(table.columns[4].find(ConstraintKind::default_value)->expression.of(sql), "\"x\"");
  EXPECT_NE(table.columns[4].find(ConstraintKind::null), nullptr);
  EXPECT_EQ(table.columns[5].find(ConstraintKind::default_value)->expression.of(sql), "x'00'");
  const Constraint& g = *table.columns[6].find(ConstraintKind::foreign_key);
  EXPECT_EQ(g.parent, "p q");
  EXPECT_EQ(g.parent_columns, Texts{"id"});
  EXPECT_EQ(g.on_delete, ForeignKeyAction::set_null);
  EXPECT_EQ(g.on_update, ForeignKeyAction::cascade);
  EXPECT_EQ(g.match, "full");
  EXPECT_FALSE(g.deferrable);
  EXPECT_NE(table.columns[6].find(ConstraintKind::not_null), nullptr);
  const Constraint& h = *table.columns[7].find(ConstraintKind::foreign_key);
  EXPECT_TRUE(h.initially_deferred);
  EXPECT_EQ(h.range.of(sql), "references p deferrable initially deferred");
  EXPECT_EQ(table.columns[7].find(ConstraintKind::generated)->expression.of(sql), "1");
}

TEST(SqliteCreate, ConstraintsOfTablesWithAndWithoutCommas) {
  const std::string_view sql =
      "create table t(a, b, c, constraint zz constraint y primary key (a COLLATE nocase desc, 'b') on "
      "conflict "
      "abort unique(c) check(a) , foreign key (a, b) references p on delete no action deferrable initially "
      "immediate constraint left) without rowid, STRICT";
  const CreateTable table = table_of(sql);
  ASSERT_EQ(table.constraints.size(), 4U);
  const Constraint& key = table.constraints[0];
  EXPECT_EQ(key.name, "y");
  EXPECT_EQ(key.key[0].column, "a");
  EXPECT_EQ(key.key[0].collation, "nocase");
  EXPECT_TRUE(key.key[0].descending);
  EXPECT_EQ(key.key[1].column, "b");
  EXPECT_EQ(key.on_conflict, OnConflict::abort);
  EXPECT_EQ(table.constraints[1].kind, ConstraintKind::unique);
  EXPECT_EQ(table.constraints[2].range.of(sql), "check(a)");
  EXPECT_EQ(table.constraints[3].columns, (Texts{"a", "b"}));
  EXPECT_TRUE(table.constraints[3].deferrable);
  EXPECT_FALSE(table.constraints[3].initially_deferred);
  EXPECT_TRUE(table.without_rowid);
  EXPECT_TRUE(table.strict);
  EXPECT_TRUE(
      table_of("create table t(a integer, primary key(a autoincrement))").constraints[0].autoincrement);
}

TEST(SqliteCreate, ADeferralBelongsToTheLastForeignKeyBeforeIt) {
  const CreateTable table =
      table_of("create table t(a references p, b int not null deferrable initially deferred)");
  EXPECT_TRUE(table.columns[0].constraints[0].initially_deferred);
  EXPECT_EQ(table.columns[1].constraints.size(), 1U);
}

TEST(SqliteCreate, Indexes) {
  const std::string_view sql =
      "create unique index if not exists main.i on [t] (a, b collate rtrim desc, lower(c) , (d), ((e collate "
      "nocase)) collate binary asc, a || b collate nocase, desc, 'f' nulls last) where a is not null -- end";
  const CreateStatement create = parse_create(sql);
  const CreateIndex& index = *create.index();
  EXPECT_EQ(create.name, "i");
  EXPECT_TRUE(index.unique);
  EXPECT_EQ(index.table, "t");
  Texts columns, collations;
  for (const KeyPart& part : index.parts) {
    columns.push_back(part.column);
    collations.push_back(part.collation);
  }
  EXPECT_EQ(columns, (Texts{"a", "b", "", "d", "e", "", "desc", "f"}));
  EXPECT_EQ(collations, (Texts{"", "rtrim", "", "", "binary", "", "", ""}));
  EXPECT_TRUE(index.parts[1].descending);
  EXPECT_FALSE(index.parts[4].descending);
  EXPECT_EQ(index.parts[2].expression.of(sql), "lower(c)");
  EXPECT_EQ(index.parts[5].expression.of(sql), "a || b collate nocase");
  EXPECT_EQ(index.where.of(sql), "a is not null");
}

TEST(SqliteCreate, ViewsVirtualTablesAndSelects) {
  const std::string_view view = "create temp view v(x, \"y z\") as select 1, ';' ;";
  EXPECT_EQ(parse_create(view).view()->columns, (Texts{"x", "y z"}));
  EXPECT_EQ(parse_create(view).view()->select.of(view), "select 1, ';'");
  const std::string_view fts =
      "CREATE VIRTUAL TABLE f USING fts5(a, b UNINDEXED, tokenize = \"x, 'y'\", f(1,2))";
  const CreateStatement create = parse_create(fts);
  const CreateVirtualTable& table = *create.virtual_table();
  EXPECT_EQ(table.module, "fts5");
  ASSERT_EQ(table.arguments.size(), 4U);
  EXPECT_EQ(table.arguments[2].of(fts), "tokenize = \"x, 'y'\"");
  EXPECT_EQ(table.arguments[3].of(fts), "f(1,2)");
  EXPECT_TRUE(parse_create("create virtual table d using dbstat").virtual_table()->arguments.empty());
  const std::string_view copy = "create table t as select * from u";
  EXPECT_EQ(parse_create(copy).table()->select.of(copy), "select * from u");
}

TEST(SqliteCreate, Triggers) {
  const std::string_view sql =
      "create trigger x instead of update of a, \"b\" on main.v for each row when new.begin = 1 and begin = "
      "begin "
      "begin select case when 1 then 2 end; delete from t; end;";
  const CreateStatement create = parse_create(sql);
  const CreateTrigger& trigger = *create.trigger();
  EXPECT_EQ(trigger.time, CreateTrigger::Time::instead_of);
  EXPECT_EQ(trigger.event, CreateTrigger::Event::update);
  EXPECT_EQ(trigger.columns, (Texts{"a", "b"}));
  EXPECT_EQ(trigger.table, "v");
  EXPECT_EQ(trigger.when.of(sql), "new.begin = 1 and begin = begin");
  EXPECT_EQ(trigger.body.of(sql), "begin select case when 1 then 2 end; delete from t; end");
}

TEST(SqliteCreate, SaysWhereATextEndsOrIsOdd) {
  EXPECT_EQ(
      refusal_of("create table t(a"),
      "the CREATE statement ends where \")\" belongs / Line 1, column 17 of a text that should be a CREATE "
      "statement of SQLite.");
  EXPECT_EQ(
      refusal_of("create table t(\na int,\n 5)"),
      "\"5\" in a CREATE statement where \"a name\" belongs / Line 3, column 2 of a text that should be a "
      "CREATE statement of SQLite.");
  EXPECT_NE(refusal_of("select 1"), "");
  EXPECT_NE(refusal_of("create trigger t after insert on x begin select 1;"), "");
  EXPECT_NE(refusal_of("create index i on t()"), "");
}

}  // namespace
}  // namespace whimbrel::sqlite

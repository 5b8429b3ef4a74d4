#include "common/schema/sqlite/facts.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "common/error.h"
#include "common/schema/sqlite/create.h"
#include "common/schema/sqlite/named_tables.h"
#include "common/schema/sqlite/names.h"
#include "common/schema/sqlite/normal_text.h"
#include "common/schema/sqlite/token_cursor.h"

namespace whimbrel::sqlite {

namespace {

std::string_view word_of(OnConflict clause) {
  switch (clause) {
    case OnConflict::rollback:
      return "rollback";
    case OnConflict::abort:
      return "abort";
    case OnConflict::fail:
      return "fail";
    case OnConflict::ignore:
      return "ignore";
    case OnConflict::replace:
      return "replace";
    case OnConflict::none:
      break;
  }
  return {};
}

std::string_view words_of(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::restrict:
      return "restrict";
    case ForeignKeyAction::cascade:
      return "cascade";
    case ForeignKeyAction::set_null:
      return "set null";
    case ForeignKeyAction::set_default:
      return "set default";
    case ForeignKeyAction::no_action:
      break;
  }
  return {};
}

std::string_view words_of(ConstraintKind kind) {
  switch (kind) {
    case ConstraintKind::primary_key:
      return "primary key";
    case ConstraintKind::unique:
      return "unique";
    case ConstraintKind::check:
      return "check";
    case ConstraintKind::foreign_key:
      return "foreign key";
    default:
      return {};  // a property of its column
  }
}

void add_if(CatalogObject& object, std::string_view property, std::string_view value) {
  if (!value.empty()) object.add(property, value);
}

void add_flag(CatalogObject& object, std::string_view property, bool set) {
  if (set) object.add(property, "true");
}

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + shown_name(name);
  return list;
}

std::string list_of(const std::vector<KeyPart>& parts, std::string_view text) {
  std::string list;
  for (const KeyPart& part : parts) {
    if (!list.empty()) list += ", ";
    list += part.column.empty() ? normal_text(part.expression.of(text)) : shown_name(part.column);
    if (!part.collation.empty()) list += " collate " + shown_name(lower_name(part.collation));
    if (part.descending) list += " desc";
  }
  return list;
}

// What DEFAULT takes without parentheses: a literal, with a sign or without.
bool is_plain_value(std::string_view sql) {
  const std::vector<sql::Token> tokens = sql::code_tokens(sql, sql::Rules::sqlite);
  return tokens.size() == 1 || (tokens.size() == 2 && tokens.back().kind == sql::TokenKind::number);
}

// A string in double quotes stays one: normal_text() would make a name of it.
std::string default_of(const Constraint& constraint, std::string_view text) {
  const std::string_view source = constraint.expression.of(text);
  if (constraint.in_parentheses) {
    const std::string value = normal_expression(source);
    return is_plain_value(value) ? value : "(" + value + ")";
  }
  return source.starts_with('"') ? std::string(source) : normal_text(source);
}

// The columns and constraints of one table.
class Parts {
 public:
  CatalogObject& add(const CatalogObject& owner, std::string_view kind, const std::string& name,
                     const std::string& shown) {
    CatalogObject& part = parts_.emplace_back();
    part.kind = kind;
    part.schema = owner.schema;
    part.name = name;
    part.identity = owner.identity + "." + shown;
    if (const int number = ++seen_[part.kind + " " + part.identity]; number > 1)
      part.identity += " (" + std::to_string(number) + ")";
    part.owner = owner.key();
    part.part = true;
    return part;
  }
  void clear() { parts_.clear(); }
  void move_to(std::vector<CatalogObject>& objects) {
    std::move(parts_.begin(), parts_.end(), std::back_inserter(objects));
  }

 private:
  std::vector<CatalogObject> parts_;
  std::map<std::string, int> seen_;
};

class FactMaker {
 public:
  FactMaker(Catalog& catalog, std::span<const StoredObject> objects) : catalog_(catalog), objects_(objects) {}

  void make() {
    // What the others may depend on first.
    for (const StoredObject& object : objects_) {
      if (object.type != "table" && object.type != "view") continue;
      const std::string kind =
          object.type == "table" && is_virtual(object.sql) ? "virtual table" : object.type;
      keys_.emplace(lower_name(object.name), kind + " " + shown_name(object.name));
    }
    for (const StoredObject& object : objects_)
      if (!object.known) add(object);
  }

 private:
  static bool is_virtual(std::string_view sql) {
    return normal_text(sql.substr(0, std::min<std::size_t>(sql.size(), 64))).starts_with("create virtual ");
  }

  const std::string* key_of(std::string_view name) const {
    const auto found = keys_.find(lower_name(name));
    return found == keys_.end() ? nullptr : &found->second;
  }

  void add(const StoredObject& stored) {
    CatalogObject object;
    object.kind = stored.type;
    object.schema = "main";
    object.name = stored.name;
    object.identity = shown_name(stored.name);
    object.storage = stored.storage;
    object.source = stored.sql;
    Parts parts;
    try {
      const CreateStatement create = parse_create(stored.sql);
      if (create.virtual_table() != nullptr) object.kind = "virtual table";
      std::visit([&](const auto& what) { describe(what, stored.sql, object, parts); }, create.object);
    } catch (const Error&) {  // written by force: PRAGMA writable_schema
      object.properties.clear();
      parts.clear();
      object.add("definition", normal_text(stored.sql));
    }
    if (object.kind == "index" || object.kind == "trigger") {
      if (const std::string* table = key_of(stored.table)) {
        object.owner = *table;
        object.dependencies.push_back(*table);
      }
    }
    std::sort(object.dependencies.begin(), object.dependencies.end());
    object.dependencies.erase(std::unique(object.dependencies.begin(), object.dependencies.end()),
                              object.dependencies.end());
    std::erase(object.dependencies, object.key());
    catalog_.objects.push_back(std::move(object));
    parts.move_to(catalog_.objects);
  }

  void depend_on_named(std::string_view sql, CatalogObject& object) {
    for (const std::string& name : named_tables(sql))
      if (const std::string* key = key_of(name)) object.dependencies.push_back(*key);
  }

  void describe(const CreateTable& table, std::string_view text, CatalogObject& object, Parts& parts) {
    add_flag(object, "without_rowid", table.without_rowid);
    add_flag(object, "strict", table.strict);
    std::uint32_t position = 0;
    for (const TableColumn& column : table.columns) {
      CatalogObject& part = parts.add(object, "column", column.name, shown_name(column.name));
      part.position = ++position;
      describe_column(column, text, part);
    }
    const auto add_constraints = [&](const std::vector<Constraint>& constraints) {
      for (const Constraint& constraint : constraints) {
        if (words_of(constraint.kind).empty()) continue;
        // One without a name is known by its text alone.
        CatalogObject& part =
            parts.add(object, "constraint", constraint.name,
                      constraint.name.empty() ? text_of(constraint, text) : shown_name(constraint.name));
        describe_constraint(constraint, text, part);
        if (constraint.kind != ConstraintKind::foreign_key) continue;
        if (const std::string* parent = key_of(constraint.parent);
            parent != nullptr && *parent != object.key())
          part.dependencies.push_back(*parent);
      }
    };
    for (const TableColumn& column : table.columns) add_constraints(column.constraints);
    add_constraints(table.constraints);
  }

  void describe_column(const TableColumn& column, std::string_view text, CatalogObject& part) {
    add_if(part, "type", normal_text(column.type));
    if (const Constraint* found = column.find(ConstraintKind::not_null)) {
      add_flag(part, "not_null", true);
      add_if(part, "on_conflict", word_of(found->on_conflict));
    }
    if (const Constraint* found = column.find(ConstraintKind::collation))
      add_if(part, "collation", lower_name(found->collation));
    if (const Constraint* found = column.find(ConstraintKind::default_value))
      part.add("default", default_of(*found, text));
    if (const Constraint* found = column.find(ConstraintKind::generated)) {
      part.add("generated", normal_expression(found->expression.of(text)));
      add_flag(part, "stored", found->stored);
    }
  }

  static std::string columns_of(const Constraint& constraint, std::string_view text) {
    return constraint.kind == ConstraintKind::foreign_key ? list_of(constraint.columns)
                                                          : list_of(constraint.key, text);
  }

  static std::string text_of(const Constraint& constraint, std::string_view text) {
    std::string sql(words_of(constraint.kind));
    if (constraint.kind == ConstraintKind::check)
      return sql + " (" + normal_expression(constraint.expression.of(text)) + ")";
    sql += " (" + columns_of(constraint, text) + ")";
    if (constraint.kind != ConstraintKind::foreign_key) return sql;
    sql += " references " + shown_name(constraint.parent);
    return constraint.parent_columns.empty() ? sql : sql + " (" + list_of(constraint.parent_columns) + ")";
  }

  static void describe_constraint(const Constraint& constraint, std::string_view text, CatalogObject& part) {
    part.add("type", words_of(constraint.kind));
    add_if(part, "columns", columns_of(constraint, text));
    add_flag(part, "autoincrement", constraint.autoincrement);
    if (constraint.kind == ConstraintKind::check)
      part.add("expression", normal_expression(constraint.expression.of(text)));
    if (constraint.kind == ConstraintKind::foreign_key) {
      part.add("parent", shown_name(constraint.parent));
      add_if(part, "parent_columns", list_of(constraint.parent_columns));
      add_if(part, "on_delete", words_of(constraint.on_delete));
      add_if(part, "on_update", words_of(constraint.on_update));
      add_if(part, "match", lower_name(constraint.match));
      add_flag(part, "deferrable", constraint.deferrable);
      add_flag(part, "initially_deferred", constraint.initially_deferred);
    }
    add_if(part, "on_conflict", word_of(constraint.on_conflict));
  }

  void describe(const CreateVirtualTable& table, std::string_view text, CatalogObject& object, Parts&) {
    object.add("module", lower_name(table.module));
    std::string arguments;
    for (const Range& argument : table.arguments)
      arguments += (arguments.empty() ? "" : ", ") + std::string(argument.of(text));
    add_if(object, "arguments", arguments);
    for (const Range& argument : table.arguments) {
      const std::string* key = key_of(named_in(argument.of(text), object.get("module")));
      if (key != nullptr) object.dependencies.push_back(*key);
    }
  }

  // The table that an argument of a module names: content = 'documents', fts5vocab(documents, row).
  static std::string named_in(std::string_view argument, std::string_view module) {
    TokenCursor cursor(argument);
    if (cursor.word("content")) {
      if (cursor.take().text != "=") return {};
    } else if (module != "fts5vocab" && module != "fts4aux") {
      return {};
    }
    return is_name(cursor.peek()) ? name_of(cursor.peek()) : std::string();
  }

  void describe(const CreateIndex& index, std::string_view text, CatalogObject& object, Parts&) {
    add_flag(object, "unique", index.unique);
    object.add("columns", list_of(index.parts, text));
    add_if(object, "where", normal_text(index.where.of(text)));
  }

  void describe(const CreateView& view, std::string_view text, CatalogObject& object, Parts&) {
    add_if(object, "columns", list_of(view.columns));
    object.add("definition", normal_text(view.select.of(text)));
    depend_on_named(view.select.of(text), object);
  }

  void describe(const CreateTrigger& trigger, std::string_view text, CatalogObject& object, Parts&) {
    using Time = CreateTrigger::Time;
    using Event = CreateTrigger::Event;
    object.add("timing", trigger.time == Time::after    ? "after"
                         : trigger.time == Time::before ? "before"
                                                        : "instead of");
    object.add("event", trigger.event == Event::insert   ? "insert"
                        : trigger.event == Event::update ? "update"
                                                         : "delete");
    add_if(object, "columns", list_of(trigger.columns));
    add_if(object, "when", normal_text(trigger.when.of(text)));
    object.add("body", normal_text(trigger.body.of(text)));
    depend_on_named(trigger.when.of(text), object);
    depend_on_named(trigger.body.of(text), object);
  }

  Catalog& catalog_;
  std::span<const StoredObject> objects_;
  std::map<std::string, std::string, std::less<>> keys_;  // of tables and views by name in lower case
};

}  // namespace

void add_facts(Catalog& catalog, std::span<const StoredObject> objects) {
  FactMaker(catalog, objects).make();
}

}  // namespace whimbrel::sqlite

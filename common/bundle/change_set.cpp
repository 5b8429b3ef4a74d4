#include "common/bundle/change_set.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "common/bundle/load.h"
#include "common/bundle/value_text.h"
#include "common/error.h"
#include "common/json/tree.h"
#include "common/transfer/conversion.h"

namespace whimbrel {

namespace {

std::string_view name_of(ChangeAction action) {
  switch (action) {
    case ChangeAction::insert:
      return "insert";
    case ChangeAction::update:
      return "update";
    case ChangeAction::remove:
      return "delete";
  }
  return {};
}

class Text {
 public:
  explicit Text(const Host& host) : values_(host.dialect().dynamic_types) {}

  std::string of(const std::vector<ChangeSet>& sets) {
    out_.append('[');
    for (std::size_t i = 0; i < sets.size(); ++i) {
      out_.append(i == 0 ? std::string_view("\n") : std::string_view(",\n"));
      set(sets[i]);
    }
    out_.append("]");
    return std::string(out_.view());
  }

 private:
  void string(std::string_view key, std::string_view value) {
    json::write_string(out_, key);
    out_.append(':');
    json::write_string(out_, value);
    out_.append(',');
  }

  void names(std::string_view key, const Table& table, const std::vector<std::size_t>& columns) {
    json::write_string(out_, key);
    out_.append(":[");
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i != 0) out_.append(',');
      json::write_string(out_, table.columns[columns[i]].name);
    }
    out_.append("],");
  }

  void set(const ChangeSet& set) {
    out_.append('{');
    string("table", set.table->display_name());
    string("action", name_of(set.action));
    names("key", *set.table, set.key);
    if (!set.left.empty()) names("columns", *set.table, set.columns);
    out_.append("\"secrets\":{");
    for (std::size_t i = 0; i < set.inside.size(); ++i) {
      if (i != 0) out_.append(',');
      json::write_string(out_, set.table->columns[set.inside[i].column].name);
      out_.append(":[");
      for (std::size_t p = 0; p < set.inside[i].paths.size(); ++p) {
        if (p != 0) out_.append(',');
        json::write_string(out_, set.inside[i].paths[p]);
      }
      out_.append(']');
    }
    out_.append("},\"taken\":[");
    std::set<std::string> names;
    for (const GivenSecret& given : set.given)
      names.insert(set.table->columns[given.column].name + given.path);
    bool first = true;
    for (const std::string& name : names) {
      if (!first) out_.append(',');
      first = false;
      json::write_string(out_, name);
    }
    out_.append("],\"rows\":[");
    for (std::size_t row = 0; row < set.rows; ++row) {
      out_.append(row == 0 ? std::string_view("\n") : std::string_view(",\n"));
      if (!set.left.empty()) {
        out_.append('[');
        key(set, row);
        out_.append(",\"");
        char digits[16];
        const char* const end = std::to_chars(digits, digits + sizeof digits, set.left[row], 16).ptr;
        out_.append(std::string_view(digits, static_cast<std::size_t>(end - digits)));
        out_.append("\"]");
        continue;
      }
      out_.append("{\"key\":[");
      key(set, row);
      out_.append(']');
      if (!set.before.empty()) values("before", set, set.before_of(row));
      if (!set.after.empty()) values("after", set, set.after_of(row));
      out_.append('}');
    }
    out_.append("]}");
  }

  void key(const ChangeSet& set, std::size_t row) {
    for (std::size_t i = 0; i < set.key.size(); ++i) {
      if (i != 0) out_.append(',');
      values_.write(out_, set.key_of(row)[i], set.table->columns[set.key[i]].kind);
    }
  }

  void values(std::string_view name, const ChangeSet& set, const Cell* cells) {
    out_.append(",\"");
    out_.append(name);
    out_.append("\":{");
    bool first = true;
    for (std::size_t i = 0; i < set.columns.size(); ++i) {
      if (cells[i].tag == Tag::absent) continue;
      if (!first) out_.append(',');
      first = false;
      const Column& column = set.table->columns[set.columns[i]];
      json::write_string(out_, column.name);
      out_.append(':');
      values_.write(out_, cells[i], column.kind);
    }
    out_.append('}');
  }

  ValueWriter values_;
  json::Buffer out_;
};

class Reading {
 public:
  Reading(const Host& host, const Schema& schema, Arena& arena)
      : host_(host), schema_(schema), arena_(arena) {}

  std::vector<ChangeSet> of(std::string_view text) {
    std::vector<ChangeSet> sets;
    const json::Tree tree = json::read_tree(text);
    for (const json::Tree& one : tree.elements) sets.push_back(set(one));
    return sets;
  }

 private:
  // Whoever may write to the table of runs may have changed them.
  static void require(bool sound) {
    if (!sound) throw Error(code::kInvalidBundle, "what the recorded run replaced is damaged");
  }

  static const json::Tree& member(const json::Tree& tree, std::string_view name) {
    const json::Tree* found = tree.find(name);
    require(found != nullptr);
    return *found;
  }

  ChangeSet set(const json::Tree& tree) {
    ChangeSet set;
    const std::string& name = member(tree, "table").text;
    for (const Table& table : schema_.tables)
      if (table.display_name() == name) set.table = &table;
    if (set.table == nullptr)
      throw Error(code::kInvalidBundle, "table \"" + name + "\" of the recorded run does not exist any more");
    set.action = action(member(tree, "action").text);
    for (const json::Tree& column : member(tree, "key").elements)
      set.key.push_back(find(*set.table, column.text));
    require(!set.key.empty());
    for (const auto& [column, paths] : member(tree, "secrets").members) {
      set.inside.push_back({find(*set.table, column), {}});
      for (const json::Tree& path : paths.elements) set.inside.back().paths.push_back(path.text);
    }
    for (const json::Tree& taken : member(tree, "taken").elements) set.taken.push_back(taken.text);
    const std::vector<json::Tree>& rows = member(tree, "rows").elements;
    if (const json::Tree* columns = tree.find("columns"))
      for (const json::Tree& column : columns->elements) set.columns.push_back(find(*set.table, column.text));
    for (const json::Tree& row : rows)
      for (const std::string_view side : {"before", "after"})
        if (const json::Tree* values = row.find(side))
          for (const auto& [column, value] : values->members) {
            const std::size_t found = find(*set.table, column);
            if (std::find(set.columns.begin(), set.columns.end(), found) == set.columns.end())
              set.columns.push_back(found);
          }
    set.checked.assign(set.columns.size(), true);
    set.rows = rows.size();
    for (const json::Tree& row : rows) {
      const std::vector<json::Tree>& key = row.is_array() ? row.elements : member(row, "key").elements;
      require(key.size() == set.key.size() + (row.is_array() ? 1 : 0));
      for (std::size_t i = 0; i < set.key.size(); ++i)
        set.keys.push_back(value(*set.table, set.key[i], key[i]));
      side(set, row.find("before"), set.before);
      side(set, row.find("after"), set.after);
      if (!row.is_array()) continue;
      const std::string& digits = key.back().text;
      const char* const end = digits.data() + digits.size();
      require(std::from_chars(digits.data(), end, set.left.emplace_back(), 16).ptr == end && !digits.empty());
    }
    require_sides(set);
    return set;
  }

  static ChangeAction action(std::string_view name) {
    for (const ChangeAction one : {ChangeAction::insert, ChangeAction::update, ChangeAction::remove})
      if (name == name_of(one)) return one;
    require(false);
    return {};
  }

  // Each row has the sides that its action has: of new rows the hash may stand for the one after it.
  static void require_sides(const ChangeSet& set) {
    const std::size_t cells = set.rows * set.columns.size();
    const bool was_there = set.action != ChangeAction::insert, is_there = set.action != ChangeAction::remove;
    const bool hashed = !set.left.empty();
    require(set.before.size() == (was_there ? cells : 0));
    require(set.after.size() == (is_there && !hashed ? cells : 0));
    require(!hashed || (set.action == ChangeAction::insert && set.left.size() == set.rows));
  }

  void side(const ChangeSet& set, const json::Tree* values, std::vector<Cell>& cells) {
    if (values == nullptr) return;
    const std::size_t from = cells.size();
    cells.resize(from + set.columns.size(), Cell::of(Tag::absent, std::int64_t{0}));
    for (const auto& [column, one] : values->members) {
      const std::size_t found = find(*set.table, column);
      const auto at = std::find(set.columns.begin(), set.columns.end(), found);
      cells[from + static_cast<std::size_t>(at - set.columns.begin())] = value(*set.table, found, one);
    }
  }

  static std::size_t find(const Table& table, const std::string& name) {
    const std::size_t found = table.find_column(name);
    if (found == Table::npos)
      throw Error(code::kInvalidBundle, "column \"" + table.display_name() + "." + name +
                                            "\" of the recorded run does not exist any more");
    return found;
  }

  Cell value(const Table& table, std::size_t column, const json::Tree& tree) {
    const Column& of = table.columns[column];
    const ColumnReading reading =
        column_reading(of.kind, of.type, host_.dialect().dynamic_types, host_.dialect().text_may_hold_nul);
    Cell cell;
    const Misfit misfit = convert_raw(tree.raw, reading, arena_, cell);
    if (misfit)
      throw Error(misfit.code, "column \"" + table.display_name() + "." + of.name +
                                   "\" cannot hold a value of the recorded run: " + misfit.message);
    return cell;
  }

  const Host& host_;
  const Schema& schema_;
  Arena& arena_;
};

}  // namespace

WithoutSecrets::WithoutSecrets(const ChangeSet& set) : width_(set.columns.size()) {
  for (const DocumentSecrets& inside : set.inside) {
    const auto at = std::find(set.columns.begin(), set.columns.end(), inside.column);
    if (at != set.columns.end() && !inside.paths.empty())
      parts_.emplace(static_cast<std::size_t>(at - set.columns.begin()),
                     SecretParts(inside.paths, SecretForm::omit));
  }
}

const Cell* WithoutSecrets::of(const Cell* row, Arena& arena) {
  if (parts_.empty()) return row;
  row_.assign(row, row + width_);
  take_out_secrets(parts_, row_.data(), arena);
  return row_.data();
}

std::string changes_text(const Host& host, const std::vector<ChangeSet>& sets) { return Text(host).of(sets); }

std::vector<ChangeSet> read_changes(const Host& host, const Schema& schema, std::string_view text,
                                    Arena& arena) {
  return Reading(host, schema, arena).of(text);
}

std::vector<ChangeSet> inverse(std::vector<ChangeSet> sets) {
  std::reverse(sets.begin(), sets.end());
  for (ChangeSet& set : sets) {
    std::swap(set.before, set.after);
    if (set.action == ChangeAction::insert)
      set.action = ChangeAction::remove;
    else if (set.action == ChangeAction::remove)
      set.action = ChangeAction::insert;
  }
  // Rows that go come first.
  std::stable_partition(sets.begin(), sets.end(),
                        [](const ChangeSet& set) { return set.action == ChangeAction::remove; });
  return sets;
}

}  // namespace whimbrel

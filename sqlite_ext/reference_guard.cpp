#include "sqlite_ext/reference_guard.h"

#include <algorithm>

#include "common/error.h"
#include "common/host.h"
#include "common/schema/sqlite/key_mismatch.h"
#include "common/schema/sqlite/names.h"
#include "sqlite_ext/foreign_keys.h"
#include "sqlite_ext/parameters.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

namespace {

std::string rows_text(std::int64_t rows) { return std::to_string(rows) + (rows == 1 ? " row" : " rows"); }

// In lower case: how a reference spells a table and how it was created may differ.
std::set<std::string> lower_table_names(sqlite3* db) {
  std::set<std::string> names;
  for (const std::string& name : table_names(db)) names.insert(lower_name(name));
  return names;
}

// Tables whose foreign keys name `parent`, itself left out.
std::vector<std::string> children_of(sqlite3* db, const std::string& parent) {
  Prepared query(db,
                 "SELECT DISTINCT lower(t.name) FROM main.sqlite_schema t, "
                 "pragma_foreign_key_list(t.name, 'main') k WHERE t.type = 'table' AND "
                 "k.\"table\" = $1 COLLATE NOCASE AND t.name <> $1 COLLATE NOCASE");
  sqlite3_bind_text(query.handle(), query.parameter(1), parent.data(), static_cast<int>(parent.size()),
                    SQLITE_STATIC);
  std::vector<std::string> children;
  while (query.step()) children.emplace_back(query.text(0));
  return children;
}

bool refers_to_itself(sqlite3* db, const std::string& table) {
  Prepared query(db,
                 "SELECT count(*) FROM pragma_foreign_key_list($1, 'main') WHERE \"table\" = $1 COLLATE "
                 "NOCASE");
  sqlite3_bind_text(query.handle(), query.parameter(1), table.data(), static_cast<int>(table.size()),
                    SQLITE_STATIC);
  return query.step() && query.integer(0) != 0;
}

std::int64_t count_rows(sqlite3* db, const std::string& table) {
  Prepared query(db, "SELECT count(*) FROM main." + quote_identifier(table));
  query.step();
  return query.integer(0);
}

// Adds what PRAGMA foreign_key_check tells; false when a table's keys do not fit their parent, which SQLite
// reports as an error.
bool add_broken(sqlite3* db, const std::string& table, BrokenReferences& broken) {
  BrokenReferences found;
  try {
    Prepared query = find_orphans(db, table);
    while (query.step()) ++found[{lower_name(query.text(0)), lower_name(query.text(2))}];
  } catch (const Error& error) {
    if (!is_key_mismatch(error)) throw;
    return false;
  }
  broken.merge(found);
  return true;
}

BrokenReferences all_broken(sqlite3* db) {
  BrokenReferences broken;
  if (add_broken(db, "", broken)) return broken;
  for (const std::string& table : table_names(db)) add_broken(db, table, broken);
  return broken;
}

}  // namespace

bool foreign_keys_enforced(sqlite3* db) {
  int on = 0;
  return sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &on) == SQLITE_OK && on != 0;
}

void enforce_foreign_keys(sqlite3* db, bool on) {
  // It makes SQLite prepare all statements again: not without need.
  if (foreign_keys_enforced(db) != on)
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, on ? 1 : 0, nullptr);
}

ReferenceGuard::ReferenceGuard(sqlite3* db) : db_(db), session_enforces_(foreign_keys_enforced(db)) {}

ReferenceGuard::~ReferenceGuard() {
  enforce_foreign_keys(db_, session_enforces_);
  if (deferred_here_) sqlite3_exec(db_, "PRAGMA defer_foreign_keys = OFF", nullptr, nullptr, nullptr);
}

void ReferenceGuard::set_enforced(bool on) {
  if (!on && session_enforces_ && !everything_) {
    for (const auto& [key, rows] : all_broken(db_))
      if (!checked_.contains(key.first)) before_.emplace(key, rows);  // else a DROP was watched already
    everything_ = true;
  }
  enforce_foreign_keys(db_, on);
}

bool ReferenceGuard::may_set_deferred(bool on) {
  if (deferred_here_) {
    // Switched off, SQLite would forget what is still open.
    if (!on) finish_deferred();
    return true;
  }
  if (pragma_flag(db_, "defer_foreign_keys")) return false;
  const bool open = has_open_references(db_);
  deferred_here_ = on && !open;
  return on || !open;  // newer versions of SQLite would forget what is open
}

bool ReferenceGuard::count_children(const std::string& parent) {
  const std::vector<std::string> children = children_of(db_, parent);
  for (const std::string& child : children) {
    if (!everything_ && checked_.insert(child).second) add_broken(db_, child, before_);
    if (!children_.contains(child)) children_.emplace(child, Child{count_rows(db_, child), parent});
    if (!parents_.contains(parent)) parents_.emplace(parent, count_rows(db_, parent));
  }
  return !children.empty();
}

bool ReferenceGuard::watch(const StatementTarget& target) {
  if (!session_enforces_) return false;
  reduced_.insert(target.table);
  if (target.verb == StatementTarget::Verb::remove_rows) {
    // The table may be dropped next, to be recreated.
    if (target.all_rows && foreign_keys_enforced(db_)) count_children(target.table);
    return false;
  }
  // SQLite deletes its rows one by one where any key names it, with what these do to rows of the same table
  // and with a look for its parents. Only so it knows which open references go with them.
  if (!count_children(target.table)) return refers_to_itself(db_, target.table) && !has_open_references(db_);
  dropped_.insert(target.table);
  return true;
}

void ReferenceGuard::rename(const std::string& from, const std::string& to) {
  const auto rename_in = [&](std::set<std::string>& names) {
    if (auto name = names.extract(from)) {
      name.value() = to;
      names.insert(std::move(name));
    }
  };
  rename_in(checked_);
  rename_in(dropped_);
  rename_in(reduced_);
  if (auto parent = parents_.extract(from)) {
    parent.key() = to;
    parents_.insert(std::move(parent));
  }
  if (auto child = children_.extract(from)) {
    child.key() = to;
    children_.insert(std::move(child));
  }
  for (auto& [name, child] : children_)
    if (child.parent == from) child.parent = to;
  BrokenReferences before;
  for (const auto& [key, rows] : before_) {
    std::int64_t& renamed =
        before[{key.first == from ? to : key.first, key.second == from ? to : key.second}];
    renamed = std::max(renamed, rows);
  }
  before_ = std::move(before);
}

void ReferenceGuard::compare_references(std::vector<std::string>& notes) {
  const std::set<std::string> tables = lower_table_names(db_);
  BrokenReferences after;
  if (everything_) {
    after = all_broken(db_);
  } else {
    for (const std::string& child : checked_)
      if (tables.contains(child)) add_broken(db_, child, after);
  }
  // What was broken in a table that has another name now is not new.
  std::int64_t moved = 0;
  for (const auto& [key, rows] : before_)
    if (!tables.contains(key.first) || !after.contains(key)) moved += rows;
  for (const auto& [key, rows] : after) {
    const auto& [child, parent] = key;
    const auto found = before_.find(key);
    std::int64_t old = found == before_.end() ? 0 : found->second;
    if (found == before_.end() && everything_) {
      old = std::min(rows, moved);
      moved -= old;
    }
    const std::string sentence =
        "table \"" + child + "\" has " + rows_text(rows) + " whose parent in \"" + parent + "\" is missing";
    if (rows <= old) {
      notes.push_back(sentence + ", as before the migration");
      continue;
    }
    Error error(code::kReference, sentence);
    error.detail = tables.contains(parent)
                       ? "The migration broke " +
                             (old == 0 ? "these references." : std::to_string(rows - old) + " of them.")
                       : "The migration dropped the table \"" + parent + "\".";
    error.hint =
        "To recreate a table, make the new one under another name, copy the rows, drop the old one and "
        "rename the new one, all in one migration; where several of them do it, call with foreign keys off "
        "(PRAGMA foreign_keys = OFF). Before a table is dropped for good, drop its children, recreate them "
        "without the reference, or delete these rows.";
    error.table_name = child;
    throw error;
  }
}

// Only of tables that were recreated with all their rows: who deletes rows of a parent for good wants its
// children to follow.
void ReferenceGuard::compare_counts() {
  if (dropped_.empty()) return;
  const std::set<std::string> tables = lower_table_names(db_);
  for (const auto& [name, child] : children_) {
    if (!dropped_.contains(child.parent) || !tables.contains(child.parent)) continue;
    if (reduced_.contains(name) || !tables.contains(name)) continue;
    if (count_rows(db_, child.parent) < parents_.at(child.parent)) continue;
    const std::int64_t rows = count_rows(db_, name);
    if (rows >= child.rows) continue;
    Error error(code::kLostRows, "table \"" + name + "\" lost " + std::to_string(child.rows - rows) +
                                     " of its " + rows_text(child.rows) + " while \"" + child.parent +
                                     "\" was recreated");
    error.detail = "The migration deletes the rows of \"" + child.parent +
                   "\" before it drops the table, and ON DELETE CASCADE took these along.";
    error.hint = "Leave the DELETE out: DROP TABLE alone keeps the children's rows here.";
    error.table_name = name;
    throw error;
  }
}

void refuse_open_references(sqlite3* db, const BrokenReferences& before) {
  if (!has_open_references(db)) return;
  Error error(code::kReference, "");
  for (const auto& [key, rows] : all_broken(db)) {
    if (const auto old = before.find(key); old != before.end() && rows <= old->second) continue;
    if (error.message.empty()) error.table_name = key.first;
    error.message += (error.message.empty() ? "" : ", ") +
                     ("table \"" + key.first + "\" has " + rows_text(rows)) + " whose parent in \"" +
                     key.second + "\" is missing";
  }
  if (error.message.empty()) return;
  error.detail = "The foreign keys are deferred, and the migration left references broken" +
                 std::string(before.empty() ? "; what was so before is counted too." : ".");
  throw error;
}

void ReferenceGuard::finish_deferred() {
  refuse_open_references(db_, before_);
  run_sql(db_, "PRAGMA defer_foreign_keys = OFF");
  deferred_here_ = false;
}

std::vector<std::string> ReferenceGuard::finish() {
  std::vector<std::string> notes;
  if (session_enforces_) {
    if (everything_ || !checked_.empty()) compare_references(notes);
    compare_counts();
    if (deferred_here_) finish_deferred();
  }
  enforce_foreign_keys(db_, session_enforces_);
  return notes;
}

}  // namespace whimbrel::sqlite

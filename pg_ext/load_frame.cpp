#include "pg_ext/load_frame.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "common/each_row.h"
#include "pg_ext/load_frame_queries.h"
#include "pg_ext/settings.h"

namespace whimbrel::pg {

namespace {

// Positions that are read by one statement.
constexpr std::size_t kSequencesAtOnce = 200;

constexpr std::int64_t kInsertEvent = 1 << 2, kTruncateEvent = 1 << 5;  // of pg_trigger.tgtype

std::string text_of(const Cell& cell) { return std::string(cell.view()); }

std::string oid_array(std::span<const Table* const> tables) {
  std::string array = "{";
  for (const Table* table : tables) {
    if (array.size() > 1) array += ',';
    array += std::to_string(table->host_id);
  }
  return array + "}";
}

// ENABLE TRIGGER, ENABLE REPLICA RULE, …
std::string enable(std::string_view state, std::string_view what) {
  const std::string_view word = state == "R" ? "REPLICA " : state == "A" ? "ALWAYS " : "";
  return std::string(" ENABLE ").append(word).append(what);
}

std::string_view without_where(std::string_view condition) {
  const std::size_t begin = condition.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  condition.remove_prefix(begin);
  constexpr std::string_view kWhere = "where";
  const bool has_where =
      condition.size() > kWhere.size() && std::ranges::equal(condition.substr(0, kWhere.size()), kWhere,
                                                             [](char a, char b) { return (a | 0x20) == b; });
  if (has_where) condition.remove_prefix(kWhere.size());
  return condition;
}

class FrameMaker {
 public:
  FrameMaker(Statements& statements, const LoadRequest& request)
      : statements_(statements), request_(request), oids_(oid_array(request.tables)) {}

  LoadFrame make(const std::string& search_path) {
    set_session(search_path);
    put_off_row_security();
    put_off_triggers();
    put_off_rules();
    put_off_unchecked();
    if (request_.clean) clean();
    put_off_circles();
    // The last to be put off is the first to come back. No table can be altered while checks of its rows
    // wait, those included that wait by themselves.
    if (!frame_.after.empty()) frame_.after.push_back("SET CONSTRAINTS ALL IMMEDIATE");
    std::ranges::reverse(frame_.after);
    read_positions();
    refresh();
    return std::move(frame_);
  }

 private:
  void for_each(std::string_view sql, std::initializer_list<Cell> further,
                const std::function<void(const Cell*)>& row) {
    std::vector<Cell> parameters = {Cell::text(oids_)};
    parameters.insert(parameters.end(), further);
    for_each_row(statements_, std::string(kMembers).append(sql), parameters, row);
  }

  void set_session(const std::string& search_path) {
    // What the rows' triggers, checks and generated columns call without a schema must be found as at home.
    frame_.settings = {"SET client_encoding = 'UTF8'",
                       "SET standard_conforming_strings = on",
                       "SET client_min_messages = warning",
                       "SET DateStyle = 'ISO, YMD'",
                       "SET xmloption = content",
                       "SET lc_monetary = 'C'",
                       "SET row_security = off",
                       "SET search_path = " + (search_path.empty() ? "''" : search_path)};
  }

  // --- each put off in order; `after` is turned round at the end

  void put_off_row_security() {
    for_each(kForcedRowSecurity, {}, [&](const Cell* row) {
      const std::string table = "ALTER TABLE " + quote_name(row[0].view(), row[1].view());
      frame_.before.push_back(table + " NO FORCE ROW LEVEL SECURITY");
      frame_.after.push_back(table + " FORCE ROW LEVEL SECURITY");
    });
  }

  void put_off_triggers() {
    const std::int64_t events = kInsertEvent | (request_.clean ? kTruncateEvent : 0);
    for_each(kTriggers, {Cell::integer_of(events)}, [&](const Cell* row) {
      // Partitions have states of their own.
      const std::string table = std::string("ALTER TABLE ") + (row[4].integer != 0 ? "ONLY " : "") +
                                quote_name(row[0].view(), row[1].view());
      const std::string trigger = quote_identifier(row[2].view());
      frame_.before.push_back(table + " DISABLE TRIGGER " + trigger);
      frame_.after.push_back(table + enable(row[3].view(), "TRIGGER ") + trigger);
    });
  }

  void put_off_rules() {
    for_each(kRules, {}, [&](const Cell* row) {
      const std::string table = "ALTER TABLE " + quote_name(row[0].view(), row[1].view());
      const std::string rule = quote_identifier(row[2].view());
      frame_.before.push_back(table + " DISABLE RULE " + rule);
      frame_.after.push_back(table + enable(row[3].view(), "RULE ") + rule);
    });
  }

  void put_off_unchecked() {
    put_off_constraints(kUnchecked, "TABLE ", "");
    put_off_constraints(kUncheckedDomains, "DOMAIN ", "DOMAIN ");
  }

  void put_off_constraints(std::string_view sql, std::string_view kind, std::string_view kind_in_comment) {
    std::vector<std::string> back;
    for_each(sql, {}, [&](const Cell* row) {
      const std::string owner = quote_name(row[0].view(), row[1].view());
      const std::string name = quote_identifier(row[2].view());
      const std::string alter = std::string("ALTER ").append(kind) + owner;
      frame_.before.push_back(alter + " DROP CONSTRAINT " + name);
      back.push_back(alter + " ADD CONSTRAINT " + name + " " + text_of(row[3]));
      if (!row[4].is_null())
        back.push_back("COMMENT ON CONSTRAINT " + name + " ON " + std::string(kind_in_comment) + owner +
                       " IS " + quote_literal(row[4].view()));
    });
    // In the order in which they were dropped: those of parents before what inherits them.
    frame_.after.insert(frame_.after.end(), back.rbegin(), back.rend());
  }

  // All at once: tables that reference each other, and an error where one that is not loaded has references.
  void clean() {
    std::string list;
    for_each(kEmptied, {}, [&](const Cell* row) {
      list += (list.empty() ? "" : ", ") + std::string(row[2].integer != 0 ? "" : "ONLY ") +
              quote_name(row[0].view(), row[1].view());
    });
    if (!list.empty()) frame_.before.push_back("TRUNCATE TABLE " + list);
  }

  void put_off_circles() {
    const std::string circles = oid_array(request_.cyclic);
    for_each(kCircularKeys, {Cell::text(circles)}, [&](const Cell* row) {
      const std::string key = "ALTER TABLE " + quote_name(row[0].view(), row[1].view()) +
                              " ALTER CONSTRAINT " + quote_identifier(row[2].view());
      frame_.before.push_back(key + " DEFERRABLE INITIALLY DEFERRED");
      frame_.after.push_back(key +
                             (row[3].integer != 0 ? " DEFERRABLE INITIALLY IMMEDIATE" : " NOT DEFERRABLE"));
    });
  }

  // --- behind the rows

  struct Sequence {
    std::string schema, name;
  };

  void read_positions() {
    std::vector<Sequence> sequences;
    for_each(kSequences, {}, [&](const Cell* row) {
      const bool taken =
          row[3].integer != 0 ? !row[2].is_null() : request_.takes(row[0].view(), row[1].view());
      if (taken) sequences.push_back({text_of(row[0]), text_of(row[1])});
    });
    for (std::size_t begin = 0; begin < sequences.size(); begin += kSequencesAtOnce)
      read_some_positions(
          std::span(sequences).subspan(begin, std::min(kSequencesAtOnce, sequences.size() - begin)));
  }

  void read_some_positions(std::span<const Sequence> sequences) {
    std::string sql;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      sql += sql.empty() ? "" : " UNION ALL ";
      sql += "SELECT " + std::to_string(i) + " AS place, last_value, is_called FROM " +
             quote_name(sequences[i].schema, sequences[i].name);
    }
    for_each_row(statements_, sql + " ORDER BY place", {}, [&](const Cell* row) {
      const Sequence& sequence = sequences[static_cast<std::size_t>(row[0].integer)];
      frame_.positions.push_back(
          "SELECT pg_catalog.setval(" + quote_literal(quote_name(sequence.schema, sequence.name)) + ", " +
          std::to_string(row[1].integer) + ", " + (row[2].integer != 0 ? "true" : "false") + ")");
    });
  }

  void refresh() {
    std::set<std::string> with_foreign;
    for_each_name(kWithForeignMembers, [&](std::string_view schema, std::string_view name) {
      with_foreign.insert(quote_name(schema, name));
    });
    std::string analyzed;
    const auto add = [&](const std::string& name) {
      if (!with_foreign.contains(name)) analyzed += (analyzed.empty() ? "ANALYZE " : ", ") + name;
    };
    for (const Table* table : request_.tables) add(quote_name(table->schema, table->name));
    for_each_name(kFilledViews, [&](std::string_view schema, std::string_view name) {
      if (!request_.takes(schema, name)) return;
      frame_.finish.push_back("REFRESH MATERIALIZED VIEW " + quote_name(schema, name));
      add(quote_name(schema, name));
    });
    if (!analyzed.empty()) frame_.finish.push_back(analyzed);
  }

  // Not behind the members, which it does not need: it begins with a WITH of its own.
  void for_each_name(std::string_view sql,
                     const std::function<void(std::string_view schema, std::string_view name)>& found) {
    for_each_row(statements_, sql, {}, [&](const Cell* row) { found(row[0].view(), row[1].view()); });
  }

  Statements& statements_;
  const LoadRequest& request_;
  std::string oids_;
  LoadFrame frame_;
};

}  // namespace

LoadFrame make_load_frame(Statements& statements, const LoadRequest& request) {
  std::string search_path;
  {
    for_each_row(statements, "SELECT pg_catalog.current_setting('search_path')", {},
                 [&](const Cell* row) { search_path = text_of(*row); });
  }
  SettingsScope settings;
  settings.pin_value_text();  // in the texts of constraints and conditions too
  return FrameMaker(statements, request).make(search_path);
}

std::vector<ConfigurationRows> read_configuration_rows(Statements& statements) {
  SettingsScope settings;
  settings.pin_value_text();  // in the texts of constraints and conditions too
  std::vector<ConfigurationRows> found;
  for_each_row(statements, kConfigurationRows, {}, [&](const Cell* row) {
    found.push_back({text_of(row[0]), text_of(row[1]), std::string(without_where(row[2].view()))});
  });
  return found;
}

}  // namespace whimbrel::pg

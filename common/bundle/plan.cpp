#include "common/bundle/plan.h"

#include <algorithm>
#include <utility>

#include "common/bundle/secret_values.h"
#include "common/json/writer.h"

namespace whimbrel {

namespace {

std::string_view name_of(BundleChange::Action action) {
  switch (action) {
    case BundleChange::Action::insert:
      return "insert";
    case BundleChange::Action::update:
      return "update";
    case BundleChange::Action::remove:
      return "delete";
  }
  return {};
}

std::optional<std::string> shown(const BundleRows& rows, std::uint32_t row, std::size_t place) {
  const Cell& cell = rows.row(row)[place];
  if (cell.is_null()) return std::nullopt;
  return shown_place(rows, row, place);
}

// "agent", "3 agents"
std::string counted(const BundleNode& node, std::uint64_t count, bool always) {
  if (count == 1 && !always) return node.singular;
  return std::to_string(count) + " " + (count == 1 ? node.singular : node.plural);
}

std::string_view sign_of(std::string_view action) {
  return action == "insert" ? "+" : action == "update" ? "~" : "-";
}

void member(json::Buffer& out, std::string_view key, std::optional<std::string_view> value) {
  out.append(",");
  json::write_string(out, key);
  out.append(':');
  if (value)
    json::write_string(out, *value);
  else
    out.append("null");
}

}  // namespace

void for_each_plan_row(BundleComparison& comparison, const std::function<void(const PlanRow&)>& show) {
  const BundleShape& shape = comparison.shape();
  std::vector<std::string> tables;
  for (const auto& node : shape.nodes)
    tables.push_back(node->table == nullptr ? std::string() : node->table->display_name());
  for (const BundleChange& change : comparison.changes()) {
    const BundleNode& node = *shape.nodes[change.node];
    const BundleNodeRows& wanted = comparison.wanted().nodes[change.node];
    const BundleNodeRows& live = comparison.live().nodes[change.node];
    const bool removes = change.action == BundleChange::Action::remove;
    const bool inserts = change.action == BundleChange::Action::insert;
    const std::string key = removes ? shown_row(shape, comparison.live(), change.node, change.live)
                                    : shown_row(shape, comparison.wanted(), change.node, change.wanted);
    bool begins = true;
    const auto add = [&](std::string_view column, std::optional<std::string> old_value,
                         std::optional<std::string> new_value) {
      show({begins, name_of(change.action), tables[change.node], key, column, std::move(old_value),
            std::move(new_value)});
      begins = false;
    };
    for (std::size_t place = 0; place < node.columns.size(); ++place) {
      const auto in = [&](const std::vector<std::size_t>& places) {
        return std::find(places.begin(), places.end(), place) != places.end();
      };
      if (change.action == BundleChange::Action::update ? !in(change.places)
                                                        : !node.is_written[place] && !in(node.natural_key))
        continue;
      if (inserts && wanted.row(change.wanted)[place].tag == Tag::absent) continue;
      add(node.column_at(place).name, inserts ? std::nullopt : shown(live, change.live, place),
          removes ? std::nullopt : shown(wanted, change.wanted, place));
    }
    const std::optional<std::string> mask{std::in_place, kMask};
    for (const std::size_t one : change.secrets) {
      const std::string column = comparison.secrets().all()[one].column_name(shape);
      add(column, inserts ? std::nullopt : mask, mask);
    }
    if (begins) add({}, std::nullopt, std::nullopt);
  }
}

std::string plan_summary(const BundleComparison& comparison) {
  const BundleShape& shape = comparison.shape();
  struct Counts {
    std::uint64_t inserted = 0, updated = 0, removed = 0;
  };
  std::vector<Counts> counts(shape.nodes.size());
  std::uint64_t secrets = 0;
  for (const BundleChange& change : comparison.changes()) {
    Counts& of = counts[change.node];
    secrets += change.secrets.size();
    ++(change.action == BundleChange::Action::insert   ? of.inserted
       : change.action == BundleChange::Action::update ? of.updated
                                                       : of.removed);
  }
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  for (std::size_t i = 0; i < shape.nodes.size(); ++i) {
    const BundleNode& node = *shape.nodes[i];
    const Counts& of = counts[i];
    if (node.via.empty()) {
      if (of.inserted > 0)
        add("register " + (of.inserted == 1 ? "new " + node.singular
                                            : std::to_string(of.inserted) + " new " + node.plural));
      if (of.updated > 0) add("update " + counted(node, of.updated, false));
    } else if (of.inserted + of.updated > 0) {
      add("set " + counted(node, of.inserted + of.updated, true));
    }
    if (of.removed > 0) add("remove " + counted(node, of.removed, true));
  }
  if (secrets > 0) add("take " + std::to_string(secrets) + (secrets == 1 ? " secret" : " secrets"));
  return text.empty() ? "nothing to change" : text;
}

std::string plan_text(BundleComparison& comparison, const std::string& summary, const std::string& hash) {
  std::string text = "Bundle " + comparison.shape().name + ": " + summary + "\n";
  for_each_plan_row(comparison, [&](const PlanRow& row) {
    if (row.begins) {
      text += sign_of(row.action);
      text += " " + std::string(row.table) + " " + std::string(row.key) + "\n";
    }
    if (row.column.empty()) return;
    text += "    " + std::string(row.column) + ": ";
    if (row.action != "insert") text += row.old_value.value_or("null");
    if (row.action == "update") text += " → ";
    if (row.action != "delete") text += row.new_value.value_or("null");
    text += "\n";
  });
  return text + "Plan hash: " + hash + "\n";
}

std::string plan_json(BundleComparison& comparison, const std::string& summary, const std::string& hash) {
  json::Buffer out;
  out.append("{\"bundle\":");
  json::write_string(out, comparison.shape().name);
  member(out, "summary", summary);
  member(out, "plan_hash", hash);
  out.append(",\"changes\":[");
  bool first = true;
  for_each_plan_row(comparison, [&](const PlanRow& row) {
    out.append(first ? std::string_view("\n{\"action\":") : std::string_view(",\n{\"action\":"));
    first = false;
    json::write_string(out, row.action);
    member(out, "table", row.table);
    member(out, "key", row.key);
    member(out, "column", row.column.empty() ? std::nullopt : std::optional(row.column));
    member(out, "old", row.old_value);
    member(out, "new", row.new_value);
    out.append('}');
  });
  out.append("]}");
  return std::string(out.view());
}

}  // namespace whimbrel

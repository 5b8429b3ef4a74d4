#include "common/transfer/references/left_out_search.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/cell_copy.h"
#include "common/error.h"
#include "common/transfer/problems.h"
#include "common/transfer/references/key_cell.h"
#include "common/transfer/references/waiting_rows.h"

namespace whimbrel {

namespace {

// What names a row of the target, as its columns hold it; false where they hold no such value.
bool take_key(const Target& target, const Cell* from, Cell* key, Arena& arena) {
  for (std::size_t i = 0; i < target.columns.size(); ++i)
    if (!to_key_cell(from[i], target.table->columns[target.columns[i]].kind, arena, key[i])) return false;
  return true;
}

}  // namespace

LeftOutSearch::LeftOutSearch(Host& host, KeyMaps& maps, const RemappingOptions& options,
                             std::vector<Part> parts)
    : host_(host), maps_(maps), options_(options), parts_(std::move(parts)) {
  // A row that is not written itself may name any other.
  for (const Part& part : parts_)
    if (const Table& table = *part.keys->table; has_early(part) && !table.primary_key.empty())
      maps_.left_out().watch(table, table.primary_key);
}

// Whether rows that name the target may be written before it is.
bool LeftOutSearch::is_early(const Part& part, const Target& target) const {
  return target.left_out != nullptr && maps_.find(*target.table)->place >= part.keys->place;
}

bool LeftOutSearch::has_early(const Part& part) const {
  const auto any = [&](const auto& targets) {
    return std::ranges::any_of(targets, [&](const auto& one) { return is_early(part, one.second); });
  };
  return std::ranges::any_of(part.keys->links, [&](const Link& link) { return any(link.to); }) ||
         std::ranges::any_of(*part.documents, [&](const DocumentReferences& one) {
           return std::ranges::any_of(one.targets(), any);
         });
}

// The rows with all that names others, and by which they are named.
void LeftOutSearch::read(const Part& part, const KeyMaps::Visit& visit) {
  std::vector<std::size_t> columns;
  const auto want = [&](const std::vector<std::size_t>& more) {
    for (const std::size_t column : more)
      if (std::ranges::find(columns, column) == columns.end()) columns.push_back(column);
  };
  for (const Link& link : part.keys->links) {
    want(link.columns);
    if (link.discriminator != Table::npos) want({link.discriminator});
  }
  for (const DocumentReferences& one : *part.documents) {
    want({one.column()});
    want(one.discriminators());
  }
  for (const LeftOutKeys* one : maps_.left_out().of(*part.keys->table)) want(one->columns());
  maps_.read_rows(*part.keys, columns, visit);
}

void LeftOutSearch::each_reference(const Part& part, const LeftOutRows::Row& row, Arena& arena,
                                   const Named& visit) {
  for (const Link& link : part.keys->links) {
    Cell from[kMostParts];
    if (const Target* const target = maps_.named_by(link, row, from, arena))
      visit(*target, from, link.columns[0], {});
  }
  for (DocumentReferences& one : *part.documents)
    one.each(row(one.column()), row, [&](const Target& target, const Cell& from, std::string_view path) {
      visit(target, &from, one.column(), path);
    });
}

void LeftOutSearch::plan() {
  const bool leaves_out = options_.missing == MissingReferences::skip ||
                          (options_.collects && options_.missing == MissingReferences::error);
  if (!leaves_out || std::ranges::none_of(parts_, [this](const Part& part) { return has_early(part); }))
    return;
  if (plan_alone()) plan_with_others();
}

bool LeftOutSearch::leads_nowhere(const Target& target, const Cell* from, Arena& arena) {
  Cell to[kMostParts];
  const KeyMaps::Outcome outcome = maps_.follow(target, from, to, arena);
  return outcome == KeyMaps::Outcome::missing || outcome == KeyMaps::Outcome::left_out;
}

void LeftOutSearch::read_named(
    const std::function<void(const Part&, const LeftOutRows::Row&, Arena&)>& visit) {
  for (const Part& part : parts_) {
    if (maps_.left_out().of(*part.keys->table).empty()) continue;  // nobody names its rows
    read(part, [&](const LeftOutRows::Row& row, std::uint64_t, Arena& arena) { visit(part, row, arena); });
  }
}

// Leaves out the rows that lead nowhere by themselves, or by one that came before. Whether there are any.
bool LeftOutSearch::plan_alone() {
  bool any = false;
  read_named([&](const Part& part, const LeftOutRows::Row& row, Arena& arena) {
    bool nowhere = false;
    each_reference(part, row, arena,
                   [&](const Target& target, const Cell* from, std::size_t, std::string_view) {
                     nowhere = nowhere || leads_nowhere(target, from, arena);
                   });
    if (nowhere && maps_.left_out().add(*part.keys->table, row, arena)) any = true;
  });
  return any;
}

// And those that name one of them, or one that names it.
void LeftOutSearch::plan_with_others() {
  WaitingRows waiting(maps_.left_out(), maps_.space());
  read_named([&](const Part& part, const LeftOutRows::Row& row, Arena& arena) {
    const Table& table = *part.keys->table;
    if (maps_.left_out().has(table, row, arena)) return;
    const WaitingRows::Place place = waiting.remember(table, row, arena);
    bool nowhere = false;
    each_reference(part, row, arena,
                   [&](const Target& target, const Cell* from, std::size_t, std::string_view) {
                     nowhere = nowhere || leads_nowhere(target, from, arena);
                     Cell key[kMostParts];
                     if (!nowhere && target.left_out != nullptr && take_key(target, from, key, arena))
                       waiting.wait(place, *target.left_out, key);
                   });
    if (nowhere) waiting.leave_out(place);
  });
}

void LeftOutSearch::find_unwritten(const Table& table) {
  const TableKeys& keys = *maps_.find(table);
  for (LeftOutKeys* const named : maps_.left_out().of(table)) {
    const std::size_t parts = named->columns().size();
    RowBatch written, old;
    const auto begin = [&] {
      written.reset(parts);
      old.reset(parts);
    };
    begin();
    maps_.read_rows(keys, named->columns(), [&](const LeftOutRows::Row& row, std::uint64_t, Arena& arena) {
      Cell from[kMostParts], now[kMostParts];
      if (!take_key(table, named->columns(), row, from, arena) || named->has(from) ||
          !maps_.written_key(*named, from, now, arena))
        return;
      Cell* const to = written.append();
      Cell* const before = old.append();
      for (std::size_t i = 0; i < parts; ++i) {
        to[i] = copy_cell(now[i], written.arena());
        before[i] = copy_cell(from[i], old.arena());
      }
      if (written.rows() < RowBatch::kMaxRows) return;
      mark_unwritten(*named, written, old);
      begin();
    });
    if (!written.empty()) mark_unwritten(*named, written, old);
  }
}

void LeftOutSearch::mark_unwritten(LeftOutKeys& named, const RowBatch& keys, const RowBatch& old) {
  std::vector<bool> written(keys.rows());
  {
    const std::unique_ptr<RowReader> rows = host_.find_rows({&named.table(), named.columns(), {}}, keys);
    RowBatch found;
    while (rows->next(found))
      for (std::size_t i = 0; i < found.rows(); ++i)
        written[static_cast<std::size_t>(found.row(i)[0].integer)] = true;
  }
  for (std::size_t i = 0; i < written.size(); ++i)
    if (!written[i]) named.add(old.row(i), true);
}

void LeftOutSearch::require_written() {
  if (!maps_.left_out().any_late() || options_.missing == MissingReferences::keep) return;
  Problems problems;
  for (const Part& part : parts_) {
    if (!has_early(part)) continue;
    const Table& table = *part.keys->table;
    read(part, [&](const LeftOutRows::Row& row, std::uint64_t number, Arena& arena) {
      if (maps_.left_out().has(table, row, arena)) return;
      each_reference(
          part, row, arena,
          [&](const Target& target, const Cell* from, std::size_t column, std::string_view path) {
            if (!is_early(part, target)) return;
            Cell key[kMostParts];
            if (!take_key(target, from, key, arena) || !target.left_out->has_late(key)) return;
            problems.add(
                {std::string(code::kReference), table.display_name(), number, table.columns[column].name,
                 missing_reference({path, shown_key(key, target.columns.size()), *target.table, true}),
                 json::Position{0, 0, 0}});
          });
    });
  }
  problems.throw_if_any();
}

}  // namespace whimbrel

#include "common/transfer/references/remapping.h"

#include <algorithm>
#include <utility>

#include "common/cell_copy.h"
#include "common/error.h"
#include "common/transfer/problems.h"
#include "common/transfer/references/key_cell.h"
#include "common/transfer/references/old_ids.h"
#include "common/transfer/target_check.h"

namespace whimbrel {

namespace {

// As encode_key() sees it.
bool is_same(const Cell& left, const Cell& right) {
  if (left.tag != right.tag) return false;
  return points_to_value(left.tag) ? left.view() == right.view() : left.integer == right.integer;
}

bool has_any(const Rules& rules, RuleKind kind) {
  return std::ranges::any_of(rules.all(), [kind](const Rule& rule) { return rule.kind == kind; });
}

}  // namespace

bool Remapping::may_change_ids(const RemappingOptions& options, const Rules& rules) {
  return !options.preserve_ids || !options.origin.empty() || !options.templates.empty() ||
         has_any(rules, RuleKind::natural_key);
}

bool Remapping::is_needed(const RemappingOptions& options, const Rules& rules) {
  const bool watches = options.leaves_out && options.missing != MissingReferences::keep;
  return may_change_ids(options, rules) || (watches && has_any(rules, RuleKind::reference));
}

void require_meaning(const RemappingOptions& options, const Rules& rules) {
  if (!Remapping::is_needed(options, rules) &&
      (options.missing == MissingReferences::null || options.missing == MissingReferences::skip))
    throw Error(
        code::kInvalidOption, "option \"missing_references\" has no meaning where ids stay as they are",
        "References are followed where an import may change ids, or leave out rows that references of "
        "rules name.",
        "Use it with \"preserve_ids\": false.");
}

Remapping::Remapping(Host& host, const DocumentInput& input, const DocumentIndex& index, const Schema& schema,
                     const Rules& rules, const RemappingOptions& options,
                     const std::vector<const Table*>& tables, KeyTrial* trial)
    : host_(host), options_(options), maps_(host, input, index, schema, rules, options, tables, trial) {
  for (const Table* table : tables) {
    TableWork work;
    work.table = table;
    work.keys = maps_.find(*table);
    for (auto& [column, inside] : rules_inside(*table, rules)) {
      std::vector<ReferenceRule> followed;
      std::vector<RuleTargets> targets;
      for (ReferenceRule& rule : inside) {
        RuleTargets to;
        bool any = options.missing != MissingReferences::keep;
        for (const auto& [value, name] : rule.targets) {
          Target target = maps_.target_of(name, rule.target_column);
          if (target.table == nullptr) continue;
          any = any || target.key != nullptr;
          to.emplace_back(value, std::move(target));
        }
        if (!any) continue;
        followed.push_back(std::move(rule));
        targets.push_back(std::move(to));
      }
      if (!followed.empty())
        work.documents.emplace_back(maps_, ReferenceFinder(*table, column, std::move(followed)),
                                    std::move(targets));
    }
    for (const auto& [name, text] : options.templates) {
      const std::string prefix = table->display_name() + ".";
      if (!name.starts_with(prefix)) continue;
      const std::size_t column = table->find_column(name.substr(prefix.size()));
      if (column != Table::npos) work.templates.emplace_back(column, text);
    }
    works_.push_back(std::move(work));
  }
  check_templates();
  std::vector<LeftOutSearch::Part> parts;
  for (TableWork& work : works_) parts.push_back({work.keys, &work.documents});
  left_out_.emplace(host, maps_, options, std::move(parts));
}

void Remapping::check_templates() const {
  for (const auto& [name, text] : options_.templates) {
    const Column* column = nullptr;
    for (const TableWork& work : works_) {
      const std::string prefix = work.table->display_name() + ".";
      if (!name.starts_with(prefix)) continue;
      const std::size_t index = work.table->find_column(name.substr(prefix.size()));
      const IndexedTable* const source = work.keys->source;
      if (index != Table::npos && (source->rows == 0 || is_given(*source, index)))
        column = &work.table->columns[index];
    }
    if (column == nullptr)
      throw Error(code::kUnknownColumn, "option \"rename\": the document has no column \"" + name + "\"");
    if (column->kind != Kind::text && column->kind != Kind::any && column->kind != Kind::other)
      throw Error(code::kInvalidOption,
                  "option \"rename\": column \"" + name + "\" is no text but \"" + column->type + "\"",
                  "Only around a text something can be written.");
  }
}

void Remapping::prepare() {
  maps_.prepare();
  left_out_->plan();
}

const Remapping::TableWork* Remapping::find(const Table& table) const {
  for (const TableWork& work : works_)
    if (work.table == &table) return &work;
  return nullptr;
}

bool Remapping::changes(const Table& table) const {
  const TableWork* const work = find(table);
  if (work == nullptr) return false;
  const std::vector<bool>& changed = work->keys->changed;
  const auto rewrites = [this](const DocumentReferences& one) {
    return options_.missing == MissingReferences::null ||
           std::ranges::any_of(one.targets(), [](const RuleTargets& targets) {
             return std::ranges::any_of(targets, [](const auto& to) { return to.second.key != nullptr; });
           });
  };
  return std::ranges::any_of(work->documents, rewrites) || !work->templates.empty() ||
         std::find(changed.begin(), changed.end(), true) != changed.end();
}

bool Remapping::assigns(const Table& table, std::size_t column) const {
  const TableWork* const work = find(table);
  return work != nullptr && !options_.preserve_ids && work->keys->assigned[column];
}

bool Remapping::finds(const Table& table, std::size_t column) const {
  const TableWork* const work = find(table);
  return work != nullptr && work->keys->assigned[column] && work->keys->found && !work->keys->found->empty();
}

const RemappedCounts& Remapping::counts(const Table& table) const { return find(table)->counts; }

class RemappedRows : public RemappedReader, private MissingReference {
 public:
  RemappedRows(Remapping& remapping, Remapping::TableWork& work, const std::vector<std::size_t>& columns,
               RowReader& source, BadReferences bad)
      : remapping_(remapping),
        maps_(remapping.maps_),
        options_(remapping.options_),
        work_(work),
        source_(source),
        bad_(std::move(bad)),
        places_(work.table->columns.size(), Table::npos),
        old_ids_(remapping.maps_) {
    for (std::size_t i = 0; i < columns.size(); ++i) places_[columns[i]] = i;
    const std::vector<std::size_t>& key = work.table->primary_key;
    has_key_ = !key.empty() && work.keys->assigns() &&
               std::all_of(key.begin(), key.end(), [&](std::size_t c) { return places_[c] != Table::npos; });
    for (const Link& link : work.keys->links) {
      const bool wanted = std::all_of(link.columns.begin(), link.columns.end(),
                                      [&](std::size_t c) { return places_[c] != Table::npos; }) &&
                          (link.declared || options_.missing != MissingReferences::error ||
                           std::any_of(link.to.begin(), link.to.end(),
                                       [](const auto& one) { return one.second.key != nullptr; }));
      if (wanted) links_.push_back(&link);
    }
  }

  std::size_t columns() const override { return source_.columns(); }
  const RowNumbers& numbers() const override { return numbers_; }

  bool next(RowBatch& batch) override {
    do {
      if (!source_.next(batch)) {
        problems_.throw_if_any();
        return false;
      }
      std::size_t kept = 0;
      for (std::size_t i = 0; i < batch.rows(); ++i) {
        Cell* const cells = batch.row(i);
        ++row_;
        left_out_ = false;
        const RemappedCounts before = work_.counts;
        rewrite(cells, batch.arena());
        if (left_out_) {
          work_.counts = before;
          leave_out(batch.arena());
          continue;
        }
        numbers_.add(row_);
        if (kept != i) std::copy(cells, cells + batch.columns(), batch.row(kept));
        ++kept;
      }
      batch.keep(kept);
      // What is wrong is told all at once: nothing more is written, the rest is only looked through.
    } while (batch.empty() || !problems_.empty());
    return true;
  }

 private:
  // The row as the document has it.
  LeftOutRows::Row before() const {
    return [this](std::size_t column) {
      return places_[column] == Table::npos ? Cell() : before_[places_[column]];
    };
  }

  void leave_out(Arena& arena) {
    maps_.left_out().add(*work_.table, before(), arena);
    if (faults_.empty())
      ++work_.counts.skipped;
    else
      bad_.rows->add({work_.keys->source->name, bad_.number(row_ - 1), std::move(faults_)});
    faults_.clear();
  }

  void rewrite(Cell* cells, Arena& arena) {
    before_.assign(cells, cells + source_.columns());
    const LeftOutRows::Row row = before();
    for (const Link* link : links_) follow(*link, row, cells, arena);
    if (has_key_) {
      const std::vector<std::size_t>& key = work_.table->primary_key;
      Cell own[kMostParts];
      for (std::size_t i = 0; i < key.size(); ++i) own[i] = before_[places_[key[i]]];
      if (maps_.assign(*work_.keys, row, own, arena)) ++work_.counts.ids;
      for (std::size_t i = 0; i < key.size(); ++i)
        if (work_.keys->assigned[key[i]]) cells[places_[key[i]]] = own[i];
    }
    for (DocumentReferences& one : work_.documents) {
      const std::size_t place = places_[one.column()];
      if (place == Table::npos) continue;
      column_ = one.column();
      work_.counts.references += one.rewrite(cells[place], row, arena, *this);
    }
    if (left_out_) return;
    if (old_ids_.any()) look_for_old_ids(cells, arena);
    for (const auto& [column, text] : work_.templates) {
      if (places_[column] == Table::npos || cells[places_[column]].is_null()) continue;
      if (cells[places_[column]].tag != Tag::text) {
        refuse(code::kWrongType, column, "the value is no text: \"rename\" can write nothing around it");
        continue;
      }
      std::string value = text;
      value.replace(value.find("{}"), 2, cells[places_[column]].view());
      cells[places_[column]] = Cell::text(arena.copy(value));
    }
  }

  // Ids that no rule names, and that now lead nowhere or to another row.
  void look_for_old_ids(const Cell* cells, Arena& arena) {
    for (std::size_t column = 0; column < places_.size(); ++column) {
      if (places_[column] == Table::npos || work_.keys->changed[column]) continue;
      const OldIds::Report report = [&](std::string_view id, const Table& table) {
        report_old_id(column, id, table);
      };
      old_ids_.find_texts(cells[places_[column]], arena, report);
      followed_.clear();
      for (const DocumentReferences& one : work_.documents)
        if (one.column() == column) followed_ = one.places();
      old_ids_.find_integers(before_[places_[column]], followed_, arena, report);
    }
  }

  void report_old_id(std::size_t column, std::string_view id, const Table& table) {
    const std::string message =
        "old id " + std::string(id) + " of table \"" + table.display_name() + "\" was left behind";
    const std::string& name = work_.table->columns[column].name;
    if (options_.strict) {
      problems_.add({std::string(code::kReference), work_.table->display_name(), row_, name, message,
                     json::Position{0, 0, 0}});
    } else if (remapping_.stale_++ < Remapping::kMostStale) {
      remapping_.host_.notice(NoticeLevel::warning,
                              place_text(work_.table->display_name(), row_, name) + ": " + message);
    }
  }

  void follow(const Link& link, const std::function<Cell(std::size_t)>& row, Cell* cells, Arena& arena) {
    Cell to[kMostParts];
    const auto outcome = maps_.follow_link(link, row, to, arena);
    if (!outcome || *outcome == KeyMaps::Outcome::kept) return;
    if (*outcome == KeyMaps::Outcome::mapped) {
      bool changed = false;
      for (std::size_t i = 0; i < link.columns.size(); ++i) {
        Cell& cell = cells[places_[link.columns[i]]];
        // In a column of text an id is a text, as the rows have it that are there.
        if (work_.table->columns[link.columns[i]].kind == Kind::text &&
            (to[i].tag == Tag::integer || to[i].tag == Tag::uuid))
          to[i] = Cell::text(key_text(to[i], arena));
        if (is_same(before_[places_[link.columns[i]]], to[i])) continue;
        cell = to[i];
        changed = true;
      }
      if (changed) ++work_.counts.references;
      return;
    }
    Cell from[kMostParts];
    bool can_be_null = false;
    for (std::size_t i = 0; i < link.columns.size(); ++i) {
      from[i] = row(link.columns[i]);
      can_be_null = can_be_null || !work_.table->columns[link.columns[i]].not_null;
    }
    column_ = link.columns[0];
    const Table* parent = link.to[0].second.table;
    for (const auto& [value, target] : link.to)
      if (link.discriminator != Table::npos && value == key_text(row(link.discriminator), arena))
        parent = target.table;
    const std::string shown = shown_key(from, link.columns.size());
    if (!found({{}, shown, *parent, *outcome == KeyMaps::Outcome::left_out}, can_be_null)) return;
    for (const std::size_t column : link.columns)
      if (!work_.table->columns[column].not_null) cells[places_[column]] = Cell();
  }

  bool found(const NoRow& reference, bool can_be_null) override {
    if (options_.missing == MissingReferences::keep) return false;
    if (options_.missing == MissingReferences::null && can_be_null) return true;
    if (options_.missing == MissingReferences::skip) {
      left_out_ = true;
      return false;
    }
    refuse(code::kReference, column_, missing_reference(reference));
    return false;
  }

  // Of the row that is being rewritten.
  void refuse(std::string_view code, std::size_t column, const std::string& what) {
    const std::string& name = work_.table->columns[column].name;
    if (bad_.rows != nullptr) {
      left_out_ = true;
      faults_ += (faults_.empty() ? "column \"" : "; column \"") + name + "\": " + what;
      return;
    }
    problems_.add(
        {std::string(code), work_.table->display_name(), row_, name, what, json::Position{0, 0, 0}});
  }

  Remapping& remapping_;
  KeyMaps& maps_;
  const RemappingOptions& options_;
  Remapping::TableWork& work_;
  RowReader& source_;
  const BadReferences bad_;
  RowNumbers numbers_;
  std::string faults_;               // of the row, where they are told
  std::vector<std::size_t> places_;  // of each column of the table among the cells
  std::vector<const Link*> links_;
  std::vector<Cell> before_;
  OldIds old_ids_;
  std::vector<std::uint32_t> followed_;  // places in a document
  Problems problems_;
  std::uint64_t row_ = 0;
  std::size_t column_ = 0;
  bool has_key_ = false;
  bool left_out_ = false;
};

std::unique_ptr<RemappedReader> Remapping::rows(const Table& table, const std::vector<std::size_t>& columns,
                                                RowReader& source, BadReferences bad) {
  for (TableWork& work : works_)
    if (work.table == &table)
      return std::make_unique<RemappedRows>(*this, work, columns, source, std::move(bad));
  return nullptr;
}

}  // namespace whimbrel

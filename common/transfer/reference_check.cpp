#include "common/transfer/reference_check.h"

#include <algorithm>
#include <utility>

#include "common/cell_copy.h"
#include "common/error.h"
#include "common/transfer/bad_rows.h"
#include "common/transfer/references/key_cell.h"
#include "common/transfer/table_rows.h"

namespace whimbrel {

namespace {

const IndexedTable* find_source(const DocumentIndex& index, const Table& target) {
  for (const IndexedTable& table : index.tables)
    if (table.target == &target && table.selected && table.rows > 0) return &table;
  return nullptr;
}

void add_column(std::vector<std::size_t>& columns, std::size_t column) {
  if (std::ranges::find(columns, column) == columns.end()) columns.push_back(column);
}

}  // namespace

ReferenceCheck::ReferenceCheck(Host& host, const DocumentInput& input, const DocumentIndex& index,
                               const Schema& schema, const Rules& rules, bool clear)
    : host_(host),
      input_(input),
      index_(index),
      schema_(schema),
      rules_(rules),
      clear_(clear),
      space_(host.dialect().temporary_directory) {}

void ReferenceCheck::check_all(Which which, Problems& errors) {
  for (const IndexedTable& table : index_.tables)
    if (table.selected && table.target != nullptr && table.rows > 0) check(table, which, errors);
}

void ReferenceCheck::check(const IndexedTable& table, Which which, Problems& errors) {
  Links links = links_of(table, which);
  if (links.read.empty()) return;
  table_ = &table;
  errors_ = &errors;
  const std::vector<Column>& columns = table.target->columns;
  std::vector<std::size_t> places(columns.size(), Table::npos);
  for (std::size_t i = 0; i < links.read.size(); ++i) places[links.read[i]] = i;

  BadRows bad;
  TableRows source(host_, input_, index_, table, links.read);
  source.collect(bad);
  RowBatch batch;
  for (std::uint64_t first = 0; source.next(batch); first += batch.rows()) {
    for (std::size_t i = 0; i < batch.rows(); ++i) {
      arena_.clear();
      const std::uint64_t number = source.numbers().at(first + i);
      const Row row = [&](std::size_t column) { return batch.row(i)[places[column]]; };
      for (const Link& link : links.links)
        follow(link, row, {number, &columns[link.columns[0]].name, nullptr});
      for (Documents& documents : links.documents) {
        const std::size_t column = documents.finder.column();
        documents.finder.find(row(column), row, [&](const FoundReference& found) {
          const auto& targets = documents.targets[found.rule];
          const auto target = targets.find(found.value);
          if (target == targets.end()) return;
          want_one(*target->second, Cell::text(found.id()),
                   {number, &columns[column].name, &documents.finder.rules()[found.rule].path});
        });
      }
    }
    for (Parent& parent : parents_) look_up(parent);
    host_.check_interrupt();
  }
}

ReferenceCheck::Links ReferenceCheck::links_of(const IndexedTable& table, Which which) {
  Links links;
  if (which != Which::declared) add_foreign_keys(table, links);
  if (which != Which::foreign_keys) add_declared(table, links);
  for (const Link& link : links.links) {
    for (const std::size_t column : link.columns) add_column(links.read, column);
    if (link.discriminator != Table::npos) add_column(links.read, link.discriminator);
  }
  for (const Documents& documents : links.documents) {
    add_column(links.read, documents.finder.column());
    for (const std::size_t column : documents.finder.discriminators()) add_column(links.read, column);
  }
  return links;
}

void ReferenceCheck::add_foreign_keys(const IndexedTable& table, Links& links) {
  const Table& child = *table.target;
  for (const ForeignKey& key : child.foreign_keys) {
    const auto named = std::ranges::find_if(schema_.tables, [&](const Table& one) {
      return one.schema == key.parent_schema && one.name == key.parent_table;
    });
    if (!key.enforced || named == schema_.tables.end() || key.columns.size() != key.parent_columns.size() ||
        key.columns.empty())
      continue;
    std::vector<std::size_t> columns;
    bool can = true;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      columns.push_back(named->find_column(key.parent_columns[i]));
      can = can && columns[i] != Table::npos && is_given(table, key.columns[i]) &&
            has_one_form(host_.dialect(), child.columns[key.columns[i]]) &&
            has_one_form(host_.dialect(), named->columns[columns[i]]);
    }
    if (can) links.links.push_back({key.columns, parent_of(*named, std::move(columns))});
  }
}

void ReferenceCheck::add_declared(const IndexedTable& table, Links& links) {
  const Table& child = *table.target;
  for (const Rule* rule : rules_.of(RuleKind::reference, child.display_name())) {
    const ReferenceRule parsed = parse_reference(*rule);
    const std::size_t column = child.find_column(parsed.column);
    const std::size_t discriminator = child.find_column(parsed.discriminator_column);
    if (parsed.is_inside() || column == Table::npos || !is_given(table, column) ||
        (parsed.has_discriminator() && discriminator == Table::npos))
      continue;
    for (const auto& [value, name] : parsed.targets)
      if (Parent* parent = declared_parent(name, parsed.target_column))
        links.links.push_back({{column}, parent, discriminator, value, true});
  }
  for (auto& [column, inside] : rules_inside(child, rules_)) {
    if (!is_given(table, column)) continue;
    Documents documents{ReferenceFinder(child, column, std::move(inside)), {}};
    for (const ReferenceRule& rule : documents.finder.rules()) {
      auto& targets = documents.targets.emplace_back();
      for (const auto& [value, name] : rule.targets)
        if (Parent* parent = declared_parent(name, rule.target_column)) targets.emplace(value, parent);
    }
    links.documents.push_back(std::move(documents));
  }
}

ReferenceCheck::Parent* ReferenceCheck::parent_of(const Table& table, std::vector<std::size_t> columns) {
  for (Parent& parent : parents_)
    if (parent.table == &table && parent.columns == columns) return &parent;
  Parent& made = parents_.emplace_back();
  made.table = &table;
  made.columns = std::move(columns);
  made.document = find_source(index_, table);
  made.wanted.reset(made.columns.size());
  return &made;
}

// Null where it cannot be said which rows the values name.
ReferenceCheck::Parent* ReferenceCheck::declared_parent(const std::string& table, const std::string& column) {
  for (const Table& named : schema_.tables) {
    if (named.display_name() != table) continue;
    std::vector<std::size_t> columns = named.primary_key;
    if (!column.empty()) columns = {named.find_column(column)};
    if (columns.size() == 1 && columns[0] != Table::npos &&
        has_one_form(host_.dialect(), named.columns[columns[0]]))
      return parent_of(named, std::move(columns));
  }
  return nullptr;
}

void ReferenceCheck::follow(const Link& link, const Row& row, const Place& place) {
  if (link.discriminator != Table::npos) {
    const Cell value = row(link.discriminator);
    if (value.is_null() || key_text(value, arena_) != link.value) return;
  }
  if (link.declared) {
    want_one(*link.parent, row(link.columns[0]), place);
    return;
  }
  std::vector<Cell> key;
  for (const std::size_t column : link.columns) key.push_back(row(column));
  if (std::ranges::none_of(key, [](const Cell& cell) { return cell.is_null(); }))
    want(*link.parent, key.data(), place);
}

// A value as the column that it names would hold it.
void ReferenceCheck::want_one(Parent& parent, const Cell& value, const Place& place) {
  if (value.is_null() || (value.tag == Tag::text && value.size == 0)) return;
  const Column& column = parent.table->columns[parent.columns[0]];
  Cell key;
  if (to_key_cell(value, column.kind, arena_, key) && fits_column(key, column))
    want(parent, &key, place);
  else
    report(parent, &value, place);
}

void ReferenceCheck::want(Parent& parent, const Cell* key, const Place& place) {
  if (parent.document != nullptr) {
    if (!parent.keys)
      parent.keys.emplace(DocumentRows{host_, input_, index_, *parent.document}, parent.columns, space_);
    if (parent.keys->contains(key)) return;
  }
  if (parent.wanted.full()) look_up(parent);
  Cell* cells = parent.wanted.append();
  for (std::size_t i = 0; i < parent.columns.size(); ++i) cells[i] = copy_cell(key[i], parent.wanted.arena());
  parent.places.push_back(place);
}

void ReferenceCheck::look_up(Parent& parent) {
  if (parent.wanted.empty()) return;
  std::vector<bool> there(parent.places.size(), false);
  if (!clear_ || parent.document == nullptr) {
    RowBatch hits;
    const auto reader = host_.find_rows({parent.table, parent.columns, {}}, parent.wanted);
    while (reader->next(hits))
      for (std::size_t i = 0; i < hits.rows(); ++i)
        there[static_cast<std::size_t>(hits.row(i)[0].integer)] = true;
  }
  for (std::size_t i = 0; i < there.size(); ++i)
    if (!there[i]) report(parent, parent.wanted.row(i), parent.places[i]);
  parent.wanted.clear();
  parent.places.clear();
}

void ReferenceCheck::report(const Parent& parent, const Cell* key, const Place& place) {
  const bool inside = place.path != nullptr && !place.path->empty();
  std::string id = shown_key(key, parent.columns.size());
  if (inside && id.size() > 2) id = id.substr(1, id.size() - 2);
  errors_->add({std::string(code::kReference), table_->name, place.row, *place.column,
                missing_reference({inside ? *place.path : std::string_view(), id, *parent.table}),
                json::Position{0, 0, 0}});
}

}  // namespace whimbrel

#include "common/bundle/import.h"

#include <algorithm>
#include <set>

#include "common/bundle/load.h"
#include "common/bundle/plan.h"
#include "common/cell_copy.h"
#include "common/error.h"
#include "common/text/uuid.h"
#include "common/transfer/references/minter.h"
#include "common/undo.h"

namespace whimbrel {

namespace {

class BundleImport {
 public:
  BundleImport(Host& host, const BundleShape& shape, std::string_view document,
               const ImportBundleOptions& options, std::string_view action)
      : host_(host),
        shape_(shape),
        document_(document),
        options_(options),
        action_(action),
        comparison_(host, shape, document, options.compare) {}

  BundleOutcome run() {
    written_or_undone(host_, options_.dry_run, [&] { write(); });
    return std::move(outcome_);
  }

 private:
  void write() {
    std::set<const Table*> locked;
    // In the order of their names, as every import does.
    for (const Table& table : shape_.schema.tables)
      for (const auto& node : shape_.nodes)
        if (node->table == &table && locked.insert(&table).second) host_.lock_rows(table);
    BundleProblems problems;
    comparison_.run(problems);
    problems.throw_if_any(shape_.name);
    outcome_.plan_hash = comparison_.plan_hash();
    outcome_.summary = plan_summary(comparison_);
    if (options_.plan_hash && *options_.plan_hash != outcome_.plan_hash)
      throw Error(
          code::kStalePlan,
          "the plan is stale: its hash is " + outcome_.plan_hash + " now, not " + *options_.plan_hash,
          "The document, its options, the bundle or rows of the target have changed since. Now it would: " +
              outcome_.summary + ".",
          "Make a new plan with bundle_plan() and look at it.");
    for (std::size_t i = 0; i < shape_.nodes.size(); ++i)
      if (shape_.nodes[i]->table != nullptr)
        of(*shape_.nodes[i]->table).unchanged += comparison_.unchanged(i);
    if (comparison_.changes().empty()) return;
    mint();
    link();
    std::vector<ChangeSet> sets = make_sets();
    for (const auto& [table, counts] : apply_changes(host_, shape_.schema, sets)) {
      BundleTableOutcome& outcome = of(*table);
      outcome.inserted += counts.inserted;
      outcome.updated += counts.updated;
      outcome.deleted += counts.deleted;
      run_.inserted += counts.inserted;
      run_.updated += counts.updated;
      run_.deleted += counts.deleted;
    }
    run_.bundle = shape_.name;
    run_.action = action_;
    run_.plan_hash = outcome_.plan_hash;
    run_.summary = outcome_.summary;
    if (shape_.root().table != nullptr) run_.root_key = shown_row(shape_, comparison_.wanted(), 0, 0);
    run_.replaced = changes_text(host_, sets);
    const std::int64_t number = add_run(host_, run_, document_);
    if (!options_.dry_run) outcome_.run = number;
  }

  BundleTableOutcome& of(const Table& table) {
    const std::string name = table.display_name();
    for (BundleTableOutcome& one : outcome_.tables)
      if (one.table == name) return one;
    outcome_.tables.push_back({name});
    return outcome_.tables.back();
  }

  // --- numbers of new rows, before the first is written

  void mint() {
    for (std::size_t i = 0; i < shape_.nodes.size(); ++i) {
      const BundleNode& node = *shape_.nodes[i];
      std::vector<std::uint32_t> fresh;
      for (const BundleChange& change : comparison_.changes())
        if (change.node == i && change.action == BundleChange::Action::insert) fresh.push_back(change.wanted);
      if (fresh.empty()) continue;
      for (const std::size_t place : node.minted) mint(i, place, fresh);
    }
  }

  void mint(std::size_t number, std::size_t place, const std::vector<std::uint32_t>& rows) {
    const BundleNode& node = *shape_.nodes[number];
    const Column& column = node.column_at(place);
    const bool counts = column.identity || column.kind == Kind::integer || column.kind == Kind::numeric;
    IdBlock block;
    if (counts) block = host_.reserve_ids(*node.table, node.columns[place], rows.size(), options_.dry_run);
    Minter minter(block, [](std::string_view) { return false; });
    Arena& arena = comparison_.wanted().arena;
    for (const std::uint32_t row : rows) {
      Cell& cell = comparison_.wanted().nodes[number].row(row)[place];
      Cell made;
      minter.mint(cell, !counts, arena, made);
      if (made.tag == Tag::uuid && column.kind != Kind::uuid) {
        char* const text = arena.allocate(kUuidText);
        format_uuid(text, made.data);
        made = Cell::text({text, kUuidText});
      }
      cell = made;
    }
  }

  // What new rows say of others that are new.
  void link() {
    for (const BundleChange& change : comparison_.changes()) {
      const BundleNode& node = *shape_.nodes[change.node];
      if (change.action != BundleChange::Action::insert || node.via.empty()) continue;
      BundleNodeRows& rows = comparison_.wanted().nodes[change.node];
      const Cell* const parent = comparison_.wanted().nodes[node.parent].row(rows.parent[change.wanted]);
      for (std::size_t i = 0; i < node.via.size(); ++i)
        rows.row(change.wanted)[node.via[i]] = parent[node.parent_names[i]];
    }
    for (const OpenReference& open : comparison_.open_references()) {
      const BundleReference& reference = shape_.nodes[open.node]->references[open.reference];
      const BundleNode& target = *shape_.nodes[open.target_node];
      Cell* const cells = comparison_.wanted().nodes[open.node].row(open.row);
      const Cell* const named = comparison_.wanted().nodes[open.target_node].row(open.target_row);
      for (std::size_t i = 0; i < reference.through.size(); ++i)
        cells[reference.through[i]] =
            named[target.place_of(reference.target->columns[reference.target_names[i]])];
    }
  }

  // --- sets

  std::vector<ChangeSet> make_sets() {
    std::vector<ChangeSet> sets;
    const std::vector<BundleChange>& changes = comparison_.changes();
    using Action = BundleChange::Action;
    for (std::size_t i = shape_.nodes.size(); i-- > 0;) add(sets, i, Action::remove, changes);
    for (std::size_t i = 0; i < shape_.nodes.size(); ++i) {
      add(sets, i, Action::insert, changes);
      add(sets, i, Action::update, changes);
    }
    return sets;
  }

  void add(std::vector<ChangeSet>& sets, std::size_t number, BundleChange::Action action,
           const std::vector<BundleChange>& all) {
    const BundleNode& node = *shape_.nodes[number];
    std::vector<const BundleChange*> changes;
    for (const BundleChange& change : all)
      if (change.node == number && change.action == action) changes.push_back(&change);
    if (changes.empty()) return;
    ChangeSet set;
    set.table = node.table;
    set.rows = changes.size();
    set.key = node.columns_at(node.primary_key);
    for (const BundleSecret& secret : node.secrets) set.inside.push_back({secret.column, secret.paths});
    const bool live = action != BundleChange::Action::insert;
    for (std::size_t row = 0; row < changes.size(); ++row) {
      const BundleChange* const change = changes[row];
      const Cell* const cells = live ? comparison_.live().nodes[number].row(change->live)
                                     : comparison_.wanted().nodes[number].row(change->wanted);
      for (const std::size_t place : node.primary_key) set.keys.push_back(cells[place]);
      for (const std::size_t one : change->secrets) {
        const SecretValue& secret = comparison_.secrets().all()[one];
        set.given.push_back({row, secret.column, secret.path, secret.value});
      }
    }
    switch (action) {
      case BundleChange::Action::insert:
        set.action = ChangeAction::insert;
        fresh(set, number, changes);
        break;
      case BundleChange::Action::update:
        set.action = ChangeAction::update;
        changed(set, number, changes);
        break;
      case BundleChange::Action::remove:
        set.action = ChangeAction::remove;
        gone(set, node);
        break;
    }
    sets.push_back(std::move(set));
  }

  void fresh(ChangeSet& set, std::size_t number, const std::vector<const BundleChange*>& changes) {
    const BundleNode& node = *shape_.nodes[number];
    const BundleNodeRows& rows = comparison_.wanted().nodes[number];
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < node.columns.size(); ++place) {
      const bool said = std::any_of(changes.begin(), changes.end(), [&](const BundleChange* change) {
        return rows.row(change->wanted)[place].tag != Tag::absent;
      });
      if (!said) continue;
      places.push_back(place);
      set.columns.push_back(node.columns[place]);
      set.checked.push_back(!node.is_written[place] || node.is_compared[place]);
    }
    const std::vector<std::size_t> drawn = node.columns_at(node.minted);
    set.drawn = true;
    for (std::size_t column = 0; column < node.table->columns.size(); ++column)
      if (node.table->columns[column].identity &&
          std::find(drawn.begin(), drawn.end(), column) == drawn.end())
        set.drawn = false;
    set.after.reserve(changes.size() * places.size());
    for (const BundleChange* change : changes) {
      const Cell* const cells = rows.row(change->wanted);
      for (const std::size_t place : places)
        set.after.push_back(node.inner.empty() ? cells[place] : numbered(number, place, cells[place]));
    }
  }

  // As the table has it: keys inside documents become numbers again.
  Cell numbered(std::size_t node, std::size_t place, Cell cell) {
    const BundleNode& of = *shape_.nodes[node];
    for (std::size_t i = 0; i < of.inner.size(); ++i) {
      const BundleInnerReference& reference = of.inner[i];
      if (reference.place != place || (cell.tag != Tag::json && cell.tag != Tag::text)) continue;
      InnerReferences inner(reference);
      const std::string text =
          InnerReferences::replaced(cell.view(), inner.places(cell.view()), [&](const InnerPlace& one) {
            const std::string number = number_of(node, i, one.text);
            return one.quoted && number[0] != '"' ? '"' + number + '"' : number;
          });
      cell = Cell::of(cell.tag, comparison_.wanted().arena.copy(text));
    }
    return cell;
  }

  std::string number_of(std::size_t node, std::size_t index, const std::string& key) {
    for (BundleRowsOf* rows : {&comparison_.wanted(), &comparison_.live()}) {
      const InnerNumbers& numbers = rows->numbers[{node, index}];
      if (const auto found = numbers.find(key); found != numbers.end()) return found->second;
    }
    const BundleInnerReference& reference = shape_.nodes[node]->inner[index];
    const auto row = comparison_.row_inside(reference, key);
    if (!row) throw Error(code::kInternal, "a key inside a document was not resolved");
    const std::size_t place = shape_.nodes[row->first]->place_of(reference.named);
    return InnerReferences(reference).token(comparison_.wanted().nodes[row->first].row(row->second)[place]);
  }

  void changed(ChangeSet& set, std::size_t number, const std::vector<const BundleChange*>& changes) {
    const BundleNode& node = *shape_.nodes[number];
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < node.columns.size(); ++place) {
      const bool touched = std::any_of(changes.begin(), changes.end(), [&](const BundleChange* change) {
        return std::find(change->places.begin(), change->places.end(), place) != change->places.end();
      });
      if (!touched) continue;
      places.push_back(place);
      set.columns.push_back(node.columns[place]);
      set.checked.push_back(node.is_compared[place]);
    }
    const Cell untouched = Cell::of(Tag::absent, std::int64_t{0});
    for (const BundleChange* change : changes) {
      const Cell* const old = comparison_.live().nodes[number].row(change->live);
      const Cell* const now = comparison_.wanted().nodes[number].row(change->wanted);
      for (const std::size_t place : places) {
        const bool touched =
            std::find(change->places.begin(), change->places.end(), place) != change->places.end();
        set.before.push_back(touched ? numbered(number, place, old[place]) : untouched);
        set.after.push_back(touched ? numbered(number, place, now[place]) : untouched);
      }
    }
  }

  // The whole rows, but for secrets, so that they can come back.
  void gone(ChangeSet& set, const BundleNode& node) {
    for (std::size_t column = 0; column < node.table->columns.size(); ++column) {
      const bool secret = std::any_of(node.secrets.begin(), node.secrets.end(), [&](const BundleSecret& one) {
        return one.column == column && one.paths.empty();
      });
      if (!secret && !node.table->columns[column].generated) set.columns.push_back(column);
    }
    set.checked.assign(set.columns.size(), true);
    set.before.resize(set.rows * set.columns.size());
    WithoutSecrets without(set);
    Arena& arena = comparison_.wanted().arena;
    find_many(host_, *set.table, set.key, set.columns, set.keys, [&](std::size_t row, const Cell* cells) {
      cells = without.of(cells, arena);
      for (std::size_t i = 0; i < set.columns.size(); ++i)
        set.before[row * set.columns.size() + i] = copy_cell(cells[i], arena);
    });
  }

  Host& host_;
  const BundleShape& shape_;
  const std::string_view document_;
  const ImportBundleOptions& options_;
  const std::string_view action_;
  BundleComparison comparison_;
  BundleOutcome outcome_;
  BundleRun run_;
};

}  // namespace

BundleOutcome import_bundle(Host& host, const BundleShape& shape, std::string_view document,
                            const ImportBundleOptions& options, std::string_view action) {
  return BundleImport(host, shape, document, options, action).run();
}

}  // namespace whimbrel

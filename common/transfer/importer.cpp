#include "common/transfer/importer.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "common/error.h"
#include "common/stopwatch.h"
#include "common/transfer/clear_check.h"
#include "common/transfer/exporter.h"
#include "common/transfer/import_request.h"
#include "common/transfer/order.h"
#include "common/transfer/problems.h"
#include "common/transfer/progress.h"
#include "common/transfer/reference_check.h"
#include "common/transfer/references/remapping.h"
#include "common/transfer/row_supply.h"
#include "common/transfer/rules.h"
#include "common/transfer/table_writer.h"
#include "common/transfer/validator.h"
#include "common/transfer/value_check.h"
#include "common/transfer/write_along.h"
#include "common/undo.h"

namespace whimbrel {

namespace {

class Importer {
 public:
  Importer(Host& host, const DocumentInput& input, const ImportOptions& options)
      : host_(host),
        input_(input),
        options_(options),
        schema_(schema_for_import(host, options)),
        rules_(Rules::read(host)) {
    loads_ = options.collect == nullptr;
    require_meaning(options.remapping, rules_);
    remaps_ = Remapping::is_needed(options.remapping, rules_);
    may_change_ids_ = Remapping::may_change_ids(options.remapping, rules_);
    const MissingReferences missing = options.remapping.missing;
    checks_declared_ =
        !remaps_ && missing != MissingReferences::keep &&
        std::ranges::any_of(rules_.all(), [](const Rule& rule) { return rule.kind == RuleKind::reference; });
  }

  std::vector<ImportedTable> run() {
    ValidationRequest request = validation_request(input_, schema_, options_, rules_);
    Problems problems, row_problems, row_checks;
    if (options_.collect != nullptr)
      request.row_problems = &row_problems;
    else if (!may_change_ids_)
      request.row_checks = &row_checks;
    DocumentCheck check(host_, request, problems);
    const Metadata& metadata = check.begin().metadata;
    std::optional<TableOrder> along;
    const bool has_secret_parts = std::ranges::any_of(
        rules_.all(), [](const Rule& rule) { return rule.kind == RuleKind::secret && !rule.path.empty(); });
    if (options_.on_conflict.plain() && options_.collect == nullptr && !remaps_ && !has_secret_parts &&
        options_.renames.empty())
      along = order_to_write_along(host_, check, metadata);
    if (along) {
      order_ = std::move(*along);
      if (write_along(check, metadata)) return std::move(imported_);
      imported_.clear();
      deleted_.clear();
    }
    while (check.next_table()) {
    }
    if (!index_) index_ = check.finish();
    if (along && !is_damaged(problems)) {
      // Rows that were to be written at once were not looked at so closely.
      Problems known;
      validate_document(host_, request, known);
    }
    throw_all(problems, row_checks);
    if (checks_declared_) require_references(ReferenceCheck::Which::declared);
    std::vector<const Table*> targets;
    std::vector<TableName> names;
    for (const IndexedTable& table : index_->tables) {
      names.push_back(check.match(table.name).name);
      if (!table.selected) continue;
      targets.push_back(table.target);
      sources_[table.target] = &table;
      modes_[table.target] = mode_of(*table.target, names.back());
    }
    options_.on_conflict.require_matches(names);
    order_ = order_tables(targets, remaps_ ? declared_parents(targets) : std::vector<TableWish>());
    try {
      write_all();
    } catch (Error& error) {
      name_references(error);
      name_values(error);
      throw;
    }
    return std::move(imported_);
  }

 private:
  // Of a document that was cut off or edited by mistake the rows mean nothing.
  static bool is_damaged(const Problems& problems) {
    return std::ranges::any_of(problems.kept(), [](const Problem& problem) {
      return problem.code == code::kDamagedDocument || problem.code == code::kInvalidJson;
    });
  }

  // What the catalog says against a single row is left to the database, whose own error says it best; but it
  // sees nothing wrong in a row that is updated twice.
  void throw_all(Problems& problems, const Problems& row_checks) const {
    const bool twice =
        !options_.on_conflict.plain() && std::ranges::any_of(row_checks.kept(), [](const Problem& problem) {
          return problem.code == code::kDuplicateKey;
        });
    if (!is_damaged(problems) && (twice || problems.count() + row_checks.count() > 1))
      for (const Problem& problem : row_checks.kept()) problems.add(problem);
    problems.throw_if_any();
  }

  // Of references that lead nowhere the database names one at most, and not by its row.
  void name_references(Error& error) {
    if (may_change_ids_ || !is_broken_reference(error)) return;
    Problems problems;
    try {
      ReferenceCheck(host_, input_, *index_, schema_, rules_, options_.clear)
          .check_all(ReferenceCheck::Which::foreign_keys, problems);
    } catch (const Error& other) {
      if (ends_call(other)) throw;
      return;
    }
    if (!problems.empty()) error.detail += (error.detail.empty() ? "" : "\n") + problems.list();
  }

  // Of values that the database refuses it names the first one only.
  void name_values(Error& error) {
    const bool is_of_value = error.code.starts_with("22") || !error.datatype_name.empty();
    if (!is_of_value) return;
    Problems problems;
    try {
      for (const IndexedTable& table : index_->tables)
        if (table.selected && table.rows > 0) check_values({host_, input_, *index_, table}, problems);
    } catch (const Error& other) {
      if (ends_call(other)) throw;
      return;
    }
    if (problems.count() > 1) error.detail += (error.detail.empty() ? "" : "\n") + problems.list();
  }

  // Throws one error for all references that lead nowhere.
  void require_references(ReferenceCheck::Which which) {
    Problems problems;
    ReferenceCheck(host_, input_, *index_, schema_, rules_, options_.clear).check_all(which, problems);
    problems.throw_if_any();
  }

  // Rows that came from the same source before are there already.
  OnConflict mode_of(const Table& table, const TableName& name) const {
    const bool again = !options_.remapping.origin.empty() && !table.primary_key.empty();
    if (again && options_.on_conflict.plain()) return OnConflict::update;
    return options_.on_conflict.of(name);
  }

  // References that rules declare are checked by nobody but the import, which knows of a row that is left out
  // once its table is written.
  std::vector<TableWish> declared_parents(const std::vector<const Table*>& targets) const {
    std::vector<TableWish> wishes;
    for (const Table* child : targets)
      for (const Rule* rule : rules_.of(RuleKind::reference, child->display_name()))
        for (const auto& [value, name] : parse_reference(*rule).targets)
          for (const Table* parent : targets)
            if (parent != child && parent->display_name() == name) wishes.push_back({child, parent});
    return wishes;
  }

  // --- around every write

  void begin_writing() {
    host_.note_waiting_checks(order_.tables);
    if (!options_.triggers) host_.suspend_triggers(order_.tables);
    if (loads_) host_.begin_load(order_.tables);
  }

  void finish_writing() {
    if (loads_) host_.finish_load();
    if (!options_.triggers) host_.restore_triggers();
  }

  // What a table's foreign key to itself needs depends on the engine: where each row is checked at once, the
  // engine can defer the check; where a key cannot be deferred, it is checked at the end of a statement
  // anyway. An import that goes past bad rows has to see at once which they are.
  std::vector<const Table*> deferred() const {
    std::vector<const Table*> deferred = order_.cyclic;
    if (options_.collect != nullptr) return deferred;
    for (const Table* table : order_.tables) {
      const bool in_cycle = std::find(deferred.begin(), deferred.end(), table) != deferred.end();
      if (!in_cycle && has_deferrable_self_reference(*table)) deferred.push_back(table);
    }
    return deferred;
  }

  // --- checked and written in one reading

  // False when nothing was written: something is wrong with the document, or a row, or it takes the other
  // way. Then who has checked the rest knows what it is, or the second reading meets it again.
  bool write_along(DocumentCheck& check, const Metadata& metadata) {
    check.want_values();
    try {
      written_or_undone(host_, options_.dry_run, [&] { write_checked(check, metadata); });
      return true;
    } catch (const WritingStopped&) {
      return false;
    } catch (const Error& error) {
      if (ends_call(error)) throw;
      loads_ = !host_.has_loaded();
      return false;
    }
  }

  void write_checked(DocumentCheck& check, const Metadata& metadata) {
    begin_writing();
    const std::vector<const Table*> to_defer = deferred();
    if (!to_defer.empty()) host_.defer_foreign_keys(to_defer);
    for (const DocumentTable& table : metadata.tables) {
      const DocumentCheck::Match match = check.match(table.name);
      if (match.selected) imported_.emplace_back().name = table.name;
    }
    if (options_.clear) clear();
    for (std::size_t i = 0; i < order_.tables.size(); ++i) {
      if (const auto deleted = deleted_.find(order_.tables[i]); deleted != deleted_.end())
        imported_[i].deleted = deleted->second;
    }
    for (std::size_t next = 0; check.next_table();) {
      if (!check.table().selected) continue;
      // Lines leave empty tables out.
      while (next < order_.tables.size() && order_.tables[next] != check.table().target) ++next;
      if (next == order_.tables.size()) throw WritingStopped();
      if (check.has_row()) load_checked(check, imported_[next]);
      ++next;
    }
    index_ = check.finish();
    if (!check.clean()) throw WritingStopped();
    if (checks_declared_) require_references(ReferenceCheck::Which::declared);
    for (const IndexedTable& table : index_->tables)
      if (table.target != nullptr && table.selected && table.rows != 0) raise_identities(table);
    finish_writing();
    if (!to_defer.empty()) host_.restore_foreign_keys();
  }

  void load_checked(DocumentCheck& check, ImportedTable& imported) {
    const Stopwatch watch;
    progress_.begin(*check.table().target, order_.tables.size());
    InsertRequest request;
    request.table = check.table().target;
    request.may_load = loads_;
    for (const IndexedColumn& column : check.table().columns) request.columns.push_back(column.target);
    CheckedRows checked(check);
    RowSupply rows(host_, input_, checked);
    imported.inserted = host_.insert(request, rows);
    imported.read = check.table().rows;
    if (imported.inserted != imported.read) throw WritingStopped();
    imported.duration_ms = watch.milliseconds();
    progress_.finish(*check.table().target, imported.read, std::nullopt);
  }

  // A dry run burns nothing: what raising does, a rollback would undo, but there is no need for it.
  void raise_identities(const IndexedTable& table) {
    if (options_.dry_run) return;
    for (const IndexedColumn& column : table.columns)
      if (column.presence != Presence::none && table.target->columns[column.target].counts())
        host_.raise_identity(*table.target, column.target, Numbers::brought);
  }

  // --- checked before, written in a second reading

  // A load that fails does not know the row: then all is written again, row by row.
  void write_all() {
    try {
      written_or_undone(host_, options_.dry_run, [&] { write(); });
      return;
    } catch (const Error& error) {
      const bool is_ours = may_change_ids_ || error.code == code::kReference;
      if (remaps_ && is_ours && is_broken_reference(error) && options_.collect == nullptr)
        tell_all_references();
      if (ends_call(error) || !loads_ || !host_.has_loaded()) throw;
    }
    loads_ = false;
    imported_.clear();
    deleted_.clear();
    written_or_undone(host_, options_.dry_run, [&] { write(); });
  }

  // A table whose references lead nowhere ends the import; those of the other tables are told too.
  void tell_all_references() {
    if (options_.remapping.missing == MissingReferences::error)
      require_references(ReferenceCheck::Which::all);
  }

  void write() {
    begin_writing();
    const std::vector<const Table*> to_defer = deferred();
    if (!to_defer.empty()) host_.defer_foreign_keys(to_defer);
    for (const Table* table : order_.tables)
      if (is_matched(*table, modes_.at(table))) host_.lock_rows(*table);
    if (options_.clear) clear();
    if (remaps_) {
      remapping_.emplace(host_, input_, *index_, schema_, rules_, options_.remapping, order_.tables);
      remapping_->prepare();
    }
    const std::vector<Expected> expected = expect();
    for (const Table* table : order_.tables) imported_.push_back(load(*sources_.at(table)));
    if (remapping_) remapping_->require_written();
    finish_writing();
    if (!to_defer.empty()) host_.restore_foreign_keys();
    if (options_.collect != nullptr) check_deferred();
    for (const Expected& table : expected)
      if (!std::ranges::any_of(imported_, [&](const ImportedTable& imported) {
            return imported.name == table.table->name && imported.changed_documents;
          }))
        compare(table);
  }

  // What the engine would only say when the transaction ends.
  void check_deferred() {
    std::vector<const Table*> tables;
    for (const Table* table : order_.tables)
      if (has_deferred_self_reference(*table)) tables.push_back(table);
    if (tables.empty()) return;
    host_.defer_foreign_keys(tables);
    host_.restore_foreign_keys();
  }

  // --- comparison: where nothing can change a row on its way, the digest of the document says it all

  struct Expected {
    const IndexedTable* table;
    std::vector<std::size_t> columns;
    std::uint64_t rows;
    Hash digest;
  };

  std::vector<Expected> expect() {
    // A trigger of one table may write to any other.
    const bool triggers = std::any_of(order_.tables.begin(), order_.tables.end(),
                                      [](const Table* table) { return table->triggers || table->rules; });
    std::vector<Expected> expected;
    for (const Table* table : order_.tables) {
      const IndexedTable& source = *sources_.at(table);
      // Of rows that are updated or left out the document does not say what comes of them.
      if (source.declared == nullptr || table->view || modes_.at(table) != OnConflict::error ||
          options_.collect != nullptr)
        continue;
      if (remapping_ && remapping_->changes(*table)) continue;
      if (!triggers && !may_change_values(host_.dialect(), *table, *source.declared)) continue;
      std::vector<std::size_t> columns;
      for (const DocumentColumn& declared : source.declared->columns) {
        const std::size_t column = table->find_column(options_.renames.column(source.name, declared.name));
        if (column == Table::npos || table->columns[column].generated) continue;
        columns.push_back(column);
      }
      const ExportedTable before = digest_table(host_, *table, columns);
      expected.push_back({&source, std::move(columns), before.rows + source.rows, before.digest});
      expected.back().digest += source.target_digest;
    }
    return expected;
  }

  void compare(const Expected& expected) {
    const Table& table = *expected.table->target;
    const ExportedTable stored = digest_table(host_, table, expected.columns);
    if (stored.rows == expected.rows && stored.digest == expected.digest) return;
    const std::string what = stored.rows == expected.rows
                                 ? "the rows that were stored are not those of the document"
                                 : "it has " + std::to_string(stored.rows) + " rows after the import, not " +
                                       std::to_string(expected.rows);
    throw Error(code::kWrongType, "table \"" + expected.table->name + "\": " + what,
                "A trigger or a rule changed them, or a column rounds its values.",
                "Disable the triggers during the import, or give the columns the types of the document.");
  }

  // --- clear

  void clear() {
    refuse_to_clear_others(host_, schema_, order_.tables);
    for (auto table = order_.tables.rbegin(); table != order_.tables.rend(); ++table) {
      host_.check_interrupt();
      deleted_[*table] = host_.clear_table(**table);
    }
    for (const Table* table : order_.tables) require_cleared(*table);
  }

  // A trigger or a rule may have made nothing of the deletion, or rows anew. What a view shows is its own
  // business.
  void require_cleared(const Table& table) {
    if (table.view || !(table.triggers || table.rules)) return;
    const std::uint64_t left = digest_table(host_, table, table.primary_key).rows;
    if (left == 0) return;
    const std::string rows = std::to_string(left) + (left == 1 ? " row is" : " rows are");
    throw Error(code::kNotReachable,
                "table \"" + table.display_name() + "\": " + rows + " still there after \"clear\"",
                "Deleted were " + std::to_string(deleted_.at(&table)) +
                    "; a trigger or a rule kept the others back, or made rows anew.",
                table.triggers
                    ? "Give the option {\"triggers\": \"off\"}, or disable the trigger or the rule."
                    : "Disable the rule during the import.");
  }

  // --- load

  ImportedTable load(const IndexedTable& table) {
    const Stopwatch watch;
    progress_.begin(*table.target, order_.tables.size());
    const OnConflict mode = modes_.at(table.target);
    TableWriter writer(host_, input_, *index_, options_, rules_, remapping_ ? &*remapping_ : nullptr);
    if (deferred().empty()) writer.may_defer();
    ImportedTable imported = writer.write(table, mode, is_empty(*table.target, mode), loads_);
    imported.name = table.name;
    if (const auto deleted = deleted_.find(table.target); deleted != deleted_.end())
      imported.deleted = deleted->second;
    imported.duration_ms = watch.milliseconds();
    progress_.finish(*table.target, imported.read, std::nullopt);
    return imported;
  }

  // Whether the table certainly has no rows that one of the document could be matched with.
  bool is_empty(const Table& table, OnConflict mode) {
    if (options_.clear || !is_matched(table, mode)) return options_.clear;
    const auto rows =
        host_.query_all_rows("SELECT 1 FROM " + quote_name(table.schema, table.name) + " LIMIT 1");
    RowBatch batch;
    return !rows->next(batch);
  }

  Host& host_;
  const DocumentInput& input_;
  const ImportOptions& options_;
  const Schema schema_;
  const Rules rules_;
  bool remaps_ = false;                 // rows go through `remapping_`
  bool may_change_ids_ = false;         // and not only to see whom those name that are left out
  bool checks_declared_ = false;        // references that rules declare; else that is the remapping's
  std::optional<Remapping> remapping_;  // while rows are written, of an import that changes ids
  std::unique_ptr<DocumentIndex> index_;
  std::map<const Table*, const IndexedTable*> sources_;
  std::map<const Table*, OnConflict> modes_;
  std::map<const Table*, std::uint64_t> deleted_;
  TableOrder order_;
  Progress progress_{host_, JobKind::import_rows, options_.progress};
  std::vector<ImportedTable> imported_;
  bool loads_ = true;  // whether the host may still load: not after a load that failed
};

}  // namespace

std::vector<ImportedTable> import_document(Host& host, const DocumentInput& input,
                                           const ImportOptions& options) {
  return Importer(host, input, options).run();
}

}  // namespace whimbrel

#include "common/transfer/import_check.h"

#include <memory>

#include "common/error.h"
#include "common/transfer/clear_check.h"
#include "common/transfer/import_request.h"
#include "common/transfer/order.h"
#include "common/transfer/reference_check.h"
#include "common/transfer/references/remapping.h"
#include "common/transfer/rules.h"
#include "common/transfer/table_writer.h"
#include "common/transfer/target_check.h"
#include "common/transfer/validator.h"
#include "common/transfer/value_check.h"

namespace whimbrel {

namespace {

void add_error(Problems& problems, const Error& error) {
  problems.add({error.code, error.table_name, 0, "", error.message, json::Position{0, 0, 0}});
}

// What the document says by itself; null when it cannot be read to its end.
std::unique_ptr<DocumentIndex> read_document(DocumentCheck& check, Problems& errors) {
  try {
    check.begin();
    while (check.next_table()) {
    }
    std::unique_ptr<DocumentIndex> index = check.finish();
    return check.was_read() ? std::move(index) : nullptr;
  } catch (const Error& error) {
    // Of the document, or of the options that name its tables; anything else is the host's.
    if (!error.code.starts_with("WB02") && error.code != code::kInvalidOption) throw;
    add_error(errors, error);
    return nullptr;
  }
}

// What only shows when keys are looked up and follow each other.
void check_keys(Host& host, const DocumentInput& input, const DocumentIndex& index, const Schema& schema,
                const Rules& rules, const ImportOptions& options, Problems& errors) {
  std::vector<const Table*> tables;
  for (const IndexedTable& table : index.tables)
    if (table.selected && table.target != nullptr) tables.push_back(table.target);
  KeyTrial trial(errors, options.clear);
  try {
    Remapping(host, input, index, schema, rules, options.remapping, order_tables(tables).tables, &trial)
        .try_keys();
  } catch (const Error& error) {
    if (!error.code.starts_with("WB")) throw;
    add_error(errors, error);
  }
}

}  // namespace

void check_import(Host& host, const DocumentInput& input, const ImportOptions& options,
                  ImportFindings& findings) {
  const Schema schema = schema_for_import(host, options);
  const Rules rules = Rules::read(host);
  require_meaning(options.remapping, rules);
  ValidationRequest request = validation_request(input, schema, options, rules);
  request.row_checks = &findings.errors;
  request.unique_keys = true;
  request.makes_tables = options.create;
  DocumentCheck check(host, request, findings.errors);
  const std::unique_ptr<DocumentIndex> index = read_document(check, findings.errors);
  if (index == nullptr) return;
  std::vector<TableName> names;
  for (const IndexedTable& table : index->tables) names.push_back(check.match(table.name).name);
  try {
    options.on_conflict.require_matches(names);
  } catch (const Error& error) {
    add_error(findings.errors, error);
  }
  if (options.clear) {
    std::vector<const Table*> cleared;
    for (const IndexedTable& table : index->tables)
      if (table.selected && table.target != nullptr) cleared.push_back(table.target);
    try {
      refuse_to_clear_others(host, schema, cleared);
    } catch (const Error& error) {
      if (error.code != code::kReference) throw;
      add_error(findings.errors, error);
    }
  }
  ReferenceCheck references(host, input, *index, schema, rules, options.clear);
  const MissingReferences missing = options.remapping.missing;
  const bool stay_as_they_are = missing == MissingReferences::keep;
  const bool become_right = missing == MissingReferences::null || missing == MissingReferences::skip;
  for (const IndexedTable& table : index->tables) {
    if (options.create && table.selected && table.target == nullptr && table.declared != nullptr)
      findings.warnings.add({std::string(code::kUnknownTable), table.name, 0, "",
                             "table \"" + table.name +
                                 "\" would be made: only the form of its rows is checked (an import with "
                                 "\"dry_run\" makes it, checks all and rolls back)",
                             json::Position{0, 0, 0}});
    if (!table.selected || table.target == nullptr || table.rows == 0) continue;
    const OnConflict mode = options.on_conflict.of(check.match(table.name).name);
    const DocumentRows rows{host, input, *index, table};
    check_values(rows, findings.errors);
    const bool beside = !options.clear && options.remapping.preserve_ids;  // rows may be there already
    if (beside) check_against_target(rows, mode, rules, findings.errors, findings.warnings);
    if (mode == OnConflict::update || mode == OnConflict::replace) {
      try {
        const std::vector<std::size_t> match = match_key(table);
        if (options.remapping.origin.empty())
          check_updates(rows, mode, beside ? match : std::vector<std::size_t>(), rules, findings.errors);
      } catch (const Error& error) {
        if (error.code != code::kInvalidOption) throw;
        findings.errors.add({error.code, table.name, 0, "", error.message, json::Position{0, 0, 0}});
      }
    }
    if (!become_right)
      references.check(table,
                       stay_as_they_are ? ReferenceCheck::Which::foreign_keys : ReferenceCheck::Which::all,
                       findings.errors);
  }
  if (Remapping::may_change_ids(options.remapping, rules) &&
      findings.errors.count() <= findings.errors.kept().size())
    check_keys(host, input, *index, schema, rules, options, findings.errors);
}

}  // namespace whimbrel

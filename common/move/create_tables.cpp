#include "common/move/create_tables.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "common/error.h"
#include "common/move/create_table.h"
#include "common/move/document_profile.h"
#include "common/move/document_source.h"
#include "common/move/refusal.h"
#include "common/move/rename_columns.h"
#include "common/move/renamed_statement.h"
#include "common/move/source.h"
#include "common/move/system_column.h"
#include "common/move/translation.h"
#include "common/move/type_name.h"
#include "common/schema/sqlite/names.h"
#include "common/transfer/document.h"

namespace whimbrel::move {

namespace {

// Rows find their columns by name.
void refuse_other_names(const Translation& made) {
  for (const TargetTable& table : made.tables)
    for (const Column& column : table.source->table.columns)
      if (is_system_column(column.name))
        throw Error(code::kUnsupported,
                    "table \"" + table.source->table.name + "\" has a column \"" + column.name +
                        "\", a name that PostgreSQL keeps for itself",
                    {}, "Rename it at the source, or move the file itself with import_sqlite().");
}

void run_optional(Host& host, const std::vector<OptionalStatement>& statements,
                  std::vector<Finding>& findings) {
  for (const OptionalStatement& one : statements)
    if (const auto refusal = refusal_of(host, one.sql)) {
      findings[one.finding].loss = "the " + findings[one.finding].kind;
      findings[one.finding].reason = refusal->message;
    }
}

struct Missing {
  std::vector<DocumentTable> tables;        // as they will be called here
  std::vector<std::string> document_names;  // of `tables`
  Schema existing;                          // what is there
};

class MakeTables {
 public:
  MakeTables(Host& host, const DocumentInput& input, const DocumentOutline& outline, const Missing& missing)
      : host_(host), input_(input), outline_(outline), missing_(missing) {
    for (const DocumentTable& table : missing_.tables) {
      source_.tables.push_back(document_source(table, outline_.metadata));
      for (const std::string& line : table.left_out) lost_.push_back("table " + table.name + ": " + line);
    }
  }

  std::vector<CreationDecision> decisions() {
    std::vector<CreationDecision> decided;
    if (host_.dialect().dynamic_types) {
      if (!from_sqlite())
        for (std::size_t t = 0; t < source_.tables.size(); ++t) add_declared(t, decided);
    } else {
      const Translation made = translated();
      for (const Finding& finding : made.findings) {
        // Between two databases of one kind only what is lost is a decision.
        if (from_sqlite() && (finding.loss.empty() || !finding.target.empty()))
          decided.push_back(decision_of(finding, false));
        if (!finding.loss.empty()) decided.push_back(decision_of(finding, true));
      }
    }
    for (std::string& line : lost_) decided.push_back({{}, {}, std::move(line), true});
    return decided;
  }

  // Statements that SQLite understands are its own.
  std::vector<std::string> make_in_sqlite() {
    for (const SourceTable& table : source_.tables) host_.execute(table.sql);
    for (const SourceTable& table : source_.tables)
      for (const SourceIndex& index : table.indexes) host_.execute(index.sql);
    return std::move(lost_);
  }

  std::vector<std::string> make_in_postgresql() {
    Translation made = translated();
    for (const TargetTable& table : made.tables)
      if (table.schema != host_.dialect().default_schema)
        host_.execute("CREATE SCHEMA IF NOT EXISTS " + quote_identifier(table.schema));
    for (const std::string& sql : made.before)
      if (!sql.starts_with("CREATE SCHEMA")) host_.execute(sql);
    for (const TargetTable& table : made.tables) {
      create_table(host_, table, [&](const TargetColumn& column, const Error& refusal) {
        made.findings[column.finding].loss = "the expression; the column stays without values";
        made.findings[column.finding].reason = refusal.message;
      });
      run_optional(host_, table.before_rows, made.findings);
    }
    for (const TargetTable& table : made.tables) run_optional(host_, table.after_rows, made.findings);
    for (const TargetTable& table : made.tables) run_optional(host_, table.references, made.findings);
    for (const Finding& finding : made.findings)
      if (!finding.loss.empty()) lost_.push_back(loss_of(finding));
    return std::move(lost_);
  }

 private:
  bool from_sqlite() const { return outline_.metadata.engine == "sqlite"; }

  static std::string loss_of(const Finding& finding) {
    return finding.kind + " " + finding.object + ": " + finding.loss +
           (finding.reason.empty() ? "" : " (" + finding.reason + ")");
  }

  CreationDecision decision_of(const Finding& finding, bool loss) const {
    CreationDecision decision;
    for (std::size_t t = 0; t < missing_.tables.size(); ++t)
      if (missing_.tables[t].name == finding.table) decision.table = missing_.document_names[t];
    if (const std::string prefix = finding.table + ".";
        finding.object.starts_with(prefix) && finding.kind.ends_with("column"))
      decision.column = finding.object.substr(prefix.size());
    decision.loss = loss;
    if (loss) {
      decision.text = loss_of(finding);
      return decision;
    }
    decision.text = finding.kind + " " + finding.object + ": " +
                    (finding.declared.empty() ? "" : finding.declared + " ") + "becomes " +
                    (finding.target.empty() ? "nothing" : finding.target);
    std::string why = finding.found;
    if (!finding.reason.empty()) why += (why.empty() ? "" : "; ") + finding.reason;
    if (!why.empty()) decision.text += " (" + why + ")";
    return decision;
  }

  // Types of PostgreSQL as SQLite declares them.
  void add_declared(std::size_t t, std::vector<CreationDecision>& decided) const {
    const DocumentTable& table = missing_.tables[t];
    for (const DocumentColumn& column : table.columns) {
      const std::size_t made = source_.tables[t].table.find_column(column.name);
      decided.push_back({missing_.document_names[t], column.name,
                         "column " + table.name + "." + column.name + ": " + column.type + " becomes " +
                             source_.tables[t].table.columns[made].type,
                         false});
    }
  }

  // Reads the rows of a document whose values decide.
  Translation translated() {
    TranslationOptions options;
    options.schema = host_.dialect().default_schema;
    options.dotted = !from_sqlite();
    options.existing = &missing_.existing;
    options.generated = GeneratedColumns::have_none;
    std::vector<TableProfile> profiles;
    std::vector<std::size_t> all;
    for (std::size_t t = 0; t < source_.tables.size(); ++t) {
      all.push_back(t);
      profiles.emplace_back();
      profiles.back().columns.resize(source_.tables[t].table.columns.size());
      if (!from_sqlite()) keep_types(missing_.tables[t], options.types);
    }
    if (from_sqlite())
      profiles = profile_document(host_, input_, outline_, source_.tables, missing_.document_names);
    Translation made = translate(source_, all, profiles, options);
    refuse_other_names(made);
    return made;
  }

  // Types of PostgreSQL go back as they were, where they are known here.
  void keep_types(const DocumentTable& table, std::map<std::string, std::string>& types) {
    for (const DocumentColumn& column : table.columns) {
      // Their values are JSON in a document.
      const bool nested = column.kind == Kind::composite || column.kind == Kind::array;
      const std::string instead = nested ? "jsonb" : "text";
      std::string type = instead;
      for (const std::string_view candidate : {std::string_view(column.type), base_type(column)})
        if (const auto found = candidate.empty() ? std::nullopt : postgresql_type_name(host_, candidate)) {
          type = *found;
          break;
        }
      types.emplace(table.name + "." + column.name, type);
      if (type == instead && column.kind != Kind::text)
        lost_.push_back("column " + table.name + "." + column.name + ": type " + column.type +
                        " is not known here, " + instead + " takes its place");
    }
  }

  Host& host_;
  const DocumentInput& input_;
  const DocumentOutline& outline_;
  const Missing& missing_;
  SourceSchema source_;
  std::vector<std::string> lost_;
};

void record_migrations(Host& host, const Metadata& metadata) {
  if (metadata.migrations.empty()) return;
  host.ensure_own_tables(OwnTables::migrations);
  const std::string table = quote_name(host.dialect().own_schema, "schema_migrations");
  if (host.execute("SELECT 1 FROM " + table + " LIMIT 1") > 0) return;
  for (const MigrationRecord& one : metadata.migrations) {
    const Cell values[] = {Cell::text(one.version), Cell::text(one.description), Cell::text(one.checksum)};
    host.execute("INSERT INTO " + table + " (version, description, checksum) VALUES ($1, $2, $3)", values);
  }
}

// Every name that an index or a constraint might meet here.
std::set<std::string> names_here(Host& host) {
  std::set<std::string> names;
  for (const CatalogObject& object : host.read_catalog({}).objects)
    if (object.kind != "column") names.insert(sqlite::lower_name(object.name));
  return names;
}

Missing missing_tables(Host& host, DocumentOutline& outline, const SelectionOptions& selection,
                       const Renames& renames) {
  Schema schema = host.read_schema();
  std::set<std::string> taken;
  if (!renames.tables.empty()) taken = names_here(host);
  const auto is_there = [&](const std::string& name) {
    return std::any_of(schema.tables.begin(), schema.tables.end(),
                       [&](const Table& one) { return one.display_name() == name; });
  };
  // Columns of a table that is made get their names when it is there, and all that refers to them with them.
  Renames known{renames.tables, {}};
  for (const auto& [from, to] : renames.columns)
    if (is_there(renames.table(from.substr(0, from.rfind('.'))))) known.columns.emplace(from, to);
  Missing missing;
  for (DocumentTable& table : outline.metadata.tables) {
    const std::string document_name = table.name;
    table.name = renames.table(document_name);
    if (is_there(table.name) || table.columns.empty() ||
        !is_selected({host.dialect().default_schema, table.name, true, false}, selection))
      continue;
    if (!known.empty())
      for (std::string& sql : table.create) sql = renamed_statement(sql, known, taken);
    missing.tables.push_back(table);
    missing.document_names.push_back(document_name);
  }
  missing.existing = std::move(schema);
  return missing;
}

}  // namespace

std::vector<std::string> create_missing_tables(Host& host, const DocumentInput& input,
                                               const SelectionOptions& selection, const Renames& renames) {
  DocumentOutline outline = read_outline(host, input);
  const Missing missing = missing_tables(host, outline, selection, renames);
  if (missing.tables.empty()) return {};
  MakeTables make(host, input, outline, missing);
  std::vector<std::string> lost =
      host.dialect().dynamic_types ? make.make_in_sqlite() : make.make_in_postgresql();
  if (!renames.columns.empty()) {
    const Schema schema = host.read_schema();
    for (std::size_t i = 0; i < missing.tables.size(); ++i)
      for (const Table& table : schema.tables)
        if (table.display_name() == missing.tables[i].name)
          rename_columns(host, table, missing.document_names[i], renames);
  }
  record_migrations(host, outline.metadata);
  return lost;
}

std::vector<CreationDecision> check_missing_tables(Host& host, const DocumentInput& input,
                                                   const SelectionOptions& selection,
                                                   const Renames& renames) {
  DocumentOutline outline = read_outline(host, input);
  const Missing missing = missing_tables(host, outline, selection, renames);
  return MakeTables(host, input, outline, missing).decisions();
}

}  // namespace whimbrel::move

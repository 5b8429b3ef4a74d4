#include "common/complete/export_files.h"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <set>

#include "common/complete/complete_file.h"
#include "common/complete/data_writer.h"
#include "common/complete/readme.h"
#include "common/complete/text_file.h"
#include "common/file/free_timestamp.h"
#include "common/schema/index.h"
#include "common/schema/selection.h"
#include "common/version.h"

namespace whimbrel {

namespace {

using complete_file::Half;

// A moment whose three names are free.
std::string free_moment(Host& host, const std::string& stem) {
  return free_timestamp(host, [&](const std::string& timestamp) {
    const auto taken = [&](std::string_view suffix) {
      return ::access((stem + timestamp + std::string(suffix)).c_str(), F_OK) == 0;
    };
    return taken(complete_file::kSchemaSuffix) || taken(complete_file::kDataSuffix) ||
           taken(complete_file::kReadmeSuffix);
  });
}

// A remark of the schema may quote a name.
std::string one_line(std::string_view text) {
  std::string line(text);
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

class SchemaFile : public StatementSink {
 public:
  SchemaFile(TextFile& file, const Dialect& dialect) : file_(file), dialect_(dialect) {}

  void statement(std::string_view sql, const CatalogObject* about) override {
    std::string text(sql);
    text += ';';
    file_.line(text);
    ++statements_;
    if (about == nullptr) return;
    if (holds_rows(*about) || about->kind == "sequence")
      holders_.emplace(about->schema.empty() ? dialect_.default_schema : about->schema, about->name);
    if (sql.find("\r\n") != std::string_view::npos) with_windows_lines_.insert(about->key());
    if (about->part || !seen_.insert(about->key()).second) return;
    ++objects_[about->kind];
    if (!about->schema.empty()) schemas_.insert(about->schema);
  }
  void remark(std::string_view line) override {
    remarks_.push_back(one_line(line));
    file_.line("-- " + remarks_.back());
  }

  std::uint64_t statements() const { return statements_; }
  std::uint64_t objects() const { return seen_.size(); }
  const std::set<std::pair<std::string, std::string>>& holders() const { return holders_; }

  void describe(ReadmeFacts& facts) const {
    facts.schemas.assign(schemas_.begin(), schemas_.end());
    facts.objects = objects_;
    facts.remarks = remarks_;
    facts.with_windows_lines.assign(with_windows_lines_.begin(), with_windows_lines_.end());
  }

 private:
  TextFile& file_;
  const Dialect& dialect_;
  std::uint64_t statements_ = 0;
  std::set<std::string> seen_;
  std::map<std::string, std::uint64_t> objects_;
  std::set<std::string> schemas_;
  std::set<std::pair<std::string, std::string>> holders_;  // of rows and positions, by schema and name
  std::vector<std::string> remarks_;
  std::set<std::string> with_windows_lines_;
};

class DataFile : public DataSink {
 public:
  explicit DataFile(TextFile& file) : file_(file) {}

  void statement(Part part, std::string_view sql) override {
    if (part == Part::rows) begin_rows();
    if (part > Part::rows) finish_rows();
    file_.line(sql);
    ++statements_;
  }
  void begin_table(const Table& table) override {
    begin_rows();
    file_.line("-- " + complete_file::comment_name(table.display_name()));
  }
  // The lines between which the rows stand, also when there are none.
  void begin_rows() {
    if (!begun_) file_.line(complete_file::kRowsBegin);
    begun_ = true;
  }
  void finish_rows() {
    begin_rows();
    if (!finished_) file_.line(complete_file::kRowsEnd);
    finished_ = true;
  }
  std::uint64_t statements() const { return statements_; }

 private:
  TextFile& file_;
  bool begun_ = false, finished_ = false;
  std::uint64_t statements_ = 0;
};

class Exporter {
 public:
  Exporter(Host& host, const std::string& directory, const CompleteOptions& options)
      : host_(host), options_(options), stem_(directory.ends_with('/') ? directory : directory + "/") {
    facts_.timestamp = free_moment(host, stem_);
    const Dialect& dialect = host.dialect();
    facts_.engine = options.schema.dialect.empty() ? dialect.engine : options.schema.dialect;
    facts_.server_version = dialect.server_version;
    facts_.database = dialect.database;
    facts_.version = kVersion;
    facts_.has_schema = !options.data_only;
    facts_.has_data = !options.schema_only;
  }

  std::vector<ExportedFile> run() {
    if (facts_.has_schema) write_schema_file();
    if (facts_.has_data) write_data_file();
    TextFile& readme = open(complete_file::kReadmeSuffix);
    readme.line(write_readme(facts_));
    readme.finish();
    exported_.push_back({readme.path(), 0, 0, readme.bytes()});
    commit();
    return std::move(exported_);
  }

 private:
  TextFile& open(std::string_view suffix) {
    const std::string& database = host_.dialect().database;
    files_.push_back(std::make_unique<TextFile>(
        stem_ + facts_.timestamp + std::string(suffix),
        database.find('/') != std::string::npos ? database : std::string(), host_.dialect().new_file_mode));
    return *files_.back();
  }

  void write_schema_file() {
    TextFile& file = open(complete_file::kSchemaSuffix);
    file.line(complete_file::first_line(Half::schema, {facts_.engine, options_.schema_only}));
    SchemaFile sink(file, host_.dialect());
    const Catalog catalog = host_.read_catalog({.dependencies = true});
    write_schema(host_, catalog, with_needed_tables(catalog), sink);
    file.line(complete_file::end_line({sink.statements(), 0}));
    file.finish();
    sink.describe(facts_);
    made_ = sink.holders();
    exported_.push_back({file.path(), sink.objects(), 0, file.bytes()});
  }

  // A table that another one needs comes whole, with its own keys and triggers and what these need, since its
  // rows come too.
  SchemaExportOptions with_needed_tables(const Catalog& catalog) const {
    SchemaExportOptions wanted = options_.schema;
    if (wanted.schemas.empty() && wanted.tables.empty()) return wanted;
    const std::string& default_schema = host_.dialect().default_schema;
    const CatalogIndex index(catalog);
    for (std::size_t known = 0;;) {
      const FactSelection selection = select_facts(index, wanted, default_schema);
      std::set<std::string> names;
      for (std::size_t i = 0; i < catalog.objects.size(); ++i) {
        const CatalogObject& object = catalog.objects[i];
        if (!selection.chosen[i] || object.kind != "table" || object.has("partition_of")) continue;
        const bool is_default = object.schema.empty() || object.schema == default_schema;
        names.insert(is_default ? object.name : object.schema + "." + object.name);
      }
      if (names.size() == known) return wanted;
      known = names.size();
      wanted.tables = options_.schema.tables;
      wanted.tables.insert(wanted.tables.end(), names.begin(), names.end());
    }
  }

  void write_data_file() {
    DataOptions options = options_.data;
    if (facts_.has_schema) {
      // What the schema has, its rows have to follow: also tables that others only reference.
      options.further = &made_;
      options.fresh = true;
    }
    const DataPlan plan = plan_data(host_, options);
    TextFile& file = open(complete_file::kDataSuffix);
    file.line(complete_file::first_line(Half::data, {facts_.engine, options_.data_only}));
    DataFile sink(file);
    std::uint64_t rows = 0;
    std::set<std::string> schemas;
    const WrittenData written = write_data(host_, plan, options, sink, true);
    sink.finish_rows();
    facts_.large_objects = written.large_objects;
    for (const WrittenTable& table : written.tables) {
      schemas.insert(table.table->schema);
      file.line(
          complete_file::digest_line({table.table->schema, table.table->name, table.rows, table.digest}));
      facts_.tables.push_back({table.table->display_name(), table.rows, table.digest});
      rows += table.rows;
    }
    if (!facts_.has_schema) facts_.schemas.assign(schemas.begin(), schemas.end());
    file.line(complete_file::end_line({sink.statements(), rows}));
    file.finish();
    exported_.push_back({file.path(), written.tables.size() + written.large_objects, rows, file.bytes()});
  }

  void commit() {
    std::size_t named = 0;
    try {
      for (const auto& file : files_) {
        file->commit();
        ++named;
      }
    } catch (...) {
      while (named > 0) ::unlink(files_[--named]->path().c_str());
      throw;
    }
  }

  Host& host_;
  const CompleteOptions& options_;
  std::string stem_;
  ReadmeFacts facts_;
  std::vector<std::unique_ptr<TextFile>> files_;
  std::set<std::pair<std::string, std::string>> made_;
  std::vector<ExportedFile> exported_;
};

}  // namespace

std::vector<ExportedFile> export_complete(Host& host, const std::string& directory,
                                          const CompleteOptions& options) {
  return Exporter(host, directory, options).run();
}

}  // namespace whimbrel

#include "common/complete/readme.h"

#include <algorithm>

#include "common/complete/complete_file.h"

namespace whimbrel {

namespace {

using complete_file::kDataSuffix;
using complete_file::kSchemaSuffix;

constexpr std::size_t kMostNamed = 10;

// A name in running text: no line break, nothing that Markdown would take for its own.
std::string shown(std::string_view name) {
  std::string text = "`";
  for (const char c : name) {
    if (c == '`')
      text += '\'';
    else
      text += static_cast<unsigned char>(c) < 0x20 || c == '|' ? ' ' : c;
  }
  return text + "`";
}

std::string counted(std::uint64_t number, std::string_view what) {
  return std::to_string(number) + " " + std::string(what) + (number == 1 ? "" : "s");
}

class Readme {
 public:
  explicit Readme(const ReadmeFacts& facts)
      : facts_(facts),
        schema_file_(facts.timestamp + std::string(kSchemaSuffix)),
        data_file_(facts.timestamp + std::string(kDataSuffix)) {}

  std::string write() {
    line("# Migration " + facts_.timestamp);
    line("");
    line("Written by Whimbrel " + facts_.version + " from database " + shown(facts_.database) + " on " +
         engine_name() + " " + facts_.server_version + ".");
    write_contents();
    write_application();
    write_verification();
    write_errors();
    return std::move(text_);
  }

 private:
  void line(std::string_view text) { text_.append(text).append("\n"); }
  bool on_postgresql() const { return facts_.engine == "postgresql"; }
  std::string engine_name() const { return on_postgresql() ? "PostgreSQL" : "SQLite"; }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    if (facts_.has_schema) names.push_back(schema_file_);
    if (facts_.has_data) names.push_back(data_file_);
    return names;
  }

  void write_contents() {
    line("");
    line("## What is inside");
    line("");
    if (facts_.has_schema)
      line("- `" + schema_file_ + "`: every object, in the order in which it can be created.");
    if (facts_.has_data)
      line("- `" + data_file_ +
           "`: the rows as INSERT statements, then sequence positions, materialized views and statistics.");
    if (!facts_.has_schema) line("- No schema: the tables have to be there.");
    if (!facts_.has_data) line("- No rows.");
    if (!facts_.schemas.empty()) {
      std::string list;
      for (const std::string& schema : facts_.schemas) list += (list.empty() ? "" : ", ") + shown(schema);
      line("");
      line("Schemas: " + list + ".");
    }
    if (facts_.has_schema) write_objects();
    if (facts_.has_data) write_tables();
  }

  void write_objects() {
    line("");
    line("| objects | number |");
    line("|---|---:|");
    for (const auto& [kind, number] : facts_.objects)
      line("| " + kind + " | " + std::to_string(number) + " |");
    if (facts_.remarks.empty()) return;
    line("");
    line("Not in the schema file:");
    line("");
    for (const std::string& remark : facts_.remarks) line("- " + remark);
  }

  void write_tables() {
    std::uint64_t rows = 0;
    for (const ReadmeTable& table : facts_.tables) rows += table.rows;
    line("");
    line(counted(rows, "row") + " in " + counted(facts_.tables.size(), "table") +
         ", in the order of the load. The digests are those of `data_digest()`.");
    line("");
    line("| table | rows | digest |");
    line("|---|---:|---|");
    for (const ReadmeTable& table : facts_.tables)
      line("| " + shown(table.name) + " | " + std::to_string(table.rows) + " | `" + to_hex(table.digest) +
           "` |");
    if (facts_.large_objects == 0) return;
    line("");
    line(std::to_string(facts_.large_objects) +
         " large objects, under their own numbers. They belong to whoever applies the files.");
  }

  void write_application() {
    line("");
    line("## How to apply it");
    line("");
    line(std::string("On ") + (facts_.has_schema ? "an empty database" : "a database that has the tables") +
         (files().size() == 2 ? ", both files in one transaction, the schema first."
                              : ", in one transaction.") +
         " Nothing in the files belongs to one client, and nothing in them begins or ends a transaction.");
    line("");
    line(
        "With Whimbrel, which loads the rows fastest, compares the digests, and leaves everything or "
        "nothing:");
    line("");
    line("```sql");
    if (on_postgresql()) line("CREATE EXTENSION IF NOT EXISTS whimbrel;");
    line(std::string(on_postgresql() ? "SELECT * FROM " : "SELECT ") +
         "apply_complete('/path/of/this/directory', '" + facts_.timestamp + "');");
    line("```");
    line("");
    const bool has_virtual_tables = !on_postgresql() && facts_.objects.contains("virtual table");
    line(on_postgresql() ? "With psql:" : "With the sqlite3 shell:");
    line("");
    line("```sh");
    if (on_postgresql()) {
      std::string command = "psql -X -1 -v ON_ERROR_STOP=1 -d target";
      for (const std::string& file : files()) command += " -f " + file;
      line(command);
    } else {
      std::string command = "(echo 'BEGIN;'; cat";
      for (const std::string& file : files()) command += " " + file;
      line(command + "; echo 'COMMIT;') | sqlite3 -bail" +
           (has_virtual_tables ? " -cmd '.dbconfig defensive off'" : "") + " target.db");
    }
    line("```");
    if (has_virtual_tables)
      line(
          "\nThe setting is for the tables behind virtual tables, which newer versions of the shell "
          "protect.");
    if (!on_postgresql()) write_windows_lines();
    line("");
    line("With a driver: begin a transaction, send the text of each file as one script, commit." +
         std::string(on_postgresql() ? " The server reads such a script as a whole before it runs the first "
                                       "statement; for hundreds of megabytes take another way."
                                     : "") +
         " In Python:");
    line("");
    line("```python");
    std::string list;
    for (const std::string& file : files()) list += (list.empty() ? "\"" : ", \"") + file + "\"";
    if (on_postgresql()) {
      line("with psycopg2.connect(\"dbname=target\") as connection, connection.cursor() as cursor:");
      line("    for name in [" + list + "]:");
      line("        cursor.execute(open(name, encoding=\"utf-8\", newline=\"\").read())");
    } else {
      line("connection = sqlite3.connect(\"target.db\", isolation_level=None)");
      line(
          "connection.executescript(\"BEGIN;\" + \"\".join(open(name, encoding=\"utf-8\", "
          "newline=\"\").read() for name in "
          "[" +
          list + "]) + \"COMMIT;\")");
    }
    line("```");
  }

  void write_windows_lines() {
    if (facts_.with_windows_lines.empty()) return;
    std::string list;
    const std::size_t named = std::min(facts_.with_windows_lines.size(), kMostNamed);
    for (std::size_t i = 0; i < named; ++i)
      list += (list.empty() ? "" : ", ") + shown(facts_.with_windows_lines[i]);
    if (named < facts_.with_windows_lines.size())
      list += " and " + counted(facts_.with_windows_lines.size() - named, "other");
    line("");
    line(
        "The shell drops the carriage returns of Windows' line ends, also inside quotes, and these texts "
        "have "
        "them: " +
        list + ". `apply_complete` and drivers keep them.");
  }

  void write_verification() {
    if (!facts_.has_data) return;
    line("");
    line("## How to look whether it is right");
    line("");
    line(
        "`apply_complete` has compared the digests. Otherwise: `SELECT * FROM data_digest()` in the target "
        "gives the numbers of the table above, as long as no rule of Whimbrel leaves a table or column out "
        "there. Without Whimbrel, compare the counts: `SELECT count(*) FROM ...`.");
  }

  void write_errors() {
    line("");
    line("## If it fails");
    line("");
    line(
        "- **relation does not exist** (`no such table`): the schema file was not run, or not first, or in "
        "another database or schema" +
        std::string(
            on_postgresql()
                ? "; or a function or view names an object without its schema that stood in the "
                  "`search_path` of the source by a role's or database's own setting: set the same there"
                : "") +
        ". Run both files, the schema first, on an empty database.");
    line(
        "- **foreign key violation**: the files were run without one transaction around them (keys in a "
        "circle wait for its end), the target had rows of its own, or the selection left out rows that "
        "others need. Run both in one transaction (`psql -1`), on an empty database, or export the tables "
        "that are missing too.");
    line(std::string("- **permission denied**") +
         (on_postgresql() ? " (`must be owner`): whoever applies the files must own what they make: run them "
                            "as the owner of the database or of its schemas, or grant `CREATE` on them. "
                            "Extensions that are not trusted need a superuser: let one create them before "
                            "(`CREATE EXTENSION`), and the files go on from there. Files of the server need "
                            "`pg_read_server_files`; psql reads them where it runs."
                          : " (`attempt to write a readonly database`): the file of the target or its "
                            "directory cannot be written by this user."));
  }

  const ReadmeFacts& facts_;
  std::string schema_file_, data_file_;
  std::string text_;
};

}  // namespace

std::string write_readme(const ReadmeFacts& facts) { return Readme(facts).write(); }

}  // namespace whimbrel

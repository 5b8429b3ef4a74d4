// Tables with their columns, and sequences.
#include <map>

#include "common/schema/postgresql/writer.h"
#include "common/text/ascii.h"

namespace whimbrel::postgresql {

namespace {

std::string upper(std::string_view text) {
  std::string made(text);
  for (char& c : made) c = to_upper(c);
  return made;
}

// From PostgreSQL 18 on NOT NULL has a name: the constraints by the column's name.
std::map<std::string_view, const CatalogObject*> not_nulls_of(const Writer& writer,
                                                              const CatalogObject& table) {
  std::map<std::string_view, const CatalogObject*> found;
  for (const CatalogObject* part : writer.index().owned(table)) {
    if (part->kind != "constraint" || part->get("type") != "not null") continue;
    constexpr std::string_view kPrefix = "NOT NULL ";
    std::string_view column = part->get("definition").substr(kPrefix.size());
    for (const std::string_view suffix : {" NOT VALID", " NO INHERIT"})
      if (column.ends_with(suffix)) column.remove_suffix(suffix.size());
    found.emplace(column, part);
  }
  return found;
}

class TableWriter {
 public:
  TableWriter(Writer& writer, const CatalogObject& table)
      : writer_(writer),
        table_(table),
        typed_(table.has("of_type")),
        partition_(table.has("partition_of")),
        not_nulls_(not_nulls_of(writer, table)) {}

  void write() {
    std::string sql = "CREATE ";
    if (table_.has("unlogged")) sql += "UNLOGGED ";
    sql.append(table_.kind == "foreign table" ? "FOREIGN TABLE " : "TABLE ").append(table_.identity);
    if (typed_) sql.append(" OF ").append(table_.get("of_type"));
    const std::string items = columns() + checks();
    if (!items.empty())
      sql.append(" (\n").append(items, 0, items.size() - 2).append("\n)");
    else if (!typed_)
      sql += " ()";
    if (table_.has("inherits")) sql.append("\nINHERITS (").append(table_.get("inherits")).append(")");
    if (table_.has("partition_by")) sql.append("\nPARTITION BY ").append(table_.get("partition_by"));
    if (table_.has("server")) sql.append("\nSERVER ").append(table_.get("server"));
    if (table_.has("server_options"))
      sql.append("\nOPTIONS (").append(table_.get("server_options")).append(")");
    if (table_.has("access_method")) sql.append("\nUSING ").append(table_.get("access_method"));
    if (table_.has("options")) sql.append("\nWITH (").append(table_.get("options")).append(")");
    writer_.statement(sql, table_);
    for (const CatalogObject* part : writer_.index().owned(table_))
      if (part->kind == "column") write_alterations(*part);
    if (table_.has("replica_identity")) alter("REPLICA IDENTITY " + upper(table_.get("replica_identity")));
    if (partition_)
      writer_.statement("ALTER TABLE ONLY " + std::string(table_.get("partition_of")) + " ATTACH PARTITION " +
                            table_.identity + " " + std::string(table_.get("partition_bound")),
                        table_);
  }

 private:
  // A child has the columns of its parents by itself; a partition is made whole and attached.
  bool comes_from_parent(const CatalogObject& part) const { return part.has("inherited") && !partition_; }

  std::string columns() const {
    std::string items;
    for (const CatalogObject* part : writer_.index().owned(table_)) {
      if (part->kind != "column" || comes_from_parent(*part)) continue;
      const std::string rest = constraints_of(*part);
      if (typed_ && rest.empty()) continue;
      items.append("    ").append(part_name(*part, table_));
      if (typed_) {
        items.append(" WITH OPTIONS");
      } else {
        items.append(" ").append(part->get("type"));
        if (part->has("server_options"))
          items.append(" OPTIONS (").append(part->get("server_options")).append(")");
        if (part->has("collation")) items.append(" COLLATE ").append(part->get("collation"));
      }
      items.append(rest).append(",\n");
    }
    return items;
  }

  std::string constraints_of(const CatalogObject& column) const {
    std::string sql;
    const FromParents parents = from_parents(column);
    if (column.has("default") && !writer_.separate.contains(&column))
      sql.append(" DEFAULT ").append(column.get("default"));
    else if (!column.has("default") && !parents.default_value.empty())
      sql.append(" DEFAULT NULL");  // else it would be the parent's
    if (column.has("generated") && column.get("generated") != parents.generated)
      sql.append(" GENERATED ALWAYS AS (")
          .append(column.get("generated"))
          .append(") ")
          .append(upper(column.get("generation")));
    sql += not_null(column);
    // Without a sequence of its own it is the parent's identity.
    if (column.has("sequence"))
      sql.append(" GENERATED ")
          .append(upper(column.get("identity")))
          .append(" AS IDENTITY (SEQUENCE NAME ")
          .append(column.get("sequence"))
          .append(column.has("sequence_options") ? " " : "")
          .append(column.get("sequence_options"))
          .append(")");
    return sql;
  }

  std::string not_null(const CatalogObject& column) const {
    const auto named = not_nulls_.find(part_name(column, table_));
    if (named == not_nulls_.end()) return column.has("not_null") ? " NOT NULL" : "";
    const CatalogObject& constraint = *named->second;
    if (comes_from_parent(constraint) || is_separate_constraint(constraint)) return "";
    std::string sql = " CONSTRAINT ";
    sql.append(part_name(constraint, table_)).append(" NOT NULL");
    if (constraint.get("definition").ends_with(" NO INHERIT")) sql += " NO INHERIT";
    return sql;
  }

  std::string checks() const {
    std::string items;
    for (const CatalogObject* part : writer_.index().owned(table_)) {
      if (part->kind != "constraint" || is_separate_constraint(*part) || writer_.separate.contains(part) ||
          comes_from_parent(*part))
        continue;
      if (part->get("type") == "not null" && !is_of_inherited_column(*part)) continue;
      items.append("    CONSTRAINT ")
          .append(part_name(*part, table_))
          .append(" ")
          .append(part->get("definition"))
          .append(",\n");
    }
    return items;
  }

  bool is_of_inherited_column(const CatalogObject& not_null) const {
    for (const auto& [column, constraint] : not_nulls_)
      if (constraint == &not_null)
        for (const CatalogObject* part : writer_.index().owned(table_))
          if (part->kind == "column" && part_name(*part, table_) == column) return comes_from_parent(*part);
    return false;
  }

  void write_alterations(const CatalogObject& column) {
    const std::string alter_column = "ALTER COLUMN " + std::string(part_name(column, table_)) + " ";
    if (comes_from_parent(column)) write_differences(column, alter_column);
    if (column.has("sequence_persistence"))
      writer_.statement("ALTER SEQUENCE " + std::string(column.get("sequence")) + " SET " +
                            upper(column.get("sequence_persistence")),
                        table_);
    if (column.has("statistics"))
      alter(alter_column + "SET STATISTICS " + std::string(column.get("statistics")));
    if (column.has("storage")) alter(alter_column + "SET STORAGE " + upper(column.get("storage")));
    if (column.has("compression"))
      alter(alter_column + "SET COMPRESSION " + std::string(column.get("compression")));
    if (column.has("options")) alter(alter_column + "SET (" + std::string(column.get("options")) + ")");
    if (column.has("server_options") && comes_from_parent(column))
      alter(alter_column + "OPTIONS (" + std::string(column.get("server_options")) + ")");
  }

  // What a column would be if nothing but the parents told.
  struct FromParents {
    std::string_view default_value, generated;
    bool not_null = false;
  };

  FromParents from_parents(const CatalogObject& column) const {
    FromParents found;
    const std::string_view parents = table_.get("inherits");
    if (parents.empty()) return found;
    for (const std::string& dependency : table_.dependencies) {
      const CatalogObject* parent = writer_.index().find(dependency);
      if (parent == nullptr || !holds_rows(*parent) || parents.find(parent->identity) == std::string::npos)
        continue;
      for (const CatalogObject* part : writer_.index().owned(*parent))
        if (part->kind == "column" && part->name == column.name) {
          if (part->has("default")) found.default_value = part->get("default");
          if (part->has("generated")) found.generated = part->get("generated");
          found.not_null = found.not_null || part->has("not_null");
        }
    }
    return found;
  }

  // Of an inherited column from those of the parents.
  void write_differences(const CatalogObject& column, const std::string& alter_column) {
    const FromParents parents = from_parents(column);
    if (column.has("default") && column.get("default") != parents.default_value &&
        !writer_.separate.contains(&column))
      alter(alter_column + "SET DEFAULT " + std::string(column.get("default")));
    if (!column.has("default") && !column.has("generated") && !parents.default_value.empty())
      alter(alter_column + "DROP DEFAULT");
    if (column.has("not_null") && !parents.not_null && not_nulls_.empty())
      alter(alter_column + "SET NOT NULL");
  }

  void alter(const std::string& action) {
    writer_.statement((table_.kind == "foreign table" ? "ALTER FOREIGN TABLE ONLY " : "ALTER TABLE ONLY ") +
                          table_.identity + " " + action,
                      table_);
  }

  Writer& writer_;
  const CatalogObject& table_;
  bool typed_, partition_;
  std::map<std::string_view, const CatalogObject*> not_nulls_;
};

void write_table(Writer& writer, const CatalogObject& table) { TableWriter(writer, table).write(); }

void write_sequence(Writer& writer, const CatalogObject& sequence) {
  std::string sql = sequence.has("unlogged") ? "CREATE UNLOGGED SEQUENCE " : "CREATE SEQUENCE ";
  sql += sequence.identity;
  constexpr std::pair<std::string_view, std::string_view> kClauses[] = {
      {"type", " AS "},          {"increment", " INCREMENT BY "}, {"minimum", " MINVALUE "},
      {"maximum", " MAXVALUE "}, {"start", " START WITH "},       {"cache", " CACHE "}};
  for (const auto& [property, clause] : kClauses)
    if (sequence.has(property)) sql.append(clause).append(sequence.get(property));
  if (sequence.has("cycle")) sql += " CYCLE";
  writer.statement(sql, sequence);
}

}  // namespace

std::span<const KindWriter> relation_writers() {
  static constexpr KindWriter kWriters[] = {{"sequence", 150, "SEQUENCE", write_sequence},
                                            {"table", 160, "TABLE", write_table},
                                            {"foreign table", 160, "FOREIGN TABLE", write_table}};
  return kWriters;
}

void write_column_default(Writer& writer, const CatalogObject& column) {
  if (column.kind == "domain")
    return writer.statement(
        "ALTER DOMAIN " + column.identity + " SET DEFAULT " + std::string(column.get("default")), column);
  const CatalogObject& table = *writer.owner_of(column);
  writer.statement("ALTER TABLE ONLY " + table.identity + " ALTER COLUMN " +
                       std::string(part_name(column, table)) + " SET DEFAULT " +
                       std::string(column.get("default")),
                   table);
}

void write_owned_by(Writer& writer, const CatalogObject& sequence) {
  writer.statement(
      "ALTER SEQUENCE " + sequence.identity + " OWNED BY " + std::string(sequence.get("owned_by")), sequence);
}

void write_row_security(Writer& writer, const CatalogObject& table) {
  if (table.has("row_security"))
    writer.statement("ALTER TABLE " + table.identity + " ENABLE ROW LEVEL SECURITY", table);
  if (table.has("force_row_security"))
    writer.statement("ALTER TABLE ONLY " + table.identity + " FORCE ROW LEVEL SECURITY", table);
}

}  // namespace whimbrel::postgresql

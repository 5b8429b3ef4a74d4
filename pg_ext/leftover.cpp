#include "pg_ext/leftover.h"

#include "common/each_row.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

// What the statement is about, as plain values.
struct Subject {
  enum class Kind : std::uint8_t {
    other,  // VACUUM, REINDEX, ALTER SYSTEM, …: run again, it does no harm
    create_index,
    create_unnamed_index,
    remove,  // DROP INDEX, DROP DATABASE, DROP TABLESPACE
    create,  // CREATE DATABASE, CREATE TABLESPACE, CREATE SUBSCRIPTION
    reindex,
    detach,
  };
  Kind kind = Kind::other;
  Oid relation = InvalidOid;  // the table, or for REINDEX INDEX the index; none: of the whole database
  Oid object = InvalidOid;    // the index, the partition, the database
  Oid schema = InvalidOid;    // of REINDEX SCHEMA
  bool valid = false;         // the index
  bool of_other_table = false;
  bool if_not_exists = false;
};

Oid find_relation(const RangeVar* name) { return RangeVarGetRelid(name, NoLock, true); }

// Inside pg_call, as are the next ones.
Subject index_subject(const IndexStmt* create) {
  Subject subject;
  subject.relation = find_relation(create->relation);
  subject.if_not_exists = create->if_not_exists;
  subject.kind =
      create->idxname == nullptr ? Subject::Kind::create_unnamed_index : Subject::Kind::create_index;
  if (create->idxname == nullptr || !OidIsValid(subject.relation)) return subject;
  subject.object = get_relname_relid(create->idxname, get_rel_namespace(subject.relation));
  if (!OidIsValid(subject.object)) return subject;
  HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(subject.object));
  subject.of_other_table = !HeapTupleIsValid(tuple);  // not even an index
  if (HeapTupleIsValid(tuple)) {
    const Form_pg_index row = reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));
    subject.valid = row->indisvalid;
    subject.of_other_table = row->indrelid != subject.relation;
    ReleaseSysCache(tuple);
  }
  return subject;
}

Subject detach_subject(const AlterTableStmt* alter) {
  Subject subject;
  subject.kind = Subject::Kind::detach;
  subject.relation = find_relation(alter->relation);
  for (int i = 0; i < list_length(alter->cmds); ++i) {
    const AlterTableCmd* command = static_cast<const AlterTableCmd*>(list_nth(alter->cmds, i));
    if (command->subtype == AT_DetachPartition)
      subject.object = find_relation(reinterpret_cast<PartitionCmd*>(command->def)->name);
  }
  return subject;
}

Subject reindex_subject(const ReindexStmt* reindex) {
  Subject subject;
  subject.kind = Subject::Kind::reindex;
  if (reindex->relation != nullptr)
    subject.relation = find_relation(reindex->relation);
  else if (reindex->kind == REINDEX_OBJECT_SCHEMA)
    subject.schema = get_namespace_oid(reindex->name, true);
  return subject;
}

Subject named(Subject::Kind kind, Oid object) {
  Subject subject;
  subject.kind = kind;
  subject.object = object;
  return subject;
}

Subject subject_of(Node* node) {
  switch (nodeTag(node)) {
    case T_IndexStmt:
      return index_subject(reinterpret_cast<IndexStmt*>(node));
    case T_DropStmt: {
      const DropStmt* drop = reinterpret_cast<DropStmt*>(node);
      if (drop->removeType != OBJECT_INDEX || list_length(drop->objects) != 1) return Subject();
      return named(Subject::Kind::remove,
                   find_relation(makeRangeVarFromNameList(static_cast<List*>(linitial(drop->objects)))));
    }
    case T_ReindexStmt:
      return reindex_subject(reinterpret_cast<ReindexStmt*>(node));
    case T_AlterTableStmt:
      return detach_subject(reinterpret_cast<AlterTableStmt*>(node));
    case T_CreatedbStmt:
      return named(Subject::Kind::create,
                   get_database_oid(reinterpret_cast<CreatedbStmt*>(node)->dbname, true));
    case T_DropdbStmt:
      return named(Subject::Kind::remove,
                   get_database_oid(reinterpret_cast<DropdbStmt*>(node)->dbname, true));
    case T_CreateTableSpaceStmt:
      return named(Subject::Kind::create,
                   get_tablespace_oid(reinterpret_cast<CreateTableSpaceStmt*>(node)->tablespacename, true));
    case T_DropTableSpaceStmt:
      return named(Subject::Kind::remove,
                   get_tablespace_oid(reinterpret_cast<DropTableSpaceStmt*>(node)->tablespacename, true));
    case T_CreateSubscriptionStmt:
      return named(Subject::Kind::create,
                   get_subscription_oid(reinterpret_cast<CreateSubscriptionStmt*>(node)->subname, true));
    default:
      return Subject();
  }
}

// One column of names, ready for a statement.
std::vector<std::string> read_names(Statements& statements, std::string_view sql,
                                    std::span<const Cell> parameters) {
  std::vector<std::string> names;
  for_each_row(statements, sql, parameters, [&](const Cell* row) { names.emplace_back(row[0].view()); });
  return names;
}

std::vector<std::string> drops(const std::vector<std::string>& indexes) {
  std::vector<std::string> statements;
  for (const std::string& name : indexes) statements.push_back("DROP INDEX CONCURRENTLY IF EXISTS " + name);
  return statements;
}

constexpr char kIndexName[] =
    "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)"
    " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace ";

// Without those that a session builds at this moment.
std::vector<std::string> invalid_indexes_of(Statements& statements, Oid table) {
  const Cell parameters[] = {Cell::integer_of(table)};
  return read_names(statements,
                    std::string(kIndexName) +
                        "WHERE i.indrelid::pg_catalog.int8 = $1::pg_catalog.int8 AND NOT i.indisvalid"
                        " AND c.relkind = 'i' AND NOT EXISTS (SELECT 1 FROM"
                        " pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)"
                        " ORDER BY 1",
                    parameters);
}

// The new index of REINDEX CONCURRENTLY before it takes the place of the old one, and the old one after.
std::vector<std::string> reindex_leftovers(Statements& statements, const Subject& subject) {
  const Cell parameters[] = {Cell::integer_of(subject.relation), Cell::integer_of(subject.schema)};
  return read_names(statements,
                    std::string(kIndexName) +
                        "WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$'"
                        " AND n.nspname !~ '^pg_' AND ($1::pg_catalog.int8 = 0"
                        " OR i.indrelid::pg_catalog.int8 = $1::pg_catalog.int8 OR i.indrelid = (SELECT"
                        " x.indrelid FROM pg_catalog.pg_index x WHERE x.indexrelid::pg_catalog.int8 ="
                        " $1::pg_catalog.int8)) AND ($2::pg_catalog.int8 = 0 OR n.oid::pg_catalog.int8 ="
                        " $2::pg_catalog.int8) ORDER BY 1",
                    parameters);
}

Leftover look_at_partition(Statements& statements, const Subject& subject) {
  Leftover leftover;
  const Cell parameters[] = {Cell::integer_of(subject.relation), Cell::integer_of(subject.object)};
  const auto reader = statements.query(
      "SELECT inhdetachpending, 'ALTER TABLE ' || inhparent::pg_catalog.regclass::pg_catalog.text ||"
      " ' DETACH PARTITION ' || inhrelid::pg_catalog.regclass::pg_catalog.text || ' FINALIZE'"
      " FROM pg_catalog.pg_inherits WHERE inhparent::pg_catalog.int8 = $1::pg_catalog.int8"
      " AND inhrelid::pg_catalog.int8 = $2::pg_catalog.int8",
      parameters);
  RowBatch batch;
  leftover.complete = true;
  if (!reader->next(batch)) return leftover;
  leftover.complete = batch.row(0)[0].integer != 0;
  if (leftover.complete) leftover.cleanup.emplace_back(batch.row(0)[1].view());
  return leftover;
}

}  // namespace

Leftover look_at_leftover(Statements& statements, std::string_view sql, bool interrupted) {
  const std::string text(sql);
  const Subject subject = pg_call([&] {
    List* parsed = raw_parser(text.c_str(), RAW_PARSE_DEFAULT);
    return subject_of(linitial_node(RawStmt, parsed)->stmt);
  });
  Leftover leftover;
  if (subject.kind == Subject::Kind::create_index) {
    if (!OidIsValid(subject.object) || subject.of_other_table) return leftover;
    leftover.complete = interrupted && subject.valid;
    if (!subject.valid && (interrupted || subject.if_not_exists)) {
      const Cell parameters[] = {Cell::integer_of(subject.object)};
      leftover.cleanup = drops(read_names(
          statements, std::string(kIndexName) + "WHERE i.indexrelid::pg_catalog.int8 = $1::pg_catalog.int8",
          parameters));
    }
    return leftover;
  }
  if (!interrupted) return leftover;
  switch (subject.kind) {
    case Subject::Kind::create_unnamed_index:
      leftover.cleanup = drops(invalid_indexes_of(statements, subject.relation));
      break;
    case Subject::Kind::remove:
      leftover.complete = !OidIsValid(subject.object);
      break;
    case Subject::Kind::create:
      leftover.complete = OidIsValid(subject.object);
      break;
    case Subject::Kind::reindex:
      leftover.cleanup = drops(reindex_leftovers(statements, subject));
      break;
    case Subject::Kind::detach:
      return look_at_partition(statements, subject);
    default:
      break;
  }
  return leftover;
}

}  // namespace whimbrel::pg

#include "pg_ext/assess.h"

#include "common/each_row.h"
#include "common/error.h"
#include "pg_ext/assess_column.h"
#include "pg_ext/assess_condition.h"
#include "pg_ext/assess_domain.h"
#include "pg_ext/assess_others.h"
#include "pg_ext/assess_validate.h"
#include "pg_ext/assess_violations.h"
#include "pg_ext/compat.h"
#include "pg_ext/guard.h"
#include "pg_ext/named_relation.h"

namespace whimbrel::pg {

namespace {

constexpr const char* kAccessExclusive = "AccessExclusiveLock";
constexpr std::size_t kMostNamed = 20;  // heirs and partitions that are named one by one

// Whether all functions of its name are the server's.
bool is_of_server(const List* name) {
  if (list_length(name) > 1) return strcmp(strVal(linitial(name)), "pg_catalog") == 0;
  CatCList* const found = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(strVal(linitial(name))));
  bool all = found->n_members > 0;
  for (int i = 0; i < found->n_members; ++i) {
    const auto* function = reinterpret_cast<Form_pg_proc>(GETSTRUCT(&found->members[i]->tuple));
    all = all && function->pronamespace == PG_CATALOG_NAMESPACE;
  }
  ReleaseSysCacheList(found);
  return all;
}

extern "C" bool calls_or_writes(Node* node, void*) {
  if (node == nullptr) return false;
  if (IsA(node, WithClause)) return true;
  if (IsA(node, FuncCall) && !is_of_server(reinterpret_cast<FuncCall*>(node)->funcname)) return true;
  return walk_raw_expression(node, calls_or_writes, nullptr);
}

// A query, by functions that others made, or by what stands in its WITH.
bool may_write(const Node* query) {
  return pg_call([=] { return calls_or_writes(const_cast<Node*>(query), nullptr); });
}

std::string text_of(const char* text) { return text == nullptr ? std::string() : std::string(text); }

class Assessment {
 public:
  explicit Assessment(Statements& statements) : statements_(statements) {}

  std::vector<StatementEffect> make(const Node* node) {
    switch (nodeTag(node)) {
      case T_CreateStmt: {
        const auto* create = reinterpret_cast<const CreateStmt*>(node);
        if (create->relation->relpersistence != RELPERSISTENCE_TEMP)
          add(EffectKind::creates_table, name_of(create->relation), "CREATE TABLE");
        if (create->partbound != nullptr) {
          const RelationName parent = name_of(static_cast<const RangeVar*>(linitial(create->inhRelations)));
          lock(parent, "CREATE TABLE ... PARTITION OF", kAccessExclusive);
          lock_default_partition(parent, "CREATE TABLE ... PARTITION OF " + parent.identity);
        }
        break;
      }
      case T_CreateTableAsStmt: {
        const auto* create = reinterpret_cast<const CreateTableAsStmt*>(node);
        write(create->into->rel);
        if (create->into->rel->relpersistence != RELPERSISTENCE_TEMP)
          add(EffectKind::creates_table, name_of(create->into->rel), "CREATE TABLE AS");
        break;
      }
      case T_DropStmt:
        drop(*reinterpret_cast<const DropStmt*>(node));
        break;
      case T_TruncateStmt: {
        truncate(*reinterpret_cast<const TruncateStmt*>(node));
        break;
      }
      case T_InsertStmt:
        write(reinterpret_cast<const InsertStmt*>(node)->relation);
        break;
      case T_UpdateStmt:
        write(reinterpret_cast<const UpdateStmt*>(node)->relation);
        break;
      case T_MergeStmt:
        write(reinterpret_cast<const MergeStmt*>(node)->relation);
        break;
      case T_CopyStmt: {
        const auto* copy = reinterpret_cast<const CopyStmt*>(node);
        if (copy->is_from) write(copy->relation);
        break;
      }
      case T_SelectStmt:
        if (may_write(node)) add(EffectKind::writes_rows, {}, {});
        break;
      case T_DoStmt:
      case T_CallStmt:
      case T_ExecuteStmt:
        add(EffectKind::writes_rows, {}, {});
        break;
      case T_DeleteStmt: {
        const auto* remove = reinterpret_cast<const DeleteStmt*>(node);
        write(remove->relation);
        if (remove->whereClause == nullptr && remove->usingClause == NIL)
          add(EffectKind::drops_rows, name_of(remove->relation), "DELETE without WHERE");
        break;
      }
      case T_AlterTableStmt:
        alter(*reinterpret_cast<const AlterTableStmt*>(node));
        break;
      case T_RenameStmt: {
        const auto* rename = reinterpret_cast<const RenameStmt*>(node);
        if (rename->relation == nullptr) break;
        const RelationName table = name_of(rename->relation);
        if (rename->renameType == OBJECT_TABLE) {
          StatementEffect& effect = add(EffectKind::renames_table, table, "RENAME");
          effect.object = table.schema + "." + quote(rename->newname);
        }
        if (rename->renameType == OBJECT_TABLE || rename->renameType == OBJECT_COLUMN ||
            rename->renameType == OBJECT_TABCONSTRAINT || is_of_table(rename->renameType))
          lock(table, "RENAME", kAccessExclusive);
        if (rename->renameType == OBJECT_COLUMN || rename->renameType == OBJECT_TABCONSTRAINT)
          lock_below(*rename->relation, table, "RENAME");
        break;
      }
      case T_AlterObjectSchemaStmt: {
        const auto* move = reinterpret_cast<const AlterObjectSchemaStmt*>(node);
        if (move->objectType == OBJECT_TABLE || move->objectType == OBJECT_MATVIEW)
          lock(name_of(move->relation), "SET SCHEMA", kAccessExclusive);
        break;
      }
      case T_CreatePolicyStmt:
        lock(name_of(reinterpret_cast<const CreatePolicyStmt*>(node)->table), "CREATE POLICY",
             kAccessExclusive);
        break;
      case T_AlterPolicyStmt:
        lock(name_of(reinterpret_cast<const AlterPolicyStmt*>(node)->table), "ALTER POLICY",
             kAccessExclusive);
        break;
      case T_RuleStmt:
        lock(name_of(reinterpret_cast<const RuleStmt*>(node)->relation), "CREATE RULE", kAccessExclusive);
        break;
      case T_IndexStmt:
        index(*reinterpret_cast<const IndexStmt*>(node));
        break;
      case T_ClusterStmt: {
        const auto* cluster = reinterpret_cast<const ClusterStmt*>(node);
        if (cluster->relation != nullptr) rewrite(name_of(cluster->relation), "CLUSTER");
        break;
      }
      case T_VacuumStmt:
        vacuum(*reinterpret_cast<const VacuumStmt*>(node));
        break;
      case T_RefreshMatViewStmt: {
        const auto* refresh = reinterpret_cast<const RefreshMatViewStmt*>(node);
        if (!refresh->concurrent) rewrite(name_of(refresh->relation), "REFRESH MATERIALIZED VIEW");
        break;
      }
      case T_LockStmt: {
        const auto* locks = reinterpret_cast<const LockStmt*>(node);
        if (locks->mode != AccessExclusiveLock) break;
        for (int i = 0; i < list_length(locks->relations); ++i)
          lock(name_of(static_cast<const RangeVar*>(list_nth(locks->relations, i))), "LOCK TABLE",
               kAccessExclusive);
        break;
      }
      case T_AlterDomainStmt:
        return assess_domain(statements_, *reinterpret_cast<const AlterDomainStmt*>(node));
      case T_AlterEnumStmt: {
        const auto* alter = reinterpret_cast<const AlterEnumStmt*>(node);
        if (alter->oldVal != nullptr || alter->newVal == nullptr) break;
        if (!is_new_label(*alter)) break;
        const RangeVar* type = pg_call([&] { return makeRangeVarFromNameList(alter->typeName); });
        RelationName name;
        name.identity =
            (type->schemaname == nullptr ? "" : quote(type->schemaname) + ".") + quote(type->relname);
        add(EffectKind::adds_enum_value, name, "ALTER TYPE ADD VALUE").object = alter->newVal;
        break;
      }
      default:
        break;
    }
    return std::move(effects_);
  }

 private:
  // False too where the type comes in this run and the server lets its values be used at once.
  static bool is_new_label(const AlterEnumStmt& alter) {
    return pg_call([&] {
      const TypeName* name = makeTypeNameFromNameList(alter.typeName);
      const Oid type = LookupTypeNameOid(nullptr, name, true);
      if (!OidIsValid(type)) return !kNewEnumTakesValues;
      return !SearchSysCacheExists2(ENUMTYPOIDNAME, ObjectIdGetDatum(type), CStringGetDatum(alter.newVal));
    });
  }

  StatementEffect& add(EffectKind kind, const RelationName& table, std::string reason) {
    StatementEffect& effect = effects_.emplace_back();
    effect.kind = kind;
    effect.table = table.identity;
    effect.reason = std::move(reason);
    return effect;
  }
  RelationName write(const RangeVar* table) {
    const RelationName name = name_of(table);
    add(EffectKind::writes_rows, name, {});
    return name;
  }
  void lock(const RelationName& table, const std::string& reason, const std::string& mode) {
    add(EffectKind::locks_table, table, reason).lock = mode;
  }
  void lose(const RelationName& table, const std::string& reason) {
    add(EffectKind::drops_rows, table, reason).lock = kAccessExclusive;
    lock(table, reason, kAccessExclusive);
  }
  void rewrite(const RelationName& table, const std::string& reason) {
    add(EffectKind::rewrites_table, table, reason).lock = kAccessExclusive;
    lock(table, reason, kAccessExclusive);
  }

  // Named by its table and its own name.
  static bool is_of_table(ObjectType type) {
    return type == OBJECT_POLICY || type == OBJECT_TRIGGER || type == OBJECT_RULE;
  }

  // Foreign keys have triggers on both tables.
  void lock_others(const std::vector<OtherTable>& others, const std::string& reason) {
    for (const OtherTable& other : others)
      lock(name_of(other.table), reason + ", with " + other.what, kAccessExclusive);
  }
  void lock_parents(const TablePart& part, const std::string& reason) {
    lock_others(parents_of(statements_, part), reason);
  }
  void lock_children(const TablePart& part, const std::string& reason) {
    lock_others(children_of(statements_, part), reason);
  }

  // Which has to change what it may hold.
  void lock_default_partition(const RelationName& parent, const std::string& reason) {
    if (!OidIsValid(parent.oid)) return;
    const Oid partition = pg_call([&] { return get_default_partition_oid(parent.oid); });
    if (OidIsValid(partition)) lock(name_of(partition), reason, kAccessExclusive);
  }

  void truncate(const TruncateStmt& truncate) {
    for (int i = 0; i < list_length(truncate.relations); ++i) {
      const RelationName table = write(static_cast<const RangeVar*>(list_nth(truncate.relations, i)));
      lose(table, "TRUNCATE");
      if (truncate.behavior != DROP_CASCADE) continue;
      for (const Oid other : tables_truncated_with(statements_, table.oid)) {
        const RelationName child = name_of(other);
        add(EffectKind::writes_rows, child, {});
        lose(child, "TRUNCATE " + table.identity + " CASCADE");
      }
    }
  }

  void drop_table(const RelationName& table, bool cascade) {
    lose(table, "DROP TABLE");
    if (!OidIsValid(table.oid)) return;
    const std::string reason = "DROP TABLE " + table.identity;
    lock_parents({table.oid}, reason);
    if (!cascade) return;
    lock_children({table.oid}, reason + " CASCADE");
    for (const Oid heir : heirs_of(statements_, table.oid)) lose(name_of(heir), reason + " CASCADE");
  }

  void drop_type(const DropStmt& drop) {
    for (int i = 0; i < list_length(drop.objects); ++i) {
      const auto* type = static_cast<const TypeName*>(list_nth(drop.objects, i));
      const Oid oid = pg_call([=] { return LookupTypeNameOid(nullptr, type, true); });
      if (!OidIsValid(oid)) continue;
      const std::string name =
          text_of(pg_call([=] { return static_cast<const char*>(format_type_be(oid)); }));
      for (const OtherTable& column : columns_of_type(statements_, oid)) {
        const RelationName table = name_of(column.table);
        const std::string reason = "DROP TYPE " + name + " CASCADE, with the column " + column.what;
        add(EffectKind::drops_rows, table, reason).object = column.what;
        lock(table, reason, kAccessExclusive);
      }
    }
  }

  void drop_of_table(const DropStmt& drop) {
    const std::string reason = drop.removeType == OBJECT_POLICY    ? "DROP POLICY"
                               : drop.removeType == OBJECT_TRIGGER ? "DROP TRIGGER"
                                                                   : "DROP RULE";
    for (int i = 0; i < list_length(drop.objects); ++i) {
      const List* parts = static_cast<const List*>(list_nth(drop.objects, i));
      const RangeVar* range =
          pg_call([=] { return makeRangeVarFromNameList(list_copy_head(parts, list_length(parts) - 1)); });
      lock(name_of(range), reason, kAccessExclusive);
    }
  }

  void drop(const DropStmt& drop) {
    if (is_of_table(drop.removeType)) return drop_of_table(drop);
    if (drop.removeType == OBJECT_TYPE || drop.removeType == OBJECT_DOMAIN) {
      if (drop.behavior == DROP_CASCADE) drop_type(drop);
      return;
    }
    if (drop.removeType == OBJECT_SCHEMA && drop.behavior == DROP_CASCADE) {
      for (int i = 0; i < list_length(drop.objects); ++i) drop_schema(strVal(list_nth(drop.objects, i)));
      return;
    }
    if (drop.removeType != OBJECT_TABLE && drop.removeType != OBJECT_INDEX &&
        drop.removeType != OBJECT_MATVIEW)
      return;
    for (int i = 0; i < list_length(drop.objects); ++i) {
      List* parts = static_cast<List*>(list_nth(drop.objects, i));
      const RangeVar* range = pg_call([=] { return makeRangeVarFromNameList(parts); });
      const RelationName name = name_of(range);
      if (drop.removeType == OBJECT_TABLE) {
        drop_table(name, drop.behavior == DROP_CASCADE);
      } else if (drop.removeType == OBJECT_MATVIEW) {
        lock(name, "DROP MATERIALIZED VIEW", kAccessExclusive);
      } else if (OidIsValid(name.oid) && !drop.concurrent) {
        const Oid table = pg_call([oid = name.oid] { return IndexGetRelation(oid, true); });
        if (OidIsValid(table)) lock(name_of(table), "DROP INDEX " + quote(range->relname), kAccessExclusive);
      }
    }
  }

  void drop_schema(const char* schema) {
    const Cell parameters[] = {Cell::text(text_of(schema))};
    std::vector<Oid> tables;
    constexpr std::string_view kTables =
        "SELECT c.oid::pg_catalog.int8 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ="
        " c.relnamespace WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'm') ORDER BY c.relname";
    for_each_row(statements_, kTables, parameters,
                 [&](const Cell* row) { tables.push_back(static_cast<Oid>(row->integer)); });
    for (const Oid table : tables) lose(name_of(table), "DROP SCHEMA " + quote(schema));
  }

  void alter(const AlterTableStmt& alter) {
    if (alter.objtype != OBJECT_TABLE) return;
    const RelationName table = name_of(alter.relation);
    for (int i = 0; i < list_length(alter.cmds); ++i)
      command(table, *static_cast<const AlterTableCmd*>(list_nth(alter.cmds, i)));
    if (pg_call([&] { return AlterTableGetLockLevel(alter.cmds); }) != AccessExclusiveLock) return;
    lock(table, "ALTER TABLE", kAccessExclusive);
    bool reaches_below = false;
    for (int i = 0; i < list_length(alter.cmds); ++i)
      reaches_below =
          reaches_below || changes_below(*static_cast<const AlterTableCmd*>(list_nth(alter.cmds, i)));
    if (reaches_below) lock_below(*alter.relation, table, "ALTER TABLE");
  }

  // What tables that inherit, and partitions, go through too, or wait for.
  static bool changes_below(const AlterTableCmd& command) {
    switch (command.subtype) {
      case AT_AddColumn:
      case AT_DropColumn:
      case AT_AlterColumnType:
      case AT_ColumnDefault:
      case AT_SetNotNull:
      case AT_DropConstraint:
        return true;
      case AT_AddConstraint: {
        const auto* added = reinterpret_cast<const Constraint*>(command.def);
        return kConstraintsLockHeirs || (added->contype == CONSTR_CHECK && !added->is_no_inherit);
      }
      default:
        return false;
    }
  }

  void lock_below(const RangeVar& named, const RelationName& table, const std::string& verb) {
    if (!named.inh || !OidIsValid(table.oid)) return;
    const std::vector<Oid> below = tables_below(statements_, table.oid);
    if (below.size() > kMostNamed)
      return lock(table, verb + " and its " + std::to_string(below.size()) + " heirs and partitions",
                  kAccessExclusive);
    for (const Oid one : below) lock(name_of(one), verb + " " + table.identity, kAccessExclusive);
  }

  void command(const RelationName& table, const AlterTableCmd& command) {
    const std::string column = command.name == nullptr ? "" : quote(command.name);
    const std::string on_table = "ALTER TABLE " + table.identity;
    switch (command.subtype) {
      case AT_DropColumn:
        add(EffectKind::drops_rows, table, "DROP COLUMN " + column).object = column;
        lock_parents({.table = table.oid, .column = command.name}, on_table + " DROP COLUMN " + column);
        if (command.behavior == DROP_CASCADE)
          lock_children({.table = table.oid, .column = command.name},
                        on_table + " DROP COLUMN " + column + " CASCADE");
        break;
      case AT_DropConstraint:
        lock_parents({.table = table.oid, .constraint = command.name},
                     on_table + " DROP CONSTRAINT " + column);
        if (command.behavior == DROP_CASCADE)
          lock_children({.table = table.oid, .constraint = command.name},
                        on_table + " DROP CONSTRAINT " + column + " CASCADE");
        break;
      case AT_AlterColumnType:
        alter_type(table, command);
        break;
      case AT_AttachPartition:
      case AT_DetachPartition: {
        const auto* partition = reinterpret_cast<const PartitionCmd*>(command.def);
        if (partition->concurrent) break;
        const std::string reason =
            on_table + (command.subtype == AT_AttachPartition ? " ATTACH PARTITION" : " DETACH PARTITION");
        lock(name_of(partition->name), reason, kAccessExclusive);
        lock_default_partition(table, reason);
        break;
      }
      case AT_AddColumn: {
        const auto* definition = reinterpret_cast<const ColumnDef*>(command.def);
        if (!command.missing_ok || !has_column(table, definition->colname)) add_column(table, *definition);
        break;
      }
      case AT_SetLogged:
      case AT_SetUnLogged:
        add(EffectKind::rewrites_table, table,
            command.subtype == AT_SetLogged ? "SET LOGGED" : "SET UNLOGGED");
        break;
      case AT_SetTableSpace:
        add(EffectKind::rewrites_table, table, "SET TABLESPACE");
        break;
      case AT_SetNotNull:
        if (has_column(table, command.name))
          breaks(table, "ALTER COLUMN " + column + " SET NOT NULL", column,
                 count_rows(rows_with_heirs(table), column + " IS NULL"));
        break;
      case AT_ValidateConstraint:
        if (const auto unproven = find_unproven(statements_, table, command.name))
          breaks(table, "VALIDATE CONSTRAINT " + column, {}, unproven->violations, unproven->parent);
        else
          add(EffectKind::proves_rows, table, "VALIDATE CONSTRAINT " + column).object = column;
        break;
      case AT_AddConstraint: {
        const auto* added = reinterpret_cast<const Constraint*>(command.def);
        const std::size_t before = effects_.size();
        constraint(table, *added);
        if (added->skip_validation && added->conname != nullptr)
          leave_unproven(before, quote(added->conname));
        break;
      }
      default:
        break;
    }
  }

  void alter_type(const RelationName& table, const AlterTableCmd& command) {
    const auto* definition = reinterpret_cast<const ColumnDef*>(command.def);
    const std::string column = quote(command.name);
    const std::string reason =
        "ALTER COLUMN " + column + " TYPE " +
        text_of(pg_call([=] { return static_cast<const char*>(TypeNameToString(definition->typeName)); }));
    const bool rewrites = !OidIsValid(table.oid) || type_change_rewrites(table.oid, command.name, definition);
    const std::string type = type_of(definition);
    StatementEffect& change =
        add(rewrites ? EffectKind::rewrites_table : EffectKind::retypes_column, table, reason);
    change.object = column;
    if (definition->raw_default == nullptr) change.type = type;
    StatementEffect& typed = add(EffectKind::types_column, table, reason);
    typed.object = column;
    typed.type = type;
    const TablePart part = {.table = table.oid, .column = command.name};
    lock_parents(part, "ALTER TABLE " + table.identity + " " + reason);
    lock_children(part, "ALTER TABLE " + table.identity + " " + reason);
  }

  void add_column(const RelationName& table, const ColumnDef& column) {
    const std::string name = quote(column.colname);
    StatementEffect& added = add(EffectKind::types_column, table, "ADD COLUMN " + name);
    added.object = name;
    added.type = type_of(&column);
    const ColumnChange change = assess_new_column(column);
    if (change.rewrites)
      add(EffectKind::rewrites_table, table, "ADD COLUMN " + name + " " + change.reason).object = name;
    if (change.needs_value)
      breaks(table, "ADD COLUMN " + name + " NOT NULL without a default", name,
             count_rows(rows_with_heirs(table), "true"));
  }

  void breaks(const RelationName& table, const std::string& reason, const std::string& object,
              std::string violations, const std::string& parent = {}) {
    if (!OidIsValid(table.oid)) return;
    StatementEffect& effect = add(EffectKind::breaks_on_rows, table, reason);
    effect.object = object;
    effect.parent = parent;
    effect.violations = std::move(violations);
  }

  void constraint(const RelationName& table, const Constraint& constraint) {
    const std::string name = constraint.conname == nullptr ? "" : " " + quote(constraint.conname);
    if (!OidIsValid(table.oid) || (constraint.skip_validation && constraint.conname == nullptr)) return;
    switch (constraint.contype) {
      case CONSTR_PRIMARY:
      case CONSTR_UNIQUE: {
        if (constraint.indexname != nullptr) return;
        const bool primary = constraint.contype == CONSTR_PRIMARY;
        unique(table, (primary ? "ADD PRIMARY KEY" : "ADD UNIQUE") + name,
               {.columns = columns_of(table, constraint.keys),
                .not_null = primary,
                .nulls_equal = constraint.nulls_not_distinct});
        break;
      }
      case CONSTR_CHECK: {
        const std::string condition = check_condition(table.oid, constraint.raw_expr);
        if (!condition.empty())
          breaks(table, "ADD CHECK" + name, {},
                 count_rows(constraint.is_no_inherit ? rows_of_table(table) : rows_with_heirs(table),
                            "NOT (" + condition + ")"));
        break;
      }
      case CONSTR_FOREIGN:
        foreign_key(table, constraint, "ADD FOREIGN KEY" + name);
        break;
      default:
        break;
    }
  }

  // What NOT VALID asks of no row that is there, until somebody validates the constraint.
  void leave_unproven(std::size_t first, const std::string& name) {
    for (std::size_t i = first; i < effects_.size(); ++i) {
      if (effects_[i].kind != EffectKind::breaks_on_rows) continue;
      effects_[i].kind = EffectKind::adds_unproven;
      effects_[i].object = name;
    }
  }

  void unique(const RelationName& table, const std::string& reason, const Uniqueness& unique) {
    if (unique.columns.empty()) return;
    breaks(table, reason, list_of(table, unique.columns), count_duplicates(table, unique));
  }

  void foreign_key(const RelationName& table, const Constraint& constraint, const std::string& reason) {
    const RelationName parent = name_of(constraint.pktable);
    if (!OidIsValid(parent.oid) || adds_period(constraint)) return;
    Reference reference;
    reference.columns = columns_of(table, constraint.fk_attrs);
    reference.keys = constraint.pk_attrs == NIL ? primary_key_of(statements_, parent)
                                                : columns_of(parent, constraint.pk_attrs);
    reference.full = constraint.fk_matchtype == FKCONSTR_MATCH_FULL;
    if (reference.columns.empty() || reference.keys.size() != reference.columns.size()) return;
    breaks(table, reason, {}, count_orphans(table, parent, reference), parent.identity);
  }

  void index(const IndexStmt& index) {
    const RelationName table = name_of(index.relation);
    const std::string name = index.idxname == nullptr ? "" : " " + quote(index.idxname);
    if (!index.concurrent) {
      add(EffectKind::builds_index, table, "CREATE INDEX" + name).lock = "ShareLock";
    }
    if (!index.unique || !OidIsValid(table.oid)) return;
    Uniqueness found{.columns = {}, .nulls_equal = index.nulls_not_distinct};
    for (int i = 0; i < list_length(index.indexParams); ++i) {
      const auto* element = static_cast<const IndexElem*>(list_nth(index.indexParams, i));
      if (element->name == nullptr || element->collation != NIL || !has_column(table, element->name)) return;
      found.columns.push_back(pg_call([&] { return get_attnum(table.oid, element->name); }));
    }
    if (index.whereClause != nullptr) {
      found.condition = check_condition(table.oid, index.whereClause);
      if (found.condition.empty()) return;
    }
    unique(table, "CREATE UNIQUE INDEX" + name, found);
  }

  void vacuum(const VacuumStmt& vacuum) {
    bool full = false;
    for (int i = 0; i < list_length(vacuum.options); ++i) {
      auto* option = static_cast<DefElem*>(list_nth(vacuum.options, i));
      if (std::string_view(option->defname) == "full") full = pg_call([&] { return defGetBoolean(option); });
    }
    if (!full) return;
    for (int i = 0; i < list_length(vacuum.rels); ++i) {
      const auto* relation = static_cast<const VacuumRelation*>(list_nth(vacuum.rels, i));
      if (relation->relation != nullptr) rewrite(name_of(relation->relation), "VACUUM FULL");
    }
  }

  Statements& statements_;
  std::vector<StatementEffect> effects_;
};

}  // namespace

std::vector<StatementEffect> assess_statement(Statements& statements, std::string_view sql) {
  const std::string text(sql);
  const Node* node = pg_call([&]() -> const Node* {
    List* parsed = raw_parser(text.c_str(), RAW_PARSE_DEFAULT);
    return list_length(parsed) == 0 ? nullptr : static_cast<const RawStmt*>(linitial(parsed))->stmt;
  });
  return node == nullptr ? std::vector<StatementEffect>{} : Assessment(statements).make(node);
}

}  // namespace whimbrel::pg

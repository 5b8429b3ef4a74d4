#include "pg_ext/statement_kind.h"

#include "common/text/ascii.h"
#include "pg_ext/compat.h"

namespace whimbrel::pg {

namespace {

Statement::Control control_of(const Node* node) {
  if (!IsA(node, TransactionStmt)) return Statement::Control::none;
  switch (reinterpret_cast<const TransactionStmt*>(node)->kind) {
    case TRANS_STMT_BEGIN:
    case TRANS_STMT_START:
      return Statement::Control::begin;
    case TRANS_STMT_COMMIT:
    case TRANS_STMT_COMMIT_PREPARED:
      return Statement::Control::commit;
    case TRANS_STMT_ROLLBACK:
    case TRANS_STMT_ROLLBACK_PREPARED:
      return Statement::Control::rollback;
    case TRANS_STMT_SAVEPOINT:
    case TRANS_STMT_RELEASE:
    case TRANS_STMT_ROLLBACK_TO:
    case TRANS_STMT_PREPARE:
      return Statement::Control::savepoint;
  }
  return Statement::Control::none;
}

// COPY from or to the client; nullptr for any other statement.
const CopyStmt* client_copy(const Node* node) {
  if (!IsA(node, CopyStmt)) return nullptr;
  const CopyStmt* copy = reinterpret_cast<const CopyStmt*>(node);
  return copy->filename == nullptr && !copy->is_program ? copy : nullptr;
}

bool option_is_on(List* options, const char* name) {
  for (int i = 0; i < list_length(options); ++i) {
    DefElem* option = static_cast<DefElem*>(list_nth(options, i));
    if (strcmp(option->defname, name) == 0) return defGetBoolean(option);
  }
  return false;
}

bool makes_replication_slot(const CreateSubscriptionStmt* create) {
  for (int i = 0; i < list_length(create->options); ++i) {
    DefElem* option = static_cast<DefElem*>(list_nth(create->options, i));
    const bool decides =
        strcmp(option->defname, "create_slot") == 0 || strcmp(option->defname, "connect") == 0;
    if (decides && !defGetBoolean(option)) return false;
  }
  return true;
}

bool detaches_concurrently(const AlterTableStmt* alter) {
  for (int i = 0; i < list_length(alter->cmds); ++i) {
    const AlterTableCmd* command = static_cast<const AlterTableCmd*>(list_nth(alter->cmds, i));
    if (command->subtype == AT_DetachPartition && reinterpret_cast<PartitionCmd*>(command->def)->concurrent)
      return true;
  }
  return false;
}

// What the server's PreventInTransactionBlock() refuses, as far as the text alone tells. What depends on the
// catalog (DROP SUBSCRIPTION, REINDEX of a partitioned table) says so when it runs.
bool needs_no_transaction(Node* node) {
  switch (nodeTag(node)) {
    case T_IndexStmt:
      return reinterpret_cast<IndexStmt*>(node)->concurrent;
    case T_DropStmt:
      return reinterpret_cast<DropStmt*>(node)->concurrent;
    case T_ReindexStmt: {
      const ReindexStmt* reindex = reinterpret_cast<ReindexStmt*>(node);
      const bool of_many = reindex->kind != REINDEX_OBJECT_INDEX && reindex->kind != REINDEX_OBJECT_TABLE;
      return of_many || option_is_on(reindex->params, "concurrently");
    }
    case T_VacuumStmt:
      return reinterpret_cast<VacuumStmt*>(node)->is_vacuumcmd;
    case T_ClusterStmt:
      return reinterpret_cast<ClusterStmt*>(node)->relation == nullptr;
    case T_AlterTableStmt:
      return detaches_concurrently(reinterpret_cast<AlterTableStmt*>(node));
    case T_CreateSubscriptionStmt:
      return makes_replication_slot(reinterpret_cast<CreateSubscriptionStmt*>(node));
    case T_DiscardStmt:
      return reinterpret_cast<DiscardStmt*>(node)->target == DISCARD_ALL;
    case T_AlterDatabaseStmt: {
      const AlterDatabaseStmt* alter = reinterpret_cast<AlterDatabaseStmt*>(node);
      for (int i = 0; i < list_length(alter->options); ++i)
        if (strcmp(static_cast<DefElem*>(list_nth(alter->options, i))->defname, "tablespace") == 0)
          return true;
      return false;
    }
    case T_AlterSystemStmt:
    case T_CreatedbStmt:
    case T_DropdbStmt:
    case T_CreateTableSpaceStmt:
    case T_DropTableSpaceStmt:
      return true;
    default:
      return false;
  }
}

bool adds_enum_value(const Node* node) {
  return IsA(node, AlterEnumStmt) && reinterpret_cast<const AlterEnumStmt*>(node)->oldVal == nullptr;
}

bool may_commit(Node* node) {
  if (IsA(node, CallStmt)) return true;
  if (!IsA(node, DoStmt)) return false;
  const List* arguments = reinterpret_cast<DoStmt*>(node)->args;
  for (int i = 0; i < list_length(arguments); ++i) {
    const DefElem* argument = static_cast<const DefElem*>(list_nth(arguments, i));
    if (strcmp(argument->defname, "as") != 0) continue;
    const std::string_view body = strVal(argument->arg);
    return contains_lower(body, "commit") || contains_lower(body, "rollback");
  }
  return false;
}

bool is_set_config(Node* node) {
  if (!IsA(node, SelectStmt)) return false;
  const List* targets = reinterpret_cast<SelectStmt*>(node)->targetList;
  if (list_length(targets) != 1) return false;
  Node* value = static_cast<ResTarget*>(linitial(targets))->val;
  if (!IsA(value, FuncCall)) return false;
  return strcmp(strVal(llast(reinterpret_cast<FuncCall*>(value)->funcname)), "set_config") == 0;
}

Statement::Sets sets(Node* node) {
  if (is_set_config(node)) return Statement::Sets::session;
  if (!IsA(node, VariableSetStmt)) return Statement::Sets::nothing;
  const VariableSetStmt* set = reinterpret_cast<VariableSetStmt*>(node);
  if (set->kind == VAR_SET_MULTI) return Statement::Sets::nothing;  // SET TRANSACTION
  return set->is_local ? Statement::Sets::transaction : Statement::Sets::session;
}

extern "C" bool calls_function(Node* node, void*) {
  if (node == nullptr) return false;
  return IsA(node, FuncCall) || walk_raw_expression(node, calls_function, nullptr);
}

// Definitions, settings, and changes of rows that call no function by its name. What triggers and defaults
// call belongs to the rows.
bool leaves_no_trace(Node* node) {
  switch (nodeTag(node)) {
    case T_InsertStmt:
    case T_UpdateStmt:
    case T_DeleteStmt:
      return !calls_function(node, nullptr);
    case T_AlterDomainStmt:
    case T_AlterFunctionStmt:
    case T_AlterObjectSchemaStmt:
    case T_AlterOwnerStmt:
    case T_AlterPolicyStmt:
    case T_AlterSeqStmt:
    case T_AlterTableStmt:
    case T_CommentStmt:
    case T_CompositeTypeStmt:
    case T_CreateDomainStmt:
    case T_CreateEnumStmt:
    case T_CreateFunctionStmt:
    case T_CreatePolicyStmt:
    case T_CreateRangeStmt:
    case T_CreateSchemaStmt:
    case T_CreateSeqStmt:
    case T_CreateStatsStmt:
    case T_CreateStmt:
    case T_CreateTrigStmt:
    case T_DefineStmt:
    case T_DropStmt:
    case T_GrantRoleStmt:
    case T_GrantStmt:
    case T_IndexStmt:
    case T_RenameStmt:
    case T_RuleStmt:
    case T_VariableSetStmt:
    case T_ViewStmt:
      return true;
    default:
      return false;
  }
}

}  // namespace

void classify(Node* node, Statement& statement) {
  statement.control = control_of(node);
  if (const CopyStmt* copy = client_copy(node))
    (copy->is_from ? statement.copy_from_stdin : statement.copy_to_stdout) = true;
  statement.needs_no_transaction = needs_no_transaction(node);
  statement.adds_enum_value = adds_enum_value(node);
  statement.leaves_no_trace = leaves_no_trace(node);
  statement.sets = sets(node);
  statement.may_commit = may_commit(node);
}

}  // namespace whimbrel::pg

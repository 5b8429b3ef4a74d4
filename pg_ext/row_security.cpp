#include "pg_ext/row_security.h"

namespace whimbrel::pg {

void explain_row_security(const ErrorData& data, ServerError& error) {
  // The message as it is before translation.
  if (data.sqlerrcode != ERRCODE_INSUFFICIENT_PRIVILEGE || data.message_id == nullptr ||
      std::strstr(data.message_id, "row-level security policy") == nullptr || !error.hint.empty())
    return;
  const bool hides = std::strstr(data.message_id, "would be affected") != nullptr;
  const char* const role = pg_call([] { return GetUserNameFromId(GetUserId(), true); });
  const std::string name = role == nullptr ? "The role" : "Role \"" + std::string(role) + "\"";
  const std::string unbound =
      "the table's owner (unless it has FORCE ROW LEVEL SECURITY) or as a role with BYPASSRLS";
  error.hint =
      hides ? name + " may not see all rows of the table, and none may be missed: call as " + unbound + "."
            : name + " is bound by the policies of the table: call as " + unbound +
                  ", or have a policy allow the row.";
}

}  // namespace whimbrel::pg

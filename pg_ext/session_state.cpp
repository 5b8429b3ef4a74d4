#include "pg_ext/session_state.h"

#include "pg_ext/compat.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

// The identity is carried apart, what belongs to a transaction ends with it, and the worker talks to a
// backend, not to a client with an encoding of its own.
constexpr std::string_view kNotCarried[] = {"role",
                                            "session_authorization",
                                            "client_encoding",
                                            "seed",
                                            "transaction_deferrable",
                                            "transaction_isolation",
                                            "transaction_read_only"};

bool is_carried(const config_generic& setting) {
  if (setting.context != PGC_USERSET && setting.context != PGC_SUSET) return false;  // fixed since the start
  if (setting.source < PGC_S_GLOBAL || setting.source == PGC_S_OVERRIDE) return false;
  return std::find(std::begin(kNotCarried), std::end(kNotCarried), setting.name) == std::end(kNotCarried);
}

struct Origin {
  GucContext context;  // who may set it,
  Oid role;            // and who did
};

void set_role(const char* setting, Oid role) {
  const char* name = GetUserNameFromId(role, false);
  set_config_option(setting, name, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SET, true, 0, false);
}

}  // namespace

std::string pack_settings() {
  std::string packed;
  for (const config_generic* setting : all_settings()) {
    if (!is_carried(*setting)) continue;
    const char* value = pg_call([&] { return GetConfigOption(setting->name, true, false); });
    if (value == nullptr) continue;
    const Origin origin{setting->scontext, setting->srole};
    packed.append(setting->name).push_back('\0');
    packed.append(value).push_back('\0');
    packed.append(reinterpret_cast<const char*>(&origin), sizeof(origin));
  }
  packed.push_back('\0');  // no name: the end
  return packed;
}

void restore_settings(const char* packed) {
  while (*packed != '\0') {
    const char* name = packed;
    const char* value = name + strlen(name) + 1;
    Origin origin;
    memcpy(&origin, value + strlen(value) + 1, sizeof(origin));
    packed = value + strlen(value) + 1 + sizeof(origin);
    set_config_option_ext(name, value, origin.context, PGC_S_SESSION, origin.role, GUC_ACTION_SET, true, 0,
                          false);
  }
}

void restore_identity(const StepRequest& request) {
  if (request.session_user != request.authenticated_user)
    set_role("session_authorization", request.session_user);
  if (request.current_user != request.session_user) set_role("role", request.current_user);
}

}  // namespace whimbrel::pg

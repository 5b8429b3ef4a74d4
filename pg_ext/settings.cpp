#include "pg_ext/settings.h"

#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

struct Setting {
  const char* name;
  const char* value;
};

constexpr Setting kValueText[] = {
    {"extra_float_digits", "1"}, {"DateStyle", "ISO, YMD"},     {"IntervalStyle", "iso_8601"},
    {"TimeZone", "UTC"},         {"bytea_output", "hex"},       {"lc_monetary", "C"},
    {"xmloption", "content"},    {"search_path", "pg_catalog"},
};

// Inside pg_call. A setting that has the value already costs nothing.
void set_now(const char* name, const char* value) {
  const char* current = GetConfigOption(name, true, false);
  if (current != nullptr && strcmp(current, value) == 0) return;
  set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

}  // namespace

SettingsScope::SettingsScope() : level_(NewGUCNestLevel()) {}

SettingsScope::~SettingsScope() {
  try {
    pg_call([level = level_] { AtEOXact_GUC(false, level); });
  } catch (...) {
    // The end of the transaction, which must follow such an error, puts the settings back.
  }
}

void SettingsScope::set(const char* name, const char* value) {
  pg_call([=] { set_now(name, value); });
}

void SettingsScope::pin_value_text() {
  pg_call([] {
    for (const Setting& setting : kValueText) set_now(setting.name, setting.value);
  });
}

}  // namespace whimbrel::pg

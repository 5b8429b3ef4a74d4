// Session settings that are set for a while and put back, whatever happens: the ones that type input and
// output depend on, and row_security.
#pragma once

#include "pg_ext/pg.h"

namespace whimbrel::pg {

// A GUC nest level as a C++ scope. Levels end in the reverse order of their beginning.
class SettingsScope {
 public:
  SettingsScope();
  ~SettingsScope();
  SettingsScope(const SettingsScope&) = delete;
  SettingsScope& operator=(const SettingsScope&) = delete;

  void set(const char* name, const char* value);
  // Text of any type is the same for every session: ISO dates, UTC, shortest floats, hex, search_path
  // pg_catalog.
  void pin_value_text();
  // Rows that a policy would hide are an error of the server from here on.
  void forbid_hidden_rows() { set("row_security", "off"); }

 private:
  int level_;
};

}  // namespace whimbrel::pg

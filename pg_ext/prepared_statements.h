// Statements that a migration prepares: no rollback takes them back. They are gone at its end, as its
// settings are, and behind a dry run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whimbrel::pg {

class PreparedStatements {
 public:
  // Behind a statement of a migration, which may have been a PREPARE.
  void look_at(std::string_view sql);
  void drop();

 private:
  std::vector<std::string> names_;
};

}  // namespace whimbrel::pg

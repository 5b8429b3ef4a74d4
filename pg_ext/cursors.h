// Cursors that a migration declares: they are closed at its end, as at the end of a transaction of its own,
// so that the next migration may change what they read. Those WITH HOLD outlive a transaction, and stay.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whimbrel::pg {

class Cursors {
 public:
  // Behind a statement of a migration, which may have been a DECLARE.
  void look_at(std::string_view sql);
  void close();

 private:
  std::vector<std::string> names_;
};

}  // namespace whimbrel::pg

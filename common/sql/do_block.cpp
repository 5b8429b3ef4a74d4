#include "common/sql/do_block.h"

namespace whimbrel::sql {

std::string do_block(std::string_view body) {
  std::string tag = "$whimbrel$";
  for (int i = 1; body.find(tag) != std::string_view::npos; ++i) tag = "$whimbrel" + std::to_string(i) + "$";
  return "DO " + tag + "\n" + std::string(body) + "END\n" + tag;
}

}  // namespace whimbrel::sql

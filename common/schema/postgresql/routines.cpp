// Functions and procedures.
#include "common/schema/postgresql/writer.h"

namespace whimbrel::postgresql {

namespace {

void write_routine(Writer& writer, const CatalogObject& routine) {
  constexpr std::string_view kReplacing = "CREATE OR REPLACE ";
  std::string_view definition = routine.get("definition");
  if (definition.starts_with(kReplacing)) definition.remove_prefix(kReplacing.size());
  while (definition.ends_with('\n')) definition.remove_suffix(1);
  writer.statement("CREATE " + std::string(definition), routine);
}

}  // namespace

std::span<const KindWriter> routine_writers() {
  static constexpr KindWriter kWriters[] = {{"function", 70, "FUNCTION", write_routine},
                                            {"procedure", 70, "PROCEDURE", write_routine}};
  return kWriters;
}

}  // namespace whimbrel::postgresql

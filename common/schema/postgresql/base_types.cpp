// Ranges, and base types with their shells: types that stand in a circle with functions of their own.
#include "common/schema/postgresql/clauses.h"
#include "common/schema/postgresql/writer.h"

namespace whimbrel::postgresql {

namespace {

constexpr Clause kRangeClauses[] = {{"subtype", "SUBTYPE"},
                                    {"multirange_type_name", "MULTIRANGE_TYPE_NAME"},
                                    {"subtype_opclass", "SUBTYPE_OPCLASS"},
                                    {"collation", "COLLATION"},
                                    {"canonical", "CANONICAL"},
                                    {"subtype_diff", "SUBTYPE_DIFF"}};

constexpr Clause kBaseClauses[] = {{"input", "INPUT"},
                                   {"output", "OUTPUT"},
                                   {"receive", "RECEIVE"},
                                   {"send", "SEND"},
                                   {"typmod_in", "TYPMOD_IN"},
                                   {"typmod_out", "TYPMOD_OUT"},
                                   {"analyze", "ANALYZE"},
                                   {"subscript", "SUBSCRIPT"},
                                   {"internallength", "INTERNALLENGTH"},
                                   {"passedbyvalue", "PASSEDBYVALUE", ClauseForm::flag},
                                   {"alignment", "ALIGNMENT"},
                                   {"storage", "STORAGE"},
                                   {"category", "CATEGORY", ClauseForm::quoted},
                                   {"preferred", "PREFERRED"},
                                   {"default", "DEFAULT", ClauseForm::quoted},
                                   {"element", "ELEMENT"},
                                   {"delimiter", "DELIMITER", ClauseForm::quoted},
                                   {"collatable", "COLLATABLE"}};

void write_range(Writer& writer, const CatalogObject& type) {
  writer.statement("CREATE TYPE " + type.identity + " AS RANGE (" + clauses(type, kRangeClauses) + ")", type);
}

void write_base_type(Writer& writer, const CatalogObject& type) {
  writer.statement("CREATE TYPE " + type.identity + " (" + clauses(type, kBaseClauses) + ")", type);
}

}  // namespace

std::span<const KindWriter> base_type_writers() {
  static constexpr KindWriter kWriters[] = {{"type/range", 50, "TYPE", write_range},
                                            {"type/base", 50, "TYPE", write_base_type},
                                            {"type/shell", 50, "TYPE", write_shell_type}};
  return kWriters;
}

void write_shell_type(Writer& writer, const CatalogObject& type) {
  writer.statement("CREATE TYPE " + type.identity, type);
}

}  // namespace whimbrel::postgresql

// Aggregates.
#include "common/schema/postgresql/clauses.h"
#include "common/schema/postgresql/writer.h"

namespace whimbrel::postgresql {

namespace {

constexpr Clause kClauses[] = {{"sfunc", "SFUNC"},
                               {"stype", "STYPE"},
                               {"sspace", "SSPACE"},
                               {"initcond", "INITCOND", ClauseForm::quoted},
                               {"msfunc", "MSFUNC"},
                               {"minvfunc", "MINVFUNC"},
                               {"mstype", "MSTYPE"},
                               {"msspace", "MSSPACE"},
                               {"minitcond", "MINITCOND", ClauseForm::quoted},
                               {"finalfunc", "FINALFUNC"},
                               {"finalfunc_extra", "FINALFUNC_EXTRA", ClauseForm::flag},
                               {"finalfunc_modify", "FINALFUNC_MODIFY"},
                               {"combinefunc", "COMBINEFUNC"},
                               {"serialfunc", "SERIALFUNC"},
                               {"deserialfunc", "DESERIALFUNC"},
                               {"mfinalfunc", "MFINALFUNC"},
                               {"mfinalfunc_extra", "MFINALFUNC_EXTRA", ClauseForm::flag},
                               {"mfinalfunc_modify", "MFINALFUNC_MODIFY"},
                               {"sortop", "SORTOP"},
                               {"parallel", "PARALLEL"},
                               {"hypothetical", "HYPOTHETICAL", ClauseForm::flag}};

void write_aggregate(Writer& writer, const CatalogObject& aggregate) {
  writer.statement("CREATE AGGREGATE " + aggregate.identity + " (" + clauses(aggregate, kClauses) + ")",
                   aggregate);
}

}  // namespace

std::span<const KindWriter> aggregate_writers() {
  static constexpr KindWriter kWriters[] = {{"aggregate", 80, "AGGREGATE", write_aggregate}};
  return kWriters;
}

}  // namespace whimbrel::postgresql

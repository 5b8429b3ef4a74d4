#include "common/move/translate_indexes.h"

#include <utility>

#include "common/move/nocase.h"
#include "common/move/type_proof.h"
#include "common/schema/kind.h"
#include "common/schema/sqlite/names.h"

namespace whimbrel::move {

using sqlite::lower_name;

void write_indexes(Draft& draft, std::size_t t, const NameScope& scope) {
  TargetTable& target = draft.result.tables[t];
  for (const SourceIndex& index : target.source->indexes) {
    const sqlite::CreateIndex& create = *index.statement.index();
    Finding finding = draft.finding_of(t, create.unique ? "unique index" : "index", index.name, index.sql);
    std::string parts;
    std::string problem;
    bool proven = true;
    for (const sqlite::KeyPart& part : create.parts) {
      std::string text;
      const std::string collation = lower_name(part.collation);
      if (!part.column.empty() && scope.columns.contains(lower_name(part.column))) {
        const KnownColumn& column = scope.columns.at(lower_name(part.column));
        text = quote_identifier(column.name);
        // json alone has no order, and text alone has collations.
        proven = proven && kind_of_type(column.type) != Kind::json &&
                 (collation != kNocase || kind_of_type(column.type) == Kind::text);
      } else {
        const Translated expression = translate_expression(
            part.column.empty() ? part.expression.of(index.sql) : std::string_view(part.column), scope);
        if (!expression) problem = expression.problem;
        text = "(" + expression.sql + ")";
        proven = proven && collation != kNocase && is_surely_value(expression.sql, scope);
      }
      if (collation == kNocase) {
        draft.needs_nocase = true;
        text += " COLLATE " + quote_name(draft.options.schema, kNocase);
      } else if (!collation.empty() && collation != "binary") {
        problem = "collation " + collation + " has no known equivalent";
      }
      // SQLite has NULL before everything else.
      const std::size_t column = target.source->table.find_column(part.column);
      const bool may_be_null = column == Table::npos || !target.source->table.columns[column].not_null;
      if (part.descending)
        text += may_be_null ? " DESC NULLS LAST" : " DESC";
      else if (may_be_null)
        text += " NULLS FIRST";
      parts += (parts.empty() ? "" : ", ") + text;
    }
    std::string where;
    if (!create.where.empty()) {
      const Translated condition = translate_expression(create.where.of(index.sql), scope);
      if (!condition) problem = condition.problem;
      proven = proven && is_surely_condition(condition.sql, scope);
      where = " WHERE " + condition.sql;
    }
    if (!problem.empty()) {
      finding.loss = "the index";
      finding.reason = problem;
      draft.report(std::move(finding));
      continue;
    }
    finding.target = "(" + parts + ")" + where;
    target.after_rows.push_back({"CREATE " + std::string(create.unique ? "UNIQUE " : "") + "INDEX " +
                                     quote_identifier(draft.names.free(index.name)) + " ON " +
                                     full_name(target) + " " + finding.target,
                                 draft.report(finding),
                                 {},
                                 {},
                                 false,
                                 proven});
  }
}

}  // namespace whimbrel::move

#include "pg_ext/sequences.h"

#include "pg_ext/script.h"

namespace whimbrel::pg {

namespace {

struct Sequence {
  std::string name;  // quoted, with its schema
  std::int64_t increment = 1;
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
  bool owner = false;
};

constexpr std::string_view kFindSequence = R"sql(
  SELECT n.nspname, c.relname, s.seqincrement, s.seqmin, s.seqmax,
         pg_catalog.pg_has_role(c.relowner, 'USAGE')
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
   WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
     AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
     AND d.deptype IN ('a', 'i') AND d.refobjid = $1::pg_catalog.oid AND a.attname = $2::pg_catalog.name)sql";

std::optional<std::int64_t> one_integer(Statements& statements, const std::string& sql) {
  const auto reader = statements.query(sql, {});
  RowBatch batch;
  if (!reader->next(batch) || batch.row(0)->is_null()) return std::nullopt;
  return batch.row(0)->integer;
}

std::optional<Sequence> find_sequence(Statements& statements, const Table& table, std::size_t column) {
  const Cell parameters[] = {Cell::integer_of(static_cast<std::int64_t>(table.host_id)),
                             Cell::text(table.columns[column].name)};
  const auto reader = statements.query(kFindSequence, parameters);
  RowBatch batch;
  if (!reader->next(batch)) return std::nullopt;
  const Cell* row = batch.row(0);
  return Sequence{quote_name(row[0].view(), row[1].view()), row[2].integer, row[3].integer, row[4].integer,
                  row[5].integer != 0};
}

}  // namespace

void raise_sequence(Statements& statements, const Table& table, std::size_t column) {
  const std::optional<Sequence> sequence = find_sequence(statements, table, column);
  if (!sequence) return;
  const bool up = sequence->increment > 0;
  const std::string& name = sequence->name;
  const std::optional<std::int64_t> extreme =
      one_integer(statements, "SELECT pg_catalog." + std::string(up ? "max" : "min") + "(" +
                                  quote_identifier(table.columns[column].name) + ")::pg_catalog.int8 FROM " +
                                  quote_name(table.schema, table.name));

  std::int64_t last = 0;
  bool called = false;
  {
    const auto reader = statements.query("SELECT last_value, is_called FROM " + name, {});
    RowBatch batch;
    if (!reader->next(batch)) return;
    last = batch.row(0)[0].integer;
    called = batch.row(0)[1].integer != 0;
  }
  // The last number that counts as given away: what the table holds, or what the sequence itself gave.
  const auto beyond = [&](std::int64_t a, std::int64_t b) { return up ? a > b : a < b; };
  const bool in_range = extreme && *extreme >= sequence->minimum && *extreme <= sequence->maximum;
  const bool raise = in_range && (called ? beyond(*extreme, last) : !beyond(last, *extreme));
  if (raise) {
    last = *extreme;
    called = true;
  }
  const std::string value = std::to_string(last);
  const std::string set_value = "SELECT pg_catalog.setval(" + quote_literal(name) +
                                "::pg_catalog.regclass, " + value + (called ? ", true)" : ", false)");
  if (sequence->owner) {
    // RESTART gives the sequence a new file that only this transaction has; setval() in it then goes with it.
    run_script_statement("ALTER SEQUENCE " + name + " RESTART WITH " + value);
    if (called) run_script_statement(set_value);
  } else if (raise) {
    run_script_statement(set_value);
  }
}

}  // namespace whimbrel::pg

#include "pg_ext/sequences.h"

#include <cstdlib>

#include "common/error.h"
#include "pg_ext/guard.h"
#include "pg_ext/script.h"

namespace whimbrel::pg {

namespace {

struct Sequence {
  Oid oid = InvalidOid;
  std::string name;  // quoted, with its schema
  std::int64_t increment = 1;
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
  bool owner = false;
  bool readable = false;  // by SELECT; without it who may draw learns the last number that was drawn
};

// An identity's own one, that of the default (which other columns may draw from too), or one that the column
// owns.
constexpr std::string_view kFindSequence = R"sql(
  SELECT n.nspname, c.relname, s.seqincrement, s.seqmin, s.seqmax,
         pg_catalog.pg_has_role(c.relowner, 'USAGE'), c.oid::pg_catalog.int8,
         pg_catalog.has_sequence_privilege(c.oid, 'SELECT')
                OR NOT pg_catalog.has_sequence_privilege(c.oid, 'USAGE')
    FROM pg_catalog.pg_attribute a
    LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
    JOIN LATERAL (
      SELECT d.objid AS sequence, CASE d.deptype WHEN 'i' THEN 1 ELSE 3 END AS place
        FROM pg_catalog.pg_depend d
       WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
         AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
         AND d.deptype IN ('a', 'i') AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
      UNION ALL
      SELECT d.refobjid, 2
        FROM pg_catalog.pg_depend d
       WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = f.oid
         AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass) found ON true
    JOIN pg_catalog.pg_class c ON c.oid = found.sequence AND c.relkind = 'S'
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
   WHERE a.attrelid = $1::pg_catalog.oid AND a.attname = $2::pg_catalog.name
   ORDER BY found.place, c.oid LIMIT 1)sql";

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
  return Sequence{static_cast<Oid>(row[6].integer),
                  quote_name(row[0].view(), row[1].view()),
                  row[2].integer,
                  row[3].integer,
                  row[4].integer,
                  row[5].integer != 0,
                  row[7].integer != 0};
}

std::optional<std::int64_t> extreme_of(Statements& statements, const Table& table, std::size_t column,
                                       bool up) {
  return one_integer(statements, "SELECT pg_catalog." + std::string(up ? "max" : "min") + "(" +
                                     quote_identifier(table.columns[column].name) +
                                     ")::pg_catalog.int8 FROM " + quote_name(table.schema, table.name));
}

// Runs body(), whose error says of a right that is missing what it is for.
template <typename Body>
auto with_rights_on(const Sequence& sequence, Body&& body) {
  try {
    return body();
  } catch (Error& error) {
    if (error.code == "42501")
      error.hint =
          "An import puts sequences behind the numbers that it writes: GRANT SELECT, UPDATE ON SEQUENCE " +
          sequence.name + " to who calls it.";
    throw;
  }
}

struct SequencePlace {
  std::int64_t last = 0;
  bool called = false;
};

SequencePlace place_of(Statements& statements, const Sequence& sequence) {
  if (!sequence.readable) {
    const auto last = one_integer(
        statements, "SELECT pg_catalog.pg_sequence_last_value(" + std::to_string(sequence.oid) + ")");
    // Where none was drawn yet, nobody tells where it begins: any number may be beyond.
    return {last.value_or(sequence.increment > 0 ? sequence.minimum : sequence.maximum), last.has_value()};
  }
  const auto reader = with_rights_on(
      sequence, [&] { return statements.query("SELECT last_value, is_called FROM " + sequence.name, {}); });
  RowBatch batch;
  if (!reader->next(batch)) throw Error(code::kInternal, "sequence " + sequence.name + " has no row");
  return {batch.row(0)[0].integer, batch.row(0)[1].integer != 0};
}

std::string set_value_of(const Sequence& sequence, std::int64_t last, bool called) {
  return "SELECT pg_catalog.setval(" + quote_literal(sequence.name) + "::pg_catalog.regclass, " +
         std::to_string(last) + (called ? ", true)" : ", false)");
}

}  // namespace

void raise_sequence(Statements& statements, const Table& table, std::size_t column, Numbers numbers) {
  const std::optional<Sequence> sequence = find_sequence(statements, table, column);
  if (!sequence) return;
  std::optional<std::int64_t> extreme;
  SequencePlace place;
  // Whether the table holds what the sequence would still give.
  const auto is_behind = [&] {
    const bool up = sequence->increment > 0;
    extreme = extreme_of(statements, table, column, up);
    place = place_of(statements, *sequence);
    const auto beyond = [up](std::int64_t a, std::int64_t b) { return up ? a > b : a < b; };
    const bool in_range = extreme && *extreme >= sequence->minimum && *extreme <= sequence->maximum;
    return in_range && (place.called ? beyond(*extreme, place.last) : !beyond(place.last, *extreme));
  };
  bool behind = true;
  if ((numbers == Numbers::drawn || !sequence->owner) && !is_behind()) return;
  if (sequence->owner) {
    // As ALTER SEQUENCE does, but before its place is read: who has drawn from it and not ended may still
    // draw while it waits, and would see the same numbers given again.
    pg_call([oid = sequence->oid] { LockRelationOid(oid, ShareRowExclusiveLock); });
    behind = is_behind();
  }
  if (behind) place = {*extreme, true};
  const std::string set_value = set_value_of(*sequence, place.last, place.called);
  if (sequence->owner) {
    // RESTART gives the sequence a new file that only this transaction has; setval() in it then goes with it.
    run_script_statement("ALTER SEQUENCE " + sequence->name + " RESTART WITH " + std::to_string(place.last));
    if (place.called) run_script_statement(set_value);
  } else {
    with_rights_on(*sequence, [&] { return run_script_statement(set_value); });
  }
}

IdBlock reserve_from_sequence(Statements& statements, const Table& table, std::size_t column,
                              std::uint64_t count, bool rehearsal) {
  const std::optional<Sequence> sequence = find_sequence(statements, table, column);
  if (!sequence) return {extreme_of(statements, table, column, true).value_or(0) + 1, 1};
  if (sequence->owner || !rehearsal) raise_sequence(statements, table, column, Numbers::brought);
  const SequencePlace place = place_of(statements, *sequence);
  IdBlock block{place.called ? place.last + sequence->increment : place.last, sequence->increment};
  if (count == 0) return block;
  if (sequence->owner) {
    // In the sequence's new file, which only this transaction has: see raise_sequence().
    run_script_statement(set_value_of(*sequence, block.at(count - 1), true));
  } else if (rehearsal) {
    const std::optional<std::int64_t> extreme = extreme_of(statements, table, column, block.step > 0);
    if (extreme && (block.step > 0 ? *extreme >= block.first : *extreme <= block.first))
      block.first = *extreme + block.step;
  } else {
    // Others may draw meanwhile: then the numbers are not all next to each other, and more are drawn.
    const std::string draw = "SELECT CASE WHEN pg_catalog.abs(pg_catalog.max(v) - pg_catalog.min(v)) = " +
                             std::to_string((count - 1)) + "::pg_catalog.numeric * " +
                             std::to_string(std::abs(block.step)) + " THEN " +
                             std::string(block.step > 0 ? "pg_catalog.min(v)" : "pg_catalog.max(v)") +
                             " END FROM (SELECT pg_catalog.nextval(" + quote_literal(sequence->name) +
                             "::pg_catalog.regclass) AS v FROM pg_catalog.generate_series(1, " +
                             std::to_string(count) + ")) AS drawn";
    constexpr int kAttempts = 5;
    std::optional<std::int64_t> first;
    for (int i = 0; i < kAttempts && !first; ++i) first = one_integer(statements, draw);
    if (!first)
      throw Error(code::kLocked, "sequence " + sequence->name + " is drawn from by others at the same time",
                  {}, "The owner of the sequence can import without waiting for them.");
    block.first = *first;
  }
  return block;
}

}  // namespace whimbrel::pg

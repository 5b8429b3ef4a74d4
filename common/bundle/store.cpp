#include "common/bundle/store.h"

#include "common/each_row.h"
#include "common/error.h"
#include "common/migration/own_tables.h"
#include "common/options.h"

namespace whimbrel {

namespace {

std::string bundles(const Host& host) { return own_table(host, "bundles"); }
std::string runs(const Host& host) { return own_table(host, "bundle_runs"); }

constexpr std::string_view kRunColumns =
    "run_id, bundle, action, plan_hash, summary, document, replaced, inserted, updated, deleted, "
    "coalesce(undone_by, 0)";

std::optional<BundleRun> read_run(Host& host, std::string_view condition, std::span<const Cell> parameters) {
  std::optional<BundleRun> run;
  if (!host.has_own_tables(OwnTables::bundles)) return run;
  for_each_row(host,
               "SELECT " + std::string(kRunColumns) + " FROM " + runs(host) + " WHERE " +
                   std::string(condition) + " ORDER BY run_id DESC LIMIT 1",
               parameters, [&](const Cell* row) {
                 run.emplace();
                 run->number = row[0].integer;
                 run->bundle = text_of(row[1]);
                 run->action = text_of(row[2]);
                 run->plan_hash = text_of(row[3]);
                 run->summary = text_of(row[4]);
                 if (!row[5].is_null()) run->document = text_of(row[5]);
                 run->replaced = text_of(row[6]);
                 run->inserted = static_cast<std::uint64_t>(row[7].integer);
                 run->updated = static_cast<std::uint64_t>(row[8].integer);
                 run->deleted = static_cast<std::uint64_t>(row[9].integer);
                 run->undone_by = row[10].integer;
               });
  return run;
}

Error unknown(const std::string& name, const std::vector<StoredBundle>& known) {
  Error error(code::kUnknownBundle, "there is no bundle \"" + name + "\"");
  std::vector<std::string_view> names;
  for (const StoredBundle& one : known) names.push_back(one.name);
  const std::string_view near = nearest_name(name, names);
  error.hint =
      near.empty() ? "Declare it with bundle_define()." : "Did you mean \"" + std::string(near) + "\"?";
  return error;
}

}  // namespace

std::string_view store_bundle(Host& host, const BundleShape& shape) {
  host.ensure_own_tables(OwnTables::bundles);
  std::string_view outcome = "created";
  for (const StoredBundle& known : stored_bundles(host)) {
    if (known.name != shape.name) continue;
    if (known.spec == shape.spec) return "unchanged";
    outcome = "replaced";
  }
  const std::string user = host.caller().user;
  const Cell parameters[] = {Cell::text(shape.name), Cell::text(shape.spec), Cell::text(user)};
  if (outcome == "created")
    host.execute("INSERT INTO " + bundles(host) + " (bundle, spec, defined_by) VALUES ($1, $2, $3)",
                 parameters);
  else
    host.execute("UPDATE " + bundles(host) +
                     " SET spec = $2, defined_at = CURRENT_TIMESTAMP, defined_by = $3 WHERE bundle = $1",
                 parameters);
  return outcome;
}

void drop_bundle(Host& host, std::string_view name) {
  find_bundle(host, std::string(name));
  const Cell parameters[] = {Cell::text(name)};
  host.execute("DELETE FROM " + bundles(host) + " WHERE bundle = $1", parameters);
}

std::vector<StoredBundle> stored_bundles(Host& host) {
  std::vector<StoredBundle> list;
  if (!host.has_own_tables(OwnTables::bundles)) return list;
  for_each_row(host, "SELECT bundle, spec FROM " + bundles(host) + " ORDER BY bundle", {},
               [&](const Cell* row) {
                 list.push_back({text_of(row[0]), text_of(row[1])});
               });
  return list;
}

StoredBundle find_bundle(Host& host, const std::optional<std::string>& name) {
  const std::vector<StoredBundle> known = stored_bundles(host);
  if (name) {
    for (const StoredBundle& one : known)
      if (one.name == *name) return one;
    throw unknown(*name, known);
  }
  if (known.size() == 1) return known[0];
  if (known.empty())
    throw Error(code::kUnknownBundle, "no bundle is defined", {}, "Declare one with bundle_define().");
  std::string names;
  for (const StoredBundle& one : known) names += (names.empty() ? "\"" : ", \"") + one.name + "\"";
  throw Error(code::kUnknownBundle, "several bundles are defined: of which is the document?",
              "They are " + names + ".", "Name it by the option \"bundle\".");
}

std::int64_t add_run(Host& host, const BundleRun& run, std::optional<std::string_view> document) {
  host.ensure_own_tables(OwnTables::bundles);
  const std::string user = host.caller().user;
  const auto count = [](std::uint64_t value) { return Cell::integer_of(static_cast<std::int64_t>(value)); };
  // Again where somebody else, who has just committed, took the number.
  for (;;) {
    host.check_interrupt();
    std::int64_t number = 1;
    for_each_row(host, "SELECT coalesce(max(run_id), 0) + 1 FROM " + runs(host), {},
                 [&](const Cell* row) { number = row[0].integer; });
    const Cell parameters[] = {Cell::integer_of(number),  Cell::text(run.bundle),
                               Cell::text(run.action),    Cell::text(user),
                               Cell::text(run.plan_hash), Cell::text(run.summary),
                               Cell::text(run.root_key),  document ? Cell::text(*document) : Cell(),
                               Cell::text(run.replaced),  count(run.inserted),
                               count(run.updated),        count(run.deleted)};
    const std::int64_t inserted = host.execute(
        "INSERT INTO " + runs(host) +
            " (run_id, bundle, action, ran_by, plan_hash, summary, root_key, document, replaced, inserted, "
            "updated, deleted) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO "
            "NOTHING",
        parameters);
    if (inserted == 1) return number;
  }
}

BundleRun find_run(Host& host, std::int64_t number) {
  const Cell parameters[] = {Cell::integer_of(number)};
  std::optional<BundleRun> run = read_run(host, "run_id = $1", parameters);
  if (!run) throw Error(code::kUnknownBundle, "there is no run " + std::to_string(number) + " of a bundle");
  return std::move(*run);
}

std::optional<BundleRun> last_import(Host& host, std::string_view bundle, std::string_view root_key) {
  const Cell parameters[] = {Cell::text(bundle), Cell::text(root_key)};
  return read_run(host, "bundle = $1 AND root_key = $2 AND document IS NOT NULL AND undone_by IS NULL",
                  parameters);
}

void mark_undone(Host& host, std::int64_t number, std::int64_t by) {
  const Cell parameters[] = {Cell::integer_of(number), Cell::integer_of(by)};
  host.execute("UPDATE " + runs(host) + " SET undone_by = $2 WHERE run_id = $1", parameters);
}

}  // namespace whimbrel

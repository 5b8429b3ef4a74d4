// Fuzzes imports: a document from anywhere goes in whole, or is refused by an Error that leaves every row as
// it was, and what went in comes out as a document that goes in again. Two texts: options, document.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "test/core/fake_tables_host.h"
#include "test/fuzz/fuzz.h"

namespace {

using whimbrel::fake::call;
using whimbrel::fake::column;
using whimbrel::fake::FakeTablesHost;
using whimbrel::fuzz::expect;

// Users, agents of users, and a table that has nothing to do with them.
void make_tables(FakeTablesHost& host) {
  host.add_table("users", {column("id", "bigint"), column("name", "text"), column("score", "smallint")});
  host.table("users").columns[0].identity = true;
  host.add_table("agents", {column("id", "bigint"), column("user_id", "bigint"), column("config", "jsonb")});
  host.add_foreign_key("agents", 1, "users");
  host.add_table("notes", {column("id", "bigint"), column("text", "text"), column("at", "timestamp")});
}

bool references_hold(FakeTablesHost& host) {
  std::set<std::string> users{whimbrel::fake::StoredCell().key()};
  for (const whimbrel::fake::StoredRow& user : host.rows("users")) users.insert(user[0].key());
  return std::ranges::all_of(host.rows("agents"), [&](const whimbrel::fake::StoredRow& agent) {
    return users.contains(agent[1].key());
  });
}

constexpr std::string_view kThere =
    R"({"users":[{"id":1,"name":"Ada","score":3}],"agents":[{"id":1,"user_id":1}]})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> pieces = whimbrel::fuzz::pieces(whimbrel::fuzz::text_of(data, size));
  pieces.resize(2);
  FakeTablesHost host(false);
  make_tables(host);
  call(host, "import_json", {std::string(kThere)});
  const std::string before = whimbrel::fake::digests(host);
  try {
    call(host, "import_validate", {pieces[1], pieces[0]});
  } catch (const whimbrel::Error&) {
  }
  expect(whimbrel::fake::digests(host) == before, "a validation changes nothing");
  try {
    call(host, "import_json", {pieces[1], pieces[0]});
  } catch (const whimbrel::Error&) {
    expect(host.open_savepoints() == 0, "no savepoint is left open");
    expect(whimbrel::fake::digests(host) == before, "a failed import leaves every row as it was");
    return 0;
  }
  const std::string document = call(host, "export_json", {})[0][0];
  // The fake host writes "default" where a row does not have a column, of whichever type that is, and checks
  // references of new rows alone.
  if (document.find("\"default\"") != std::string::npos || !references_hold(host)) return 0;
  FakeTablesHost other(false);
  make_tables(other);
  call(other, "import_json", {document});
  expect(whimbrel::fake::digests(other) == whimbrel::fake::digests(host), "what went in comes out");
  return 0;
}

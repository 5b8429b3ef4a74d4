// The catalog as facts: every object of a database with what identifies it, what it belongs to, and a text
// that changes exactly when the object does. Comparing two catalogs is then set difference, whatever the
// engine. A host fills it; nothing here knows one, and nothing here is SQL to be run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel {

// One object, or one part of one (a column, a constraint, a comment, the privileges on it).
struct CatalogObject {
  std::string kind;      // "table", "column", "index", "function", …: a word of the engine, in lower case
  std::string identity;  // quoted where needed, with its schema: `public.users`, `public.users.id`
  // Whose part it is, as name() gives it ("table public.users"); empty for an object by itself.
  std::string owner;
  // The engine's own description of it, one property per line. Never an OID, a file or a position.
  std::string definition;
  // Stands and falls with its owner: its changes are changes of the owner ("altered").
  bool part = false;
  std::uint64_t storage = 0;  // tables: changes when all rows are written anew; 0: none, or not known
  std::uint64_t host_id = 0;  // only the host that set it may read it

  std::string name() const { return kind + " " + identity; }
};

struct Catalog {
  std::vector<CatalogObject>
      objects;  // sorted by sort_catalog(); kind, identity and owner together are unique

  // The first of this name; nullptr when there is none.
  const CatalogObject* find(std::string_view kind, std::string_view identity) const;
};

// By kind, then identity, then owner (bytes).
void sort_catalog(Catalog& catalog);

// Whether it holds rows: "table", "foreign table", "materialized view", "virtual table".
bool holds_rows(const CatalogObject& object);

}  // namespace whimbrel

// The schema model: every object of a database as a fact, with what identifies it, what it is part of, what
// it depends on, and properties that change exactly when the object does. Comparing two catalogs is then set
// difference, and writing one is a walk along the dependencies, whatever the engine. A host fills it; nothing
// here knows one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel {

// Canonical text: what the engine itself would print, without any setting of a session. Flags are "true" and
// are left out otherwise, as is everything that has its default.
struct Property {
  std::string name;  // snake_case: "type", "not_null", "definition"
  std::string value;
  bool operator==(const Property&) const = default;
};

// One object, or one part of one (a column, a constraint, a comment, the privileges on it).
struct CatalogObject {
  std::string kind;      // "table", "column", "index", "function", …: a word of the engine, in lower case
  std::string identity;  // quoted where needed, with its schema: `public.users`, `public.users.id`; functions
                         // with the types of their arguments
  // The key() of what it belongs to ("table public.users"); empty for an object by itself.
  std::string owner;
  // In an order that depends on the kind only; no name twice. Never an OID, a file or a position.
  std::vector<Property> properties;
  // Stands and falls with its owner: its changes are changes of the owner ("altered").
  bool part = false;
  std::string schema;  // bare, as `name`; empty for what is in none
  std::string name;    // without quotes, schema and arguments
  // The key() of each fact that must be there before this one, sorted; only where they were asked for.
  std::vector<std::string> dependencies;
  std::string source;  // the statement that made it, where the engine keeps that (SQLite). Not compared
  std::uint32_t position = 0;  // of columns and attributes among their siblings, from 1; else 0. Not compared
  std::uint64_t storage = 0;   // tables: changes when all rows are written anew; 0: none, or not known
  std::uint64_t host_id = 0;   // only the host that set it may read it

  std::string key() const { return kind + " " + identity; }
  // Its value, or nullptr.
  const std::string* find(std::string_view property) const;
  // Its value, or "".
  std::string_view get(std::string_view property) const;
  bool has(std::string_view property) const { return find(property) != nullptr; }
  // Behind the others.
  void add(std::string_view property, std::string_view value) {
    properties.push_back({std::string(property), std::string(value)});
  }
};

// What to read beside the facts themselves.
struct CatalogRequest {
  bool dependencies = false;
  bool privileges = true;
  // No more than tables, views, sequences, what belongs to them and the types of columns is needed, and
  // neither privileges nor comments: a host may leave the rest out.
  bool tables_only = false;
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

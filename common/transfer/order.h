// The order of tables by their foreign keys: parents before children, and which tables stand in a cycle. Ties
// by name, so the order depends on the tables only.
#pragma once

#include <cstddef>
#include <vector>

#include "common/schema/model.h"

namespace whimbrel {

struct TableOrder {
  // Parents first. The tables of a cycle stand together, by name.
  std::vector<const Table*> tables;
  // Tables that reference each other in a circle of two or more. A table that references itself is not one.
  std::vector<const Table*> cyclic;
};

// One table before another, where foreign keys allow it.
struct TableWish {
  const Table* later;
  const Table* earlier;
};

// Foreign keys to tables that are not among `tables` are left aside, and wishes that would make a circle, or
// a larger one.
TableOrder order_tables(const std::vector<const Table*>& tables, const std::vector<TableWish>& wishes = {});

// Whether the table has a foreign key to itself that can wait for the end of the transaction, or that does so
// by itself.
bool has_deferrable_self_reference(const Table& table);
bool has_deferred_self_reference(const Table& table);

}  // namespace whimbrel

// Host::integer_places() for PostgreSQL: by the catalog's own description of the column's type.
#pragma once

#include "common/schema/integer_places.h"
#include "common/schema/model.h"

namespace whimbrel::pg {

IntegerPlaces integer_places(const Table& table, std::size_t column);

}  // namespace whimbrel::pg

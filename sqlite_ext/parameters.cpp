#include "sqlite_ext/parameters.h"

#include <string>

#include "common/error.h"
#include "sqlite_ext/bind_cell.h"
#include "sqlite_ext/read_cell.h"

namespace whimbrel::sqlite {

void bind_parameters(Prepared& statement, std::span<const Cell> parameters, Arena& arena, Keep keep) {
  Binder binder(statement.handle(), arena);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const int place = statement.parameter(i + 1);
    if (place == 0) throw Error(code::kInternal, "a query has no parameter $" + std::to_string(i + 1));
    Cell cell = parameters[i];
    if (keep == Keep::copy && points(cell.tag)) cell.data = arena.copy(cell.view()).data();
    binder.bind(place, cell);
  }
}

}  // namespace whimbrel::sqlite

// What needs each other in circles: objects of a schema, tables, rows.
#pragma once

#include <cstddef>
#include <vector>

namespace whimbrel {

// For each node the others that it needs.
using ComponentEdges = std::vector<std::vector<std::size_t>>;

// For each node the number of its strongly connected component, of `count`. What a component needs has a
// lower number.
std::vector<std::size_t> components_of(const ComponentEdges& edges, std::size_t& count);

}  // namespace whimbrel

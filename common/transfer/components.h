// What references each other in circles, of tables and of rows.
#pragma once

#include <cstddef>
#include <vector>

namespace whimbrel {

// For each node the others that it references.
using ComponentEdges = std::vector<std::vector<std::size_t>>;

// For each node the number of its strongly connected component, of `count`. What a component references has a
// lower number.
std::vector<std::size_t> components_of(const ComponentEdges& edges, std::size_t& count);

}  // namespace whimbrel

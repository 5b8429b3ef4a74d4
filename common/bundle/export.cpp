#include "common/bundle/export.h"

#include <vector>

#include "common/bundle/load.h"
#include "common/error.h"
#include "common/options.h"

namespace whimbrel {

std::map<std::string, std::string> parameters_of(const BundleShape& shape,
                                                 std::map<std::string, std::string> given) {
  std::vector<std::string_view> known;
  for (const auto& [name, parameter] : shape.parameters) known.push_back(name);
  for (const auto& [name, value] : given) {
    if (shape.parameters.contains(name)) continue;
    const std::string_view near = nearest_name(name, known);
    throw Error(code::kInvalidOption, "bundle \"" + shape.name + "\" has no parameter \"" + name + "\"", {},
                near.empty() ? std::string() : "Did you mean \"" + std::string(near) + "\"?");
  }
  for (const auto& [name, parameter] : shape.parameters) {
    if (given.contains(name)) continue;
    if (parameter.has_otherwise) {
      given[name] = parameter.otherwise;
    } else if (parameter.required) {
      throw Error(code::kInvalidOption, "bundle \"" + shape.name + "\" needs the parameter \"" + name + "\"",
                  {}, R"(Give it as {"parameters": {")" + name + R"(": …}}.)");
    }
  }
  return given;
}

json::Buffer export_bundle(Host& host, const BundleShape& shape, const BundleContext& context,
                           BundleLayout layout) {
  BundleRowsOf rows(shape);
  BundleLoader(host, shape).load(context.parameters, rows);
  const BundleNode& root = shape.root();
  if (root.table != nullptr && rows.nodes[0].rows != 1) {
    std::string chosen;
    for (const auto& [place, name] : root.where)
      if (const auto value = context.parameters.find(name); value != context.parameters.end())
        chosen += (chosen.empty() ? " with " : ", ") + root.column_at(place).name + " = " + value->second;
    throw Error(code::kInvalidOption,
                "bundle \"" + shape.name + "\": table \"" + root.table->display_name() + "\" has " +
                    (rows.nodes[0].rows == 0 ? "no row" : std::to_string(rows.nodes[0].rows) + " rows") +
                    chosen,
                "Its document is about exactly one.", "Choose it by the parameters.");
  }
  return write_bundle(host, shape, rows, context, layout);
}

}  // namespace whimbrel

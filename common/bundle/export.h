// A bundle's document, of what the database has now.
#pragma once

#include <map>
#include <string>

#include "common/bundle/document.h"
#include "common/bundle/shape.h"
#include "common/host.h"

namespace whimbrel {

// What is given, with the defaults of the others. Throws kInvalidOption for a name that the bundle does not
// have, and for one that is required and missing.
std::map<std::string, std::string> parameters_of(const BundleShape& shape,
                                                 std::map<std::string, std::string> given);

// Throws kInvalidOption when the parameters do not choose exactly one row for a document that is about one.
json::Buffer export_bundle(Host& host, const BundleShape& shape, const BundleContext& context,
                           BundleLayout layout);

}  // namespace whimbrel

// Values of a bundle's columns that look like secrets, found in the first rows of its tables when it is
// declared: nobody should meet them in a document later.
#pragma once

#include <string>
#include <vector>

#include "common/bundle/shape.h"
#include "common/host.h"

namespace whimbrel {

// Throws one kInvalidBundle that names each column, and the path inside its documents; never a value.
void refuse_suspects(Host& host, const BundleShape& shape);

}  // namespace whimbrel

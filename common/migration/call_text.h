// Calls that a message tells the reader to make.
#pragma once

#include <string>
#include <string_view>

#include "common/host.h"
#include "common/migration/source.h"

namespace whimbrel {

// A call of a function about one version of this history, for messages: migrate_sql('003', 'up'), and with
// the option `schema` where it is not the default one. `second`: its other argument; empty: none.
std::string call_about(const Host& host, std::string_view function, std::string_view version,
                       std::string_view second = {});

// The call of migrate_repair that accepts the text that this version has in the source.
std::string call_to_accept(const Host& host, std::string_view version, const Source& source);

// The call of migrate_run that undoes this version.
std::string call_to_undo(const Host& host, std::string_view version);

}  // namespace whimbrel

// Names by the time: a moment, as text, whose names nothing has yet.
#pragma once

#include <functional>
#include <string>

#include "common/host.h"

namespace whimbrel {

// This second in UTC as YYYYMMDDTHHMMSSZ, or the first one after it for which `taken` says false. Waits for
// it, so that no name lies in the future; ends with Host::pause's error on cancel.
std::string free_timestamp(Host& host, const std::function<bool(const std::string& timestamp)>& taken);

}  // namespace whimbrel

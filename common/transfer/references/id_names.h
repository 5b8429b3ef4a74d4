// Names of columns and of members of documents that tell whose ids they hold: agentId, agent_ids, agents.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel {

// The last name in a path or column, in small letters and the singular, without what says that it is an id.
std::string id_name_stem(std::string name);

// The same name however it is written: agent_id, agentId and agent-ids are agentid.
std::string plain_id_name(std::string_view name);

}  // namespace whimbrel

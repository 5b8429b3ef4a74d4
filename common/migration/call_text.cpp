#include "common/migration/call_text.h"

#include "common/json/writer.h"

namespace whimbrel {

namespace {

// `"schema":"tenant"`; empty for the default one.
std::string schema_member(const Host& host) {
  if (host.dialect().own_schema == host.dialect().registry_schema) return {};
  json::Buffer member;
  member.append("\"schema\":");
  json::write_string(member, host.dialect().own_schema);
  return std::string(member.view());
}

}  // namespace

std::string call_to_undo(const Host& host, std::string_view version) {
  json::Buffer options;
  options.append("{\"undo\":true,\"version\":");
  json::write_string(options, version);
  if (const std::string member = schema_member(host); !member.empty()) options.append("," + member);
  options.append('}');
  return "migrate_run(NULL, " + quote_literal(options.view()) + ")";
}

std::string call_about(const Host& host, std::string_view function, std::string_view version,
                       std::string_view second) {
  std::string call = std::string(function) + "(" + quote_literal(version);
  if (!second.empty()) call += ", " + quote_literal(second);
  if (const std::string member = schema_member(host); !member.empty())
    call += ", " + quote_literal("{" + member + "}");
  return call + ")";
}

}  // namespace whimbrel

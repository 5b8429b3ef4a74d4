#include "common/migration/call_text.h"

#include <utility>
#include <vector>

#include "common/json/writer.h"

namespace whimbrel {

namespace {

std::string member(std::string_view name, std::string_view value) {
  json::Buffer text;
  json::write_string(text, name);
  text.append(':');
  json::write_string(text, value);
  return std::string(text.view());
}

// With the members of its options, behind which stands the schema where it is not the default one.
std::string call_of(const Host& host, std::string_view function, std::string arguments,
                    std::vector<std::string> members) {
  if (host.dialect().own_schema != host.dialect().registry_schema)
    members.push_back(member("schema", host.dialect().own_schema));
  std::string options;
  for (const std::string& one : members) (options += options.empty() ? "{" : ",") += one;
  if (!options.empty()) arguments += ", " + quote_literal(options + "}");
  return std::string(function) + "(" + arguments + ")";
}

}  // namespace

std::string call_about(const Host& host, std::string_view function, std::string_view version,
                       std::string_view second) {
  std::string arguments = quote_literal(version);
  if (!second.empty()) arguments += ", " + quote_literal(second);
  return call_of(host, function, std::move(arguments), {});
}

std::string call_to_accept(const Host& host, std::string_view version, const Source& source) {
  std::vector<std::string> members;
  if (!source.directory.empty())
    members.push_back(member("source", source.directory));
  else if (source.given)
    members.emplace_back("\"source\":[…]");  // a client's array may be long
  return call_of(host, "migrate_repair", quote_literal(version), std::move(members));
}

std::string call_to_undo(const Host& host, std::string_view version) {
  return call_of(host, "migrate_run", "NULL", {"\"undo\":true", member("version", version)});
}

}  // namespace whimbrel

#include "common/bundle/error_secrets.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "common/bundle/secret_values.h"

namespace whimbrel {

namespace {

constexpr std::size_t kShortestReplaced = 4;  // a shorter one would be found in any word

bool is_class(const Error& error, std::string_view sqlstate) { return error.code.starts_with(sqlstate); }

// "Key (agent_id)=(agt-1) already exists.": says nothing of the rest of the row.
bool names_a_key(const Error& error) {
  return error.code == "23503" || error.code == "23505" || error.code == "23P01";
}

void replace_all(std::string& text, std::string_view what) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + kMask.size()))
    text.replace(at, what.size(), kMask);
}

}  // namespace

void hide_secrets(Error& error, const ChangeSet& set) {
  if (set.inside.empty() || is_class(error, "WB")) return;
  const bool about_secret =
      std::any_of(set.inside.begin(), set.inside.end(), [&](const DocumentSecrets& secret) {
        return error.detail.find(set.table->columns[secret.column].name) != std::string::npos;
      });
  if (!error.detail.empty() && (!names_a_key(error) || about_secret))
    error.detail = "What the server says of the row is not shown, since rows of \"" +
                   set.table->display_name() + "\" have secrets.";
  // invalid input syntax for type uuid: "…", and the part of a document where it stands
  if (is_class(error, "22")) {
    if (const std::size_t at = error.message.find(": \""); at != std::string::npos)
      error.message = error.message.substr(0, at) + ": \"" + std::string(kMask) + "\"";
    error.where.clear();
  }
  for (const GivenSecret& given : set.given) {
    if (given.value.size() < kShortestReplaced) continue;
    for (std::string* text : {&error.message, &error.detail, &error.hint, &error.where})
      replace_all(*text, given.value);
  }
}

}  // namespace whimbrel

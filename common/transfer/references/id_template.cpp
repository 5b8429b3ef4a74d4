#include "common/transfer/references/id_template.h"

#include "common/error.h"

namespace whimbrel {

namespace {

constexpr std::string_view kId = "{id}";

bool is_word(char c) {
  const char letter = static_cast<char>(c | 0x20);
  return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool may_stand_in_id(char c) { return static_cast<unsigned char>(c) > ' ' && c != '"' && c != '\''; }

}  // namespace

IdTemplate::IdTemplate(std::string_view pattern) {
  const std::size_t at = pattern.find(kId);
  if (at == std::string_view::npos || at == 0 || pattern.find(kId, at + 1) != std::string_view::npos) {
    throw Error(code::kInvalidArgument,
                "pattern \"" + std::string(pattern) + "\" must hold {id} once, with something in front of it",
                {}, "A pattern is like {{agent:{id}}} or agent:{id}.");
  }
  before_ = pattern.substr(0, at);
  behind_ = pattern.substr(at + kId.size());
}

IdTemplate::Place IdTemplate::find(std::string_view text, std::size_t from) const {
  for (std::size_t at = text.find(before_, from); at != std::string_view::npos;
       at = text.find(before_, at + 1)) {
    const std::size_t begin = at + before_.size();
    std::size_t end = begin;
    const std::size_t limit = text.size() - begin > kMostId ? begin + kMostId : text.size();
    if (behind_.empty()) {
      while (end < limit && is_word(text[end])) ++end;
      if (end != begin && (end == text.size() || !is_word(text[end]))) return {begin, end};
      continue;
    }
    while (end < limit && may_stand_in_id(text[end]) && !text.substr(end).starts_with(behind_)) ++end;
    if (end != begin && text.substr(end).starts_with(behind_)) return {begin, end};
  }
  return {};
}

}  // namespace whimbrel

#include "common/json/path.h"

#include <utility>

#include "common/error.h"

namespace whimbrel::json {

namespace {

constexpr std::size_t kMostDigits = 9;

class PathParser {
 public:
  explicit PathParser(std::string_view text) : text_(text) {}

  Path parse() {
    Path path;
    if (at_end() || (text_[0] != '$' && text_[0] != '@')) fail("it must begin with $");
    path.relative = text_[0] == '@';
    ++at_;
    while (!at_end()) {
      if (take('~')) {
        if (path.steps.empty() && path.relative) fail_before("~ needs an object in front of it");
        path.keys = true;
        if (!at_end()) fail("~ must be its end");
        break;
      }
      path.steps.push_back(step());
    }
    return path;
  }

 private:
  bool at_end() const { return at_ == text_.size(); }
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  PathStep step() {
    PathStep step;
    if (take('.')) {
      step.descendant = take('.');
      if (step.descendant && take('[')) {
        bracket(step);
      } else {
        name(step);
      }
    } else if (take('[')) {
      bracket(step);
    } else {
      fail("expected . or [");
    }
    return step;
  }

  void name(PathStep& step) {
    if (take('*')) {
      step.kind = PathStep::Kind::any;
      return;
    }
    const std::size_t begin = at_;
    constexpr std::string_view kEnds = ".[]~*'\" \t\r\n";
    while (!at_end() && kEnds.find(text_[at_]) == std::string_view::npos) ++at_;
    if (at_ == begin) fail("expected a name or *");
    step.name = text_.substr(begin, at_ - begin);
  }

  void bracket(PathStep& step) {
    if (take('*')) {
      step.kind = PathStep::Kind::any;
    } else if (!at_end() && (text_[at_] == '\'' || text_[at_] == '"')) {
      quoted(step);
    } else {
      element(step);
    }
    if (!take(']')) fail("expected ]");
  }

  void quoted(PathStep& step) {
    const char quote = text_[at_++];
    while (!at_end() && text_[at_] != quote) {
      if (text_[at_] == '\\') {
        ++at_;
        if (at_end() || (text_[at_] != '\\' && text_[at_] != '\'' && text_[at_] != '"'))
          fail("expected a quote or \\ behind \\");
      }
      step.name += text_[at_++];
    }
    if (!take(quote)) fail("the quote is not closed");
  }

  void element(PathStep& step) {
    step.kind = PathStep::Kind::element;
    const std::size_t begin = at_;
    while (!at_end() && text_[at_] >= '0' && text_[at_] <= '9' && at_ - begin < kMostDigits)
      step.index = step.index * 10 + static_cast<std::size_t>(text_[at_++] - '0');
    if (at_ == begin) fail("expected a number, * or a quoted name");
  }

  [[noreturn]] void fail_before(std::string_view what) {
    --at_;
    fail(what);
  }

  [[noreturn]] void fail(std::string_view what) const {
    std::size_t characters = 1;
    for (const char c : text_.substr(0, at_)) characters += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    throw Error(code::kInvalidArgument,
                "path \"" + std::string(text_) + "\" is wrong at character " + std::to_string(characters) +
                    ": " + std::string(what),
                "Paths are like $.nodes[*].data.agentId, $..agentId, $['a key'][0], and $.agents~ for the "
                "keys of an object.");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Path parse_path(std::string_view text) { return PathParser(text).parse(); }

}  // namespace whimbrel::json

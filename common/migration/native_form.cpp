#include "common/migration/native_form.h"

#include <algorithm>
#include <array>

#include "common/error.h"
#include "common/migration/checksum.h"
#include "common/options.h"
#include "common/sql/lexer.h"
#include "common/text/utf8.h"

namespace whimbrel {

namespace {

constexpr std::array<std::string_view, 3> kMarkerNames = {"up", "down", "verify"};
constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\f\v";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
    return lower(x) == lower(y);
  });
}

struct Marker {
  PartKind kind;
  std::string_view engine;  // empty: for both
};

class FormReader {
 public:
  FormReader(std::string_view subject, std::string_view text, std::string_view engine)
      : subject_(subject), text_(text), engine_(engine), lexer_(text, sql::rules_of(engine)) {}

  NativeForm read() {
    check_encoding();
    tokens_.reserve(text_.size());
    for (sql::Token token = lexer_.next(); token.kind != sql::TokenKind::end; token = lexer_.next()) {
      if (token.kind == sql::TokenKind::line_comment) {
        read_comment(token);
      } else if (!token.blank()) {
        read_code(token);
      }
    }
    finish();
    return std::move(form_);
  }

 private:
  [[noreturn]] void fail(std::size_t offset, const std::string& message, std::string hint = {}) const {
    throw Error(code::kMigrationSyntax, at_line(subject_, text_, offset) + ": " + message, {},
                std::move(hint));
  }

  void check_encoding() const {
    const std::size_t invalid = find_invalid_utf8(text_);
    const std::size_t nul = text_.find('\0');
    if (invalid == kValidUtf8 && nul == std::string_view::npos) return;
    const std::size_t offset = std::min(invalid, nul);
    throw Error(code::kInvalidText,
                at_line(subject_, text_, offset) + (offset == nul ? ": NUL byte" : ": invalid UTF-8"),
                "The byte at offset " + std::to_string(offset) + " cannot be part of a migration.",
                "Save the migration as UTF-8.");
  }

  void read_comment(const sql::Token& token) {
    std::string_view body = trim(token.text.substr(2));
    if (body.starts_with("migrate:") && begins_line(token.offset)) {
      body.remove_prefix(8);
      if (!body.empty() && ((body[0] | 0x20) >= 'a' && (body[0] | 0x20) <= 'z'))
        return read_marker(token, body);
    }
    if (!code_seen_) read_header(body);
  }

  void read_header(std::string_view body) {
    const std::size_t colon = body.find(':');
    if (colon == std::string_view::npos || !form_.description.empty()) return;
    if (equals_ignoring_case(trim(body.substr(0, colon)), "description"))
      form_.description = trim(body.substr(colon + 1));
  }

  void read_marker(const sql::Token& token, std::string_view body) {
    const Marker marker = parse_marker(token, body);
    close_part(token.offset);
    marked_ = true;
    up_seen_ = up_seen_ || marker.kind == PartKind::up;
    open_ = marker.engine.empty() || marker.engine == engine_;
    kind_ = marker.kind;
    const std::size_t line_end = text_.find('\n', token.end());
    start_ = line_end == std::string_view::npos ? text_.size() : line_end + 1;
    lexer_.switch_rules(sql::rules_of(marker.engine.empty() ? engine_ : marker.engine));
    (tokens_ += "\nmigrate:") += kMarkerNames[static_cast<std::size_t>(marker.kind)];
    (tokens_ += ' ') += marker.engine;
    tokens_ += '\0';
  }

  Marker parse_marker(const sql::Token& token, std::string_view body) const {
    const auto next_word = [&body] {
      const std::string_view word = body.substr(0, body.find_first_of(kBlanks));
      body = trim(body.substr(word.size()));
      return word;
    };
    const std::string_view name = next_word();
    const auto known = std::find(kMarkerNames.begin(), kMarkerNames.end(), name);
    if (known == kMarkerNames.end()) {
      const std::string_view near = nearest_name(name, kMarkerNames);
      fail(token.offset, "unknown marker \"migrate:" + std::string(name) + "\"",
           near.empty() ? "The markers are migrate:up, migrate:down and migrate:verify."
                        : "Perhaps you meant \"migrate:" + std::string(near) + "\".");
    }
    Marker marker{static_cast<PartKind>(known - kMarkerNames.begin()), {}};
    while (!body.empty()) {
      const std::string_view option = next_word();
      const std::string_view value = option.starts_with("engine:") ? option.substr(7) : std::string_view();
      if (value.empty()) {
        fail(token.offset, "unknown marker option \"" + std::string(option) + "\"",
             "A marker takes engine:postgresql or engine:sqlite.");
      }
      if (value != "postgresql" && value != "sqlite") {
        fail(token.offset, "unknown engine \"" + std::string(value) + "\"",
             "A marker takes engine:postgresql or engine:sqlite.");
      }
      if (!marker.engine.empty()) fail(token.offset, "marker option \"engine\" is given twice");
      marker.engine = value;
    }
    return marker;
  }

  void read_code(const sql::Token& token) {
    code_seen_ = true;
    if (!marked_ && !first_code_) first_code_ = token.offset;
    // Line ends inside of strings and data are not a difference either.
    if (token.text.find('\r') == std::string_view::npos) {
      tokens_ += token.text;
    } else {
      for (std::size_t i = 0; i < token.text.size(); ++i) {
        if (token.text[i] != '\r' || i + 1 == token.text.size() || token.text[i + 1] != '\n')
          tokens_ += token.text[i];
      }
    }
    tokens_ += '\0';
  }

  bool begins_line(std::size_t offset) const {
    while (offset > 0 && (text_[offset - 1] == ' ' || text_[offset - 1] == '\t')) --offset;
    return offset == 0 || text_[offset - 1] == '\n' || (offset == kBom.size() && text_.starts_with(kBom));
  }

  void close_part(std::size_t end) {
    if (open_) {
      form_.parts.push_back({kind_, start_, end - start_});
      if (kind_ == PartKind::down &&
          text_.substr(start_, end - start_).find_first_not_of(" \t\r\n\f\v") != std::string_view::npos) {
        form_.has_down = true;
      }
    } else if (!marked_ && first_code_) {
      fail(*first_code_, "a statement in front of the first marker",
           "Put it behind \"-- migrate:up\", or remove the markers.");
    }
  }

  void finish() {
    if (marked_) {
      close_part(text_.size());
      if (!up_seen_) {
        throw Error(code::kMigrationSyntax, std::string(subject_) + " has no migrate:up part", {},
                    "Open the statements that apply it with \"-- migrate:up\".");
      }
    } else {
      const std::size_t bom = text_.starts_with(kBom) ? kBom.size() : 0;
      form_.parts.push_back({PartKind::up, bom, text_.size() - bom});
    }
    form_.token_checksum = sha256_hex(tokens_);
  }

  std::string_view subject_;
  std::string_view text_;
  std::string_view engine_;
  sql::Lexer lexer_;
  NativeForm form_;
  std::string tokens_;
  std::optional<std::size_t> first_code_;
  bool code_seen_ = false;
  bool marked_ = false;   // a marker was seen
  bool up_seen_ = false;  // for whichever engine
  bool open_ = false;     // the current part is for this engine
  PartKind kind_ = PartKind::up;
  std::size_t start_ = 0;
};

}  // namespace

std::vector<Part> NativeForm::parts_of(PartKind kind) const {
  std::vector<Part> found;
  std::size_t group = 0;  // where the downs that follow the latest up go: later ups are undone first
  bool up_between = false;
  for (const Part& part : parts) {
    if (part.kind == PartKind::up) up_between = true;
    if (part.kind != kind) continue;
    if (kind != PartKind::down) {
      found.push_back(part);
      continue;
    }
    if (up_between) group = 0;
    up_between = false;
    found.insert(found.begin() + static_cast<std::ptrdiff_t>(group++), part);
  }
  return found;
}

std::string NativeForm::text_of(std::string_view text, PartKind kind) const {
  std::string joined;
  for (const Part& part : parts_of(kind)) {
    if (!joined.empty() && joined.back() != '\n') joined += '\n';
    joined += text.substr(part.offset, part.length);
  }
  return joined;
}

NativeForm read_native_form(std::string_view subject, std::string_view text, std::string_view engine) {
  return FormReader(subject, text, engine).read();
}

std::string at_line(std::string_view subject, std::string_view text, std::size_t offset) {
  return std::string(subject) + ", line " + std::to_string(sql::position_at(text, offset).line);
}

}  // namespace whimbrel

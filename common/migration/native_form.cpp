#include "common/migration/native_form.h"

#include <algorithm>
#include <span>

#include "common/error.h"
#include "common/migration/marker.h"
#include "common/migration/plain_form.h"
#include "common/migration/tokens.h"
#include "common/sql/lexer.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

// What divides the files of tools whose form is not read: taken for a comment, it would let the down part
// run.
struct ForeignMark {
  std::string_view comment;
  std::string_view tool;
};
constexpr ForeignMark kForeignMarks[] = {{"+migrate down", "sql-migrate"},
                                         {"down migration", "node-pg-migrate"},
                                         {"+micrate down", "micrate"},
                                         {"rambler down", "rambler"},
                                         {"//@undo", "MyBatis Migrations"}};

// The words of a comment, in lower case with a space between: "=== Migrate: DOWN ===" says "migrate down".
// Those of a long one only as far as a heading goes.
std::string words_in(std::string_view comment) {
  constexpr std::size_t kLongest = 40;
  std::string words;
  for (const char c : comment.substr(0, kLongest)) {
    if (is_letter(c))
      words += to_lower(c);
    else if (!words.empty() && words.back() != ' ')
      words += ' ';
  }
  if (comment.size() > kLongest) return words;
  if (words.ends_with(' ')) words.pop_back();
  return words;
}

constexpr std::string_view kUpHeadings[] = {"up",           "ups",          "migrate up",
                                            "migration up", "up migration", "upgrade"};
// The heading of a part that must not run with the rest.
constexpr std::string_view kDownHeadings[] = {"down",           "downs",    "migrate down", "migration down",
                                              "down migration", "undo",     "revert",       "rollback",
                                              "roll back",      "downgrade"};

class FormReader {
 public:
  FormReader(std::string_view subject, std::string_view text, std::string_view engine)
      : subject_(subject),
        text_(text),
        engine_(engine),
        lexer_(text, sql::rules_of(engine)),
        tokens_(text.size()) {}

  Form read() {
    check_migration_encoding(subject_, text_);
    for (sql::Token token = lexer_.next(); token.kind != sql::TokenKind::end; token = lexer_.next()) {
      if (token.kind == sql::TokenKind::line_comment) {
        read_comment(token);
      } else if (token.kind == sql::TokenKind::block_comment) {
        read_heading(token);
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

  void read_comment(const sql::Token& token) {
    std::string_view body = trimmed(token.text.substr(2));
    if (body.starts_with("migrate:") && begins_line(token.offset)) {
      body.remove_prefix(8);
      if (!body.empty() && is_letter(body[0])) return read_marker(token, body);
    }
    if (!marked_ && begins_line(token.offset)) refuse_foreign_mark(token, body);
    read_heading(token);
    if (!code_seen_) read_header(body);
  }

  void refuse_foreign_mark(const sql::Token& token, std::string_view body) const {
    for (const ForeignMark& mark : kForeignMarks)
      if (equals_lower(body, mark.comment))
        fail(token.offset,
             "\"-- " + std::string(body) + "\" is a mark of " + std::string(mark.tool) +
                 ", whose files are not understood",
             "Write \"-- migrate:up\" and \"-- migrate:down\" instead; without them the whole file would "
             "run.");
  }

  // Between statements, at the beginning of a line. Behind an "-- Up" anything that begins with "Down" is
  // one.
  void read_heading(const sql::Token& token) {
    if (marked_ || down_heading_ || in_statement_ || !begins_line(token.offset)) return;
    const std::string words = words_in(token.text);
    const auto is_among = [&words](std::span<const std::string_view> headings) {
      return std::find(headings.begin(), headings.end(), words) != headings.end();
    };
    if (is_among(kUpHeadings)) {
      up_heading_ = true;
    } else if (up_heading_ ? is_among(kDownHeadings) || words.starts_with("down ")
                           : code_seen_ && is_among(kDownHeadings)) {
      down_heading_ = token;
    }
  }

  void refuse_down_heading() const {
    const std::string heading(trimmed(down_heading_->text.substr(0, down_heading_->text.find('\n'))));
    fail(down_heading_->offset,
         "statements behind \"" + heading + "\", which divides the file in other tools",
         "Write \"-- migrate:up\" and \"-- migrate:down\" instead; without them the whole file would run. A "
         "comment that means nothing of the kind must say more than that.");
  }

  void read_header(std::string_view body) {
    const std::size_t colon = body.find(':');
    if (colon == std::string_view::npos || !form_.description.empty()) return;
    if (equals_lower(trimmed(body.substr(0, colon)), "description"))
      form_.description = trimmed(body.substr(colon + 1));
  }

  void read_marker(const sql::Token& token, std::string_view body) {
    const Marker marker = parse_marker(at_line(subject_, text_, token.offset), body);
    close_part(token.offset);
    marked_ = true;
    up_seen_ = up_seen_ || marker.kind == PartKind::up;
    open_ = marker.engine.empty() || marker.engine == engine_;
    part_ = Part{marker.kind, text_, 0, 0, marker.transaction.value_or(true), std::string(subject_)};
    const std::size_t line_end = text_.find('\n', token.end());
    part_.offset = line_end == std::string_view::npos ? text_.size() : line_end + 1;
    if (open_) {
      if (marker.kind == PartKind::up) check_environments(token, marker.environments);
      add_conditions(marker);
    }
    lexer_.switch_rules(sql::rules_of(marker.engine.empty() ? engine_ : marker.engine));
    tokens_.add_mark("migrate:" + std::string(name_of(marker.kind)) + " " + std::string(marker.engine));
  }

  void check_environments(const sql::Token& token, const std::vector<std::string>& environments) {
    if (environments_ && !std::ranges::is_permutation(*environments_, environments))
      fail(token.offset, "the up parts of one migration are for different environments",
           "It is applied as a whole or not at all: give each part the same env:, or put them into files of "
           "their own.");
    environments_ = environments;
  }

  // They are the migration's, wherever they stand. They are not part of the checksum: with other conditions
  // the same statements are the same migration.
  void add_conditions(const Marker& marker) {
    const auto append = [](std::vector<std::string>& to, const std::vector<std::string>& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(form_.environments, marker.environments);
    append(form_.required, marker.required);
    form_.repeatable = form_.repeatable || marker.repeatable;
  }

  void read_code(const sql::Token& token) {
    code_seen_ = true;
    in_statement_ = !token.is(';');
    if (!marked_ && down_heading_) refuse_down_heading();
    if (!marked_ && !first_code_) first_code_ = token.offset;
    tokens_.add(token);
  }

  bool begins_line(std::size_t offset) const {
    while (offset > 0 && (text_[offset - 1] == ' ' || text_[offset - 1] == '\t')) --offset;
    return offset == 0 || text_[offset - 1] == '\n' || (offset == kBom.size() && text_.starts_with(kBom));
  }

  void close_part(std::size_t end) {
    if (open_) {
      part_.length = end - part_.offset;
      if (part_.kind == PartKind::down &&
          part_.sql().find_first_not_of(" \t\r\n\f\v") != std::string_view::npos)
        form_.has_down = true;
      form_.parts.push_back(std::move(part_));
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
      form_.parts.push_back({PartKind::up, text_, bom, text_.size() - bom, true, std::string(subject_)});
    }
    form_.token_checksum = tokens_.checksum();
  }

  std::string_view subject_;
  std::string_view text_;
  std::string_view engine_;
  sql::Lexer lexer_;
  Form form_;
  TokenStream tokens_;
  std::optional<std::size_t> first_code_;
  std::optional<sql::Token> down_heading_;                // in a file without markers
  std::optional<std::vector<std::string>> environments_;  // of the first up part for this engine
  bool up_heading_ = false;
  bool in_statement_ = false;
  bool code_seen_ = false;
  bool marked_ = false;   // a marker was seen
  bool up_seen_ = false;  // for whichever engine
  bool open_ = false;     // the current part is for this engine
  Part part_;             // the current one, without its length
};

}  // namespace

Form read_native_form(std::string_view subject, std::string_view text, std::string_view engine) {
  return FormReader(subject, text, engine).read();
}

}  // namespace whimbrel

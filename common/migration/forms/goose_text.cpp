// The text of a goose migration: annotations in comment lines, in any case, without white space before them.
#include <algorithm>

#include "common/error.h"
#include "common/migration/forms/marks.h"
#include "common/migration/forms/text_forms.h"
#include "common/migration/plain_form.h"
#include "common/migration/tokens.h"
#include "common/sql/lexer.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c; });
  return result;
}

class GooseReader {
 public:
  GooseReader(std::string_view subject, std::string_view text, std::string_view engine)
      : subject_(subject), text_(text), rules_(sql::rules_of(engine)), tokens_(text.size()) {}

  Form read() {
    check_migration_encoding(subject_, text_);
    sql::Lexer lexer(text_, rules_);
    for (sql::Token token = lexer.next(); token.kind != sql::TokenKind::end; token = lexer.next()) {
      if (token.kind == sql::TokenKind::line_comment && begins_line(token.offset)) {
        read_comment(token);
      } else if (!token.blank()) {
        if (!open_)
          fail(token.offset, "a statement in front of \"-- +goose Up\"", "Put it behind that line.");
        tokens_.add(token);
      }
    }
    close(text_.size());
    if (in_statement_) fail(statement_at_, "\"+goose StatementBegin\" without its StatementEnd", {});
    if (form_.parts.empty())
      throw Error(
          code::kMigrationSyntax, std::string(subject_) + " has no \"-- +goose Up\"", {},
          "goose itself refuses such a file. Open the statements that apply it with \"-- +goose Up\".");
    for (Part& part : form_.parts) part.transaction = transaction_;
    form_.token_checksum = tokens_.checksum();
    return std::move(form_);
  }

 private:
  [[noreturn]] void fail(std::size_t offset, const std::string& message, std::string hint) const {
    throw Error(code::kMigrationSyntax, at_line(subject_, text_, offset) + ": " + message, {},
                std::move(hint));
  }

  bool begins_line(std::size_t offset) const {
    return offset == 0 || text_[offset - 1] == '\n' || (offset == kBom.size() && text_.starts_with(kBom));
  }

  void read_comment(const sql::Token& token) {
    const std::string line = upper(token.text);
    const std::size_t mark = line.find("+GOOSE");
    if (mark == std::string::npos) return;
    const std::string_view annotation = trimmed(std::string_view(line).substr(mark + 6));
    if (annotation == "UP" || annotation == "DOWN") {
      open_part(token, annotation == "UP" ? PartKind::up : PartKind::down);
    } else if (annotation == "STATEMENTBEGIN") {
      if (!open_ || in_statement_)
        fail(token.offset, "\"+goose StatementBegin\" where no statement can begin", {});
      in_statement_ = true;
      statement_at_ = token.offset;
    } else if (annotation == "STATEMENTEND") {
      if (!in_statement_) fail(token.offset, "\"+goose StatementEnd\" without its StatementBegin", {});
      in_statement_ = false;
    } else if (annotation == "NO TRANSACTION") {
      transaction_ = false;
    } else if (annotation != "ENVSUB ON" && annotation != "ENVSUB OFF") {
      fail(token.offset, "unknown annotation \"+goose " + std::string(annotation) + "\"",
           "The annotations are Up, Down, StatementBegin, StatementEnd, NO TRANSACTION, ENVSUB ON and "
           "ENVSUB OFF.");
    }
  }

  void open_part(const sql::Token& token, PartKind kind) {
    const bool up = kind == PartKind::up;
    if (up ? open_ : !open_ || part_.kind == PartKind::down)
      fail(token.offset,
           up ? "a second \"+goose Up\", or one behind Down" : "\"+goose Down\" out of its place",
           "A file has one \"+goose Up\" and then at most one \"+goose Down\".");
    if (in_statement_) fail(statement_at_, "\"+goose StatementBegin\" without its StatementEnd", {});
    close(token.offset);
    open_ = true;
    part_ = Part{kind, text_, 0, 0, true, std::string(subject_)};
    const std::size_t line_end = text_.find('\n', token.end());
    part_.offset = line_end == std::string_view::npos ? text_.size() : line_end + 1;
    tokens_.add_mark(up ? "up" : "down");
  }

  void close(std::size_t end) {
    if (!open_) return;
    part_.length = end - part_.offset;
    form_.has_down = form_.has_down || part_.kind == PartKind::down;  // goose runs an empty one too
    form_.parts.push_back(std::move(part_));
  }

  std::string_view subject_;
  std::string_view text_;
  sql::Rules rules_;
  TokenStream tokens_;
  Form form_;
  Part part_;
  bool open_ = false;
  bool transaction_ = true;
  bool in_statement_ = false;
  std::size_t statement_at_ = 0;
};

}  // namespace

Form read_goose_text(std::string_view subject, std::string_view text, std::string_view engine) {
  return GooseReader(subject, text, engine).read();
}

}  // namespace whimbrel

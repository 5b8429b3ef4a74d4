#include "common/migration/forms/changeset.h"

#include <algorithm>
#include <array>
#include <optional>

#include "common/error.h"
#include "common/error_text.h"
#include "common/migration/form.h"
#include "common/migration/forms/end_delimiter.h"
#include "common/migration/forms/marks.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

bool is_one_of(std::string_view wanted, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [wanted](std::string_view one) { return equals_lower(wanted, one); });
}

// "a, b or c" → a, b, c; nullopt for an expression that is no plain list.
std::optional<std::vector<std::string>> read_list(std::string_view text) {
  std::vector<std::string> names;
  std::string word;
  const auto close = [&] {
    if (!word.empty() && !is_one_of(word, {"or"})) names.push_back(word);
    word.clear();
  };
  for (const char c : text) {
    if (c == '!' || c == '(' || c == ')' || c == '@') return std::nullopt;
    if (c == ',' || c == ' ' || c == '\t') {
      if (is_one_of(word, {"and", "not"})) return std::nullopt;
      close();
    } else {
      word += c;
    }
  }
  if (is_one_of(word, {"and", "not"})) return std::nullopt;
  close();
  return names;
}

class ChangesetReader {
 public:
  ChangesetReader(const NamedText& file, std::string_view engine) : file_(file), engine_(engine) {}

  std::vector<Changeset> read() {
    for_each_line(file_.text, [this](std::string_view line, std::size_t offset) {
      read_line(line, offset);
      ++line_;
      return true;
    });
    close(file_.text.size());
    if (in_block_) fail(offset_, "the rollback block is not closed");
    return std::move(changesets_);
  }

 private:
  [[noreturn]] void fail(std::size_t offset, const std::string& message, std::string hint = {},
                         std::string_view error_code = code::kMigrationSyntax) const {
    throw Error(error_code, at_line("migration \"" + file_.name + "\"", file_.text, offset) + ": " + message,
                {}, std::move(hint));
  }
  [[noreturn]] void refuse(std::size_t offset, std::string_view what, std::string hint) const {
    fail(offset, "\"" + std::string(what) + "\" cannot be followed here", std::move(hint),
         code::kUnsupported);
  }

  void read_line(std::string_view line, std::size_t offset) {
    const std::string_view code = trimmed(line);
    if (in_block_) return read_block(code, offset);
    if (code.starts_with("/*") && begins_with(trimmed(code.substr(2)), "liquibase rollback")) {
      require_open(offset);
      in_block_ = true;
      offset_ = offset;
      current_.has_rollback = true;
      const std::size_t end = code.find("*/");
      if (end != std::string_view::npos) in_block_ = false;
      return;
    }
    if (!code.starts_with("--")) {
      if (!open_ && !code.empty()) refuse_code(code, offset);
      return;
    }
    read_comment(trimmed(code.substr(2)), line, offset);
  }

  void refuse_code(std::string_view code, std::size_t offset) {
    if (in_comment_ || code.starts_with("/*")) {
      in_comment_ = code.find("*/") == std::string_view::npos;
      return;
    }
    fail(offset, "a statement in front of the first changeset", "Put it behind \"--changeset author:id\".");
  }

  void read_block(std::string_view code, std::size_t offset) {
    const std::size_t end = code.find("*/");
    if (end != std::string_view::npos) {
      in_block_ = false;
      code = code.substr(0, end);
    }
    static_cast<void>(offset);
    (current_.rollback += code) += '\n';
  }

  void require_open(std::size_t offset) const {
    if (!open_) fail(offset, "it stands in front of the first changeset");
  }

  void read_comment(std::string_view body, std::string_view line, std::size_t offset) {
    if (begins_with(body, "liquibase formatted sql")) return;
    if (begins_with(body, "changeset ")) {
      close(offset);
      open(body.substr(10), offset, offset + line.size());
    } else if (begins_with(body, "rollback")) {
      require_open(offset);
      read_rollback(body.substr(8), offset);
    } else if (begins_with(body, "comment")) {
      if (open_ && body.size() > 7 && (body[7] == ':' || body[7] == ' '))
        current_.comment = trimmed(body.substr(8));
    } else if (begins_with(body, "preconditions") || begins_with(body, "precondition-")) {
      read_precondition(body, offset);
    } else if (begins_with(body, "property ")) {
      refuse(offset, body, "Write the value, or ${name} with the option \"vars\".");
    } else if (begins_with(body, "ignorelines") || begins_with(body, "ignore:")) {
      refuse(offset, body, "Take the lines out that shall be ignored.");
    } else if (begins_with(body, "include ") || begins_with(body, "includeall ")) {
      refuse(offset, body, "Give all files as one source: they are read in the order of their names.");
    } else if (begins_with(body, "validchecksum")) {
      return;  // about Liquibase's own checksums
    }
  }

  // --preconditions onFail:HALT alone asks nothing.
  void read_precondition(std::string_view body, std::size_t offset) const {
    if (begins_with(body, "precondition-"))
      refuse(offset, excerpt(body, 60),
             "Take the precondition out, or write it into the statement (IF NOT EXISTS).");
  }

  void read_rollback(std::string_view rest, std::size_t) {
    if (!rest.empty() && rest[0] == ':') rest.remove_prefix(1);
    rest = trimmed(rest);
    current_.has_rollback = true;
    if (is_one_of(rest, {"empty", "not required"})) {
      current_.rollback += "-- nothing to undo\n";
    } else if (begins_with(rest, "changesetid:") || begins_with(rest, "changesetid ")) {
      refuse(offset_, "rollback " + std::string(rest), "Write the SQL that undoes it.");
    } else {
      (current_.rollback += rest) += '\n';
    }
  }

  void open(std::string_view rest, std::size_t offset, std::size_t line_end) {
    open_ = true;
    wanted_ = true;
    offset_ = offset;
    current_ = {};
    delimiter_.reset();
    rollback_delimiter_.reset();
    split_ = split_rollback_ = true;
    current_.ordinal = ++count_;
    rest = trimmed(rest);
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos || colon == 0) fail(offset, "the changeset has no author:id");
    current_.author = trimmed(unquoted(rest.substr(0, colon)));
    rest.remove_prefix(colon + 1);
    current_.id = take_value(rest);
    if (current_.id.empty()) fail(offset, "the changeset has no author:id");
    for (rest = trimmed(rest); !rest.empty(); rest = trimmed(rest)) {
      const std::size_t end = rest.find(':');
      if (end == std::string_view::npos) fail(offset, "\"" + std::string(rest) + "\" is no attribute");
      const std::string_view name = trimmed(rest.substr(0, end));
      rest.remove_prefix(end + 1);
      read_attribute(name, take_value(rest), offset);
    }
    begin_ = std::min(line_end + 1, file_.text.size());
    if (line_end < file_.text.size() && file_.text[line_end] == '\r') ++begin_;
    current_.lines_before = line_ + 1;
  }

  static std::string_view unquoted(std::string_view text) {
    if (text.size() >= 2 && (text[0] == '"' || text[0] == '\'') && text.back() == text[0])
      return text.substr(1, text.size() - 2);
    return text;
  }

  // A word, or what stands in quotes.
  static std::string take_value(std::string_view& rest) {
    std::size_t end = 0;
    if (!rest.empty() && (rest[0] == '"' || rest[0] == '\'')) {
      end = rest.find(rest[0], 1);
      end = end == std::string_view::npos ? rest.size() : end + 1;
    } else {
      end = std::min(rest.find_first_of(" \t"), rest.size());
    }
    const std::string value(unquoted(rest.substr(0, end)));
    rest.remove_prefix(end);
    return value;
  }

  void read_attribute(std::string_view name, const std::string& value, std::size_t offset) {
    const std::string shown = std::string(name) + ":" + value;
    const bool yes = is_one_of(value, {"true"});
    if (is_one_of(name, {"runonchange"})) {
      current_.repeatable = yes;
    } else if (is_one_of(name, {"runintransaction"})) {
      current_.transaction = yes;
    } else if (is_one_of(name, {"context", "contexts", "contextfilter", "labels"})) {
      const auto list = read_list(value);
      std::vector<std::string>& kept = is_one_of(name, {"labels"}) ? current_.labels : current_.contexts;
      if (!list || !kept.empty())
        refuse(offset, shown,
               "Name environments with commas between, in one attribute; the option \"env\" names those that "
               "run.");
      kept = *list;
    } else if (is_one_of(name, {"dbms"})) {
      wanted_ = is_for_engine(value);
    } else if (is_one_of(name, {"ignore"})) {
      if (yes) wanted_ = false;
    } else if (is_one_of(name, {"enddelimiter", "rollbackenddelimiter"})) {
      const auto delimiter = EndDelimiter::read(value);
      if (!delimiter)
        refuse(offset, shown,
               "End each statement with a semicolon: the engine's own rules divide them, bodies included.");
      (is_one_of(name, {"enddelimiter"}) ? delimiter_ : rollback_delimiter_) = *delimiter;
    } else if (is_one_of(name, {"splitstatements"})) {
      split_ = !is_one_of(value, {"false"});
    } else if (is_one_of(name, {"rollbacksplitstatements"})) {
      split_rollback_ = !is_one_of(value, {"false"});
    } else if (is_one_of(name, {"runalways"})) {
      if (yes) refuse(offset, shown, "runOnChange:true runs it when its text changes.");
    } else if (is_one_of(name, {"failonerror"})) {
      if (!yes)
        refuse(offset, shown,
               "A migration that fails leaves nothing behind; write IF EXISTS or IF NOT EXISTS.");
    } else if (is_one_of(name, {"runwith", "runorder"})) {
      refuse(offset, shown, "The changesets run in the order of the file, inside the database.");
    } else if (!is_one_of(name, {"stripcomments", "logicalfilepath", "objectquotingstrategy", "created",
                                 "validchecksum", "onvalidationfail", "runwithspoolfile"})) {
      fail(offset, "unknown attribute \"" + shown + "\"");
    }
  }

  bool is_for_engine(std::string_view list) const {
    bool included = false;
    bool only_excluded = true;
    while (!list.empty()) {
      const std::size_t comma = list.find(',');
      std::string_view one = trimmed(list.substr(0, comma));
      list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
      const bool excluded = one.starts_with('!');
      if (excluded) one.remove_prefix(1);
      const bool ours = is_one_of(one, {"all"}) ||
                        (engine_ == "sqlite" ? is_one_of(one, {"sqlite"}) : is_one_of(one, {"postgresql"}));
      if (excluded && ours) return false;
      only_excluded = only_excluded && excluded;
      included = included || (!excluded && ours);
    }
    return included || only_excluded;
  }

  void close(std::size_t end) {
    if (open_ && wanted_) {
      const std::size_t from = std::min(begin_, end);
      const sql::Rules rules = sql::rules_of(engine_);
      current_.text = std::string_view(file_.text).substr(from, end - from);
      if (delimiter_ && split_) current_.text = delimiter_->replaced(current_.text, rules);
      const auto& of_rollback = rollback_delimiter_ ? rollback_delimiter_ : delimiter_;
      if (of_rollback && split_rollback_) current_.rollback = of_rollback->replaced(current_.rollback, rules);
      changesets_.push_back(std::move(current_));
    }
  }

  const NamedText& file_;
  std::string_view engine_;
  std::vector<Changeset> changesets_;
  Changeset current_;
  std::optional<EndDelimiter> delimiter_;
  std::optional<EndDelimiter> rollback_delimiter_;  // else the same
  bool split_ = true;                               // by them
  bool split_rollback_ = true;
  bool open_ = false;
  bool wanted_ = true;     // for this engine, not ignored
  bool in_block_ = false;  // /* liquibase rollback
  bool in_comment_ = false;
  std::size_t begin_ = 0;
  std::size_t offset_ = 0;
  std::size_t line_ = 0;
  std::size_t count_ = 0;
};

}  // namespace

std::vector<Changeset> parse_changesets(const NamedText& file, std::string_view engine) {
  return ChangesetReader(file, engine).read();
}

}  // namespace whimbrel

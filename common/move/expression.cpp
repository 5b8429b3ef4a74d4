#include "common/move/expression.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/host.h"
#include "common/move/expression_parts.h"
#include "common/schema/kind.h"
#include "common/schema/sqlite/names.h"
#include "common/schema/sqlite/token_cursor.h"
#include "common/sql/lexer.h"
#include "common/text/ascii.h"

namespace whimbrel::move {

namespace {

using sql::Token;
using sql::TokenKind;

// Words of expressions and selects that mean the same and are no names.
constexpr std::string_view kWords[] = {
    "all",      "and",   "as",      "asc",    "between",   "by",        "case",   "cross",  "desc",
    "distinct", "else",  "end",     "escape", "except",    "exists",    "false",  "first",  "from",
    "full",     "group", "having",  "in",     "inner",     "intersect", "isnull", "join",   "last",
    "left",     "limit", "natural", "not",    "notnull",   "null",      "nulls",  "offset", "on",
    "or",       "order", "outer",   "over",   "partition", "right",     "select", "then",   "true",
    "union",    "using", "values",  "when",   "where",     "with",
};
static_assert(std::ranges::is_sorted(kWords));

struct Function {
  std::string_view name, target;
};
// One to one, whatever their arguments.
constexpr Function kFunctions[] = {
    {"abs", "abs"},           {"avg", "avg"},         {"ceil", "ceil"},   {"ceiling", "ceiling"},
    {"coalesce", "coalesce"}, {"count", "count"},     {"floor", "floor"}, {"ifnull", "coalesce"},
    {"instr", "strpos"},      {"length", "length"},   {"lower", "lower"}, {"ltrim", "ltrim"},
    {"nullif", "nullif"},     {"replace", "replace"}, {"rtrim", "rtrim"}, {"substr", "substr"},
    {"substring", "substr"},  {"sum", "sum"},         {"trim", "btrim"},  {"upper", "upper"},
};

// Those of text. The numbers that some take are literals.
constexpr std::string_view kOfText[] = {"instr", "length", "lower",     "ltrim", "replace",
                                        "rtrim", "substr", "substring", "trim",  "upper"};
static_assert(std::ranges::is_sorted(kOfText));

// GLOB's * ? [a-z] as a regular expression over the whole text.
std::string glob_regex(std::string_view glob) {
  std::string regex = "^";
  for (std::size_t i = 0; i < glob.size(); ++i) {
    const char c = glob[i];
    if (c == '*') {
      regex += ".*";
    } else if (c == '?') {
      regex += '.';
    } else if (c == '[') {
      const std::size_t end = glob.find(']', i + (glob.substr(i + 1).starts_with("^") ? 3 : 2));
      if (end == std::string_view::npos || glob.substr(i, end - i).find('\\') != std::string_view::npos)
        throw Unknown{"GLOB '" + std::string(glob) + "'"};
      regex += glob.substr(i, end - i + 1);
      i = end;
    } else if (std::string_view(".^$+(){}|\\]").find(c) != std::string_view::npos) {
      regex += std::string("\\") + c;
    } else {
      regex += c;
    }
  }
  return regex + "$";
}

class Translator {
 public:
  Translator(std::string_view text, const NameScope& scope)
      : text_(text), tokens_(tokens_of(text)), scope_(scope) {}

  std::string run() {
    translate(0, tokens_.size());
    return std::move(out_);
  }

 private:
  const Token& at(std::size_t i) const {
    static constexpr Token kEnd{};
    return i < tokens_.size() ? tokens_[i] : kEnd;
  }
  bool word(std::size_t i, std::string_view lower) const { return at(i).is_word(lower); }
  void put(std::string_view text) {
    const bool tight =
        out_.empty() || out_.back() == '(' || out_.back() == '.' || text == ")" || text == "," || text == ".";
    if (!tight) out_ += ' ';
    out_ += text;
  }

  // The index of the parenthesis that closes the one at `open`.
  std::size_t close_of(std::size_t open) const {
    int depth = 0;
    for (std::size_t i = open; i < tokens_.size(); ++i) {
      depth += at(i).is('(') ? 1 : at(i).is(')') ? -1 : 0;
      if (depth == 0) return i;
    }
    throw Unknown{"unbalanced parentheses"};
  }

  void translate(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end;) i = one(i, end);
  }

  // Translates what begins at `i`; where the next begins.
  std::size_t one(std::size_t i, std::size_t end) {
    const Token& token = at(i);
    switch (token.kind) {
      case TokenKind::number:
        put(boolean_literal(i).value_or(number_literal(token.text)));
        return i + 1;
      case TokenKind::string:
        put(is_blob(token) ? blob_literal(token.text) : quote_literal(string_content(token.text)));
        return i + 1;
      case TokenKind::quoted_identifier:
        return name(i);
      case TokenKind::word:
        return a_word(i, end);
      case TokenKind::op:
        return operation(i);
      case TokenKind::punctuation:
        put(token.text);
        return i + 1;
      default:
        throw Unknown{std::string(token.text)};
    }
  }

  std::size_t a_word(std::size_t i, std::size_t end) {
    const std::string lower = sqlite::lower_name(at(i).text);
    if (const auto now = whole(lower); now && lower.starts_with("current_")) {
      put(*now);
      return i + 1;
    }
    if (lower == "is") return is_operator(i);
    if (lower == "like" || lower == "glob") return pattern(i, lower);
    if (lower == "collate") {
      if (!word(i + 1, "binary")) throw Unknown{"COLLATE " + std::string(at(i + 1).text)};
      return i + 2;
    }
    if (lower == "cast" && at(i + 1).is('(')) return cast(i);
    if (std::ranges::binary_search(kWords, std::string_view(lower))) {
      put(sqlite_upper(lower));
      return i + 1;
    }
    if (at(i + 1).is('(')) return call(i, lower, end);
    return name(i);
  }

  static std::string sqlite_upper(std::string text) {
    for (char& c : text) c = to_upper(c);
    return text;
  }

  // IS compares any two values; PostgreSQL's knows null, true and false only.
  std::size_t is_operator(std::size_t i) {
    const bool negated = word(i + 1, "not");
    const std::size_t operand = i + (negated ? 2 : 1);
    const bool same =
        word(operand, "null") || word(operand, "true") || word(operand, "false") || word(operand, "distinct");
    put(same ? (negated ? "IS NOT" : "IS") : (negated ? "IS DISTINCT FROM" : "IS NOT DISTINCT FROM"));
    return operand;
  }

  std::size_t pattern(std::size_t i, const std::string& lower) {
    if (lower == "like") {
      put("ILIKE");
      return i + 1;
    }
    if (at(i + 1).kind != TokenKind::string || is_blob(at(i + 1)))
      throw Unknown{"GLOB with a pattern that is not a literal"};
    if (word(i - 1, "not")) {
      out_.erase(out_.rfind("NOT"));
      put("!~");
    } else {
      put("~");
    }
    put(quote_literal(glob_regex(string_content(at(i + 1).text))));
    return i + 2;
  }

  std::size_t cast(std::size_t i) {
    const std::size_t close = close_of(i + 1);
    std::size_t as = close;
    int depth = 0;
    for (std::size_t k = i + 1; k < close; ++k) {
      depth += at(k).is('(') ? 1 : at(k).is(')') ? -1 : 0;
      if (depth == 1 && word(k, "as")) as = k;
    }
    if (as == close || as + 2 != close) throw Unknown{"CAST to such a type"};
    const std::string type = sqlite::lower_name(at(as + 1).text);
    const std::string_view target = type == "integer" || type == "int" || type == "bigint" ? "bigint"
                                    : type == "text" || type == "varchar"                  ? "text"
                                    : type == "real" || type == "float" || type == "double"
                                        ? "double precision"
                                    : type == "numeric" || type == "decimal" ? "numeric"
                                                                             : "";
    if (target.empty()) throw Unknown{"CAST to " + std::string(at(as + 1).text)};
    put("CAST(");
    translate(i + 2, as);
    put("AS");
    put(target);
    put(")");
    return close + 1;
  }

  std::size_t call(std::size_t i, const std::string& lower, std::size_t) {
    const std::size_t close = close_of(i + 1);
    const std::string_view source = text_.substr(at(i).offset, at(close).end() - at(i).offset);
    if (const auto known = whole(normal(source))) {
      put(*known);
      return close + 1;
    }
    if (lower == "iif" || lower == "if") return condition(i, close);
    if (lower == "json_valid") return json_valid(i, close);
    if (lower == "round" && arguments(i + 1, close).size() == 2) {
      const auto parts = arguments(i + 1, close);
      put("round((");
      translate(parts[0].first, parts[0].second);
      put(")::numeric,");
      translate(parts[1].first, parts[1].second);
      put(")::double precision");
      return close + 1;
    }
    const auto found = std::ranges::find(kFunctions, std::string_view(lower), &Function::name);
    if (found == std::end(kFunctions)) throw Unknown{"function " + lower + "()"};
    put(std::string(found->target) + "(");
    if (std::ranges::binary_search(kOfText, std::string_view(lower)))
      texts(lower, i + 1, close);
    else
      translate(i + 2, close);
    put(")");
    return close + 1;
  }

  // Arguments that SQLite reads as text, whatever they are.
  void texts(const std::string& function, std::size_t open, std::size_t close) {
    const bool part = function.starts_with("substr");  // whose other arguments are numbers
    for (const auto& [begin, end] : arguments(open, close)) {
      const bool first = begin == open + 1;
      if (!first) put(",");
      translate(begin, end);
      const KnownColumn* column = end == begin + 1 ? column_at(begin) : nullptr;
      const Kind kind = column == nullptr ? Kind::text : kind_of_type(column->type);
      if (kind == Kind::integer)
        out_ += first || !part ? "::text" : "::integer";
      else if (kind != Kind::text && !(kind == Kind::bytes && (part || function == "length")))
        throw Unknown{"a text function of " + column->type};
    }
  }

  std::vector<std::pair<std::size_t, std::size_t>> arguments(std::size_t open, std::size_t close) const {
    std::vector<std::pair<std::size_t, std::size_t>> parts;
    int depth = 0;
    std::size_t begin = open + 1;
    for (std::size_t i = open; i <= close; ++i) {
      depth += at(i).is('(') ? 1 : at(i).is(')') ? -1 : 0;
      if (!(depth == 1 && at(i).is(',')) && i != close) continue;
      if (i > begin) parts.emplace_back(begin, i);
      begin = i + 1;
    }
    return parts;
  }

  std::size_t condition(std::size_t i, std::size_t close) {
    const auto parts = arguments(i + 1, close);
    if (parts.size() != 3) throw Unknown{"iif() with " + std::to_string(parts.size()) + " arguments"};
    put("CASE WHEN");
    translate(parts[0].first, parts[0].second);
    put("THEN");
    translate(parts[1].first, parts[1].second);
    put("ELSE");
    translate(parts[2].first, parts[2].second);
    put("END");
    return close + 1;
  }

  // A column whose type is JSON holds nothing else.
  std::size_t json_valid(std::size_t i, std::size_t close) {
    const KnownColumn* column = close == i + 3 ? column_at(i + 2) : nullptr;
    const Kind kind = column == nullptr ? Kind::any : kind_of_type(column->type);
    if (kind != Kind::json && kind != Kind::jsonb) throw Unknown{"function json_valid()"};
    put("(" + quote_identifier(column->name) + " IS NOT NULL)");
    return close + 1;
  }

  const KnownColumn* column_at(std::size_t i) const {
    const Token& token = at(i);
    if (token.kind != TokenKind::word && token.kind != TokenKind::quoted_identifier) return nullptr;
    const auto found = scope_.columns.find(sqlite::lower_name(sqlite::unquoted(token.text)));
    return found == scope_.columns.end() ? nullptr : &found->second;
  }

  std::size_t name(std::size_t i) {
    const Token& token = at(i);
    const std::string lower = sqlite::lower_name(sqlite::unquoted(token.text));
    const bool qualifier = at(i + 1).is('.');
    if (!qualifier) {
      const bool behind_from = i > 0 && (word(i - 1, "from") || word(i - 1, "join") || at(i - 1).is(','));
      const auto table = scope_.tables.find(lower);
      if (scope_.aliases && table != scope_.tables.end() &&
          (behind_from || !scope_.columns.contains(lower))) {
        put(table->second);
        // The name stays an alias, since references to it have no schema.
        const bool has_alias =
            word(i + 1, "as") || at(i + 1).kind == TokenKind::quoted_identifier ||
            (at(i + 1).kind == TokenKind::word &&
             !std::ranges::binary_search(kWords, std::string_view(sqlite::lower_name(at(i + 1).text))));
        if (!has_alias) put("AS " + quote_identifier(lower));
        return i + 1;
      }
      if (const KnownColumn* column = column_at(i)) {
        put(quote_identifier(column->name));
        return i + 1;
      }
      // SQLite takes a quoted name that nobody has for a string.
      if (token.kind == TokenKind::quoted_identifier && token.text[0] == '"' && !scope_.aliases) {
        put(quote_literal(sqlite::unquoted(token.text)));
        return i + 1;
      }
    }
    if (!scope_.aliases && !(qualifier && scope_.tables.contains(lower)))
      throw Unknown{"name " + std::string(token.text)};
    if (qualifier && !scope_.aliases) return i + 2;  // of the only table that there is
    put(quote_identifier(lower));
    return i + 1;
  }

  std::size_t operation(std::size_t i) {
    const std::string_view text = at(i).text;
    if (text == "==") {
      put("=");
    } else if (text == "->" || text == "->>") {
      const KnownColumn* column = i > 0 ? column_at(i - 1) : nullptr;
      const Kind kind = column == nullptr ? Kind::any : kind_of_type(column->type);
      const bool label =
          at(i + 1).kind == TokenKind::string && !string_content(at(i + 1).text).starts_with('$');
      if ((kind != Kind::json && kind != Kind::jsonb) || !label)
        throw Unknown{"operator " + std::string(text)};
      put(text);
    } else {
      constexpr std::string_view kSame[] = {"=", "<>", "!=", "<",  "<=", ">", ">=", "+",  "-",
                                            "*", "/",  "%",  "||", "&",  "|", "<<", ">>", "~"};
      if (std::ranges::find(kSame, text) == std::end(kSame)) throw Unknown{"operator " + std::string(text)};
      put(text);
    }
    return i + 1;
  }

  bool is_boolean(std::size_t i) const {
    const KnownColumn* column = column_at(i);
    return column != nullptr && kind_of_type(column->type) == Kind::boolean;
  }

  // 0 and 1 that are compared with a boolean column.
  std::optional<std::string> boolean_literal(std::size_t i) const {
    const std::string_view text = at(i).text;
    if (text != "0" && text != "1") return std::nullopt;
    const auto compares = [&](std::size_t k) {
      const std::string_view op = at(k).text;
      return op == "=" || op == "==" || op == "<>" || op == "!=" || word(k, "is") ||
             (word(k, "not") && k > 0 && word(k - 1, "is"));
    };
    bool boolean = false;
    if (i >= 2 && compares(i - 1)) boolean = is_boolean(i - (word(i - 1, "not") ? 3 : 2));
    if (compares(i + 1)) boolean = boolean || is_boolean(i + (word(i + 2, "not") ? 3 : 2));
    std::size_t k = i;  // … IN (0, 1
    while (k > 0 && (at(k - 1).is(',') || at(k - 1).kind == TokenKind::number)) --k;
    if (k >= 3 && at(k - 1).is('(') && word(k - 2, "in"))
      boolean = boolean || is_boolean(k - (word(k - 3, "not") ? 4 : 3));
    if (!boolean) return std::nullopt;
    return text == "1" ? "TRUE" : "FALSE";
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  const NameScope& scope_;
  std::string out_;
};

}  // namespace

Translated translate_expression(std::string_view text, const NameScope& scope) {
  Translated done;
  try {
    done.sql = Translator(text, scope).run();
  } catch (const Unknown& unknown) {
    done.problem = unknown.problem();
  }
  // A byte order mark is white space at the beginning of a text, and a name inside of one.
  if (done.sql.empty() && done.problem.empty()) done.problem = "an expression without a word";
  return done;
}

}  // namespace whimbrel::move

#include "common/transfer/secret_suspects.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/text/ascii.h"

namespace whimbrel {

namespace {

constexpr std::size_t kRows = 64;       // of a table, at most
constexpr std::size_t kBytes = 16'384;  // of a value, at most
constexpr std::size_t kShown = 8;       // columns that the warning names
constexpr std::size_t kShortestPassword = 3;

constexpr std::array<std::string_view, 12> kWords = {"password",   "passwd", "passphrase",  "passcode",
                                                     "pwd",        "secret", "secrets",     "token",
                                                     "credential", "apikey", "credentials", "privatekey"};
// Two words that stand beside each other.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kPairs = {{{"api", "key"},
                                                                                  {"access", "key"},
                                                                                  {"private", "key"},
                                                                                  {"signing", "key"},
                                                                                  {"encryption", "key"},
                                                                                  {"auth", "key"}}};

struct Mark {
  std::string_view text;
  std::size_t tail;  // how many characters of a key must follow
  std::string_view what;
};
constexpr std::array<Mark, 18> kMarks = {{{"PRIVATE KEY-----", 0, "a private key"},
                                          {"sk-", 20, "an API key"},
                                          {"sk_live_", 16, "an API key"},
                                          {"rk_live_", 16, "an API key"},
                                          {"whsec_", 16, "a webhook secret"},
                                          {"ghp_", 30, "an access token"},
                                          {"gho_", 30, "an access token"},
                                          {"ghs_", 30, "an access token"},
                                          {"github_pat_", 30, "an access token"},
                                          {"glpat-", 18, "an access token"},
                                          {"npm_", 30, "an access token"},
                                          {"xoxb-", 20, "an access token"},
                                          {"xoxp-", 20, "an access token"},
                                          {"AKIA", 16, "an access key"},
                                          {"AIza", 30, "an API key"},
                                          {"SG.", 40, "an API key"},
                                          {"eyJhbGciOi", 30, "a token"},
                                          {"$2b$", 50, "a password hash"}}};

// "userAPIKey", "user_api_key": user, api, key.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool letter = is_upper(c) || is_lower(c);
    const bool begins =
        is_upper(c) && i > 0 &&
        (is_lower(name[i - 1]) || (is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1])));
    if ((!letter || begins) && !words.back().empty()) words.emplace_back();
    if (letter) words.back() += to_lower(c);
  }
  return words;
}

constexpr bool is_key_character(char c) {
  return is_upper(c) || is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '/' ||
         c == '$';
}

// Most texts have nothing so long without a space in it that it could be a key.
constexpr std::size_t kShortestKey = [] {
  std::size_t shortest = std::string_view::npos;
  for (const Mark& mark : kMarks)
    if (mark.tail > 0) shortest = std::min(shortest, mark.text.size() + mark.tail);
  return shortest;
}();
constexpr std::size_t kShortestLine = std::string_view("KEY-----").size();

constexpr std::array<bool, 256> kKeyCharacters = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) table[c] = is_key_character(static_cast<char>(c));
  return table;
}();

std::size_t longest_key(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = kKeyCharacters[static_cast<unsigned char>(c)] ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

bool holds_text(const Column& column) {
  switch (column.kind) {
    case Kind::any:
    case Kind::text:
    case Kind::bytes:
    case Kind::json:
    case Kind::jsonb:
    case Kind::array:
    case Kind::other:
      return true;
    default:
      return false;
  }
}

bool is_text(const Cell& cell) {
  return cell.tag == Tag::text || cell.tag == Tag::json || cell.tag == Tag::encoded;
}

// postgres://user:password@host: a password that is neither empty nor a mask.
bool has_password_in_url(std::string_view text) {
  for (std::size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 1)) {
    std::size_t end = at + 3;
    std::size_t colon = 0;
    while (end < text.size() &&
           std::string_view("/?# \"'<>@\t\n").find(text[end]) == std::string_view::npos) {
      if (text[end] == ':' && colon == 0) colon = end;
      ++end;
    }
    if (colon == 0 || end == text.size() || text[end] != '@' || end == colon + 1) continue;
    const std::string_view password = text.substr(colon + 1, end - colon - 1);
    if (password.find_first_not_of("*xX") != std::string_view::npos && password[0] != '$' &&
        password[0] != '{')
      return true;
  }
  return false;
}

// "Server=db;Password=x", "host=db password='x'", "?user=a&pwd=x": neither empty nor a mask.
bool has_assigned_password(std::string_view text) {
  for (std::size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && (is_lower(text[begin - 1]) || is_upper(text[begin - 1]))) --begin;
    std::string name(text.substr(begin, at - begin));
    for (char& c : name) c = to_lower(c);
    if (name != "password" && name != "pwd") continue;
    // A word among others of its kind; code and prose have other things before it.
    if (begin > 0 && std::string_view("; &?\"").find(text[begin - 1]) == std::string_view::npos) continue;
    if (text.find('=') == at && text.find('=', at + 1) == std::string_view::npos) continue;
    std::size_t from = at + 1;
    if (from < text.size() && text[from] == '\'') ++from;
    const std::string_view value = text.substr(from, text.find_first_of("; &\"'", from) - from);
    if (value.size() >= kShortestPassword && value.find_first_not_of("*xX") != std::string_view::npos &&
        value[0] != '$' && value[0] != '{' && value[0] != '<')
      return true;
  }
  return false;
}

}  // namespace

bool is_secret_name(std::string_view column) {
  const std::vector<std::string> words = words_of(column);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (std::ranges::find(kWords, words[i]) != kWords.end()) return true;
    for (const auto& [first, second] : kPairs)
      if (i + 1 < words.size() && words[i] == first && words[i + 1] == second) return true;
  }
  return false;
}

std::string_view secret_in(std::string_view text) {
  const std::size_t longest = longest_key(text);
  for (const Mark& mark : kMarks) {
    if (longest < (mark.tail == 0 ? kShortestLine : kShortestKey)) continue;
    for (std::size_t at = text.find(mark.text); at != std::string_view::npos;
         at = text.find(mark.text, at + 1)) {
      // Not in the middle of a word, where "sk-" ends "task-".
      if (mark.tail > 0 && at > 0 && is_key_character(text[at - 1])) continue;
      std::size_t tail = 0;
      const std::size_t from = at + mark.text.size();
      while (tail < mark.tail && from + tail < text.size() && is_key_character(text[from + tail])) ++tail;
      if (tail == mark.tail) return mark.what;
    }
  }
  if (has_password_in_url(text)) return "a URL with a password";
  return has_assigned_password(text) ? "a connection string with a password" : std::string_view();
}

void SecretSuspects::look_at(const Table& table, const std::vector<std::size_t>& columns,
                             const RowBatch& rows) {
  if (seen_ == &table) return;
  seen_ = &table;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& column = table.columns[columns[i]];
    if (!holds_text(column)) continue;
    bool any = false;
    std::string_view inside;
    for (std::size_t row = 0; row < std::min(rows.rows(), kRows) && inside.empty(); ++row) {
      const Cell& cell = rows.row(row)[i];
      any = any || is_text(cell) || cell.tag == Tag::bytes;
      if (is_text(cell)) inside = secret_in(cell.view().substr(0, kBytes));
    }
    const std::string name = "\"" + table.display_name() + "." + column.name + "\"";
    if (any && is_secret_name(column.name))
      found_.push_back(name);
    else if (!inside.empty())
      found_.push_back(name + " (" + std::string(inside) + ")");
  }
}

void SecretSuspects::report(Host& host) const {
  if (found_.empty()) return;
  std::string list;
  for (std::size_t i = 0; i < std::min(found_.size(), kShown); ++i) list += (i == 0 ? "" : ", ") + found_[i];
  if (found_.size() > kShown) list += " and " + std::to_string(found_.size() - kShown) + " more";
  host.notice(NoticeLevel::warning, "this export has columns that look like secrets and are not declared: " +
                                        list + "; leave them out with rule_add('secret', table, column)");
}

}  // namespace whimbrel

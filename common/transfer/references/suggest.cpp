#include "common/transfer/references/suggest.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "common/error.h"
#include "common/json/reader.h"
#include "common/text/ascii.h"
#include "common/text/uuid.h"
#include "common/transfer/references/id_names.h"
#include "common/transfer/references/key_cell.h"
#include "common/transfer/rules.h"

namespace whimbrel {

namespace {

using json::Token;

constexpr std::size_t kMostValues = 50;   // of one place, that are looked up
constexpr std::size_t kMostPlaces = 500;  // of one table
constexpr std::size_t kMostPath = 300;    // bytes
constexpr std::size_t kShortestText = 8;  // of a text that can be an id whatever its name is
constexpr std::size_t kMisses = 10;       // at first, after which no more are looked up
constexpr double kEnough = 0.5;

// Values of one place.
struct Values {
  std::uint64_t seen = 0;
  bool integers = false;
  std::set<std::string> some;

  void add(std::string_view text, bool integer) {
    ++seen;
    integers = integers || integer;
    if (some.size() < kMostValues) some.emplace(text);
  }
};

using Places = std::map<std::pair<std::size_t, std::string>, Values>;  // by column and path

bool is_uuid(std::string_view text) {
  char bytes[16];
  return text.size() == kUuidText && parse_uuid(text, bytes);
}

std::string step(std::string_view name) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-$";
  if (!name.empty() && name.find_first_not_of(kPlain) == std::string_view::npos)
    return "." + std::string(name);
  std::string text = "['";
  for (const char c : name) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "']";
}

// Takes the places of a document's scalars; elements, and members whose names are ids, become [*] and .*.
class DocumentPlaces {
 public:
  DocumentPlaces(Places& places, std::size_t column) : places_(places), column_(column) {}

  void read(std::string_view document) {
    json::Reader reader(document);
    std::vector<std::string> paths;  // of the containers that are open, with what leads to their next value
    std::string path = "$";
    for (Token token = reader.next(); token != Token::end; token = reader.next()) {
      switch (token) {
        case Token::begin_object:
        case Token::begin_array:
          paths.push_back(path);
          if (token == Token::begin_array) path += "[*]";
          break;
        case Token::end_object:
        case Token::end_array:
          paths.pop_back();
          path = paths.empty() ? "$" : paths.back() + "[*]";  // a key of an object says otherwise
          break;
        case Token::key: {
          const std::string_view name = reader.text();
          const bool id = is_digits(name) || is_uuid(name);
          if (id) add(paths.back() + "~", name, false);
          path = paths.back() + (id ? ".*" : step(name));
          break;
        }
        case Token::string:
          add(path, reader.text(), false);
          break;
        case Token::number:
          if (reader.is_integer()) add(path, reader.text(), true);
          break;
        default:
          break;
      }
    }
  }

 private:
  void add(const std::string& path, std::string_view text, bool integer) {
    if (text.empty() || path.size() > kMostPath) return;
    const std::pair<std::size_t, std::string> place(column_, path);
    if (!places_.contains(place) && places_.size() >= kMostPlaces) return;
    places_[place].add(text, integer);
  }

  Places& places_;
  std::size_t column_;
};

class Suggester {
 public:
  Suggester(Host& host, const SuggestOptions& options)
      : host_(host), options_(options), schema_(host.read_schema()), rules_(Rules::read(host)) {}

  std::vector<SuggestedReference> run() {
    std::vector<SuggestedReference> found;
    for (const std::size_t index : select_tables(schema_, options_.selection).chosen) {
      const Table& table = schema_.tables[index];
      if (table.own) continue;
      for (const auto& [place, values] : sample(table))
        suggest(table, place.first, place.second, values, found);
    }
    return found;
  }

 private:
  static bool is_document(Kind kind) {
    return kind == Kind::json || kind == Kind::jsonb || kind == Kind::text || kind == Kind::any;
  }

  bool is_known(const Table& table, std::size_t column, const std::string& path) const {
    if (path.empty()) {
      for (const ForeignKey& key : table.foreign_keys)
        if (std::find(key.columns.begin(), key.columns.end(), column) != key.columns.end()) return true;
      if (table.primary_key.size() == 1 && table.primary_key[0] == column) return true;
    }
    for (const Rule* rule : rules_.of(RuleKind::reference, table.display_name()))
      if (rule->columns[0] == table.columns[column].name && rule->path == path) return true;
    return false;
  }

  Places sample(const Table& table) {
    Places places;
    std::vector<std::size_t> columns;
    std::string names;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const Kind kind = table.columns[i].kind;
      if (!is_document(kind) && kind != Kind::integer && kind != Kind::uuid) continue;
      names += (columns.empty() ? "" : ", ") + quote_identifier(table.columns[i].name);
      columns.push_back(i);
    }
    if (columns.empty()) return places;
    const auto rows = host_.query("SELECT " + names + " FROM " + quote_name(table.schema, table.name) +
                                  " LIMIT " + std::to_string(options_.sample));
    RowBatch batch;
    Arena arena;
    while (rows->next(batch)) {
      host_.check_interrupt();
      for (std::size_t row = 0; row < batch.rows(); ++row)
        for (std::size_t i = 0; i < columns.size(); ++i) take(places, columns[i], batch.row(row)[i], arena);
      arena.clear();
    }
    return places;
  }

  void take(Places& places, std::size_t column, const Cell& cell, Arena& arena) const {
    const bool text = cell.tag == Tag::text;
    if (cell.tag == Tag::json || (text && cell.size > 1 && (cell.data[0] == '{' || cell.data[0] == '['))) {
      if (text && !json::is_valid(cell.view())) return;
      try {
        DocumentPlaces(places, column).read(cell.view());
      } catch (const Error&) {
        // What the engine takes for a document and our reader does not: halves of surrogates.
      }
    } else if (cell.tag == Tag::integer || cell.tag == Tag::uuid || (text && cell.size > 0)) {
      places[{column, std::string()}].add(key_text(cell, arena), cell.tag == Tag::integer);
    }
  }

  void suggest(const Table& table, std::size_t column, const std::string& path, const Values& values,
               std::vector<SuggestedReference>& found) {
    if (is_known(table, column, path)) return;
    const std::string name = id_name_stem(path.empty() || path == "$" ? table.columns[column].name : path);
    SuggestedReference best;
    bool best_is_named = false;
    for (const Table& target : schema_.tables) {
      if (target.own || target.primary_key.size() != 1) continue;
      const bool named = id_name_stem(target.name) == name;
      const std::optional<double> rate = hit_rate(target, values, named);
      if (!rate || *rate < kEnough || std::pair(named, *rate) <= std::pair(best_is_named, best.hit_rate))
        continue;
      best = {table.display_name(), table.columns[column].name, path, target.display_name(), *rate,
              values.seen};
      best_is_named = named;
    }
    if (!best.target.empty()) found.push_back(std::move(best));
  }

  // nullopt where the values cannot be ids of the table, or would be by chance.
  std::optional<double> hit_rate(const Table& target, const Values& values, bool named) {
    const std::size_t key = target.primary_key[0];
    const Kind kind = target.columns[key].kind;
    if (kind == Kind::integer ? !named : kind != Kind::uuid && kind != Kind::text) return std::nullopt;
    std::size_t asked = 0, hits = 0;
    Arena arena;
    for (const std::string& text : values.some) {
      if (kind == Kind::integer && !is_digits(text)) return std::nullopt;
      if (kind == Kind::uuid && !is_uuid(text)) return std::nullopt;
      if (kind == Kind::text && !named && text.size() < kShortestText) return std::nullopt;
      Cell cell;
      if (!to_key_cell(Cell::text(text), kind, arena, cell)) return std::nullopt;
      if (cell.tag == Tag::integer && cell.integer != static_cast<std::int32_t>(cell.integer) &&
          target.columns[key].type != "bigint")
        return std::nullopt;
      ++asked;
      const auto rows = host_.query("SELECT 1 FROM " + quote_name(target.schema, target.name) + " WHERE " +
                                        host_.equals(target, key, "$1") + " LIMIT 1",
                                    {&cell, 1});
      RowBatch batch;
      if (rows->next(batch)) ++hits;
      if (hits == 0 && asked == kMisses) break;
    }
    if (asked == 0) return std::nullopt;
    return static_cast<double>(hits) / static_cast<double>(asked);
  }

  Host& host_;
  const SuggestOptions& options_;
  const Schema schema_;
  const Rules rules_;
};

}  // namespace

std::vector<SuggestedReference> suggest_references(Host& host, const SuggestOptions& options) {
  return Suggester(host, options).run();
}

}  // namespace whimbrel

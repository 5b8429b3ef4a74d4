#include "common/schema/kind.h"

#include <algorithm>
#include <string>

#include "common/text/ascii.h"

namespace whimbrel {

namespace {

struct TypeName {
  std::string_view name;
  Kind kind;
};

// Sorted by name (bytes). Names are in lower case, without modifiers, words separated by one space.
// PostgreSQL's "char" (with its quotes) is no text of the ordinary form and stays out, as do money, interval,
// bit strings and times with a zone: their output text is exact, a shorter reading would not be.
constexpr TypeName kTypeNames[] = {
    {"", Kind::any},
    {"big int", Kind::integer},
    {"bigint", Kind::integer},
    {"bigint unsigned", Kind::integer},
    {"bigserial", Kind::integer},
    {"binary", Kind::bytes},
    {"binary varying", Kind::bytes},
    {"blob", Kind::bytes},
    {"bool", Kind::boolean},
    {"boolean", Kind::boolean},
    {"bpchar", Kind::text},
    {"bytea", Kind::bytes},
    {"char", Kind::text},
    {"character", Kind::text},
    {"character varying", Kind::text},
    {"citext", Kind::text},
    {"clob", Kind::text},
    {"date", Kind::date},
    {"datetime", Kind::timestamp},
    {"dec", Kind::numeric},
    {"decimal", Kind::numeric},
    {"double", Kind::real},
    {"double precision", Kind::real},
    {"float", Kind::real},
    {"float4", Kind::real},
    {"float8", Kind::real},
    {"guid", Kind::uuid},
    {"int", Kind::integer},
    {"int unsigned", Kind::integer},
    {"int2", Kind::integer},
    {"int4", Kind::integer},
    {"int8", Kind::integer},
    {"integer", Kind::integer},
    {"integer unsigned", Kind::integer},
    {"json", Kind::json},
    {"json_text", Kind::json},
    {"jsonb", Kind::jsonb},
    {"long varchar", Kind::text},
    {"longblob", Kind::bytes},
    {"longtext", Kind::text},
    {"mediumblob", Kind::bytes},
    {"mediumint", Kind::integer},
    {"mediumtext", Kind::text},
    {"name", Kind::text},
    {"national character", Kind::text},
    {"national character varying", Kind::text},
    {"native character", Kind::text},
    {"nchar", Kind::text},
    {"number", Kind::numeric},
    {"numeric", Kind::numeric},
    {"numeric_text", Kind::numeric},
    {"nvarchar", Kind::text},
    {"oid", Kind::integer},
    {"real", Kind::real},
    {"record", Kind::composite},
    {"serial", Kind::integer},
    {"serial2", Kind::integer},
    {"serial4", Kind::integer},
    {"serial8", Kind::integer},
    {"smallint", Kind::integer},
    {"smallserial", Kind::integer},
    {"text", Kind::text},
    {"time", Kind::time},
    {"time without time zone", Kind::time},
    {"timestamp", Kind::timestamp},
    {"timestamp with time zone", Kind::timestamptz},
    {"timestamp without time zone", Kind::timestamp},
    {"timestamptz", Kind::timestamptz},
    {"tinyblob", Kind::bytes},
    {"tinyint", Kind::integer},
    {"tinytext", Kind::text},
    {"unsigned big int", Kind::integer},
    {"unsigned bigint", Kind::integer},
    {"unsigned int", Kind::integer},
    {"unsigned integer", Kind::integer},
    {"uuid", Kind::uuid},
    {"varbinary", Kind::bytes},
    {"varchar", Kind::text},
    {"varying character", Kind::text},
};
static_assert(std::ranges::is_sorted(kTypeNames, {}, &TypeName::name));

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Lower case, without what stands in parentheses, runs of white space as one space, none at the ends.
std::string normalise(std::string_view type) {
  std::string plain;
  bool gap = false;
  int depth = 0;
  for (const char c : type) {
    if (c == '(') ++depth;
    if (depth == 0 && !is_space(c)) {
      if (gap && !plain.empty()) plain += ' ';
      gap = false;
      plain += to_lower(c);
    } else {
      gap = true;
    }
    if (c == ')' && depth > 0) --depth;
  }
  return plain;
}

}  // namespace

Kind kind_of_type(std::string_view type) {
  const std::string plain = normalise(type);
  if (plain.ends_with("[]")) return Kind::array;
  const auto found = std::ranges::lower_bound(kTypeNames, std::string_view(plain), {}, &TypeName::name);
  return found != std::end(kTypeNames) && found->name == plain ? found->kind : Kind::other;
}

}  // namespace whimbrel

#include "common/move/column_type.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "common/schema/affinity.h"
#include "common/schema/kind.h"
#include "common/schema/sqlite/names.h"

namespace whimbrel::move {

namespace {

ColumnDecision decision(std::string type, Conversion conversion, std::string reason, std::string loss = {}) {
  ColumnDecision made;
  made.type = std::move(type);
  made.conversion = conversion;
  made.reason = std::move(reason);
  made.loss = std::move(loss);
  return made;
}

// By nothing but the values.
ColumnDecision by_values(const ColumnProfile& p, const std::string& why) {
  const std::string reason = why + ": by its values";
  const std::uint64_t all = p.values();
  if (p.integers == all) return decision("bigint", Conversion::none, reason);
  if (p.texts == all) return decision("text", Conversion::text, reason);
  if (p.blobs == all) return decision("bytea", Conversion::none, reason);
  if (p.reals == all) return decision("double precision", Conversion::none, reason);
  if (p.integers + p.reals == all) {
    if (p.not_finite > 0)
      return decision("double precision", Conversion::none, reason,
                      "integers and reals cannot be told apart afterwards");
    return decision("numeric", Conversion::number, reason,
                    "integers and reals cannot be told apart afterwards");
  }
  if (p.integers + p.reals == 0)
    return decision("bytea", Conversion::bytes, reason, "text and blobs cannot be told apart afterwards");
  return decision("text", Conversion::text, reason,
                  "values of several storage classes become text (" + p.summary() + ")");
}

ColumnDecision by_affinity(Affinity affinity, const std::string& why) {
  const std::string reason = why + ": by its affinity";
  switch (affinity) {
    case Affinity::integer:
      return decision("bigint", Conversion::none, reason);
    case Affinity::text:
      return decision("text", Conversion::none, reason);
    case Affinity::none:
      return decision("bytea", Conversion::bytes, reason);
    case Affinity::real:
      return decision("double precision", Conversion::none, reason);
    case Affinity::numeric:
      break;
  }
  return decision("numeric", Conversion::number, reason);
}

struct Precision {
  std::uint64_t precision = 0, scale = 0;
};

// The (p) or (p,s) of a declared type.
std::optional<Precision> precision_of(std::string_view type) {
  const std::size_t open = type.find('(');
  if (open == std::string_view::npos) return std::nullopt;
  Precision found;
  std::uint64_t* number = &found.precision;
  for (const char c : type.substr(open + 1)) {
    if (c >= '0' && c <= '9') {
      if (*number > 1000) return std::nullopt;
      *number = *number * 10 + static_cast<std::uint64_t>(c - '0');
    } else if (c == ',' && number == &found.precision) {
      number = &found.scale;
    } else if (c == ')') {
      break;
    } else if (c != ' ') {
      return std::nullopt;
    }
  }
  if (found.precision == 0 || found.precision > 1000 || found.scale > found.precision) return std::nullopt;
  return found;
}

class Decider {
 public:
  Decider(const Column& column, const ColumnProfile& profile, const ColumnContext& context)
      : p_(profile), context_(context), type_(sqlite::lower_name(column.type)), kind_(column.kind) {}

  ColumnDecision decide() {
    if (context_.rowid_alias) return decision("bigint", Conversion::none, "the rowid itself: 64 bits");
    if (p_.values() == 0) {
      ColumnDecision made = declared();
      made.evidence = false;
      return made;
    }
    return declared();
  }

 private:
  bool all(std::uint64_t count) const { return count == p_.values(); }
  std::string disagree(std::string_view wanted) const {
    return "not every value is " + std::string(wanted) + " (" + p_.summary() + ")";
  }

  ColumnDecision declared() {
    switch (kind_) {
      case Kind::integer:
        return integer();
      case Kind::boolean:
        return boolean();
      case Kind::real:
        return all(p_.reals + p_.integers + p_.nans)
                   ? decision("double precision", Conversion::real, "64 bits, as SQLite has it")
                   : by_values(p_, disagree("a number"));
      case Kind::numeric:
        return numeric();
      case Kind::text:
        return text();
      case Kind::bytes:
        return bytes();
      case Kind::date:
        return all(p_.texts) && all(p_.dates) ? decision("date", Conversion::date, "every value is a date")
                                              : times(disagree("a date"));
      case Kind::time:
        return all(p_.texts) && all(p_.times)
                   ? decision("time without time zone", Conversion::time, "every value is a time of day")
                   : by_values(p_, disagree("a time of day"));
      case Kind::timestamp:
      case Kind::timestamptz:
        return timestamp();
      case Kind::uuid:
        return all(p_.uuids) ? decision("uuid", Conversion::uuid, "every value is a canonical UUID")
                             : by_values(p_, disagree("a UUID in lower case with hyphens"));
      case Kind::json:
      case Kind::jsonb:
        return json();
      default:
        break;
    }
    const std::string why = type_.empty() ? "no declared type" : "the declared type says nothing";
    return p_.values() == 0 ? by_affinity(affinity_of(type_), why) : by_values(p_, why);
  }

  ColumnDecision integer() {
    if (!all(p_.integers)) return by_values(p_, disagree("an integer"));
    const bool small_name = type_.find("tinyint") != std::string::npos ||
                            type_.find("smallint") != std::string::npos || type_ == "int2";
    if (small_name && p_.least >= std::numeric_limits<std::int16_t>::min() &&
        p_.greatest <= std::numeric_limits<std::int16_t>::max())
      return decision("smallint", Conversion::none, "declared small, and every value fits");
    return decision("bigint", Conversion::none, "SQLite's integers have 64 bits");
  }

  ColumnDecision boolean() {
    if (all(p_.zero_or_one + p_.booleans)) {
      if (p_.booleans == 0) return decision("boolean", Conversion::boolean, "every value is 0 or 1");
      return decision("boolean", Conversion::boolean, "every value is 0, 1 or a word for them",
                      "words for true and false are no text afterwards");
    }
    if (all(p_.integers))
      return p_.least >= std::numeric_limits<std::int16_t>::min() &&
                     p_.greatest <= std::numeric_limits<std::int16_t>::max()
                 ? decision("smallint", Conversion::none, disagree("0 or 1"))
                 : decision("bigint", Conversion::none, disagree("0 or 1"));
    return by_values(p_, disagree("0 or 1"));
  }

  ColumnDecision numeric() {
    if (!all(p_.integers + p_.reals + p_.numbers)) return by_values(p_, disagree("a number"));
    if (p_.not_finite > 0) return by_values(p_, "infinity is no decimal here");
    const std::optional<Precision> wanted = precision_of(type_);
    if (!wanted) return decision("numeric", Conversion::number, "every digit is kept");
    if (p_.fraction_digits <= wanted->scale && p_.whole_digits <= wanted->precision - wanted->scale &&
        p_.numbers == 0)
      return decision(
          "numeric(" + std::to_string(wanted->precision) + "," + std::to_string(wanted->scale) + ")",
          Conversion::number, "declared so, and every value fits");
    return decision("numeric", Conversion::number, "some values have more digits than declared");
  }

  ColumnDecision text() {
    if (!all(p_.texts)) return by_values(p_, disagree("text"));
    if (type_.find("(36)") != std::string::npos && p_.texts > 0 && all(p_.uuids))
      return decision("uuid", Conversion::uuid, "36 characters, and every value is a canonical UUID");
    return decision("text", Conversion::none, "SQLite does not limit the length");
  }

  ColumnDecision bytes() {
    if (all(p_.blobs)) return decision("bytea", Conversion::bytes, "every value is a blob");
    if (p_.integers + p_.reals > 0) return by_values(p_, disagree("a blob"));
    return decision("bytea", Conversion::bytes, disagree("a blob"), "text becomes its bytes");
  }

  // Declared as a date: with a time of day after all.
  ColumnDecision times(const std::string& why) {
    if (p_.texts > 0 && all(p_.plain_times + p_.zoned_times)) {
      ColumnDecision made = timestamp();
      made.reason = why + "; " + made.reason;
      return made;
    }
    return by_values(p_, why);
  }

  ColumnDecision timestamp() {
    const bool zone = kind_ == Kind::timestamptz || context_.default_is_now;
    if (p_.values() == 0) return zone ? zoned("no value yet") : plain("no value yet");
    if (all(p_.texts) && all(p_.zoned_times)) return zoned("every value has a zone");
    if (all(p_.texts) && all(p_.plain_times))
      return zone ? zoned(context_.default_is_now ? "the default is UTC, and no value has a zone"
                                                  : "declared with a zone; values have none and are UTC")
                  : plain("no value has a zone");
    if (all(p_.texts) && all(p_.plain_times + p_.zoned_times))
      return zoned("values without a zone are read as UTC");
    if (all(p_.integers)) {
      if (all(p_.seconds)) return epoch(Conversion::epoch_s, "seconds");
      if (all(p_.milliseconds)) return epoch(Conversion::epoch_ms, "milliseconds");
      if (all(p_.microseconds)) return epoch(Conversion::epoch_us, "microseconds");
      return decision("bigint", Conversion::none, "integers that are not all plausible as times since 1970");
    }
    return by_values(p_, disagree("a time (ISO 8601, up to microseconds)"));
  }
  static ColumnDecision zoned(const std::string& why) {
    return decision("timestamp with time zone", Conversion::timestamptz, why);
  }
  static ColumnDecision plain(const std::string& why) {
    return decision("timestamp without time zone", Conversion::timestamp, why);
  }
  static ColumnDecision epoch(Conversion conversion, const std::string& unit) {
    return decision("timestamp with time zone", conversion,
                    "every value is plausible as " + unit + " since 1970", "integers become points in time");
  }

  ColumnDecision json() {
    if (p_.values() == 0) return decision("jsonb", Conversion::none, "no value yet");
    if (all(p_.texts) && all(p_.json)) {
      if (all(p_.plain_json))
        return decision("jsonb", Conversion::none, "every value is JSON that jsonb keeps");
      return decision("json", Conversion::none,
                      "JSON with a key twice, \\u0000 or -0, which jsonb would not keep");
    }
    if (all(p_.json + p_.integers + p_.reals) && p_.not_finite == 0)
      return decision("jsonb", Conversion::text,
                      "every value is JSON; SQLite keeps documents that are numbers as numbers");
    return by_values(p_, disagree("JSON"));
  }

  const ColumnProfile& p_;
  const ColumnContext& context_;
  std::string type_;
  Kind kind_;
};

bool comparable(const std::string& a, const std::string& b) {
  const auto number = [](Kind kind) {
    return kind == Kind::integer || kind == Kind::numeric || kind == Kind::real;
  };
  const Kind left = kind_of_type(a), right = kind_of_type(b);
  return left == right || (number(left) && number(right));
}

}  // namespace

ColumnDecision decide_column(const Column& column, const ColumnProfile& profile,
                             const ColumnContext& context) {
  ColumnDecision made = Decider(column, profile, context).decide();
  made.bad_text = profile.with_nul + profile.invalid_utf8 > 0 && made.type != "bytea";
  if (made.bad_text) {
    if (!made.loss.empty()) made.loss += "; ";
    made.loss += std::to_string(profile.with_nul + profile.invalid_utf8) +
                 " texts with NUL or invalid UTF-8, which PostgreSQL cannot hold";
  }
  return made;
}

Conversion conversion_to(std::string_view type) {
  switch (kind_of_type(type)) {
    case Kind::boolean:
      return Conversion::boolean;
    case Kind::numeric:
      return Conversion::number;
    case Kind::bytes:
      return Conversion::bytes;
    case Kind::text:
      return Conversion::text;
    default:
      return Conversion::given;
  }
}

bool equalise(ColumnDecision& child, ColumnDecision& parent) {
  if (comparable(child.type, parent.type)) return false;
  const auto take = [](ColumnDecision& from, const ColumnDecision& like) {
    from.type = like.type;
    from.conversion = like.conversion;
    from.reason = "as the column that it refers to, or that refers to it";
    return true;
  };
  if (!child.evidence) return take(child, parent);
  if (!parent.evidence) return take(parent, child);
  for (ColumnDecision* one : {&child, &parent}) {
    if (one->type == "text") continue;
    if (one->conversion != Conversion::uuid) one->loss = "values become text";
    one->type = "text";
    one->conversion = Conversion::text;
    one->reason = "a reference needs one type on both sides";
  }
  return true;
}

}  // namespace whimbrel::move

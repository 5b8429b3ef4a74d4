#include "common/move/profile.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "common/json/reader.h"
#include "common/move/converted_value.h"
#include "common/read_ahead.h"
#include "common/schema/kind.h"
#include "common/schema/sqlite/names.h"
#include "common/text/datetime.h"
#include "common/text/uuid.h"
#include "common/transfer/decimal.h"

namespace whimbrel::move {

namespace {

// Which readings of a text are of interest: each costs.
struct Wanted {
  bool boolean = false, time = false, uuid = false, json = false, number = false;
};

Wanted wanted_of(const Column& column) {
  const Kind kind = column.kind;
  Wanted wanted;
  wanted.boolean = kind == Kind::boolean;
  wanted.time =
      kind == Kind::date || kind == Kind::time || kind == Kind::timestamp || kind == Kind::timestamptz;
  const std::string type = sqlite::lower_name(column.type);
  wanted.uuid = kind == Kind::uuid || (kind == Kind::text && type.find("(36)") != std::string::npos);
  wanted.json = kind == Kind::json || kind == Kind::jsonb;
  wanted.number = kind == Kind::numeric || kind == Kind::real;
  return wanted;
}

bool is_canonical_uuid(std::string_view text) {
  char bytes[16];
  return parse_uuid(text, bytes) &&
         std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// What jsonb would not give back: a key twice in an object, \u0000, a zero with a sign.
bool survives_jsonb(std::string_view text) {
  json::Reader reader(text);
  std::vector<std::vector<std::string>> keys;
  for (json::Token token = reader.next(); token != json::Token::end; token = reader.next()) {
    switch (token) {
      case json::Token::begin_object:
        keys.emplace_back();
        break;
      case json::Token::end_object: {
        std::vector<std::string>& names = keys.back();
        std::sort(names.begin(), names.end());
        if (std::adjacent_find(names.begin(), names.end()) != names.end()) return false;
        keys.pop_back();
        break;
      }
      case json::Token::key:
        keys.back().emplace_back(reader.text());
        [[fallthrough]];
      case json::Token::string:
        if (std::memchr(reader.text().data(), 0, reader.text().size()) != nullptr) return false;
        break;
      case json::Token::number:
        if (reader.text()[0] == '-' && reader.text().find_first_of("123456789") == std::string_view::npos)
          return false;
        break;
      default:
        break;
    }
  }
  return true;
}

class Profiler {
 public:
  Profiler(const Column& column, ColumnProfile& profile) : wanted_(wanted_of(column)), profile_(profile) {}

  void collect(IntegerSet& into) { collected_ = &into; }

  void add(const Cell& cell) {
    switch (cell.tag) {
      case Tag::null:
        ++profile_.nulls;
        break;
      case Tag::boolean:
      case Tag::integer:
        add_integer(cell.integer);
        break;
      case Tag::real:
        add_real(cell.real);
        break;
      case Tag::bytes:
        ++profile_.blobs;
        profile_.longest = std::max<std::uint64_t>(profile_.longest, cell.size);
        break;
      case Tag::odd_text:
        ++profile_.texts;
        ++(std::memchr(cell.data, 0, cell.size) != nullptr ? profile_.with_nul : profile_.invalid_utf8);
        profile_.longest = std::max<std::uint64_t>(profile_.longest, cell.size);
        break;
      default:
        add_text(cell);
    }
  }

 private:
  void add_integer(std::int64_t value) {
    if (profile_.integers++ == 0) profile_.least = profile_.greatest = value;
    profile_.least = std::min(profile_.least, value);
    profile_.greatest = std::max(profile_.greatest, value);
    if (value == 0 || value == 1) ++profile_.zero_or_one;
    if (collected_ != nullptr) collected_->add(value);
    if (wanted_.time) {
      const auto unit = epoch_unit(value);
      profile_.seconds += unit == EpochUnit::seconds;
      profile_.milliseconds += unit == EpochUnit::milliseconds;
      profile_.microseconds += unit == EpochUnit::microseconds;
    }
    if (wanted_.number) {
      char text[24];
      const auto end = std::to_chars(text, text + sizeof text, value).ptr;
      add_digits({text, static_cast<std::size_t>(end - text)});
    }
  }

  void add_real(double value) {
    ++profile_.reals;
    if (!std::isfinite(value)) {
      ++profile_.not_finite;
    } else if (wanted_.number) {
      char text[512];
      const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
      add_digits({text, static_cast<std::size_t>(end - text)});
    }
  }

  void add_text(const Cell& cell) {
    const std::string_view text = cell.view();
    ++profile_.texts;
    profile_.longest = std::max<std::uint64_t>(profile_.longest, cell.size);
    bool value;
    if (wanted_.boolean) profile_.booleans += reads_as_boolean(text, value);
    if (wanted_.uuid) profile_.uuids += is_canonical_uuid(text);
    if (wanted_.number) profile_.numbers += is_number_text(text);
    if (wanted_.number) profile_.nans += text == "NaN";
    if (wanted_.json && cell.tag == Tag::json) {
      ++profile_.json;
      profile_.plain_json += survives_jsonb(text);
    }
    if (!wanted_.time) return;
    if (parse_time(text).has_value()) ++profile_.times;
    if (parse_date(text).has_value()) ++profile_.dates;
    if (const auto time = parse_timestamp(text))
      ++(time->has_zone ? profile_.zoned_times : profile_.plain_times);
  }

  void add_digits(std::string_view text) {
    if (text[0] == '-') text.remove_prefix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::size_t whole = text == "0" || text.starts_with("0.") ? 0 : point;
    profile_.whole_digits = std::max<std::uint64_t>(profile_.whole_digits, whole);
    if (point < text.size())
      profile_.fraction_digits = std::max<std::uint64_t>(profile_.fraction_digits, text.size() - point - 1);
  }

  Wanted wanted_;
  ColumnProfile& profile_;
  IntegerSet* collected_ = nullptr;
};

}  // namespace

std::string ColumnProfile::summary() const {
  std::string text;
  const auto add = [&](std::string_view what, std::uint64_t count) {
    if (count == 0) return;
    if (!text.empty()) text += ", ";
    text += std::string(what) + " " + std::to_string(count);
  };
  add("integer", integers);
  add("real", reals);
  add("text", texts);
  add("blob", blobs);
  add("null", nulls);
  add("text with NUL", with_nul);
  add("invalid UTF-8", invalid_utf8);
  add("not finite", not_finite);
  return text.empty() ? "no rows" : text;
}

struct TableProfiler::Columns {
  std::vector<std::pair<std::size_t, Profiler>> profilers;  // cell, who looks at it
};

TableProfiler::TableProfiler(const Table& table, GeneratedColumns generated)
    : columns_(std::make_unique<Columns>()) {
  profile_.columns.resize(table.columns.size());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].generated && generated == GeneratedColumns::have_none) continue;
    columns_->profilers.emplace_back(request_.size(), Profiler(table.columns[i], profile_.columns[i]));
    request_.push_back(i);
  }
}

TableProfiler::~TableProfiler() = default;

void TableProfiler::collect(std::size_t column, IntegerSet& into) {
  for (auto& [cell, profiler] : columns_->profilers)
    if (request_[cell] == column) profiler.collect(into);
}

void TableProfiler::add(const Cell* row) {
  ++profile_.rows;
  for (auto& [cell, profiler] : columns_->profilers) profiler.add(row[cell]);
}

TableProfile profile_table(Host& file, const Table& table, TableProfiler& profiler, Host& caller) {
  ScanRequest request;
  request.table = &table;
  request.ordered = false;
  request.columns = profiler.columns();
  const auto reader = file.scan(request);
  ReadAhead rows(*reader, caller);
  RowBatch batch;
  while (rows.next(batch)) {
    for (std::size_t i = 0; i < batch.rows(); ++i) profiler.add(batch.row(i));
  }
  return profiler.take();
}

}  // namespace whimbrel::move

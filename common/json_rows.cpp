#include "common/json_rows.h"

#include <string>

#include "common/error.h"
#include "common/text/datetime.h"
#include "common/text/uuid.h"
#include "common/transfer/scalar_writer.h"

namespace whimbrel {

namespace {

Cell moment(std::int64_t microseconds, Arena& scratch, bool zone) {
  char* at = scratch.allocate(kMaxDateTimeText);
  return Cell::text({at, static_cast<std::size_t>(format_timestamp(at, microseconds, zone) - at)});
}

void append_value(json::Buffer& out, const Cell& cell) {
  if (write_scalar(out, cell)) return;
  const bool is_document = cell.tag == Tag::json || cell.tag == Tag::encoded;
  out.append(is_document ? cell.view() : std::string_view("null"));
}

}  // namespace

Cell output_cell(const Cell& cell, SqlType type, Arena& scratch) {
  switch (cell.tag) {
    case Tag::timestamp:
    case Tag::timestamptz:
      return moment(cell.integer, scratch, cell.tag == Tag::timestamptz);
    case Tag::date: {
      char* at = scratch.allocate(kMaxDateTimeText);
      return Cell::text({at, static_cast<std::size_t>(format_date(at, cell.integer) - at)});
    }
    case Tag::time: {
      char* at = scratch.allocate(kMaxDateTimeText);
      return Cell::text({at, static_cast<std::size_t>(format_time(at, cell.integer) - at)});
    }
    case Tag::uuid: {
      char* at = scratch.allocate(36);
      return Cell::text({at, static_cast<std::size_t>(format_uuid(at, cell.data) - at)});
    }
    case Tag::real32:
      return Cell::real_of(cell.real);
    case Tag::text:
      // SQLite keeps its points in time as text: CURRENT_TIMESTAMP, in UTC.
      if (type == SqlType::timestamptz)
        if (const auto parsed = parse_timestamp(cell.view()))
          return moment(parsed->microseconds, scratch, true);
      return type == SqlType::json ? Cell::of(Tag::json, cell.view()) : cell;
    case Tag::integer:
      return type == SqlType::boolean ? Cell::boolean(cell.integer != 0) : cell;
    case Tag::odd_text:
    case Tag::bytes:
    case Tag::absent:
      throw Error(code::kInternal, "a result has a value of a kind that results do not have");
    default:
      return cell;
  }
}

void JsonRows::emit(std::span<const Cell> row) {
  if (!first_) out_.append(',');
  first_ = false;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    out_.append(i == 0 ? '{' : ',');
    json::write_string(out_, columns_[i].name);
    out_.append(':');
    append_value(out_, output_cell(row[i], columns_[i].type, scratch_));
  }
  out_.append('}');
  scratch_.clear();
}

std::string_view JsonRows::finish() {
  out_.append(']');
  return out_.view();
}

}  // namespace whimbrel

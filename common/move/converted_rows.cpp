#include "common/move/converted_rows.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "common/error.h"
#include "common/move/converted_value.h"
#include "common/text/datetime.h"
#include "common/text/mend.h"
#include "common/text/uuid.h"

namespace whimbrel::move {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string_view number_text(const Cell& cell, char (&room)[40]) {
  if (cell.tag == Tag::real && std::isinf(cell.real)) return cell.real > 0 ? "Infinity" : "-Infinity";
  const auto end = cell.tag == Tag::real ? std::to_chars(room, room + sizeof room, cell.real).ptr
                                         : std::to_chars(room, room + sizeof room, cell.integer).ptr;
  return {room, static_cast<std::size_t>(end - room)};
}

bool is_number(const Cell& cell) {
  return cell.tag == Tag::integer || cell.tag == Tag::boolean || cell.tag == Tag::real;
}

bool is_text(const Cell& cell) { return cell.tag == Tag::text || cell.tag == Tag::json; }

}  // namespace

bool ConvertedRows::next(RowBatch& batch) {
  if (!rows_.next(batch)) return false;
  for (std::size_t i = 0; i < batch.rows(); ++i) {
    Cell* const row = batch.row(i);
    for (std::size_t c = 0; c < columns_.size(); ++c)
      if (row[c].tag != Tag::null) convert(columns_[c], row[c], batch.arena());
  }
  digest_.add(batch);
  return true;
}

void ConvertedRows::convert(const ConvertedColumn& column, Cell& cell, Arena& arena) {
  char room[40];
  // 0 and 1 of a column that is declared a boolean, and is none after all.
  if (cell.tag == Tag::boolean && column.conversion != Conversion::boolean) cell.tag = Tag::integer;
  switch (column.conversion) {
    case Conversion::none:
    case Conversion::given:
      break;
    case Conversion::boolean: {
      bool value = cell.integer != 0;
      if (is_number(cell) || (is_text(cell) && reads_as_boolean(cell.view(), value)))
        cell = Cell::boolean(value);
      break;
    }
    case Conversion::real:
      if (is_text(cell) && cell.view() == "NaN")
        cell = Cell::real_of(std::numeric_limits<double>::quiet_NaN());
      break;
    case Conversion::number:
      if (cell.tag == Tag::real) {
        cell = Cell::of(Tag::number, arena.copy(number_text(cell, room)));
      } else if (cell.tag == Tag::text) {
        cell.tag = Tag::number;
      }
      break;
    case Conversion::text:
      if (cell.tag == Tag::json) cell.tag = Tag::text;  // beside others that are none
      if (is_number(cell)) cell = Cell::text(arena.copy(number_text(cell, room)));
      if (cell.tag == Tag::bytes) cell = Cell::text(arena.copy(hex_text(cell.view())));
      break;
    case Conversion::bytes:
      if (is_number(cell)) cell = Cell::text(arena.copy(number_text(cell, room)));
      if (is_text(cell) || cell.tag == Tag::odd_text) cell.tag = Tag::bytes;
      return;
    case Conversion::date:
      if (const auto days = parse_date(cell.view())) cell = Cell::of(Tag::date, *days);
      break;
    case Conversion::time:
      if (const auto time = parse_time(cell.view())) cell = Cell::of(Tag::time, *time);
      break;
    case Conversion::timestamp:
    case Conversion::timestamptz:
      if (const auto time = parse_timestamp(cell.view()))
        cell = Cell::of(column.conversion == Conversion::timestamp ? Tag::timestamp : Tag::timestamptz,
                        time->microseconds);
      break;
    case Conversion::epoch_s:
    case Conversion::epoch_ms:
    case Conversion::epoch_us:
      if (const auto moment = epoch_moment(cell.integer)) cell = Cell::of(Tag::timestamptz, *moment);
      break;
    case Conversion::uuid: {
      char bytes[16];
      if (is_text(cell) && parse_uuid(cell.view(), bytes))
        cell = Cell::of(Tag::uuid, arena.copy({bytes, sizeof bytes}));
      break;
    }
  }
  if (cell.tag != Tag::odd_text) return;
  if (!column.bad_text)
    throw Error(code::kInvalidText, "column \"" + column.name + "\" has text with NUL or invalid UTF-8");
  cell = Cell::text(arena.copy(mend_text(cell.view(), kReplacement)));
}

}  // namespace whimbrel::move

// A Cell whose tag fits the type as a Datum, made without the type's input or receive function.
#pragma once

#include <cstring>
#include <limits>
#include <string_view>

#include "common/text/interval.h"
#include "common/value.h"
#include "pg_ext/pg.h"
#include "pg_ext/single_char.h"
#include "pg_ext/value_type.h"

namespace whimbrel::pg {

static_assert(kInfinity == DT_NOEND && kNegativeInfinity == DT_NOBEGIN);

template <typename Integer>
bool fits(const Cell& cell) {
  return cell.tag == Tag::integer && cell.integer >= std::numeric_limits<Integer>::min() &&
         cell.integer <= std::numeric_limits<Integer>::max();
}

inline bool is_timestamp(std::int64_t value) {
  return value == kInfinity || value == kNegativeInfinity || IS_VALID_TIMESTAMP(value);
}

inline bool make_date(std::int64_t days, Datum& value) {
  if (days == kInfinity || days == kNegativeInfinity) {
    value = DateADTGetDatum(days == kInfinity ? DATEVAL_NOEND : DATEVAL_NOBEGIN);
    return true;
  }
  value = DateADTGetDatum(static_cast<DateADT>(days));
  return days >= std::numeric_limits<DateADT>::min() && days <= std::numeric_limits<DateADT>::max() &&
         IS_VALID_DATE(static_cast<DateADT>(days));
}

// `memory`: has take(size), aligned as any value asks for.
template <typename Memory>
Datum make_varlena(Memory& memory, std::string_view bytes) {
  // A short header where the stored value will have one too.
  const std::size_t short_size = bytes.size() + VARHDRSZ_SHORT;
  if (short_size <= VARATT_SHORT_MAX) {
    char* const at = memory.take(short_size);
    SET_VARSIZE_SHORT(at, short_size);
    std::memcpy(VARDATA_SHORT(at), bytes.data(), bytes.size());
    return PointerGetDatum(at);
  }
  char* const at = memory.take(bytes.size() + VARHDRSZ);
  SET_VARSIZE(at, bytes.size() + VARHDRSZ);
  std::memcpy(VARDATA(at), bytes.data(), bytes.size());
  return PointerGetDatum(at);
}

// False for all that the type's own function has to see. Of text and bytes no more than `most_bytes` are
// taken, and no limit of the type is looked at. Inside pg_call.
template <typename Memory>
bool make_direct(const Cell& cell, ValueKind kind, std::uint32_t most_bytes, Memory& memory, Datum& value) {
  switch (kind) {
    case ValueKind::int2:
      value = Int16GetDatum(static_cast<std::int16_t>(cell.integer));
      return fits<std::int16_t>(cell);
    case ValueKind::int4:
      value = Int32GetDatum(static_cast<std::int32_t>(cell.integer));
      return fits<std::int32_t>(cell);
    case ValueKind::int8:
      value = Int64GetDatum(cell.integer);
      return cell.tag == Tag::integer;
    case ValueKind::boolean:
      value = BoolGetDatum(cell.integer != 0);
      return cell.tag == Tag::boolean;
    case ValueKind::float8:
      value = Float8GetDatum(cell.real);
      return cell.tag == Tag::real || cell.tag == Tag::real32;
    case ValueKind::float4:
      value = Float4GetDatum(static_cast<float>(cell.real));
      return cell.tag == Tag::real32;
    case ValueKind::text:
      if (cell.tag != Tag::text || cell.size > most_bytes) return false;
      value = make_varlena(memory, cell.view());
      return true;
    case ValueKind::bytea:
      if (cell.tag != Tag::bytes || cell.size > most_bytes) return false;
      value = make_varlena(memory, cell.view());
      return true;
    case ValueKind::date:
      return cell.tag == Tag::date && make_date(cell.integer, value);
    case ValueKind::time:
      value = TimeADTGetDatum(cell.integer);
      return cell.tag == Tag::time && cell.integer >= 0 && cell.integer <= USECS_PER_DAY;
    case ValueKind::timestamp:
      value = TimestampGetDatum(cell.integer);
      return cell.tag == Tag::timestamp && is_timestamp(cell.integer);
    case ValueKind::timestamptz:
      value = TimestampTzGetDatum(cell.integer);
      return cell.tag == Tag::timestamptz && is_timestamp(cell.integer);
    case ValueKind::uuid: {
      if (cell.tag != Tag::uuid) return false;
      char* const at = memory.take(UUID_LEN);
      std::memcpy(at, cell.data, UUID_LEN);
      value = PointerGetDatum(at);
      return true;
    }
    case ValueKind::interval: {
      const auto parsed = cell.tag == Tag::text ? parse_interval(cell.view()) : std::nullopt;
      if (!parsed) return false;
      auto* const interval = reinterpret_cast<Interval*>(memory.take(sizeof(Interval)));
      *interval = {parsed->microseconds, parsed->days, parsed->months};
      value = IntervalPGetDatum(interval);
      return true;
    }
    case ValueKind::single_char: {
      const auto byte = cell.tag == Tag::text ? parse_single_char(cell.view()) : std::nullopt;
      value = CharGetDatum(byte.value_or('\0'));
      return byte.has_value();
    }
    default:
      return false;
  }
}

}  // namespace whimbrel::pg

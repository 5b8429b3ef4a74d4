#include "pg_ext/tuple_values.h"

#include <algorithm>

namespace whimbrel::pg {

namespace {

std::uint8_t padding_of(char alignment) {
  switch (alignment) {
    case TYPALIGN_SHORT:
      return ALIGNOF_SHORT - 1;
    case TYPALIGN_INT:
      return ALIGNOF_INT - 1;
    case TYPALIGN_DOUBLE:
      return ALIGNOF_DOUBLE - 1;
    default:
      return 0;
  }
}

TupleValues::Form form_of(Form_pg_attribute attribute) {
  if (attribute->attlen == -1) return TupleValues::Form::varlena;
  if (attribute->attlen < 0) return TupleValues::Form::text;
  if (!attribute->attbyval) return TupleValues::Form::fixed;
  switch (attribute->attlen) {
    case 1:
      return TupleValues::Form::byte;
    case 2:
      return TupleValues::Form::two_bytes;
    case 4:
      return TupleValues::Form::four_bytes;
    default:
      return TupleValues::Form::eight_bytes;
  }
}

// Of one that is not aligned perhaps: a header of four bytes begins where a byte is 0, or is aligned.
inline std::size_t varlena_size(const char* place) {
  return VARATT_IS_1B(place) && !VARATT_IS_1B_E(place) ? VARSIZE_1B(place) : VARSIZE_ANY(place);
}

}  // namespace

TupleValues::TupleValues(TupleDesc shape, int count)
    : shape_(shape), values_(static_cast<std::size_t>(count)), nulls_(static_cast<std::size_t>(count)) {
  for (int i = 0; i < count; ++i) {
    const Form_pg_attribute attribute = TupleDescAttr(shape, i);
    attributes_.push_back({attribute->attlen, form_of(attribute), padding_of(attribute->attalign)});
  }
}

template <bool WithNulls>
void TupleValues::read_stored(HeapTupleHeader tuple, std::size_t count) {
  const char* const data = reinterpret_cast<const char*>(tuple) + tuple->t_hoff;
  std::size_t offset = 0;
  for (std::size_t at = 0; at < count; ++at) {
    if constexpr (WithNulls) {
      nulls_[at] = att_isnull(static_cast<int>(at), tuple->t_bits);
      if (nulls_[at] != 0) continue;
    }
    const Attribute attribute = attributes_[at];
    const auto align = [&] { offset = (offset + attribute.padding) & ~std::size_t{attribute.padding}; };
    switch (attribute.form) {
      case Form::eight_bytes:
        align();
        values_[at] = *reinterpret_cast<const Datum*>(data + offset);
        offset += 8;
        break;
      case Form::four_bytes:
        align();
        values_[at] = Int32GetDatum(*reinterpret_cast<const std::int32_t*>(data + offset));
        offset += 4;
        break;
      case Form::two_bytes:
        align();
        values_[at] = Int16GetDatum(*reinterpret_cast<const std::int16_t*>(data + offset));
        offset += 2;
        break;
      case Form::byte:
        align();
        values_[at] = CharGetDatum(data[offset]);
        offset += 1;
        break;
      case Form::fixed:
        align();
        values_[at] = PointerGetDatum(data + offset);
        offset += static_cast<std::size_t>(attribute.length);
        break;
      case Form::varlena:
        if (data[offset] == 0) align();
        values_[at] = PointerGetDatum(data + offset);
        offset += varlena_size(data + offset);
        break;
      case Form::text:
        align();
        values_[at] = PointerGetDatum(data + offset);
        offset += std::strlen(data + offset) + 1;
        break;
    }
  }
}

void TupleValues::read(HeapTupleHeader tuple) {
  const std::size_t wanted = attributes_.size();
  const std::size_t stored = std::min<std::size_t>(HeapTupleHeaderGetNatts(tuple), wanted);
  const bool has_nulls = (tuple->t_infomask & HEAP_HASNULL) != 0;
  if (has_nulls) {
    read_stored<true>(tuple, stored);
  } else {
    if (any_null_) std::ranges::fill(nulls_, 0);
    read_stored<false>(tuple, stored);
  }
  any_null_ = has_nulls || stored < wanted;
  // Columns that were added after the tuple was stored.
  for (std::size_t at = stored; at < wanted; ++at) {
    bool is_null = false;
    values_[at] = getmissingattr(shape_, static_cast<int>(at) + 1, &is_null);
    nulls_[at] = is_null;
  }
}

}  // namespace whimbrel::pg

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

}  // namespace

TupleValues::TupleValues(TupleDesc shape, int count)
    : shape_(shape), values_(static_cast<std::size_t>(count)), nulls_(static_cast<std::size_t>(count)) {
  for (int i = 0; i < count; ++i) {
    const Form_pg_attribute attribute = TupleDescAttr(shape, i);
    attributes_.push_back({attribute->attlen, attribute->attbyval, padding_of(attribute->attalign)});
  }
}

void TupleValues::read(HeapTupleHeader tuple) {
  const int wanted = static_cast<int>(attributes_.size());
  const int stored = std::min<int>(HeapTupleHeaderGetNatts(tuple), wanted);
  bits8* const bitmap = (tuple->t_infomask & HEAP_HASNULL) != 0 ? tuple->t_bits : nullptr;
  const char* const data = reinterpret_cast<const char*>(tuple) + tuple->t_hoff;
  std::size_t offset = 0;
  for (int i = 0; i < stored; ++i) {
    const std::size_t at = static_cast<std::size_t>(i);
    nulls_[at] = bitmap != nullptr && att_isnull(i, bitmap);
    if (nulls_[at] != 0) continue;
    const Attribute attribute = attributes_[at];
    // A varlena with a header of one byte is not aligned, and its first byte is not 0.
    if (attribute.length != -1 || data[offset] == 0)
      offset = (offset + attribute.padding) & ~std::size_t{attribute.padding};
    const char* const place = data + offset;
    if (attribute.length > 0) {
      values_[at] = fetch_att(place, attribute.by_value, attribute.length);
      offset += static_cast<std::size_t>(attribute.length);
    } else {
      values_[at] = PointerGetDatum(place);
      offset += attribute.length == -1 ? VARSIZE_ANY(place) : std::strlen(place) + 1;
    }
  }
  // Columns that were added after the tuple was stored.
  for (int i = stored; i < wanted; ++i) {
    bool is_null = false;
    values_[static_cast<std::size_t>(i)] = getmissingattr(shape_, i + 1, &is_null);
    nulls_[static_cast<std::size_t>(i)] = is_null;
  }
}

}  // namespace whimbrel::pg

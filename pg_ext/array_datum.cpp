#include "pg_ext/array_datum.h"

#include <charconv>

#include "common/text/ascii.h"

namespace whimbrel::pg {

namespace {

// More would have to be counted against the limits of an array.
constexpr std::size_t kMostBytes = 64 * 1024;

const char* skip_space(const char* at, const char* end) {
  while (at < end && is_json_space(*at)) ++at;
  return at;
}

// Each appends the element that begins at `at`, and returns where it ends; null when it is none.
template <typename Integer>
const char* append_integer(json::Buffer& out, const char* at, const char* end) {
  Integer value{};
  const auto read = std::from_chars(at, end, value);
  if (read.ec != std::errc()) return nullptr;
  std::memcpy(out.reserve(sizeof value), &value, sizeof value);
  out.advance(sizeof value);
  return read.ptr;
}

const char* append_text(json::Buffer& out, const char* at, const char* end) {
  if (*at != '"') return nullptr;
  const char* const begin = ++at;
  while (at < end && *at != '"') {
    if (*at == '\\' || static_cast<unsigned char>(*at) < ' ') return nullptr;
    ++at;
  }
  if (at == end) return nullptr;
  const std::size_t size = static_cast<std::size_t>(at - begin) + VARHDRSZ;
  const std::size_t aligned = INTALIGN(size);
  char* const to = out.reserve(aligned);
  std::memset(to + aligned - sizeof(std::int32_t), 0, sizeof(std::int32_t));  // what fills up is zero
  SET_VARSIZE(to, size);
  std::memcpy(VARDATA(to), begin, size - VARHDRSZ);
  out.advance(aligned);
  return at + 1;
}

using AppendElement = const char* (*)(json::Buffer&, const char*, const char*);

AppendElement appender_of(Oid element) {
  switch (element) {
    case INT2OID:
      return append_integer<std::int16_t>;
    case INT4OID:
      return append_integer<std::int32_t>;
    case INT8OID:
      return append_integer<std::int64_t>;
    case TEXTOID:
    case VARCHAROID:
      return append_text;
    default:
      return nullptr;
  }
}

}  // namespace

bool has_plain_elements(Oid element, std::int32_t modifier) {
  return modifier < 0 && appender_of(element) != nullptr;
}

bool make_array(json::Buffer& out, std::string_view list, Oid element) {
  const AppendElement append = appender_of(element);
  const char* at = list.data();
  const char* const end = at + list.size();
  if (list.size() > kMostBytes || at == end || *at != '[') return false;
  out.reserve(ARR_OVERHEAD_NONULLS(1));
  out.advance(ARR_OVERHEAD_NONULLS(1));
  int count = 0;
  for (bool more = true; more; ++count) {
    at = skip_space(at + 1, end);  // behind the bracket or the comma
    if (at == end || (at = append(out, at, end)) == nullptr) return false;
    at = skip_space(at, end);
    if (at == end || (*at != ',' && *at != ']')) return false;
    more = *at == ',';
  }
  if (at + 1 != end) return false;
  auto* const array = reinterpret_cast<ArrayType*>(const_cast<char*>(out.view().data()));
  SET_VARSIZE(array, out.size());
  array->ndim = 1;
  array->dataoffset = 0;
  array->elemtype = element;
  *ARR_DIMS(array) = count;
  *ARR_LBOUND(array) = 1;
  return true;
}

}  // namespace whimbrel::pg

// Fuzzes the changes of JSON documents in columns: of a valid document they make a valid one or refuse it,
// and what they have done once there is nothing left to do of. Three texts: document, path, value or name.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/document/edit.h"
#include "common/error.h"
#include "common/json/reader.h"
#include "common/text/utf8.h"
#include "test/fuzz/fuzz.h"

namespace {

using whimbrel::fuzz::expect;

// `change(document, out)` as the functions of edit.h have it.
template <typename Change>
void check(const std::string& document, bool once, Change&& change) {
  whimbrel::json::Buffer out;
  try {
    if (!change(document, out)) return expect(out.size() == 0, "nothing is written where nothing is changed");
  } catch (const whimbrel::Error&) {
    return;
  }
  const std::string changed(out.view());
  expect(whimbrel::json::is_valid(changed), "what was valid is valid");
  if (!once) return;
  whimbrel::json::Buffer again;
  try {
    expect(!change(changed, again), "done once, nothing is left to do");
  } catch (const whimbrel::Error&) {
    expect(false, "what was done once can be asked again");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> pieces = whimbrel::fuzz::pieces(whimbrel::fuzz::text_of(data, size));
  pieces.resize(3);
  const std::string& document = pieces[0];
  const std::string& value = pieces[2];
  // As the entries of both engines have it.
  if (!whimbrel::json::is_valid(document) || value.find('\0') != std::string::npos ||
      whimbrel::find_invalid_utf8(value) != whimbrel::kValidUtf8 ||
      whimbrel::find_invalid_utf8(pieces[1]) != whimbrel::kValidUtf8)
    return 0;
  whimbrel::json::Path path;
  try {
    path = whimbrel::document::edit_path(pieces[1]);
  } catch (const whimbrel::Error&) {
    return 0;
  }
  using Out = whimbrel::json::Buffer;
  if (whimbrel::json::is_valid(value))
    check(document, true, [&](std::string_view text, Out& out) {
      return whimbrel::document::set_default(text, path, value, out);
    });
  check(document, false, [&](std::string_view text, Out& out) {
    return whimbrel::document::rename_member(text, path, value, out);
  });
  check(document, false,
        [&](std::string_view text, Out& out) { return whimbrel::document::remove(text, path, out); });
  check(document, false, [&](std::string_view text, Out& out) {
    return whimbrel::document::object_to_entries(text, path, value, out);
  });
  check(document, false, [&](std::string_view text, Out& out) {
    return whimbrel::document::entries_to_object(text, path, value, out);
  });
  return 0;
}

// Fuzzes the JSON reader: every way to read a text must say the same about it, and what is written from its
// tokens must read back to the same tokens.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/error.h"
#include "common/json/reader.h"
#include "test/core/chunk_source.h"
#include "test/core/json_tokens.h"
#include "test/fuzz/fuzz.h"

namespace {

using whimbrel::ChunkSource;
using whimbrel::Error;
using whimbrel::fuzz::expect;
using whimbrel::json::Reader;
using whimbrel::json::ReaderOptions;
using whimbrel::json::Token;

constexpr std::size_t kMaxDepth = 100;

bool accepts(Reader& reader, bool raw) {
  try {
    if (raw) {
      reader.raw_value();
    } else {
      reader.skip_value();
    }
    return reader.next() == Token::end;
  } catch (const Error&) {
    return false;
  }
}

void check(std::string_view text, ReaderOptions options) {
  Reader memory(text, options);
  const std::string all = whimbrel::json::tokens(memory, true);
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{3}, std::size_t{17}}) {
    ChunkSource source(text, chunk);
    Reader reader(source, options);
    expect(whimbrel::json::tokens(reader, true) == all, "chunks give the same tokens, positions and error");
  }
  if (options.many) return;
  const bool valid = all.ends_with(' ');  // else it ends with an error
  for (const bool raw : {false, true}) {
    Reader reader(text, options);
    expect(accepts(reader, raw) == valid, "whole values are accepted as tokens are");
    ChunkSource source(text, 1);
    Reader chunked(source, options);
    expect(accepts(chunked, raw) == valid, "whole values in chunks are accepted as tokens are");
  }
  if (!valid) return;
  Reader first(text, options);
  const std::string written = whimbrel::json::rewritten(first);
  Reader again(text, options), back(written, options);
  expect(whimbrel::json::tokens(again) == whimbrel::json::tokens(back), "written tokens read back equal");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = whimbrel::fuzz::text_of(data, size);
  check(text, {.max_depth = kMaxDepth});
  check(text, {.max_depth = kMaxDepth, .many = true});
  return 0;
}

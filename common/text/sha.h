// Secure hashes of texts, by nettle: checksums of migrations, ours and those that other tools keep.
#pragma once

#include <nettle/sha.h>

#include <string>
#include <string_view>

namespace whimbrel {

// 40, 64 and 96 lower-case hexadecimal digits.
std::string sha1_hex(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
std::string sha384_hex(std::string_view bytes);

// One that is asked for while more is still to come.
class RunningSha256 {
 public:
  RunningSha256() { sha256_init(&context_); }
  void add(std::string_view bytes);
  std::string so_far() const;  // 32 bytes

 private:
  sha256_ctx context_;
};

}  // namespace whimbrel

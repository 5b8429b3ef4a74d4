#include "common/migration/tokens.h"

#include "common/text/sha.h"

namespace whimbrel {

void TokenStream::add(const sql::Token& token) {
  // Line ends inside of strings and data are not a difference either.
  if (token.text.find('\r') == std::string_view::npos) {
    tokens_ += token.text;
  } else {
    for (std::size_t i = 0; i < token.text.size(); ++i) {
      if (token.text[i] != '\r' || i + 1 == token.text.size() || token.text[i + 1] != '\n')
        tokens_ += token.text[i];
    }
  }
  tokens_ += '\0';
}

void TokenStream::add_mark(std::string_view mark) {
  tokens_ += '\n';
  tokens_ += mark;
  tokens_ += '\0';
}

std::string TokenStream::checksum() const { return sha256_hex(tokens_); }

}  // namespace whimbrel

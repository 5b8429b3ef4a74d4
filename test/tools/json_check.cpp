// json_check: says of each text whether it is JSON, and if not, why. For comparing the reader with other
// parsers.
//
//   json_check FILE...   the text of each file
//   json_check -0        texts on standard input, each ended by a NUL byte
//
// One line per text: "valid", or "invalid: MESSAGE (Line 1, column 2.)". The exit code is 0 when all could be
// read.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "common/error.h"
#include "common/json/reader.h"

namespace {

std::string verdict(std::string_view text) {
  using whimbrel::json::Token;
  try {
    whimbrel::json::Reader reader(text);
    while (reader.next() != Token::end) {
    }
    return "valid";
  } catch (const whimbrel::Error& error) {
    // The message begins with "invalid JSON: ".
    return "invalid" + error.message.substr(error.message.find(':')) + " (" + error.detail + ")";
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  if (argc == 2 && std::string_view(argv[1]) == "-0") {
    std::string text;
    while (std::getline(std::cin, text, '\0')) std::cout << verdict(text) << '\n';
    return 0;
  }
  if (argc < 2) {
    std::cerr << "usage: json_check FILE... | json_check -0\n";
    return 2;
  }
  for (int i = 1; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    if (!in) {
      std::cerr << argv[i] << ": cannot be read\n";
      return 1;
    }
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    std::cout << verdict(text) << '\n';
  }
  return 0;
}

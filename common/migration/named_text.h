// A file of a source: its name, its text, and what is known of a text before anyone reads it.
#pragma once

#include <string>

#include "common/migration/forms/marks.h"
#include "common/text/sha.h"

namespace whimbrel {

struct NamedText {
  std::string name;  // without the source's directory: "003_add_tags.sql", "deploy/users.sql"
  std::string text;
  std::string checksum = {};  // SHA-256 of the text; empty: not known yet
  Marks marks = 0;

  void examine() {
    checksum = sha256_hex(text);
    marks = find_marks(text);
  }
};

}  // namespace whimbrel

// Values that look like secrets although no rule says so: by the names of columns, and by what stands in the
// first rows. A guess, for a warning; what is secret is said by rules alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "common/value.h"

namespace whimbrel {

// "password_hash", "apiKey", "client-secret": has a word for a secret in it.
bool is_secret_name(std::string_view column);
inline constexpr std::size_t kShortestSecret = 16;  // bytes of what secret_in() knows
// What kind of secret stands in the text ("a private key"), or "" for none that is known.
std::string_view secret_in(std::string_view text);

class SecretSuspects {
 public:
  // The first rows of a table, which may come again; cell i stands for columns[i].
  void look_at(const Table& table, const std::vector<std::size_t>& columns, const RowBatch& rows);
  // One warning for all of them; none when there are none.
  void report(Host& host) const;

 private:
  std::vector<std::string> found_;
  const Table* seen_ = nullptr;  // the table looked at last
};

}  // namespace whimbrel

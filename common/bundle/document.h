// The document of a bundle: rows written as its shape says, and read back. The same rows give the same bytes;
// what is secret is never among them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/bundle/rows.h"
#include "common/host.h"
#include "common/json/writer.h"

namespace whimbrel {

enum class BundleLayout : std::uint8_t { pretty, compact, text };

struct BundleContext {
  std::map<std::string, std::string> parameters;
  std::string exported_at;  // ISO 8601
};

json::Buffer write_bundle(const Host& host, const BundleShape& shape, BundleRowsOf& rows,
                          const BundleContext& context, BundleLayout layout);

// What is wrong with a document, or would be with importing it.
struct BundleProblem {
  std::string_view severity;  // "error", "warning"
  std::string code;
  std::string table;
  std::string path;
  std::string message;
};

class BundleProblems {
 public:
  static constexpr std::size_t kKept = 1000;  // errors
  static constexpr std::size_t kKeptWarnings = 100;

  void error(std::string_view code, std::string table, std::string path, std::string message);
  void warn(std::string_view code, std::string table, std::string path, std::string message);
  const std::vector<BundleProblem>& kept() const { return kept_; }
  std::size_t errors() const { return errors_; }
  // One Error for all errors: code and message of the first, all of them in the detail.
  void throw_if_any(const std::string& bundle) const;

 private:
  std::vector<BundleProblem> kept_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

// Reads the document, all of it whatever is wrong; the rows are complete only when there are no errors.
// References are read, not resolved. Values may point into the document.
void read_bundle(const BundleShape& shape, std::string_view document, BundleRowsOf& rows,
                 BundleProblems& problems);

}  // namespace whimbrel

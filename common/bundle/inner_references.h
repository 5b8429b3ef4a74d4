// References inside JSON documents of a bundle's rows: the number of another row, at a path, is said by that
// row's natural key, {"$ref":["agents",{"agent_id":"agt-1"}]}, in everything that leaves the database or is
// compared, and becomes a number again when it is written.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/bundle/shape.h"
#include "common/host.h"
#include "common/json/path_scan.h"
#include "common/value.h"

namespace whimbrel {

// Which number a natural key is, as its token in a document: 17, or "17".
using InnerNumbers = std::map<std::string, std::string, std::less<>>;

// What stands in a document where `reference` leads: one place.
struct InnerPlace {
  std::size_t begin = 0;  // of the value
  std::size_t end = 0;
  std::string text;     // the number, or the natural key
  bool is_key = false;  // {"$ref": …}
  bool quoted = false;  // a string
};

class InnerReferences {
 public:
  explicit InnerReferences(const BundleInnerReference& reference);

  // All of them, in the order of the document.
  std::vector<InnerPlace> places(std::string_view document);
  // The document with other text at these places: `by` gives it, none leaves a place as it is.
  static std::string replaced(std::string_view document, const std::vector<InnerPlace>& places,
                              const std::function<std::string(const InnerPlace&)>& by);
  // {"$ref":["agents",{"agent_id":"agt-1"}]}
  std::string said(const std::string& key, bool quoted) const;
  // Adds what the keys are here to `numbers`; those that are not there are left out.
  void find_numbers(Host& host, const std::vector<std::string>& keys, InnerNumbers& numbers) const;
  // Of each number (as its text) the natural key.
  std::map<std::string, std::string> find_keys(Host& host, const std::vector<std::string>& numbers) const;
  // As a document has the number.
  std::string token(const Cell& number) const;

 private:
  const BundleInnerReference& reference_;
  json::PathScan bare_;
  json::PathScan said_;
};

}  // namespace whimbrel

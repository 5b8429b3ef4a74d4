// The description that goes with the files of a complete migration: what is inside, how to apply it, how to
// look whether it is right, what to do about the errors that people meet. Text only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/transfer/hash.h"

namespace whimbrel {

struct ReadmeTable {
  std::string name;
  std::uint64_t rows = 0;
  Hash digest;
};

struct ReadmeFacts {
  std::string engine, server_version, database, version;  // the last: of Whimbrel
  std::string timestamp;
  std::vector<std::string> schemas;
  std::map<std::string, std::uint64_t> objects;  // by kind
  std::vector<std::string> remarks;              // what the schema file does not have
  std::vector<std::string> with_windows_lines;   // objects whose text has line ends of Windows
  std::vector<ReadmeTable> tables;               // in the order of the load
  std::uint64_t large_objects = 0;
  bool has_schema = true;
  bool has_data = true;
};

std::string write_readme(const ReadmeFacts& facts);

}  // namespace whimbrel

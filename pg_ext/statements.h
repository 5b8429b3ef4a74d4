// SQL of the core over SPI: statements with parameters, prepared once per call of a function. SPI must be
// connected.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "pg_ext/field_writer.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

// Throws for a negative result of SPI (it reports some failures by a code instead of an error).
void check_spi_result(int result);

class Statements {
 public:
  // `read_only`: everything sees the snapshot of the calling statement, and nothing may write.
  explicit Statements(bool read_only) : read_only_(read_only) {}

  std::int64_t execute(std::string_view sql, std::span<const Cell> parameters);
  // `pinned`: see open_query().
  std::unique_ptr<TableReader> query(std::string_view sql, std::span<const Cell> parameters,
                                     bool pinned = false);
  // With values of the server's own; `list` may go when it returns.
  std::unique_ptr<TableReader> query(std::string_view sql, std::span<const Oid> types, ParamListInfo list);

  bool read_only() const { return read_only_; }

 private:
  struct Prepared {
    SPIPlanPtr plan = nullptr;
    Oid* types = nullptr;  // found by the parser, in SPI's procedure memory
    std::vector<FieldWriter> writers;
    bool pinned = false;
  };
  Prepared& prepare(std::string_view sql, std::span<const Cell> parameters);
  ParamListInfo bind(const Prepared& prepared, std::span<const Cell> parameters);

  bool read_only_;
  std::map<std::string, Prepared, std::less<>> prepared_;
  json::Buffer scratch_;
};

}  // namespace whimbrel::pg

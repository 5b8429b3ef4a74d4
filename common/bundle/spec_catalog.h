// What a specification says about tables and columns, looked up in the catalog; what is not there is a fault.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/bundle/shape.h"
#include "common/bundle/spec_value.h"
#include "common/host.h"
#include "common/transfer/rules.h"

namespace whimbrel {

class SpecCatalog {
 protected:
  SpecCatalog(Host& host, std::string name, std::string_view spec);

  const Table* table(const SpecValue& spec, std::string_view key);
  std::size_t column(const SpecValue& value, const Table& table, const std::string& name);
  // Those that are there.
  std::vector<std::size_t> columns(const SpecValue& spec, std::string_view key, const Table& table);
  // The cell of the column; a new one when the row has none.
  std::size_t place(BundleRow& row, std::size_t column);
  std::vector<std::size_t> places(BundleRow& row, const std::vector<std::size_t>& columns);
  // What identifies a row of the table: as the spec says, a rule, or the primary key where that travels.
  void natural_key(const SpecValue& spec, BundleRow& row);
  void require_in_document(const SpecValue& spec, const BundleRow& row);
  // The foreign key from `columns` (any, when there are none) to `target`; null when there is none, with a
  // fault when there are several.
  const ForeignKey* foreign_key(const SpecValue& spec, std::string_view option, const Table& from,
                                const std::vector<std::size_t>& columns, const Table& target);
  // Which columns of `from` name which of `target`: by a foreign key, or by the primary key.
  void link(const SpecValue& spec, std::string_view option, const Table& from, const Table& target,
            std::vector<std::size_t>& columns, std::vector<std::size_t>& names);
  // A parameter that the bundle has.
  std::string parameter(const SpecValue& value, const std::string& name);

  Host& host_;
  const Rules rules_;
  std::unique_ptr<BundleShape> shape_;
  SpecFaults faults_;
  std::map<const BundleRow*, std::set<std::size_t>> declared_;  // columns that fields say
};

}  // namespace whimbrel

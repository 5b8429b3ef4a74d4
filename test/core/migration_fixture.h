// Calls the migration functions as a host does, over the fake host: every row a list of texts. Like an entry
// point, it undoes everything when a call fails.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "common/function.h"
#include "common/json/writer.h"
#include "test/core/fake_host.h"

namespace whimbrel::fake {

using TextRows = std::vector<std::vector<std::string>>;

class Collector : public RowEmitter {
 public:
  void emit(std::span<const Cell> row) override {
    auto& texts = rows.emplace_back();
    for (const Cell& cell : row) {
      switch (cell.tag) {
        case Tag::null:
          texts.emplace_back("NULL");
          break;
        case Tag::boolean:
          texts.emplace_back(cell.integer != 0 ? "true" : "false");
          break;
        case Tag::integer:
        case Tag::timestamptz:
          texts.push_back(std::to_string(cell.integer));
          break;
        case Tag::real:
          texts.emplace_back(cell.real >= 0 && std::isfinite(cell.real) ? "time" : "wrong");
          break;
        default:
          texts.emplace_back(cell.view());
      }
    }
  }
  TextRows rows;
};

struct File {
  std::string name;
  std::string sql;
};

inline std::string json_source(const std::vector<File>& files) {
  json::Buffer out;
  out.append('[');
  for (const File& file : files) {
    out.append(&file == files.data() ? "{\"name\":" : ",{\"name\":");
    json::write_string(out, file.name);
    out.append(",\"sql\":");
    json::write_string(out, file.sql);
    out.append('}');
  }
  out.append(']');
  return std::string(out.view());
}

class MigrationTest : public ::testing::Test {
 protected:
  TextRows call(std::string_view function, const std::vector<Cell>& arguments) {
    for (const Function& one : functions()) {
      if (one.name != function) continue;
      std::vector<Cell> all = arguments;
      all.resize(one.parameters.size());
      Collector collector;
      Call call{host, all, collector};
      const FakeHost::State before = host.state();
      const std::size_t savepoints = host.open_savepoints();
      try {
        one.run(call);
      } catch (...) {
        EXPECT_EQ(host.open_savepoints(), savepoints);
        host.state() = before;
        throw;
      }
      EXPECT_EQ(host.open_savepoints(), savepoints);
      for (const auto& row : collector.rows) EXPECT_EQ(row.size(), one.columns.size());
      // Only a dry run has something to say there.
      for (auto& row : collector.rows)
        if (one.columns.back().name == "detail" && row.back() == "NULL") row.pop_back();
      return collector.rows;
    }
    ADD_FAILURE() << "no function " << function;
    return {};
  }

  Error error_of(std::string_view function, const std::vector<Cell>& arguments) {
    try {
      call(function, arguments);
    } catch (const Error& error) {
      return error;
    }
    return Error("", "no error");
  }

  TextRows apply(const std::vector<File>& files, std::string_view options = "{}") {
    const std::string source = json_source(files);
    return call("migrate_apply", {Cell::text(source), Cell::text(options)});
  }
  Error apply_error(const std::vector<File>& files, std::string_view options = "{}") {
    const std::string source = json_source(files);
    return error_of("migrate_apply", {Cell::text(source), Cell::text(options)});
  }
  TextRows status(const std::vector<File>& files) {
    const std::string source = json_source(files);
    return call("migrate_status", {Cell::text(source)});
  }
  TextRows rollback(std::string_view options = "{}") {
    return call("migrate_rollback", {Cell::text(options)});
  }
  Error rollback_error(std::string_view options) {
    return error_of("migrate_rollback", {Cell::text(options)});
  }

  std::string recorded(std::size_t row, std::string_view column) {
    const Value& value = host.migrations().at(row).find(column)->second;
    if (value.cell.is_null()) return "NULL";
    return value.cell.tag == Tag::text ? value.bytes : std::to_string(value.cell.integer);
  }

  FakeHost host;
};

// A directory that is gone with the test.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = std::filesystem::temp_directory_path() / "whimbrel_XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::string path() const { return path_; }
  void write(const std::string& name, std::string_view text) const { std::ofstream(path_ / name) << text; }

 private:
  std::filesystem::path path_;
};

}  // namespace whimbrel::fake

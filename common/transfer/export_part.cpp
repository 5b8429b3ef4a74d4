#include "common/transfer/export_part.h"

#include <algorithm>
#include <cstring>

#include "common/error.h"
#include "common/transfer/export_options.h"
#include "common/transfer/part_exporter.h"
#include "common/transfer/schema_of_call.h"

namespace whimbrel {

namespace {

constexpr char kEnd = 'e';

// --- An end: out_of_order, rows, sum, and the two keys with their lengths; as the process has them.

void put(std::string& to, const void* bytes, std::size_t size) {
  to.append(static_cast<const char*>(bytes), size);
}

void put_key(std::string& to, const std::vector<std::int64_t>& key) {
  const std::uint64_t size = key.size();
  put(to, &size, sizeof(size));
  put(to, key.data(), key.size() * sizeof(std::int64_t));
}

void get(std::string_view& from, void* bytes, std::size_t size) {
  if (from.size() < size) throw Error(code::kInternal, "a message of an export's worker is too short");
  if (size > 0) std::memcpy(bytes, from.data(), size);
  from.remove_prefix(size);
}

std::vector<std::int64_t> get_key(std::string_view& from) {
  std::uint64_t size = 0;
  get(from, &size, sizeof(size));
  if (size > from.size()) throw Error(code::kInternal, "a message of an export's worker is too short");
  std::vector<std::int64_t> key(size);
  get(from, key.data(), size * sizeof(std::int64_t));
  return key;
}

// The text before the next NUL, which is taken away with it.
std::string_view take_word(std::string_view& task) {
  const std::string_view word = task.substr(0, task.find('\0'));
  task.remove_prefix(word.size() + 1);
  return word;
}

}  // namespace

std::string part_task(const std::string& table, Layout layout, const std::optional<SharedFile>& file,
                      const ExportOptions& options) {
  std::string task(1, static_cast<char>('0' + static_cast<int>(layout)));
  for (const std::string& word : {table, file ? file->name : "", file ? file->path : ""})
    (task += word) += '\0';
  return task + options.text;
}

void export_parts(Host& host, std::string_view task, PartQueue& queue) {
  const Layout layout = static_cast<Layout>(task[0] - '0');
  task.remove_prefix(1);
  const std::string_view table = take_word(task);
  SharedFile shared;
  shared.name = take_word(task);
  shared.path = take_word(task);
  std::optional<PartFile> file;
  if (!shared.name.empty() && !file.emplace(shared).is_open()) return;
  const Cell json = task.empty() ? Cell() : Cell::of(Tag::json, task);
  const ExportOptions options =
      export_options(Options(json, backup_file_option_specs()), json, host.dialect());
  const Schema schema = schema_of_call(host, options.selection);
  const ExportPlan plan = plan_export(host, schema, options);
  const auto is_it = [&](const TablePlan& candidate) { return candidate.table->display_name() == table; };
  const auto found = std::ranges::find_if(plan.tables, is_it);
  if (found == plan.tables.end())
    throw Error(code::kUnknownTable, "table \"" + std::string(table) + "\" is gone",
                "It was there when the export began.");
  PartExporter exporter(host, *found, layout, options, queue, file ? &*file : nullptr);
  while (exporter.next()) {
  }
}

std::string part_end_message(const PartEnd& end) {
  std::string message(1, kEnd);
  const char out_of_order = end.out_of_order ? 1 : 0;
  put(message, &out_of_order, 1);
  put(message, &end.rows, sizeof(end.rows));
  put(message, &end.sum, sizeof(end.sum));
  put_key(message, end.first_key);
  put_key(message, end.last_key);
  return message;
}

PartMessage read_part_message(std::string_view message) {
  PartMessage read;
  char tag = 0;
  get(message, &tag, 1);
  if (tag != kEnd) {
    read.rows = message;
    return read;
  }
  PartEnd end;
  char out_of_order = 0;
  get(message, &out_of_order, 1);
  end.out_of_order = out_of_order != 0;
  get(message, &end.rows, sizeof(end.rows));
  get(message, &end.sum, sizeof(end.sum));
  end.first_key = get_key(message);
  end.last_key = get_key(message);
  read.end = std::move(end);
  return read;
}

}  // namespace whimbrel
